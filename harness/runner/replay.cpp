#include "harness/runner/replay.hpp"

#include <fmt/format.h>
#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <deque>
#include <map>
#include <optional>

#include "harness/base/bytes.hpp"
#include "harness/lab/virtual_device.hpp"
#include "harness/record/tape.hpp"
#include "harness/runner/host.hpp"

namespace attest::runner {
namespace {

using nlohmann::json;
using record::Event;

constexpr const char* kNoTape = "the record holds no answer to anything that it asked: its tape is not there";
/// In a row, of one host.
constexpr int kCrashes = 5;

/// What came of one order.
struct Heard {
  enum class End { done, dead, crashed } end = End::done;
  std::vector<Event> events;  ///< without those that are for the runner
  std::string diverged;       ///< why; empty: it was followed
  std::string how;            ///< of a crash
};

/// A host that goes through a part of a record.
class ReplayHost {
 public:
  ReplayHost(CaseHost host, const ReplaySetup& setup)
      : host_(std::move(host)), limit_(setup.order_limit), stop_fd_(setup.stop_fd) {}

  /// Throws a Failure where the user stops it.
  [[nodiscard]] Heard order(const json& order) {
    Heard heard;
    host_.send(order);
    const auto deadline = Deadline::in(steady_clock(), limit_);
    while (!over(heard)) {
      if (take(deadline)) continue;
      heard.end = Heard::End::crashed;
      heard.how = deadline.passed(steady_clock()) ? fmt::format("no end within {}", human(limit_))
                                                  : host_.how_it_ended();
      host_.kill();
      break;
    }
    return heard;
  }
  void quit() {
    host_.send({{"quit", true}});
    (void)host_.how_it_ended();
  }

 private:
  /// Takes what is there up to the event that ends the order.
  bool over(Heard& heard) {
    while (!waiting_.empty()) {
      auto event = waiting_.front().event();
      waiting_.pop_front();
      if (!event) continue;
      if (event->type == "host.ready" || event->type == "host.idle") return true;
      if (event->type == "host.dead") {
        heard.end = Heard::End::dead;
        heard.how = record::text_of(*event, "what");
        return true;
      }
      if (event->type == "host.diverged")
        heard.diverged = record::text_of(*event, "what");
      else
        heard.events.push_back(std::move(*event));
    }
    return false;
  }

  bool take(Deadline deadline) {
    const auto left = deadline.left(steady_clock());
    const timespec ts{left.count() / 1'000'000'000, left.count() % 1'000'000'000};
    pollfd fds[] = {{host_.events_fd(), POLLIN, 0}, {stop_fd_, POLLIN, 0}};  // a negative one is ignored
    const int count = ::ppoll(fds, 2, &ts, nullptr);
    if (count < 0 && errno == EINTR) return true;  // the signal has made stop_fd_ readable
    if (count <= 0) return false;
    if (fds[1].revents != 0) throw Failure({Fault::stopped, "stopped by the user: nothing is judged", {}});
    return host_.take(waiting_) || !waiting_.empty();
  }

  CaseHost host_;
  Nanos limit_;
  int stop_fd_;
  std::deque<record::Line> waiting_;
};

}  // namespace

/// The hosts one after another, each through its cases.
class Replayer {
 public:
  Replayer(const ReplaySetup& setup, const std::vector<Event>& events) : setup_(setup), events_(events) {
    out_.judged_ = setup.judged;
  }

  Status go() {
    const auto hosts = record::hosts_in(events_);
    for (std::size_t i = 0; i < hosts.size(); ++i)
      if (hosts[i].open)
        if (auto ok = go_through(hosts[i], i); !ok) return ok;
    undecide_untaped(hosts);
    return {};
  }

  [[nodiscard]] Replayed result() { return std::move(out_); }

 private:
  Status go_through(const record::TapedHost& host, std::size_t number) {
    std::optional<ReplayHost> running;
    std::string hopeless;  // why none of the others can be gone through
    int crashes = 0;
    for (std::size_t place = 0; place < host.cases.size(); ++place) {
      const auto& one = host.cases[place];
      if (!one.tape) {
        undecide(host, one, kNoTape);
        continue;
      }
      if (!running && hopeless.empty()) {
        auto started = CaseHost::start(setup_.host_program);
        if (!started) return tl::unexpected(started.error());
        running.emplace(std::move(*started), setup_);
        hopeless = why_not_open(*running, host, number);
      }
      if (!hopeless.empty()) {
        undecide(host, one, hopeless);
        continue;
      }
      auto heard = running->order({{"run", one.id}, {"attempt", one.attempt}, {"place", place}});
      const auto end = heard.end;
      crashes = end == Heard::End::crashed ? crashes + 1 : 0;
      if (crashes >= kCrashes) hopeless = "its case host ended again and again: " + heard.how;
      take(host, one, std::move(heard));
      if (end != Heard::End::done) running.reset();  // the next one is another's, from its own place on
    }
    if (running) running->quit();
    return {};
  }

  /// Empty: the host's doors are open.
  [[nodiscard]] std::string why_not_open(ReplayHost& running, const record::TapedHost& host,
                                         std::size_t number) {
    const auto& head = events_.front().fields;
    const auto part = [&](const char* name) {
      const auto found = head.find(name);
      return found == head.end() ? json::object() : *found;
    };
    const auto seed = part("seed");
    const auto heard =
        running.order({{"open",
                        {{"device", host.device},
                         {"bench", part("bench")},
                         {"profile", part("profile")},
                         {"seed", seed.is_number_unsigned() ? seed : json(0)},
                         {"virtual_device", lab::to_json(lab::VirtualOptions{})},
                         {"replay", {{"record", setup_.record.string()}, {"host", number}}}}}});
    if (heard.end != Heard::End::done) return "the doors of its host cannot be opened again: " + heard.how;
    if (heard.diverged.empty()) put_in(host.device, host.begin, *host.open, heard.events);
    return {};
  }

  /// A verdict that a case host gave, and that no tape stands for: the runner gives others. Nobody can tell
  /// where it comes from. The last one of a run that was cut may have lost its tape; that run is no pass.
  void undecide_untaped(const std::vector<record::TapedHost>& hosts) {
    const auto taped = taped_by(hosts);
    std::map<std::string, std::size_t> begun, last_end;  // by device
    bool done = false;
    for (std::size_t i = 0; i < events_.size(); ++i) {
      if (events_[i].type == "case.end") last_end[record::text_of(events_[i], "device")] = i;
      done = done || (events_[i].type == "run.end" && record::text_of(events_[i], "reason") == "done");
    }
    for (std::size_t i = 0; i < events_.size(); ++i) {
      const auto& event = events_[i];
      const auto device = record::text_of(event, "device");
      if (event.type == "case.begin") begun[device] = i;
      if (event.type != "case.end" || taped[i] || (!done && last_end[device] == i)) continue;
      const auto verdict = record::verdict_named(record::text_of(event, "verdict"));
      if (verdict == record::Verdict::error || verdict == record::Verdict::none) continue;
      const auto begin = begun.find(device);
      undecide(device, record::text_of(event, "case"), begin == begun.end() ? i : begin->second, i + 1,
               kNoTape);
    }
  }

  /// Which events are of a case that was gone through.
  [[nodiscard]] std::vector<bool> taped_by(const std::vector<record::TapedHost>& hosts) const {
    std::vector<bool> taped(events_.size());
    for (const auto& host : hosts)
      for (const auto& one : host.cases)
        if (host.open)
          std::fill(taped.begin() + std::ptrdiff_t(one.begin), taped.begin() + std::ptrdiff_t(one.end), true);
    return taped;
  }

  [[nodiscard]] static bool is_of(const std::string& device, const Event& event) {
    const auto found = event.fields.find("device");
    return found != event.fields.end() && *found == device && !record::is_from_around(event);
  }

  [[nodiscard]] bool wanted(const std::string& id) const { return !setup_.wanted || setup_.wanted(id); }

  void take(const record::TapedHost& host, const record::TapedCase& one, Heard heard) {
    if (heard.end == Heard::End::crashed)
      heard.diverged = "it could not be run again: the case host ended: " + heard.how;
    if (!heard.diverged.empty()) return undecide(host, one, heard.diverged);
    if (!wanted(one.id)) return;
    out_.cases.insert(one.id);
    put_in(host.device, one.begin, one.end, heard.events);
  }

  void undecide(const record::TapedHost& host, const record::TapedCase& one, const std::string& why) {
    undecide(host.device, one.id, one.begin, one.end, why);
  }

  void undecide(const std::string& device, const std::string& id, std::size_t from, std::size_t to,
                const std::string& why) {
    if (!wanted(id)) return;
    out_.cases.insert(id);
    out_.diverged[id] = why;
    for (auto i = from; i < to; ++i)
      if (is_of(device, events_[i])) out_.instead_[i] = undecided(events_[i], why);
  }

  /// Where the recorded ones stood, one by one; what is more than those, behind the last.
  void put_in(const std::string& device, std::size_t from, std::size_t to, const std::vector<Event>& fresh) {
    std::size_t next = 0, last = from;
    const auto taken = [&] {
      auto event = fresh[next++];
      event.fields["device"] = device;
      return event;
    };
    for (auto i = from; i < to; ++i) {
      if (!is_of(device, events_[i])) continue;
      last = i;
      auto& place = out_.instead_[i];
      place.clear();
      if (next < fresh.size()) place.push_back(taken());
    }
    while (next < fresh.size()) out_.instead_[last].push_back(taken());
  }

  /// What is left of an event of a case that could not be followed.
  [[nodiscard]] static std::vector<Event> undecided(const Event& event, const std::string& why) {
    static constexpr const char* kJudging[] = {"check",   "deviation", "unexplained",
                                               "measure", "unfit",     "case.inapplicable"};
    if (std::find(std::begin(kJudging), std::end(kJudging), event.type) != std::end(kJudging)) return {};
    auto kept = event;
    if (event.type == "case.end") {
      kept.fields["verdict"] = "inconc";
      kept.fields["reason"] = to_latin1_json(why);
    }
    return {kept};
  }

  const ReplaySetup& setup_;
  const std::vector<Event>& events_;
  Replayed out_;
};

void Replayed::write(const std::vector<Event>& events, record::Sink& sink) const {
  for (std::size_t i = 0; i < events.size(); ++i) {
    const auto found = instead_.find(i);
    if (events[i].type == "run.begin") {
      auto begin = events[i];
      begin.fields["judged"] = judged_;
      sink.append(begin);
    } else if (found == instead_.end()) {
      sink.append(events[i]);
    } else {
      for (const auto& event : found->second) sink.append(event);
    }
  }
}

Result<Replayed> replay(const ReplaySetup& setup, const std::vector<Event>& events) {
  const auto form = events.empty() ? json() : events.front().fields.value("tape", json());
  if (form != record::kTapeForm)
    return fail(
        Fault::usage,
        fmt::format("run the cases of {} again: it holds no tape of what the doors answered, as records "
                    "of earlier versions do not",
                    setup.record.string()),
        "--as-recorded tells what it says as it stands; or run again with this attest");
  Replayer replayer(setup, events);
  if (auto ok = replayer.go(); !ok) return tl::unexpected(ok.error());
  return replayer.result();
}

}  // namespace attest::runner
