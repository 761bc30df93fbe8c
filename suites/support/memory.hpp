// What cases find out once for all that come after them, of the device of this process: how it takes
// certificates, what it says of an update that worked. Each run leaves it at the marks of its tape, so that a
// replay that could not follow one case still knows it in the next.
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace attest::suites {

struct Memory {
  std::string name;
  std::function<nlohmann::json()> saved;
  std::function<void(const nlohmann::json&)> restore;
};

/// Before main: `const bool remembered = remember({…});`
bool remember(Memory memory);
[[nodiscard]] const std::vector<Memory>& memories();

}  // namespace attest::suites
