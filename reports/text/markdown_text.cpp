#include "reports/text/markdown_text.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "reports/text/escape.hpp"

namespace attest::reports {

std::string code_span(std::string_view text, std::size_t most) {
  const auto inside = shown(text, most);
  std::size_t longest = 0, run = 0;
  for (const char c : inside) {
    run = c == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  const std::string fence(longest + 1, '`');
  // A blank on both sides is no part of the text; a text of nothing would be no span at all.
  const bool pad = inside.empty() || inside.front() == '`' || inside.back() == '`' || inside.front() == ' ';
  const auto* blank = pad ? " " : "";
  return fmt::format("{}{}{}{}{}", fence, blank, inside.empty() ? "(nothing)" : inside, blank, fence);
}

std::string code_link(std::string_view text, std::string_view target, std::size_t most) {
  auto out = fmt::format("[{}](<", code_span(text, most));
  for (const char c : target)
    if (c != '<' && c != '>' && c != '\n' && c != '\\') out += c;
  return out + ">)";
}

}  // namespace attest::reports
