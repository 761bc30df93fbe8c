#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "harness/base/text.hpp"
#include "server/control/faults.hpp"
#include "server/control/tls.hpp"

namespace attest::server {
namespace {

constexpr std::array<std::pair<Leaf, std::string_view>, 10> kLeaves{{{Leaf::good, "good"},
                                                                     {Leaf::good_ec, "good_ec"},
                                                                     {Leaf::chained, "chained"},
                                                                     {Leaf::expired, "expired"},
                                                                     {Leaf::not_yet_valid, "not_yet_valid"},
                                                                     {Leaf::other_host, "other_host"},
                                                                     {Leaf::by_non_ca, "by_non_ca"},
                                                                     {Leaf::weak_key, "weak_key"},
                                                                     {Leaf::unknown_ca, "unknown_ca"},
                                                                     {Leaf::self_signed, "self_signed"}}};

constexpr std::array<std::pair<TlsTrouble, std::string_view>, 8> kTroubles{
    {{TlsTrouble::none, "none"},
     {TlsTrouble::stall, "stall"},
     {TlsTrouble::stall_later, "stall_later"},
     {TlsTrouble::alert, "alert"},
     {TlsTrouble::garbage, "garbage"},
     {TlsTrouble::plain_http, "plain_http"},
     {TlsTrouble::close, "close"},
     {TlsTrouble::old_version, "old_version"}}};

constexpr std::array<std::pair<Trouble, std::string_view>, 11> kNetTroubles{
    {{Trouble::none, "none"},
     {Trouble::refuse, "refuse"},
     {Trouble::reset, "reset"},
     {Trouble::stall, "stall"},
     {Trouble::cut, "cut"},
     {Trouble::half_close, "half-close"},
     {Trouble::delay, "delay"},
     {Trouble::drip, "drip"},
     {Trouble::limit, "limit"},
     {Trouble::duplicate, "duplicate"},
     {Trouble::trailing, "trailing"}}};

std::string_view name_in(const auto& table, auto value) {
  return std::find_if(table.begin(), table.end(), [&](const auto& one) { return one.first == value; })
      ->second;
}

auto value_in(const auto& table, std::string_view kind, std::string_view name)
    -> Result<std::decay_t<decltype(table[0].first)>> {
  std::vector<std::string> known;
  for (const auto& [value, word] : table) {
    if (word == name) return value;
    known.emplace_back(word);
  }
  const auto near = nearest(name, known);
  return fail(Fault::usage, fmt::format("there is no {} {}", kind, name),
              near.empty() ? "known are " + joined(known, ", ") : fmt::format("did you mean {}?", near));
}

}  // namespace

std::string_view name_of(Leaf leaf) {
  return name_in(kLeaves, leaf);
}
std::string_view name_of(TlsTrouble trouble) {
  return name_in(kTroubles, trouble);
}
std::string_view name_of(Trouble trouble) {
  return name_in(kNetTroubles, trouble);
}
Result<Leaf> leaf_named(std::string_view name) {
  return value_in(kLeaves, "leaf", name);
}
Result<TlsTrouble> trouble_named(std::string_view name) {
  return value_in(kTroubles, "TLS trouble", name);
}
Result<Trouble> net_trouble_named(std::string_view name) {
  return value_in(kNetTroubles, "trouble", name);
}

}  // namespace attest::server
