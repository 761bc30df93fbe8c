// The case host: runs cases against one device on the runner's orders (harness/runner/host.hpp has the
// protocol).
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <csignal>
#include <cstdio>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "harness/base/bytes.hpp"
#include "suites/support/case.hpp"
#include "suites/support/listener.hpp"
#include "suites/support/pipe_sink.hpp"
#include "suites/support/stage.hpp"

namespace attest::suites {
namespace {

constexpr int kEventsFd = 3;

nlohmann::json listing() {
  auto all = nlohmann::json::array();
  for (const auto& one : cases())
    all.push_back({{"id", one.id}, {"requirements", one.requirements}, {"quick", one.quick}});
  return {{"cases", std::move(all)}};
}

Result<StageSetup> setup_from(const nlohmann::json& order) {
  auto profile = spec::Profile::from_json(order.at("profile"));
  if (!profile) return tl::unexpected(profile.error());
  StageSetup setup;
  setup.device = order.at("device").get<std::string>();
  setup.bench = lab::bench_from_json(order.at("bench"));
  setup.virtual_device = lab::virtual_options_from_json(order.at("virtual_device"));
  setup.profile = std::move(*profile);
  setup.seed = order.value("seed", std::uint64_t{0});
  setup.key_log = order.value("key_log", std::string());
  setup.keys = order.value("keys", std::string());
  setup.link_returns_within = std::chrono::milliseconds(order.value("link_returns_within_ms", 0));
  return setup;
}

class Host {
 public:
  int serve() {
    std::string line;
    while (std::getline(std::cin, line)) {
      const auto order = nlohmann::json::parse(line);
      if (order.contains("quit")) return 0;
      if (order.contains("open")) open(order["open"]);
      if (order.contains("run"))
        run(order["run"].get<std::string>(), order.value("attempt", 1), order.value("place", std::size_t{0}));
    }
    return 0;
  }

 private:
  void tell(const std::string& type, nlohmann::json fields = nlohmann::json::object()) {
    sink_.append({steady_clock().now(), type, std::move(fields)});
  }

  void dead(const Error& cause, bool lost = false) {
    tell("host.dead",
         {{"what", to_latin1_json(cause.what)}, {"cure", to_latin1_json(cause.cure)}, {"lost", lost}});
  }

  /// The device answers, and what is to be known before it is given a case.
  void idle(const char* type) {
    auto fields = nlohmann::json::object();
    if (const auto& why = stage_->unreachable()) fields["unwell"] = to_latin1_json(why->what);
    tell(type, std::move(fields));
  }

  [[nodiscard]] Result<std::unique_ptr<Tape>> tape_from(const nlohmann::json& order) {
    if (!order.contains("replay")) return std::make_unique<Tape>(sink_, steady_clock());
    const auto& replay = order["replay"];
    return Tape::of({replay.at("record").get<std::string>(), replay.at("host").get<std::size_t>()}, sink_);
  }

  /// Without what holds for a whole host no part of it can be gone through again.
  [[nodiscard]] Result<std::unique_ptr<Stage>> opened(StageSetup setup, std::unique_ptr<Tape> tape) {
    if (!tape->replays()) try {
        return Stage::open(std::move(setup), sink_, std::move(tape));
      } catch (const lab::LinkLost& lost) {
        lost_ = true;
        return tl::unexpected(lost.error());
      }
    try {
      return Stage::open(std::move(setup), sink_, std::move(tape));
    } catch (const std::exception& wrong) {
      return fail(Fault::usage, wrong.what());
    }
  }

  /// What stands in a record's head may be of any form.
  [[nodiscard]] static Result<StageSetup> setup_in(const nlohmann::json& order) try {
    return setup_from(order);
  } catch (const nlohmann::json::exception& wrong) {
    return fail(Fault::usage, fmt::format("bench, profile or device are not understood: {}", wrong.what()));
  }

  void open(const nlohmann::json& order) {
    shift_steady_clock(Nanos(order.value("clock_shift_ns", std::int64_t{0})));
    auto setup = setup_in(order);
    if (!setup) return dead(setup.error());
    auto tape = tape_from(order);
    if (!tape) return dead(tape.error());
    auto stage = opened(std::move(*setup), std::move(*tape));
    if (!stage) return dead(stage.error(), lost_);
    stage_ = std::move(*stage);
    Stage::current = stage_.get();
    if (const auto& why = stage_->tape().diverged()) tell("host.diverged", {{"what", to_latin1_json(*why)}});
    auto& listeners = ::testing::UnitTest::GetInstance()->listeners();
    delete listeners.Release(listeners.default_result_printer());
    listener_ = new Listener(*stage_);
    listeners.Append(listener_);  // which owns it from here on
    idle("host.ready");
  }

  /// A case after which the device is found broken is made again on the restarted device: if it fails there
  /// too, the case tells; if not, what the device had gone through before told.
  void run(const std::string& id, int attempt, std::size_t place) {
    stage_->begin_order(id, attempt, place);
    const bool goes_on = on_devices(id, attempt);
    stage_->end_order();
    const auto& diverged = stage_->tape().diverged();
    if (diverged) tell("host.diverged", {{"what", to_latin1_json(*diverged)}});
    if (diverged || goes_on) return idle("host.idle");
    dead(listener_->dead().value_or(Error{Fault::bench, fmt::format("the case host has no case {}", id),
                                          "build again: tools/dev/build"}),
         listener_->lost());
  }

  /// False: nothing more can be run.
  bool on_devices(const std::string& id, int attempt) {
    if (!once(id, attempt)) return false;
    if (!stage_->was_unfit()) return true;
    if (!once(id, attempt)) return false;
    if (stage_->recorder().verdict() != record::Verdict::fail) wore_out(id);
    return true;
  }

  void wore_out(const std::string& id) {
    stage_->recorder().put(
        "deviation", {{"id", "wears-out"},
                      {"requirement", "GEN-13"},
                      {"summary", "after many commands the device fails until it is restarted"},
                      {"evidence", fmt::format("{} failed, and AT with it; restarted, both are right", id)},
                      {"case", id}});
  }

  /// False: nothing more can be run.
  bool once(const std::string& id, int attempt) {
    listener_->attempt(attempt);
    GTEST_FLAG_SET(filter, id);
    if (RUN_ALL_TESTS() != 0) { /* the listener has written why */
    }
    if (::testing::UnitTest::GetInstance()->test_to_run_count() == 1) return !listener_->dead();
    if (stage_->tape().replays()) stage_->tape().doubt("this attest has no such case");
    return false;
  }

  PipeSink sink_{kEventsFd};
  std::unique_ptr<Stage> stage_;
  bool lost_ = false;  ///< the link broke while the device was opened
  Listener* listener_ = nullptr;
};

}  // namespace
}  // namespace attest::suites

int main(int argc, char** argv) {
  using namespace attest::suites;
  ::testing::InitGoogleTest(&argc, argv);
  // An exception that leaves a case is turned into a verdict by the case itself; one from elsewhere is a
  // crash.
  GTEST_FLAG_SET(catch_exceptions, false);
  const std::string what = argc > 1 ? argv[1] : "";
  if (what == "--list") {
    std::puts(listing().dump().c_str());
    return 0;
  }
  if (what == "--serve") {
    std::signal(SIGPIPE, SIG_IGN);
    return Host{}.serve();
  }
  fmt::print(stderr,
             "attest-cases runs conformance cases for `attest run`, which starts it; --list shows them\n");
  return 2;
}
