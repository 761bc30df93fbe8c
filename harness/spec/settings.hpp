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

/// What a text may be.
enum class Form {
  any,
  word,  ///< printable, not empty, no blanks around it
  name   ///< letters, digits and '_': a command's name
};

struct Setting {
  std::string_view table, key;
  Place place;
  std::vector<std::string_view> choices{};  ///< for texts that are one of few; "" among them
  Form form = Form::any;

  [[nodiscard]] std::string full() const { return std::string(table) + "." + std::string(key); }
};

inline constexpr std::string_view kTables[] = {"deadlines", "lines",  "facts",       "dialect",
                                               "names",     "claims", "provisioning"};

/// The places are inside of what is given.
[[nodiscard]] std::vector<Setting> settings_of(Deadlines& deadlines, Lines& lines, Facts& facts, Words& words,
                                               Names& names, Claims& claims, Provisioning& provisioning);

}  // namespace attest::spec
