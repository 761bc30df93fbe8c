// A correct device with odd but legal habits is never accused: 50 runs, each with a seed of its own.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "suites/self/support/program.hpp"

namespace attest::self {
namespace {
using testing::IsEmpty;

struct Oddity {
  const char* name;
  std::vector<std::string> habits;
  bool whole_plan;  ///< else the smoke: a habit that pauses makes the whole plan long
  int seeds;
};

void PrintTo(const Oddity& oddity, std::ostream* out) {
  *out << oddity.name;
}

class Habit : public testing::TestWithParam<Oddity> {};

TEST_P(Habit, IsNeverAccused) {
  for (int seed = 1; seed <= GetParam().seeds; ++seed) {
    const TempDir out("attest-habits");
    auto arguments = in_a_hurry();
    if (!GetParam().whole_plan) arguments.emplace_back("--quick");
    for (const auto& habit : GetParam().habits) arguments.insert(arguments.end(), {"--habit", habit});
    arguments.insert(arguments.end(), {"--seed", std::to_string(seed)});
    const auto run = attest_run(arguments, out.path() / "run");
    EXPECT_EQ(run.said.exit, 0) << "seed " << seed << "\n" << run.said.out << run.said.err;
    EXPECT_THAT(run.cases("fail"), IsEmpty());
    EXPECT_THAT(run.requirements("fail"), IsEmpty());
  }
}

std::string test_name(const testing::TestParamInfo<Oddity>& info) {
  return info.param.name;
}

INSTANTIATE_TEST_SUITE_P(
    Legal, Habit,
    testing::Values(
        Oddity{"OneByteAtATime", {"one-byte-at-a-time"}, false, 5}, Oddity{"Pauses", {"pauses=40"}, false, 5},
        Oddity{"UnsolicitedBetweenLines", {"unsolicited-between-lines"}, true, 5},
        Oddity{"Chatty", {"chatty"}, true, 5}, Oddity{"LeadingCrLf", {"leading-crlf"}, true, 5},
        Oddity{"EchoOffAtStart", {"echo-off-at-start"}, true, 2},
        Oddity{"GetForGetSize", {"get-for-getsize"}, true, 2},
        Oddity{"HeadReportsHeaders", {"head-reports-headers"}, true, 2},
        Oddity{"ErrorOn4xx", {"error-on-4xx"}, true, 2},
        Oddity{"FollowRedirects", {"follow-redirects"}, true, 2},
        Oddity{"KeepAlive", {"keep-alive"}, true, 2}, Oddity{"NoUserAgent", {"no-user-agent"}, true, 1},
        Oddity{"LowercaseHeaders", {"lowercase-headers"}, true, 2},
        Oddity{"AllThatDoNotPause",
               {"unsolicited-between-lines", "leading-crlf", "keep-alive", "chatty", "lowercase-headers"},
               true,
               5},
        Oddity{"AllAtOnce",
               {"one-byte-at-a-time", "pauses=40", "unsolicited-between-lines", "leading-crlf"},
               false,
               5}),
    test_name);

}  // namespace
}  // namespace attest::self
