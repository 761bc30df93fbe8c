// The last line on a terminal: what it says as time goes on, and that nothing is ever wider than the
// terminal.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <pty.h>
#include <unistd.h>

#include <cstdlib>

#include "harness/base/bytes.hpp"
#include "harness/record/testing.hpp"
#include "reports/console/columns.hpp"
#include "reports/console/hostile_testing.hpp"
#include "reports/console/progress.hpp"
#include "reports/console/shown_testing.hpp"
#include "reports/schema/made_up_run.hpp"

namespace attest::reports {
namespace {
using namespace std::chrono_literals;
using namespace testing;
using record::Script;

/// A terminal's far end: what is written on the near one comes out of it.
class Terminal {
 public:
  explicit Terminal(unsigned short columns) {
    winsize size{24, columns, 0, 0};
    int near = -1;
    EXPECT_EQ(openpty(&far_, &near, nullptr, nullptr, &size), 0);
    stream_ = fdopen(near, "w");
    setenv("TERM", "xterm", 1);
    unsetenv("NO_COLOR");
  }
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;
  ~Terminal() {
    std::fclose(stream_);
    close(far_);
  }
  [[nodiscard]] std::FILE* stream() const { return stream_; }
  void resize(unsigned short columns) const {
    winsize size{24, columns, 0, 0};
    EXPECT_EQ(ioctl(far_, TIOCSWINSZ, &size), 0);
  }
  /// What has been written since it was asked last: until nothing comes for a moment.
  [[nodiscard]] std::string text() const {
    std::string out;
    char some[4096];
    for (pollfd ready{far_, POLLIN, 0}; poll(&ready, 1, 50) > 0;) {
      const auto got = ::read(far_, some, sizeof some);
      if (got <= 0) break;
      out.append(some, static_cast<std::size_t>(got));
    }
    return out;
  }

 private:
  int far_ = -1;
  std::FILE* stream_ = nullptr;
};

/// Without what paints and wipes.
std::string bare(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\x1b')
      i = text.find_first_of("mK", i);
    else
      out += text[i];
  }
  return out;
}

std::size_t widest(const std::string& text) {
  const auto all = bare(text);
  std::size_t most = 0;
  for (std::size_t from = 0, to = 0; from < all.size(); from = to + 1) {
    to = std::min(all.find_first_of("\r\n", from), all.size());
    most = std::max(most, columns_of(std::string_view(all).substr(from, to - from)));
  }
  return most;
}

/// A run's events, and then so much time.
std::string shown(const Script& script, Paper paper, Nanos then = {}, Estimate::Usual usual = {}) {
  const Shown out;
  FakeClock clock;
  Progress progress(out.stream(), paper, clock, std::move(usual));
  for (const auto& event : script.events()) {
    clock.set(event.at);
    progress.take(event);
  }
  clock.advance(then);
  progress.tick();
  return out.text();
}

Paper terminal_of(std::size_t width) {
  return {.width = width, .colours = false, .terminal = true};
}

/// What stands on the last line when the last case has been running for so long.
std::string after(Nanos span, const Script& script, const Estimate::Usual& usual = {},
                  std::size_t width = 100) {
  const auto text = shown(script, terminal_of(width), span, usual);
  return text.substr(text.rfind("\x1b[K") + 3);
}

Script one_of_two() {
  Script script;
  script.run({{"A.A", {"HC-01"}}, {"A.B", {"HC-01"}}}).begin("A.A", {"HC-01"});
  return script;
}

TEST(TheLiveLine, TellsForHowLongACaseHasBeenRunning) {
  EXPECT_EQ(after(0s, one_of_two()), "[0/2] running A.A");
  EXPECT_EQ(after(3200ms, one_of_two()), "[0/2] running A.A (3.2 s)");
  EXPECT_EQ(after(75s, one_of_two()), "[0/2] running A.A (75 s)");
}

TEST(TheLiveLine, TellsHowLongTheRestTakesWhereItIsKnown) {
  const Estimate::Usual usual{{"A.A", 30s}, {"A.B", 220s}};
  EXPECT_EQ(after(5s, one_of_two(), usual), "[0/2] running A.A (5.0 s) · about 4 min left");
}

TEST(TheLiveLine, OfSeveralDevicesTellsWhatHasBeenRunningLongest) {
  auto script = one_of_two();
  script.on("dut1").begin("A.B", {"HC-01"});
  EXPECT_EQ(after(2s, script), "[0/2] running A.A (2.0 s) and 1 more");
}

TEST(TheLiveLine, LeavesOutWhatMattersLeastWhereThereIsNoRoom) {
  Script script;
  const std::string id = "HttpClientGet.DeliversBinaryBodies/nul";
  script.run({{id, {"HC-01"}}}).begin(id, {"HC-01"});
  const Estimate::Usual usual{{id, 240s}};
  EXPECT_EQ(after(5s, script, usual, 60), "[0/1] running HttpClientGet.Del… (5.0 s) · about 4 min left");
  EXPECT_EQ(after(5s, script, usual, 40), "[0/1] HttpClientGet… · about 4 min left");
  EXPECT_EQ(after(5s, script, usual, 30), "[0/1] HttpClientGet.Delivers…");
  EXPECT_EQ(after(5s, script, usual, 8), "[0/1]");
}

TEST(TheLiveLine, FitsEveryWidthWithWideCharactersToo) {
  Script script;
  const std::string id = "HttpClientGet.DeliversBodies/漢字漢字🚀🚀";
  script.run({{id, {"HC-01"}}})
      .begin(id, {"HC-01"})
      .check(id, "HC-01", "fail", id + id, id + id)
      .end(id, "fail");
  script.begin(id, {"HC-01"}, 2);
  script.put("fault", {{"fault", "bench"}, {"what", id + " " + id}, {"cure", id}, {"device", "dut9"}});
  for (std::size_t width = 2; width < 130; ++width) {
    auto paper = terminal_of(width);
    paper.colours = width % 2 == 0;
    EXPECT_LE(widest(shown(script, paper, 30s, {{id, 90s}})), width) << width;
  }
}

TEST(TheLiveLine, FollowsTheTerminalWhenItIsResized) {
  const Terminal terminal(120);
  Progress progress(terminal.stream(), Estimate::Usual{{"HttpClientGet.DeliversTheBody", 100s}});
  const auto script = made_up_run();
  for (const auto& event : script.events()) progress.take(event);
  EXPECT_THAT(widest(terminal.text()), AllOf(Le(120U), Gt(60U)));
  terminal.resize(30);
  for (const auto& event : script.events()) progress.take(event);
  EXPECT_THAT(widest(terminal.text()), Le(30U));
}

TEST(TheLiveLine, IsDrawnAnewByItself) {
  const Terminal terminal(80);
  {
    Progress progress(terminal.stream());
    Script script;
    script.run({{"A.A", {"HC-01"}}});
    progress.take(script.events()[0]);
    progress.take({steady_clock().now() - 5s, "case.begin", {{"case", "A.A"}, {"device", "dut0"}}});
    std::string said;
    for (int i = 0; i < 200 && said.find("(6.") == std::string::npos; ++i) said += terminal.text();
    EXPECT_THAT(said, AllOf(HasSubstr("running A.A (5."), HasSubstr("running A.A (6.")));
  }
  EXPECT_THAT(terminal.text(), EndsWith("\r\x1b[K"));
}

Script hostile_run(const std::string& evil) {
  Script script;
  script.run({{"A." + evil, {"HC-01"}}});
  script.put("device", {{"device", evil}, {"link", evil}, {"virtual", true}, {"firmware", evil}});
  script.begin("A." + evil, {"HC-01"}).check("A." + evil, "HC-01", "fail", evil, evil);
  script.end("A." + evil, "fail").blocked("A.B", evil);
  script.put("recover", {{"device", evil}, {"rung", "restart"}, {"worked", false}});
  return script.put("fault", {{"fault", evil}, {"what", evil}, {"cure", evil}, {"device", evil}});
}

TEST(TheLiveLine, AndAllOthersAreInertWhateverADeviceSays) {
  for (const auto& evil : hostile_texts()) {
    const auto text = shown(hostile_run(evil), {.width = 200});
    EXPECT_EQ(acts_on_a_terminal(text), "") << visible(text, 2000);
  }
}

TEST(TheLiveLine, AndAllOthersAreShortWhenADeviceSaysAMegabyte) {
  const auto run = hostile_run(std::string(1 << 20, 'x'));
  EXPECT_LE(widest(shown(run, terminal_of(120))), 120U);
  const auto in_a_file = shown(run, {});
  EXPECT_LE(widest(in_a_file), 1000U);
  EXPECT_LE(in_a_file.size(), 10'000U);
}

}  // namespace
}  // namespace attest::reports
