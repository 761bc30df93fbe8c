// Finds how a connected device speaks and which of the manual's commands it has, by asking it what leaves no
// trace: test and query forms, requests for a page of our own, a certificate that is none. It never updates
// the device, never restarts it, never writes to its flash, and leaves the echo as it found it.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/at/dialect.hpp"
#include "harness/base/result.hpp"
#include "harness/transport/link.hpp"

namespace attest::lab {

/// A page that the device may be able to reach; with it the HTTP commands can be told from unknown ones.
struct ProbePage {
  std::string url, host, path;  ///< host with its port, as a Host header has it
  bool names_port = false;      ///< the URL has a port in it
  /// Whether it was asked for since the last call; waits a moment.
  std::function<bool()> asked;
};

struct ProbeOptions {
  Nanos connect = std::chrono::seconds(5);   ///< from the first AT to the first answer
  Nanos patience = std::chrono::seconds(1);  ///< for commands that stay on the device
  Nanos network = std::chrono::seconds(15);  ///< for commands that go out to a server
  Nanos most = std::chrono::minutes(3);      ///< for everything
  std::optional<ProbePage> page;
};

struct ProbedCommand {
  enum class Is { there, missing, unknown };
  std::string name;  ///< the manual's
  std::string own;   ///< the firmware's; the manual's if it is not there
  Is is = Is::unknown;
  std::string how;  ///< what shows it, for people
};

/// What was found. Words that did not show are the manual's.
struct Probed {
  at::Dialect dialect;
  bool saw_error = false, saw_send_ok = false, saw_send_fail = false, saw_prompt = false,
       saw_reply_prefix = false;
  std::string line_end;        ///< of its replies: "CR LF" as the manual has it, "LF" or "CR"
  bool echo_at_start = false;  ///< when the probe began
  bool echo_switches = false;  ///< by the dialect's echo_on and echo_off
  std::string firmware;        ///< what AT+GMR, or what the firmware has instead, tells; lines joined by LF
  std::optional<bool> ports_in_urls;
  std::vector<ProbedCommand> commands;
};

/// All errors are of the bench: what was tried, on which link, what happened and what to do. The link and the
/// clock must outlive the call.
[[nodiscard]] Result<Probed> probe(transport::Link& link, const ProbeOptions& options, const Clock& clock);
/// The same on a link by its text, which it opens and locks; a text that cannot be understood is a usage
/// error.
[[nodiscard]] Result<Probed> probe(const std::string& link, const ProbeOptions& options, const Clock& clock);

}  // namespace attest::lab
