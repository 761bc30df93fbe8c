#include <algorithm>
#include <charconv>

#include "harness/base/bytes.hpp"
#include "harness/base/text.hpp"
#include "harness/measure/device_latency.hpp"

namespace attest::measure {
namespace {

std::optional<unsigned> number_in(std::string_view digits) {
  unsigned number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error != std::errc() || end != digits.data() + digits.size()) return {};
  return number;
}

unsigned bits_per_byte(unsigned data, unsigned stop, bool parity) {
  return 1 + data + stop + (parity ? 1 : 0);
}

}  // namespace

std::optional<Line> line_set_by(std::string_view command_line) {
  const auto equals = command_line.find('=');
  if (equals == std::string_view::npos) return {};
  const auto values = attest::split(trimmed(command_line.substr(equals + 1)), ',');
  if (values.size() < 4) return {};
  const auto baud = number_in(values[0]), data = number_in(values[1]), stop = number_in(values[2]);
  if (!baud || !data || !stop) return {};
  return Line{*baud, bits_per_byte(*data, *stop > 1 ? 2 : 1, values[3] != "0")};
}

Line line_of(std::string_view link) {
  Line line{.baud = link.starts_with("serial:") ? 115200U : 0U};
  unsigned data = 8, stop = 1;
  bool parity = false;
  const auto query = link.find('?');
  if (query == std::string_view::npos) return line;
  for (const auto option : attest::split(link.substr(query + 1), '&')) {
    const auto value = option.substr(std::min(option.size(), option.find('=') + 1));
    if (option.starts_with("baud=")) line.baud = number_in(value).value_or(line.baud);
    if (option.starts_with("bits=")) data = number_in(value).value_or(data);
    if (option.starts_with("stop=")) stop = number_in(value).value_or(stop);
    if (option.starts_with("parity=")) parity = value != "none";
  }
  line.bits_per_byte = bits_per_byte(data, stop, parity);
  return line;
}

}  // namespace attest::measure
