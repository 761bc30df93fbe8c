#include <fmt/format.h>

#include <cstring>

#include "harness/base/result.hpp"

namespace attest {

std::string Error::text() const {
  return cure.empty() ? what : fmt::format("{}; {}", what, cure);
}

std::string errno_text(const std::string& tried, int number) {
  char buffer[256];
  return fmt::format("{}: {}", tried, strerror_r(number, buffer, sizeof buffer));
}

}  // namespace attest
