// What `attest run` shows on a terminal, and what it does not show where there is none.
#include <fcntl.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <pty.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "harness/base/text.hpp"
#include "suites/self/support/program.hpp"

namespace attest::self {
namespace {
using namespace std::chrono_literals;
using namespace testing;

/// Both ends of a pseudo-terminal of so many columns.
struct Terminal {
  explicit Terminal(unsigned short columns) {
    winsize size{24, columns, 0, 0};
    int a = -1, b = -1;
    EXPECT_EQ(openpty(&a, &b, nullptr, nullptr, &size), 0);
    far = Fd(a);
    near = Fd(b);
    EXPECT_EQ(fcntl(far.get(), F_SETFL, O_NONBLOCK), 0);
  }
  void take(std::string& to) const {
    pollfd ready{far.get(), POLLIN, 0};
    (void)poll(&ready, 1, 50);
    char some[4096];
    for (ssize_t got; (got = read(far.get(), some, sizeof some)) > 0;)
      to.append(some, static_cast<std::size_t>(got));
  }
  Fd far, near;
};

struct Shown {
  int exit = -1;
  std::string terminal;  ///< what was said to it
  std::string out;
};

/// `attest run …` as the shell is told to run it: 3 is the terminal, $out a file.
Shown on_terminal(unsigned short columns, const std::vector<std::string>& options,
                  const std::vector<std::string>& environment = {"TERM=xterm"},
                  const std::string& how = "exec \"$@\" 2>&3 >\"$out\"") {
  const TempDir dir("attest-terminal");
  const Terminal terminal(columns);
  std::vector<std::string> argv{"/bin/sh",
                                "-c",
                                "out=$1; shift; " + how,
                                "sh",
                                (dir.path() / "stdout").string(),
                                built("attest"),
                                "run",
                                "--out",
                                (dir.path() / "out").string()};
  for (const auto& more : {in_a_hurry(), options}) argv.insert(argv.end(), more.begin(), more.end());
  auto child = must(Subprocess::start(argv, {.pass_fds = {terminal.near.get()}, .environment = environment}));
  Shown out;
  std::optional<int> status;
  for (const auto until = Deadline::in(steady_clock(), 2min); !status && !until.passed(steady_clock());) {
    terminal.take(out.terminal);
    status = child.wait(Deadline::in(steady_clock(), 0ms));
  }
  terminal.take(out.terminal);
  if (status && WIFEXITED(*status)) out.exit = WEXITSTATUS(*status);
  out.out = read_file(dir.path() / "stdout").value_or("");
  return out;
}

/// Without colours, at each line end and where it is written over.
std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> out(1);
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\x1b')
      i = std::min(text.find_first_of("mK", i), text.size());
    else if (text[i] == '\r' || text[i] == '\n')
      out.emplace_back();
    else
      out.back() += text[i];
  }
  return out;
}

/// Of what this program says here, no character is wide: those that begin count.
std::size_t columns_in(const std::string& line) {
  return static_cast<std::size_t>(std::count_if(
      line.begin(), line.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

TEST(OnATerminal, NoLineIsWiderThanIt) {
  for (const auto columns : std::array<unsigned short, 2>{40, 120}) {
    const auto shown = on_terminal(columns, {"--select", "General*"});
    EXPECT_EQ(shown.exit, 0);
    EXPECT_THAT(shown.terminal, AllOf(HasSubstr("\x1b[32mPASS"), ContainsRegex("/[0-9]+\\] running [A-Z]")));
    for (const auto& line : lines_of(shown.terminal)) EXPECT_LE(columns_in(line), columns) << line;
    EXPECT_THAT(shown.out, Not(HasSubstr("\x1b"))) << "a file has no colours";
  }
}

TEST(OnATerminal, TheSummaryHasColoursAndItsWidthToo) {
  for (const auto columns : std::array<unsigned short, 2>{80, 140}) {
    const auto shown = on_terminal(columns, {"--select", "HC-10", "--personality", "size-in-brackets"},
                                   {"TERM=xterm"}, "exec \"$@\" 2>/dev/null >&3");
    EXPECT_EQ(shown.exit, 1);
    EXPECT_THAT(shown.terminal, HasSubstr("\x1b[1;31mFAIL\x1b[0m: "));
    auto lines = lines_of(shown.terminal);
    std::erase_if(lines, [](const auto& line) { return line.find("result.json") != std::string::npos; });
    const auto widest = std::max_element(lines.begin(), lines.end(), [](const auto& a, const auto& b) {
      return columns_in(a) < columns_in(b);
    });
    EXPECT_LE(columns_in(*widest), columns) << *widest;
    EXPECT_GE(columns_in(*widest), columns - 20) << *widest;
  }
}

TEST(OnATerminal, NoColourMeansNone) {
  const auto shown = on_terminal(80, {"--select", "GEN-14"}, {"TERM=xterm", "NO_COLOR=1"});
  EXPECT_THAT(shown.terminal, AllOf(HasSubstr("PASS"), HasSubstr("running"),
                                    Not(HasSubstr("\x1b["
                                                  "3")),
                                    Not(HasSubstr("\x1b["
                                                  "2m"))));
}

TEST(OnATerminal, ThatIsDumbNothingIsWrittenOver) {
  const auto shown = on_terminal(80, {"--select", "GEN-14"}, {"TERM=dumb"});
  EXPECT_THAT(shown.terminal, AllOf(HasSubstr("PASS"), Not(HasSubstr("running")), Not(HasSubstr("\x1b"))));
}

TEST(OnATerminal, QuietAndJsonSayNothing) {
  EXPECT_EQ(on_terminal(80, {"--select", "GEN-14", "--quiet"}).terminal, "");
  const auto json = on_terminal(80, {"--select", "GEN-14", "--json"});
  EXPECT_EQ(json.terminal, "");
  EXPECT_EQ(nlohmann::json::parse(json.out).at("schema"), "attest-result-1");
}

TEST(AHistory, TellsARunHowLongItWillTake) {
  const TempDir dir("attest-terminal");
  const auto db = (dir.path() / "history.db").string();
  auto arguments = in_a_hurry();
  arguments.insert(arguments.end(), {"--select", "GEN-14"});
  ASSERT_EQ(attest_run(arguments, dir.path() / "run").said.exit, 0);
  ASSERT_EQ(
      run_program({built("attest"), "history", "import", "--db", db, (dir.path() / "run").string()}).exit, 0);
  const auto first_of = [](const Shown& shown) {
    const auto at = shown.terminal.find("running");
    return shown.terminal.substr(at, shown.terminal.find('\r', at) - at);
  };
  const std::vector<std::string> select{"--select", "GEN-14"};
  auto named = select;
  named.insert(named.end(), {"--history", db});
  EXPECT_THAT(first_of(on_terminal(120, named)), HasSubstr(" left"));
  EXPECT_THAT(first_of(on_terminal(120, select)), Not(HasSubstr(" left")));
}

TEST(AHistory, ThatIsNamedMustBeThere) {
  const auto said =
      run_program({built("attest"), "run", "--select", "GEN-14", "--history", "/nowhere/history.db"});
  EXPECT_EQ(said.exit, 2);
  EXPECT_THAT(said.err, HasSubstr("/nowhere/history.db"));
}

TEST(AHistory, OfTheUserThatCannotBeReadIsTold) {
  const TempDir dir("attest-terminal");
  const auto db = dir.path() / "history.db";
  must(write_file_whole(
      db, "this is no database, and longer than a header of SQLite's, which has a hundred bytes......"));
  const auto said =
      run_program({"/usr/bin/env", "ATTEST_HISTORY=" + db.string(), built("attest"), "run", "--baud", "0",
                   "--devices", "1", "--select", "GEN-14", "--out", (dir.path() / "out").string()});
  EXPECT_EQ(said.exit, 0) << said.err;
  EXPECT_THAT(said.err, HasSubstr("how long cases take is not known"));
}

}  // namespace
}  // namespace attest::self
