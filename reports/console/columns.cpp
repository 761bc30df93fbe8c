#include "reports/console/columns.hpp"

#include <algorithm>
#include <array>

namespace attest::reports {
namespace {

struct Range {
  char32_t first, last;
  [[nodiscard]] bool holds(char32_t code) const { return first <= code && code <= last; }
};

/// East Asian Wide and Fullwidth (UAX #11) in broad strokes; of the dingbats those that are pictures.
constexpr std::array kWide{
    Range{0x1100, 0x115f},   Range{0x231a, 0x231b},   Range{0x2329, 0x232a},   Range{0x23e9, 0x23f3},
    Range{0x25fd, 0x25fe},   Range{0x2614, 0x2615},   Range{0x2648, 0x2653},   Range{0x267f, 0x267f},
    Range{0x2693, 0x2693},   Range{0x26a1, 0x26a1},   Range{0x26aa, 0x26ab},   Range{0x26bd, 0x26be},
    Range{0x26c4, 0x26ce},   Range{0x26d4, 0x26d4},   Range{0x26ea, 0x26ea},   Range{0x26f2, 0x26fd},
    Range{0x2705, 0x2705},   Range{0x270a, 0x270b},   Range{0x2728, 0x2728},   Range{0x274c, 0x274e},
    Range{0x2753, 0x2757},   Range{0x2795, 0x2797},   Range{0x27b0, 0x27bf},   Range{0x2b1b, 0x2b1c},
    Range{0x2b50, 0x2b55},   Range{0x2e80, 0x303e},   Range{0x3041, 0xa4cf},   Range{0xa960, 0xa97f},
    Range{0xac00, 0xd7a3},   Range{0xf900, 0xfaff},   Range{0xfe10, 0xfe1f},   Range{0xfe30, 0xfe6f},
    Range{0xff00, 0xff60},   Range{0xffe0, 0xffe6},   Range{0x16fe0, 0x1b2ff}, Range{0x1f004, 0x1f004},
    Range{0x1f0cf, 0x1f0cf}, Range{0x1f18e, 0x1f64f}, Range{0x1f680, 0x1f6ff}, Range{0x1f7e0, 0x1f7f0},
    Range{0x1f900, 0x1faff}, Range{0x20000, 0x3fffd}};

constexpr std::array kHostile{Range{0x00, 0x1f},     Range{0x7f, 0x9f},      Range{0xad, 0xad},
                              Range{0x61c, 0x61c},   Range{0x180e, 0x180e},  Range{0x200b, 0x200f},
                              Range{0x2028, 0x202e}, Range{0x2060, 0x206f},  Range{0xfeff, 0xfeff},
                              Range{0xfff9, 0xfffb}, Range{0xe0000, 0xe0fff}};

template <std::size_t N>
bool any_holds(const std::array<Range, N>& ranges, char32_t code) {
  return std::any_of(ranges.begin(), ranges.end(), [code](const Range& one) { return one.holds(code); });
}

/// How many bytes the character has that begins so; 0: none does.
std::size_t bytes_after(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead < 0xc2 || lead > 0xf4) return 0;
  return lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
}

bool may_be(char32_t code, std::size_t bytes) {
  constexpr char32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
  return code >= kLeast[bytes] && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff);
}

}  // namespace

Character first_character(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text.front());
  const Character broken{1, lead, false};
  const auto bytes = bytes_after(lead);
  if (bytes == 1) return {1, lead, true};
  if (bytes == 0 || text.size() < bytes) return broken;
  char32_t code = lead & (0xffU >> (bytes + 1));
  for (std::size_t i = 1; i < bytes; ++i) {
    const auto next = static_cast<unsigned char>(text[i]);
    if ((next & 0xc0) != 0x80) return broken;
    code = code << 6 | (next & 0x3f);
  }
  return may_be(code, bytes) ? Character{bytes, code, true} : broken;
}

std::size_t columns_of(const Character& character) {
  return character.code >= 0x1100 && any_holds(kWide, character.code) ? 2 : 1;
}

std::size_t columns_of(std::string_view text) {
  std::size_t out = 0;
  while (!text.empty()) {
    const auto one = first_character(text);
    out += columns_of(one);
    text.remove_prefix(one.bytes);
  }
  return out;
}

bool is_hostile(const Character& character) {
  if (character.code >= 0x20 && character.code < 0x7f) return false;
  return !character.whole || any_holds(kHostile, character.code);
}

}  // namespace attest::reports
