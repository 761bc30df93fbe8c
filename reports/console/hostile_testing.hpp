// For tests of what is shown on a terminal: what a device may say to do harm there, and whether anything
// would. It knows nothing of columns.hpp.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/bytes.hpp"

namespace attest::reports {

inline std::vector<std::string> hostile_texts() {
  return {"\x1b[2J\x1b]0;title\x07",
          "a\rb\bc\n\x7f",
          "\x9b\x32J",
          "\xc2\x9b\x32J",
          "\u202e\u2067turned",
          "\xff\xfe\xc3",
          "\xed\xa0\x80\xc0\xaf\xf5\x80\x80\x80\xe2\x82",
          "\ufeff\u2028\u200b\u00ad",
          "\U000e0041"};
}

/// The first thing in it that a terminal would do more with than show it, in words; empty: there is none.
inline std::string acts_on_a_terminal(const std::string& text) {
  for (const char c : text)
    if (const auto u = static_cast<unsigned char>(c); (u < 0x20 && c != '\n') || u == 0x7f)
      return "control " + hex({&c, 1});
  for (int c1 = 0x80; c1 < 0xa0; ++c1)
    if (text.find({'\xc2', static_cast<char>(c1)}) != std::string::npos) return "C1 control";
  for (const char* mark : {"\u202e", "\u2067", "\ufeff", "\u2028", "\u200b", "\u00ad", "\U000e0041"})
    if (text.find(mark) != std::string::npos) return "mark " + hex(mark);
  try {
    (void)nlohmann::json(text).dump();
  } catch (const nlohmann::json::exception&) {
    return "no UTF-8";
  }
  return {};
}

}  // namespace attest::reports
