// How long the rest of a run takes: fed with its events, from what its cases usually take, or from what those
// of this run have taken.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "harness/base/clock.hpp"
#include "harness/record/event.hpp"

namespace attest::reports {

/// What is left is shared by the devices that run cases now, and takes at least as long as its longest case.
/// A case that is not among the usual ones counts as the mean of this run; where the cases of this run take
/// longer or shorter than usual, so will the rest. Between two cases of a device passes what has passed so
/// far. Costs the logarithm of the plan for each event, and the devices for each question. Not thread-safe.
class Estimate {
 public:
  using Usual = std::map<std::string, Nanos>;  ///< by case id
  /// Of so few cases that have ended nothing is said of the rest.
  static constexpr std::size_t kEnough = 5;

  explicit Estimate(Usual usual = {}) : usual_(std::move(usual)) {}

  /// run.begin, device, case.begin, case.end, case.blocked, case.inapplicable and fault; others are let go
  /// by. What a line of a record may leave out is taken for empty.
  void take(const record::Event& event);
  [[nodiscard]] static bool heeds(std::string_view type);

  /// So many more attempts of that case are to come.
  void planned(const std::string& id, std::size_t attempts = 1);
  /// One that was planned will not be made, or all of that case.
  void set_aside(const std::string& id, bool all = false);
  /// A device is there; it may have been lost before.
  void device(const std::string& name);
  void begin(const std::string& id, const std::string& device, Instant at);
  void end(const std::string& id, const std::string& device, Instant at);
  /// It runs no more cases, unless it begins one.
  void lost(const std::string& device);

  /// Nothing: nothing was planned yet, or not enough is known. 0: nothing is left, or it should have ended by
  /// now.
  [[nodiscard]] std::optional<Nanos> left(Instant now) const;

 private:
  struct Lane {
    std::string running;  ///< empty: idle
    Instant since, idle_since;
    bool there = true, has_run = false;
  };
  /// Seconds, as doubles: sums of thousands.
  struct Mean {
    double sum = 0;
    std::size_t count = 0;
    [[nodiscard]] double value() const { return count == 0 ? 0 : sum / static_cast<double>(count); }
  };

  void run_begin(const record::Event& event);
  void wait_less(const std::string& id, std::size_t attempts);
  [[nodiscard]] std::optional<double> usual_of(const std::string& id) const;
  /// How much longer than usual.
  [[nodiscard]] double pace() const;
  /// Of a case of which nothing is known.
  [[nodiscard]] std::optional<double> mean() const;
  [[nodiscard]] std::optional<double> expected(const std::string& id) const;

  Usual usual_;
  bool has_plan_ = false;
  std::map<std::string, std::size_t> waiting_;  ///< attempts to come
  std::size_t waiting_unknown_ = 0;             ///< of them, those of cases without a usual duration
  std::multiset<double> waiting_known_;         ///< usual durations of the others
  double waiting_known_sum_ = 0;
  std::map<std::string, Lane> lanes_;
  Mean ended_, gaps_;
  double usual_of_ended_ = 0, took_of_usual_ = 0;
  std::size_t usual_ended_ = 0;
};

/// "about 4 min", "about 40 s", "a few seconds": for people, and no more exact than an estimate is.
[[nodiscard]] std::string roughly(Nanos span);

}  // namespace attest::reports
