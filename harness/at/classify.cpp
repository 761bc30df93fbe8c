#include "harness/at/classify.hpp"

#include <algorithm>

#include "harness/base/bytes.hpp"
#include "harness/base/text.hpp"

namespace attest::at {
namespace {

constexpr std::string_view kKnown[] = {"HTTPCLIENT",  "HTTPGETSIZE",  "HTTPCPOST", "HTTPCERT",
                                       "HTTPSCERT",   "OTA",          "GMR",       "CWSTARTSMART",
                                       "CWSTOPSMART", "CWSTOPTSMART", "UART_CUR",  "RST"};

std::string_view without_trailing_blanks(std::string_view line) {
  while (!line.empty() && (line.back() == ' ' || line.back() == '\t')) line.remove_suffix(1);
  return line;
}

/// The length of the well-formed UTF-8 sequence at the beginning, 0 if there is none.
std::size_t utf8_length(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text[0]);
  const std::size_t length = lead >= 0xF0 && lead < 0xF5   ? 4
                             : lead >= 0xE0 && lead < 0xF0 ? 3
                             : lead >= 0xC2 && lead < 0xE0 ? 2
                                                           : 0;
  if (length == 0 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i)
    if ((static_cast<unsigned char>(text[i]) & 0xC0) != 0x80) return 0;
  return length;
}

}  // namespace

LineSet::LineSet(const std::vector<std::string>& globs) {
  for (const auto& glob : globs) {
    const auto text = without_trailing_blanks(glob);
    if (text.empty()) continue;
    patterns_.push_back({std::string(text), text.find_first_of("*?") == std::string_view::npos});
    if (text[0] == '*' || text[0] == '?')
      first_.fill(true);
    else
      first_[static_cast<unsigned char>(text[0])] = true;
  }
}

bool LineSet::match(std::string_view line) const {
  if (line.empty() || !first_[static_cast<unsigned char>(line[0])]) return false;
  line = without_trailing_blanks(line);
  if (line.empty()) return false;
  return std::any_of(patterns_.begin(), patterns_.end(), [&](const Pattern& pattern) {
    return pattern.literal ? pattern.text == line : glob(pattern.text, line);
  });
}

bool printable(std::string_view text) {
  if (std::none_of(text.begin(), text.end(), is_garbage)) return true;
  while (!text.empty()) {
    std::size_t length = 1;
    if (is_garbage(text[0])) length = utf8_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

KnownInformation::KnownInformation(const Translation* translation) {
  for (const auto name : kKnown) names_.push_back(info_name(translation, name));
}

bool KnownInformation::match(std::string_view line) const {
  if (!line.starts_with(names_.front().mark)) return false;
  return std::any_of(names_.begin(), names_.end(),
                     [&](const InfoName& name) { return named(line, name).has_value(); });
}

bool resembles(std::string_view line, std::string_view sent, double share) {
  if (line.empty() || sent.empty()) return false;
  if (same_ignoring_case(line, sent)) return true;
  const std::size_t most = std::min(line.size(), sent.size());
  std::size_t head = 0, tail = 0;
  while (head < most && line[head] == sent[head]) ++head;
  while (tail < most - head && line[line.size() - 1 - tail] == sent[sent.size() - 1 - tail]) ++tail;
  return static_cast<double>(head + tail) >= share * static_cast<double>(std::max(line.size(), sent.size()));
}

}  // namespace attest::at
