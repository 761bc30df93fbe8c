// For the tests: queries written byte by byte.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace attest::server::testing {

/// Two bytes, the high one first.
[[nodiscard]] inline std::string word(unsigned value) {
  return {static_cast<char>(value >> 8), static_cast<char>(value & 0xFF)};
}

/// "\3www\7example\0"
[[nodiscard]] inline std::string labels(std::string_view name) {
  std::string out;
  while (!name.empty()) {
    const auto dot = std::min(name.find('.'), name.size());
    out += static_cast<char>(dot);
    out += name.substr(0, dot);
    name.remove_prefix(std::min(dot + 1, name.size()));
  }
  return out + '\0';
}

[[nodiscard]] inline std::string header(unsigned id, unsigned flags = 0x0100, unsigned questions = 1) {
  return word(id) + word(flags) + word(questions) + word(0) + word(0) + word(0);
}

[[nodiscard]] inline std::string query(unsigned id, std::string_view name, unsigned type = 1,
                                       unsigned klass = 1) {
  return header(id) + labels(name) + word(type) + word(klass);
}

}  // namespace attest::server::testing
