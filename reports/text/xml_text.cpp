#include "reports/text/xml_text.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <iterator>

namespace attest::reports {
namespace {

/// XML 1.0, production 2 (Char).
bool allowed(std::uint32_t c) {
  if (c < 0x20) return c == '\t' || c == '\n' || c == '\r';
  return c != 0x7f && (c < 0x80 || c > 0x9f) && (c < 0xd800 || c > 0xdfff) && c != 0xfffe && c != 0xffff &&
         c <= 0x10ffff;
}

struct Decoded {
  std::uint32_t character = 0;
  std::size_t length = 0;  ///< 0: no UTF-8
};

std::size_t length_by_lead(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xc2 && lead <= 0xdf) return 2;
  if (lead >= 0xe0 && lead <= 0xef) return 3;
  return lead >= 0xf0 && lead <= 0xf4 ? 4 : 0;
}

Decoded decode(std::string_view text) {
  static constexpr std::uint32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
  const auto lead = static_cast<unsigned char>(text.front());
  const auto length = length_by_lead(lead);
  if (length == 0 || length > text.size()) return {};
  if (length == 1) return {lead, 1};
  std::uint32_t c = lead & (0x7fU >> length);
  for (std::size_t i = 1; i < length; ++i) {
    const auto next = static_cast<unsigned char>(text[i]);
    if ((next & 0xc0) != 0x80) return {};
    c = (c << 6) | (next & 0x3fU);
  }
  return c < kLeast[length] ? Decoded{} : Decoded{c, length};
}

}  // namespace

std::string xml_text(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const auto one = decode(text);
    const bool keep = one.length > 0 && allowed(one.character);
    const std::size_t step = one.length > 0 ? one.length : 1;
    for (std::size_t i = 0; i < step; ++i) {
      if (keep)
        out += text[i];
      else
        fmt::format_to(std::back_inserter(out), "\\x{:02x}", static_cast<unsigned char>(text[i]));
    }
    text.remove_prefix(step);
  }
  return out;
}

}  // namespace attest::reports
