// What cases about updates have found out of this process's device, for those that come after them. In a
// replay it is what the record's marks say (memory.hpp).
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "suites/support/update.hpp"

namespace attest::suites {

/// What a firmware says of updates that worked, as texts and with their numbers masked.
struct Usual {
  bool tried = false;
  std::set<std::string> texts;
  std::map<std::string, std::set<std::string>> by_mask;

  void learn(const std::vector<Update::Line>& lines);
  /// Said before, or one more of lines that count something.
  [[nodiscard]] bool knows(const std::string& text) const;
};

[[nodiscard]] Usual& usual();
/// What AT+GMR told last.
[[nodiscard]] std::string& runs();
/// A restart brings a device to the origin that does not reach it.
[[nodiscard]] bool& restart_helps();

}  // namespace attest::suites
