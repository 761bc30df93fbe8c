#include "harness/at/session.hpp"

namespace attest::at {

std::string escaped(std::string_view parameter) {
  std::string out;
  out.reserve(parameter.size());
  for (const char c : parameter) {
    if (c == '\\' || c == ',' || c == '"') out += '\\';
    out += c;
  }
  return out;
}

std::string command(std::string_view name, const std::vector<std::string>& parameters) {
  std::string line = "AT+";
  line += name;
  char before = '=';
  for (const auto& parameter : parameters) {
    line += before;
    line += escaped(parameter);
    before = ',';
  }
  return line;
}

}  // namespace attest::at
