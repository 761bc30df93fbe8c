// A run gone through again: the cases of a record, each in a host whose doors the record's tape answers, into
// a new record.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "harness/base/clock.hpp"
#include "harness/record/event.hpp"

namespace attest::runner {

struct ReplaySetup {
  std::filesystem::path host_program;  ///< attest-cases
  std::filesystem::path record;        ///< that is gone through
  nlohmann::json judged;               ///< run.begin's `judged` of the new one
  /// Whether a case is judged again; one that is not stands as it is recorded. Null: all are.
  std::function<bool(const std::string& id)> wanted;
  int stop_fd = -1;                             ///< becomes readable when the user wants to stop
  Nanos order_limit = std::chrono::minutes(1);  ///< of the machine's time: a case that takes longer hangs
};

/// What came of it.
class Replayed {
 public:
  /// Why a case could not be followed, by its id; of several attempts the last one's.
  std::map<std::string, std::string> diverged;
  /// The cases that were gone through, those included.
  std::set<std::string> cases;

  /// The new record, event for event: what the case hosts wrote on their own threads stands where it stood,
  /// and all else is taken over (servers, radio, the runner's part, the tape itself). So the record of cases
  /// that judge as they did is the same but for run.begin's `judged`. The events are those that were gone
  /// through.
  void write(const std::vector<record::Event>& events, record::Sink& sink) const;

 private:
  friend class Replayer;
  nlohmann::json judged_;
  std::map<std::size_t, std::vector<record::Event>> instead_;  ///< by the place of what they replace
};

/// `events` are the record's. A case that asks for what the record does not hold is `inconc` with the reason;
/// its bytes stay, its checks do not; and so is a case that has a verdict of its own and no tape. What the
/// runner says of a case stands as it is recorded: its host crashed, or was killed, or it was blocked.
///
/// A record without a tape is a usage error; a Failure is thrown where the user stops it. Nothing waits but
/// for the hosts, and for them no longer than the limit; a host that ends again and again is given up.
[[nodiscard]] Result<Replayed> replay(const ReplaySetup& setup, const std::vector<record::Event>& events);

}  // namespace attest::runner
