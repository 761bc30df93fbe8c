#include "suites/support/patience.hpp"

#include <algorithm>

namespace attest::suites {

std::string Patience::kind_of(std::string_view line) {
  const auto name = line.substr(0, line.find('='));
  if (!name.ends_with("+HTTPCLIENT")) return std::string(name);
  return std::string(line.substr(0, line.find(',')));
}

Patience::Advice Patience::before(const std::string& what) {
  auto& count = counts_[what];
  if (count.silent < kRestart) return Advice::ask;
  if (count.silent == kRestart) return Advice::restart_first;
  if (count.silent < kGiveUp) return Advice::ask;
  return ++count.given_up % kAgain == 0 ? Advice::ask : Advice::give_up;
}

void Patience::after(const std::string& what, bool silent) {
  auto& count = counts_[what];
  count.silent = std::max(0, count.silent + (silent ? 1 : -1));
}

}  // namespace attest::suites
