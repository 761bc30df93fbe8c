// The one place where the manual's names become a firmware's, and back: outgoing command lines, and the names
// of information responses. Everybody else speaks the manual's; the bytes in an exchange are the real ones.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "harness/at/dialect.hpp"

namespace attest::at {

/// What an information response begins with: `+`, HTTPCLIENT.
struct InfoName {
  std::string mark = "+", name;
};

/// Never changes once made, so any number of threads may read it.
class Translation {
 public:
  explicit Translation(const Dialect& dialect);

  /// The manual's command line as this firmware takes it: its prefix and its name for the command, or its own
  /// line for ATE0 and ATE1. What is no command line of the manual's form stays as it is.
  [[nodiscard]] std::string line(std::string_view manual) const;
  /// How the information response of the command that the manual calls so begins.
  [[nodiscard]] InfoName info(std::string_view manual) const;

 private:
  [[nodiscard]] const std::string* other_name(std::string_view manual) const;
  const Dialect dialect_;
};

/// Null where the firmware says everything as the manual does.
[[nodiscard]] std::shared_ptr<const Translation> translation_for(const Dialect& dialect);

/// The same with the manual's own words where `translation` is null.
[[nodiscard]] InfoName info_name(const Translation* translation, std::string_view manual);

/// The manual's name in a command line of its form, in capitals: "HTTPCLIENT" of `at+HttpClient =2,…`, "E0"
/// of ATE0; empty for AT and for what is no command line.
[[nodiscard]] std::string name_in(std::string_view line);

}  // namespace attest::at
