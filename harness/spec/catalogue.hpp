// The requirement catalogue: what the manual owes, one sentence each, with ids that are given once and for
// ever. The text is fixtures/requirements/requirements.json, embedded, so that a program needs no path to it.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/result.hpp"

namespace attest::spec {

struct Requirement {
  std::string id;         ///< "HC-10"
  std::string level;      ///< "must" | "should" | "measure"
  std::string statement;  ///< one sentence
  std::string source;     ///< the place in the manual, or "implied"
  std::vector<std::string>
      evidence;         ///< what it is judged by: uart, server, timing, tls, dns, ble, airkiss, power
  std::string command;  ///< "HTTPCLIENT"; "general" for GEN
  /// Facilities without which it cannot be tested: "dns", "tls", "ble", "airkiss", "power", "faults". As the
  /// catalogue says, and by the evidence where it says nothing.
  std::vector<std::string> needs;
  /// Requirements without which this one cannot be seen (a chunked body, where no body is delivered whole):
  /// while one of them fails, a failed check of this one is `inconc`, so that one defect does not fail forty
  /// requirements.
  std::vector<std::string> presumes;
};

/// Cheap to pass by reference; never changes once made, so any number of threads may read it.
class Catalogue {
 public:
  /// The one that is shipped.
  [[nodiscard]] static const Catalogue& embedded();
  /// From the text of a catalogue file. Ids twice, unknown levels and unknown prefixes are usage errors.
  [[nodiscard]] static Result<Catalogue> parse(std::string_view json);

  [[nodiscard]] const Requirement* find(std::string_view id) const;
  [[nodiscard]] const std::vector<Requirement>& all() const { return all_; }
  /// "general", "HTTPCLIENT", … in the order of the manual.
  [[nodiscard]] const std::vector<std::string>& commands() const { return commands_; }
  [[nodiscard]] std::vector<std::string> ids() const;

 private:
  std::vector<Requirement> all_;
  std::vector<std::string> commands_;
  std::map<std::string, std::size_t, std::less<>> by_id_;
};

/// The facilities that the requirement needs and a bench with `facilities` has not: empty means that it
/// applies.
[[nodiscard]] std::vector<std::string> missing(const Requirement& requirement,
                                               const std::vector<std::string>& facilities);

/// The AT command that a requirement id belongs to by its prefix; empty for a prefix that nobody has given.
[[nodiscard]] std::string_view command_of(std::string_view requirement_id);

}  // namespace attest::spec
