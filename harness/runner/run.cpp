#include "harness/runner/run.hpp"

#include <fmt/format.h>
#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <deque>
#include <optional>
#include <set>

#include "harness/base/bytes.hpp"
#include "harness/lab/lease.hpp"
#include "harness/record/tape.hpp"
#include "harness/runner/host.hpp"

namespace attest::runner {
namespace {

/// Crashes of a host, or breaks of a link, one after another without a case between them, after which a
/// device is given up.
constexpr int kTooOften = 5;

/// One device, its host, and what the two are at.
struct Lane {
  explicit Lane(DeviceUnderTest its) : device(std::move(its)) {}

  DeviceUnderTest device;
  std::optional<lab::Lease> lease;
  std::optional<CaseHost> host;
  std::optional<Step> running;
  bool ready = false;       ///< the host has reported host.ready and waits for an order
  bool dead = false;        ///< nothing more can be run on it
  bool unwell = false;      ///< it cannot reach its network: what needs one is better run elsewhere
  bool returning = false;   ///< its link broke, and it has not been ready since
  bool ended_case = false;  ///< the running case's case.end has been seen
  int crashes_in_a_row = 0, losses_in_a_row = 0;
  Instant limit;  ///< by when the next event that moves the lane on must come

  [[nodiscard]] bool busy() const { return !dead && host && !(ready && !running); }
};

class Carrier {
 public:
  Carrier(RunSetup setup, const std::vector<Step>& plan, record::LineSink& sink, const Clock& clock)
      : setup_(std::move(setup)), planned_(plan.begin(), plan.end()), sink_(sink), clock_(clock) {
    for (const auto& device : setup_.devices) lanes_.emplace_back(device);
    begin();
  }

  /// All that is planned.
  void go() {
    waiting_.swap(planned_);
    until_done();
  }

  /// One step, which need not have been planned.
  void go(const Step& step) {
    no_longer_planned(step);
    if (!step.entry.inapplicable.empty()) return set_aside(step.entry);
    waiting_.push_back(step);
    until_done();
    block_waiting();
  }

  void leave_out(const Step& step, const std::string& reason) {
    no_longer_planned(step);
    put("case.blocked",
        {{"case", step.entry.id}, {"attempt", step.attempt}, {"reason", to_latin1_json(reason)}});
  }

  /// Ends the hosts that have nothing to do; those that are needed again are started then.
  void release() {
    for (auto& lane : lanes_)  // all of them end while one is waited for
      if (lane.host && !lane.running) lane.host->send({{"quit", true}});
    for (auto& lane : lanes_) {
      abandon(lane);
      lane.ready = false;
      lane.lease.reset();
    }
  }

  Ended end() {
    waiting_.insert(waiting_.end(), planned_.begin(), planned_.end());
    const bool blocked = blocked_ || (!waiting_.empty() && !stopped_);
    release();
    block_waiting();
    const auto how = stopped_                           ? Ended::stopped
                     : blocked || !first_cause_.empty() ? Ended::bench
                                                        : Ended::done;
    static constexpr const char* kReasons[] = {"done", "stopped", "bench"};
    put("run.end", {{"reason", kReasons[static_cast<int>(how)]}, {"cases", done_}});
    return how;
  }

  void stop() { stopped_ = true; }
  [[nodiscard]] bool stopped() const { return stopped_; }
  [[nodiscard]] bool has_more() const { return !planned_.empty(); }

 private:
  void no_longer_planned(const Step& step) {
    std::erase_if(planned_, [&](const Step& other) {
      return other.entry.id == step.entry.id && other.attempt == step.attempt;
    });
  }

  void until_done() {
    if (!waiting_.empty())
      for (auto& lane : lanes_)
        if (!lane.dead && !lane.host) start_host(lane);
    while (!stopped_ && (!waiting_.empty() || any_busy())) {
      for (auto& lane : lanes_) hand_out(lane);
      if (!any_busy()) break;  // every device is gone
      wait();
    }
  }

  void block_waiting() {
    for (const auto& step : waiting_)
      put("case.blocked", {{"case", step.entry.id},
                           {"attempt", step.attempt},
                           {"reason", stopped_ ? "stopped by the user"
                                               : to_latin1_json("blocked by: " + why_blocked(step))}});
    blocked_ = blocked_ || (!waiting_.empty() && !stopped_);
    waiting_.clear();
  }

  /// Why nobody is left to run it: of the devices that take it the one that was lost first.
  [[nodiscard]] std::string why_blocked(const Step& step) const {
    const bool taken =
        std::any_of(lanes_.begin(), lanes_.end(), [&](const Lane& lane) { return takes(lane, step); });
    return taken ? first_cause_ : "no device of this bench takes it";
  }

  void put(const std::string& type, nlohmann::json fields) {
    sink_.append({clock_.now(), type, std::move(fields)});
  }

  void begin() {
    put("run.begin", head_of(setup_, {planned_.begin(), planned_.end()}));
    set_aside_inapplicable();
  }

  void set_aside_inapplicable() {
    for (const auto& step : planned_)
      if (!step.entry.inapplicable.empty()) set_aside(step.entry);
    std::erase_if(planned_, [](const Step& step) { return !step.entry.inapplicable.empty(); });
  }

  /// Told once of each case.
  void set_aside(const CaseEntry& entry) {
    if (inapplicable_.insert(entry.id).second)
      put("case.inapplicable", {{"case", entry.id}, {"reason", to_latin1_json(entry.inapplicable)}});
  }

  /// A case still running when the run ends was stopped by the user.
  void abandon(Lane& lane) {
    if (!lane.host) return;
    if (lane.running) {
      lane.host->kill();
      if (!lane.ended_case)
        put("case.end", {{"case", lane.running->entry.id},
                         {"device", lane.device.name},
                         {"verdict", "none"},
                         {"reason", "stopped by the user"}});
    }
    (void)lane.host->how_it_ended();
    lane.host.reset();
    lane.running.reset();
  }

  [[nodiscard]] bool any_busy() const {
    return std::any_of(lanes_.begin(), lanes_.end(), [](const Lane& lane) { return lane.busy(); });
  }

  void start_host(Lane& lane) {
    if (lane.device.unfit) return lose(lane, *lane.device.unfit);
    if (!lane.device.lease.empty() && !lane.lease) {
      auto lease = lab::Lease::take(lane.device.lease);
      if (!lease) return lose(lane, lease.error());
      lane.lease.emplace(std::move(*lease));
    }
    auto host = CaseHost::start(setup_.host_program);
    if (!host) return lose(lane, host.error());
    lane.host.emplace(std::move(*host));
    lane.ready = false;
    auto order = setup_.host_order;
    order["device"] = lane.device.name;
    if (const auto shift = steady_clock_shift(); shift != Nanos(0)) order["clock_shift_ns"] = shift.count();
    order.update(lane.device.order);
    Nanos patience = setup_.wake_limit;
    if (lane.returning) {
      using Milliseconds = std::chrono::milliseconds;
      const auto returns = std::chrono::duration_cast<Milliseconds>(lane.device.link_returns_within);
      order["link_returns_within_ms"] = returns.count();
      patience += returns;
    }
    lane.host->send({{"open", std::move(order)}});
    lane.limit = clock_.now() + patience;
  }

  [[nodiscard]] static bool takes(const Lane& lane, const Step& step) {
    return !lane.device.takes || lane.device.takes(step.entry);
  }

  /// Whether one that is well, or may still turn out to be, takes it.
  [[nodiscard]] bool better_elsewhere(const Lane& lane, const Step& step) const {
    return lane.unwell && std::any_of(lanes_.begin(), lanes_.end(), [&](const Lane& other) {
             return !other.dead && !other.unwell && other.host && takes(other, step);
           });
  }

  void hand_out(Lane& lane) {
    if (lane.dead || !lane.host || !lane.ready || lane.running || waiting_.empty()) return;
    const auto next = std::find_if(waiting_.begin(), waiting_.end(), [&](const Step& step) {
      return takes(lane, step) && !better_elsewhere(lane, step);
    });
    if (next == waiting_.end()) return;
    lane.running = std::move(*next);
    waiting_.erase(next);
    lane.ended_case = false;
    lane.limit = clock_.now() + setup_.case_limit;
    lane.host->send({{"run", lane.running->entry.id}, {"attempt", lane.running->attempt}});
  }

  void wait() {
    std::vector<pollfd> fds;
    std::vector<Lane*> of;
    Instant soonest = clock_.now() + std::chrono::hours(1);
    for (auto& lane : lanes_) {
      if (lane.dead || !lane.host) continue;
      fds.push_back({lane.host->events_fd(), POLLIN, 0});
      of.push_back(&lane);
      if (lane.busy()) soonest = std::min(soonest, lane.limit);
    }
    fds.push_back({setup_.stop_fd, POLLIN, 0});  // a negative descriptor is ignored
    const auto left = Deadline(soonest).left(clock_);
    const timespec ts{left.count() / 1'000'000'000, left.count() % 1'000'000'000};
    if (ppoll(fds.data(), fds.size(), &ts, nullptr) < 0 && errno != EINTR)
      throw Failure({Fault::bench, errno_text("wait for the case hosts", errno), {}});
    for (std::size_t i = 0; i < of.size(); ++i)
      if (fds[i].revents != 0) hear(*of[i]);
    if (fds.back().revents != 0) stopped_ = true;
    for (auto& lane : lanes_)
      if (lane.busy() && clock_.now() >= lane.limit) overdue(lane);
  }

  void hear(Lane& lane) {
    std::deque<record::Line> lines;
    const bool alive = lane.host->take(lines);
    for (auto& line : lines) {
      handle(lane, std::move(line));
      if (lane.dead) return;
    }
    if (!alive) crashed(lane, lane.host->how_it_ended());
  }

  void handle(Lane& lane, record::Line line) {
    const auto type = line.type();
    if (type == "host.ready") {
      lane.ready = true;
      lane.returning = false;
      return look_after(lane, line);
    }
    if (type == "host.idle") {
      lane.running.reset();
      lane.crashes_in_a_row = lane.losses_in_a_row = 0;
      ++done_;
      return look_after(lane, line);
    }
    if (type == "host.dead") return gone(lane, line);
    if (type == "case.begin") {
      lane.ended_case = false;
      lane.limit = clock_.now() + setup_.case_limit;
    }
    if (type == "case.end") lane.ended_case = true;
    line.add("device", lane.device.name);
    sink_.pass(std::move(line));
  }

  static void look_after(Lane& lane, const record::Line& line) {
    const auto event = line.event();
    lane.unwell = event && event->fields.contains("unwell");
  }

  void gone(Lane& lane, const record::Line& line) {
    const auto event = line.event();
    const Error cause{Fault::bench,
                      event ? text_in(*event, "what") : "the case host gave up and did not say why",
                      event ? text_in(*event, "cure") : ""};
    if (!event || !event->fields.value("lost", false) || lane.device.link_returns_within == Nanos(0) ||
        ++lane.losses_in_a_row >= kTooOften)
      return lose(lane, cause);
    end_case(lane, cause.text());
    lane.host.reset();
    lane.returning = true;
    start_host(lane);
  }

  [[nodiscard]] static std::string text_in(const record::Event& event, std::string_view key) {
    return from_latin1_json(record::text_of(event, key)).value_or(std::string());
  }

  void end_case(Lane& lane, const std::string& reason) {
    if (!lane.running) return;
    if (!lane.ended_case)
      put("case.end", {{"case", lane.running->entry.id},
                       {"device", lane.device.name},
                       {"verdict", "error"},
                       {"reason", reason}});
    lane.running.reset();
    ++done_;
  }

  void overdue(Lane& lane) {
    lane.host->kill();
    crashed(lane, lane.running ? fmt::format("no end within {}, so it was killed", human(setup_.case_limit))
                               : fmt::format("it was not ready within {}", human(setup_.wake_limit)));
  }

  void crashed(Lane& lane, const std::string& how) {
    lane.host.reset();
    const bool in_case = lane.running.has_value();
    end_case(lane, "the case host ended in the middle of the case: " + how);
    // One crash belongs to its case. A host that cannot even get going, or dies each time, belongs to the
    // bench.
    if (!in_case || ++lane.crashes_in_a_row >= kTooOften)
      return lose(
          lane, {Fault::bench, "the case host ended: " + how, "run its case alone: attest run --select ID"});
    start_host(lane);
  }

  /// The device is gone, or its host cannot be had: what is left goes to the other lanes, or is blocked.
  void lose(Lane& lane, const Error& cause) {
    end_case(lane, cause.text());
    put("fault", {{"fault", "bench"},
                  {"device", lane.device.name},
                  {"what", to_latin1_json(cause.what)},
                  {"cure", to_latin1_json(cause.cure)}});
    if (first_cause_.empty()) first_cause_ = cause.what;
    lane.dead = true;
    lane.host.reset();
    lane.lease.reset();
  }

  const RunSetup setup_;
  std::deque<Step> planned_;  ///< and not yet asked for
  std::deque<Step> waiting_;
  std::deque<Lane> lanes_;
  record::LineSink& sink_;
  const Clock& clock_;
  std::set<std::string> inapplicable_;  ///< ids that were told of
  std::string first_cause_;
  bool stopped_ = false, blocked_ = false;
  int done_ = 0;
};

}  // namespace

nlohmann::json head_of(const RunSetup& setup, const std::vector<Step>& plan) {
  auto list = nlohmann::json::array();
  for (const auto& step : plan)
    list.push_back(
        {{"case", step.entry.id}, {"requirements", step.entry.requirements}, {"attempt", step.attempt}});
  auto head = setup.head;
  head["schema"] = record::kSchema;
  head["tape"] = record::kTapeForm;
  head["plan"] = std::move(list);
  return head;
}

Ended run(const RunSetup& setup, const std::vector<Step>& plan, record::LineSink& sink, const Clock& clock) {
  Carrier carrier(setup, plan, sink, clock);
  carrier.go();
  return carrier.end();
}

class Stepwise::Steps : public Carrier {
 public:
  using Carrier::Carrier;
};

Stepwise::Stepwise(RunSetup setup, const std::vector<Step>& plan, record::LineSink& sink, const Clock& clock)
    : steps_(std::make_unique<Steps>(std::move(setup), plan, sink, clock)) {}
Stepwise::~Stepwise() = default;

void Stepwise::carry_out(const Step& step) {
  steps_->go(step);
  if (steps_->stopped()) throw Failure({Fault::stopped, "stopped by the user", {}});
}

void Stepwise::leave_out(const Step& step, const std::string& reason) {
  steps_->leave_out(step, reason);
}

void Stepwise::release() {
  steps_->release();
}

Ended Stepwise::end() {
  if (steps_->has_more()) steps_->stop();
  return steps_->end();
}

}  // namespace attest::runner
