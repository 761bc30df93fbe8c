#include "harness/base/bytes.hpp"
#include "server/control/origin.hpp"

namespace attest::server {

std::vector<std::string> Served::values(std::string_view name) const {
  std::vector<std::string> found;
  for (const auto& [written, value] : headers)
    if (same_ignoring_case(written, name)) found.push_back(value);
  return found;
}

}  // namespace attest::server
