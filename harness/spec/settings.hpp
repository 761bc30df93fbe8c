// The one table of a profile's keys: what each is called, what it takes, and where it is kept. Loading,
// --set, JSON and "did you mean" all go by it. Internal to harness/spec.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "harness/spec/profile.hpp"

namespace attest::spec {

/// Where a value is kept; the type says what is taken.
using Place = std::variant<Nanos*, std::string*, std::vector<std::string>*, bool*, std::optional<bool>*,
                           std::uint64_t*, std::optional<std::uint64_t>*>;

struct Setting {
  std::string_view table, key;
  Place place;
  std::vector<std::string_view> choices;  ///< for a text that is one of few; "" among them

  [[nodiscard]] std::string full() const { return std::string(table) + "." + std::string(key); }
};

inline constexpr std::string_view kTables[] = {"deadlines", "lines", "facts", "names"};

/// The places are inside of what is given.
[[nodiscard]] std::vector<Setting> settings_of(Deadlines& deadlines, Lines& lines, Facts& facts,
                                               Names& names);

}  // namespace attest::spec
