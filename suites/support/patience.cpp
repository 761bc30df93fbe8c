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

nlohmann::json Patience::saved() const {
  auto all = nlohmann::json::object();
  for (const auto& [what, count] : counts_)
    if (count.silent != 0 || count.given_up != 0) all[what] = {count.silent, count.given_up};
  return all;
}

void Patience::restore(const nlohmann::json& saved) {
  counts_.clear();
  for (const auto& [what, count] : saved.items()) counts_[what] = {count.at(0), count.at(1)};
}

void Patience::after(const std::string& what, bool silent) {
  auto& count = counts_[what];
  count.silent = std::max(0, count.silent + (silent ? 1 : -1));
}

}  // namespace attest::suites
