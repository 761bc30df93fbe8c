// The correct device passes everything, and nothing that it says is unexplained.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "suites/self/support/program.hpp"

namespace attest::self {
namespace {
using testing::AnyOf;
using testing::IsEmpty;

TEST(CorrectDevice, PassesEveryCaseWithNothingUnexplained) {
  const TempDir out("attest-verdicts");
  auto arguments = in_a_hurry();
  arguments.insert(arguments.end(), {"--set", "facts.body_limit=1048576"});  // a line without a rate carries that
  const auto run = attest_run(arguments, out.path() / "run");
  EXPECT_EQ(run.said.exit, 0) << run.said.out << run.said.err;
  for (const char* verdict : {"none", "inconc", "fail", "error"})
    EXPECT_THAT(run.cases(verdict), IsEmpty()) << verdict;
  EXPECT_THAT(run.result.at("deviations"), IsEmpty());
  EXPECT_GT(run.cases("pass").size(), 450U);
  EXPECT_EQ(read_file(out.path() / "run" / "record.jsonl")->find("\"e\":\"unexplained\""), std::string::npos);
}

/// The limit is far from anything that the device does, whatever else this machine does.
RunResult at_with_budget(const std::string& budget, const TempDir& out) {
  return attest_run({"--select", "GEN-14", "--set", "budgets.GEN-14=" + budget}, out.path() / "run");
}

TEST(Budget, DecidesOnItsRequirement) {
  const TempDir one("attest-verdicts"), other("attest-verdicts");
  const auto broken = at_with_budget(R"({ limit = 1, unit = "us", of = "min" })", one);
  const auto& told = broken.result.at("measurements").at(0);
  // A limit below the uncertainty of a loaded machine is too close to be told; never is it kept.
  EXPECT_THAT(broken.said.exit, AnyOf(1, 3)) << broken.said.out;
  EXPECT_EQ(told.at("of"), "min");
  EXPECT_DOUBLE_EQ(told.at("limit").get<double>(), 0.001);
  EXPECT_GT(told.at("u").get<double>(), 0);
  const auto kept = at_with_budget(R"({ limit = 30, unit = "s" })", other);
  EXPECT_EQ(kept.said.exit, 0) << kept.said.out;
}

}  // namespace
}  // namespace attest::self
