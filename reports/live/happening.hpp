// What goes on in a run right now, for whoever watches it. Internal to reports/live.
#pragma once

#include <condition_variable>
#include <filesystem>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "harness/base/clock.hpp"
#include "reports/console/estimate.hpp"
#include "reports/html/run_reading.hpp"

namespace attest::reports {

/// Fed from the run; asked by any number of streams. Thread-safe.
class Happening {
 public:
  Happening(std::filesystem::path record, const Clock& clock, Estimate::Usual usual)
      : clock_(clock), reading_(std::move(record)), estimate_(std::move(usual)) {}

  void take(const record::Event& event);
  void end();

  /// How far a stream has told of it.
  struct Told {
    std::uint64_t changes = 0, more = 0;
    std::size_t cases = 0;
  };
  /// Where a stream that begins now goes on from, and nothing that is older.
  [[nodiscard]] Told now() const;
  /// Waits until there is more than `told`, the run is over, or so long.
  void wait(const Told& told, Nanos at_most) const;

  struct News {
    nlohmann::json progress;
    std::vector<nlohmann::json> cases;
    bool more = false;  ///< data.json has more to say than the cases
    bool over = false;
    Told told;
  };
  /// All since `told`.
  [[nodiscard]] Result<News> news(const Told& told);
  /// RunData, of form "live".
  [[nodiscard]] Result<nlohmann::json> data();
  /// In JSON; nothing for a key that is unknown.
  [[nodiscard]] Result<std::optional<std::string>> timeline(std::size_t key);

 private:
  struct Seen {
    Told told;
    bool over = false;
  };
  /// Reads the record as far as it was when this began, or further, and says how far that was.
  [[nodiscard]] Result<Seen> catch_up();
  [[nodiscard]] nlohmann::json progress() const;
  void ended(const std::string& id);

  const Clock& clock_;

  mutable std::mutex reading_mutex_;  ///< taken before the other one
  RunReading reading_;
  std::map<std::string, record::Verdict, std::less<>> verdicts_;  ///< of cases that have ended
  std::size_t counted_ = 0;                                       ///< of ended_, in verdicts_

  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  Told so_far_;
  Estimate estimate_;
  std::size_t planned_ = 0, done_ = 0;
  Instant begun_;
  struct Running {
    std::string id;
    Instant since;
  };
  std::map<std::string, Running> running_;  ///< by device
  std::vector<std::string> ended_;          ///< ids of cases, as they ended
  bool over_ = false;
};

}  // namespace attest::reports
