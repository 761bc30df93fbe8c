// A case host: the process that runs cases against one device. If a case crashes, only its host dies.
//
// The runner writes one JSON object a line to the host's stdin:
//   {"open": {device, bench {…}, virtual_device {…}, profile {…}, seed, key_log, keys}}   once, first; with
//                         replay {record, host}: a record's tape answers instead of the bench; with
//                         link_returns_within_ms: how long to wait for a link that is not there; with
//                         clock_shift_ns: what the record's times are ahead of this machine's
//   {"run": "Case.Id", "attempt": 1}    of a replay with `place`: which of that host's cases it is
//   {"quit": true}
// The host writes events of the record (harness/record/event.hpp), one a line, to descriptor 3, and beside
// them
//   host.ready  {unwell}  the device answers: cases can be run; unwell: but its network is out of its reach
//   host.dead  {what, cure, lost}     the bench or the device is gone: nothing more can be run by this host;
//   lost (true):
//                         the link broke, and may come back
//   host.idle   {unwell}  the case is over (its case.end stands before this); unwell as above
//   host.diverged  {what}  of a replay, before the one that ends the order: the record does not hold what was
//                         asked for, and what was written since the order counts for nothing
#pragma once

#include <deque>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/base/subprocess.hpp"
#include "harness/record/line.hpp"

namespace attest::runner {

class CaseHost {
 public:
  [[nodiscard]] static Result<CaseHost> start(const std::filesystem::path& program);

  /// False if the host is gone.
  bool send(const nlohmann::json& order);
  /// Readable when events are there, or the host is gone.
  [[nodiscard]] int events_fd() const { return events_.get(); }
  /// Takes what has arrived. False at the end of the stream: the host is gone.
  bool take(std::deque<record::Line>& into);
  /// How it ended: "killed by SIGSEGV …". Waits a moment for that.
  [[nodiscard]] std::string how_it_ended();
  void kill();

 private:
  CaseHost(std::unique_ptr<TempDir> scratch, Subprocess process, Fd events)
      : scratch_(std::move(scratch)), process_(std::move(process)), events_(std::move(events)) {}
  std::unique_ptr<TempDir> scratch_;  ///< what a host that was killed leaves goes with it
  Subprocess process_;
  Fd events_;
  std::string unread_;
};

/// The text that `program --list` prints.
[[nodiscard]] Result<std::string> list_cases(const std::filesystem::path& program);

}  // namespace attest::runner
