// A device that does everything wrong at once still gives a complete record, in bounded time, with deviations
// that can be read.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "suites/self/support/program.hpp"

namespace attest::self {
namespace {

using testing::IsEmpty;
using testing::Not;

std::vector<std::string> personalities_of(const std::string& family) {
  std::vector<std::string> out;
  const auto list = nlohmann::json::parse(
      run_program({built("bk7238-virtual"), "--list-personalities", "--json"}).out, nullptr, false);
  if (!list.is_object()) return out;
  for (const auto& one : list.at("personalities"))
    if (one.at("requirement").get<std::string>().starts_with(family))
      out.insert(out.end(), {"--personality", one.at("name").get<std::string>()});
  return out;
}

/// The faults of a family of requirements, and the cases that meet them: each costs a deadline and the
/// ladder.
struct Family {
  const char* name;
  std::vector<std::string> selection;
};

void PrintTo(const Family& family, std::ostream* out) {
  *out << family.name;
}

class WorstDevice : public testing::TestWithParam<Family> {};

TEST_P(WorstDevice, EndsInACompleteRecord) {
  const TempDir out("attest-worst");
  auto arguments = in_a_hurry();
  const auto faults = personalities_of(GetParam().name);
  ASSERT_THAT(faults, Not(IsEmpty()));
  arguments.insert(arguments.end(), faults.begin(), faults.end());
  arguments.insert(arguments.end(), {"--quick", "--seed", "1"});
  for (const auto& one : GetParam().selection) arguments.insert(arguments.end(), {"--select", one});
  const auto run = attest_run(arguments, out.path() / "run");
  EXPECT_EQ(run.said.exit, 1) << run.said.out << run.said.err;
  EXPECT_THAT(run.requirements("fail"), Not(IsEmpty()));
  EXPECT_EQ(run.result.at("run").at("ended"), "done") << run.said.out;
  for (const auto& one : run.result.at("deviations"))
    EXPECT_THAT(one.at("evidence"), Not(IsEmpty())) << one.dump();
}

INSTANTIATE_TEST_SUITE_P(AllFaultsOf, WorstDevice,
                         testing::Values(Family{"HC", {"HC-0*"}}, Family{"GS", {"GS-*"}},
                                         Family{"CP", {"CP-*"}}),
                         [](const auto& one) { return std::string(one.param.name); });

}  // namespace
}  // namespace attest::self
