// Characters as a terminal shows them: how many columns each takes, and what must never reach one.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace attest::reports {

struct Character {
  std::size_t bytes = 1;
  char32_t code = 0;  ///< of what is no UTF-8: the byte
  bool whole = true;  ///< false: no UTF-8; it is one byte
};

/// `text` is not empty.
[[nodiscard]] Character first_character(std::string_view text);

/// 2 for the wide ones of East Asia and for pictures, else 1. Where terminals differ, and for marks that take
/// no column of their own, it is the greater number: a line is rather too short than too long.
[[nodiscard]] std::size_t columns_of(const Character& character);
[[nodiscard]] std::size_t columns_of(std::string_view text);

/// Whether a terminal would do something else than show it: control characters (C0, C1), line and paragraph
/// ends, marks that turn the direction of writing or cannot be seen, and what is no UTF-8.
[[nodiscard]] bool is_hostile(const Character& character);

}  // namespace attest::reports
