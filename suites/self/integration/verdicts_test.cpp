// The correct device passes everything, and nothing that it says is unexplained.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "suites/self/support/program.hpp"

namespace attest::self {
namespace {
using testing::IsEmpty;

TEST(CorrectDevice, PassesEveryCaseWithNothingUnexplained) {
  const TempDir out("attest-verdicts");
  const auto run = attest_run(in_a_hurry(), out.path() / "run");
  EXPECT_EQ(run.said.exit, 0) << run.said.out << run.said.err;
  for (const char* verdict : {"none", "inconc", "fail", "error"})
    EXPECT_THAT(run.cases(verdict), IsEmpty()) << verdict;
  EXPECT_THAT(run.result.at("deviations"), IsEmpty());
  EXPECT_GT(run.cases("pass").size(), 150U);
  EXPECT_EQ(read_file(out.path() / "run" / "record.jsonl")->find("\"e\":\"unexplained\""), std::string::npos);
}

}  // namespace
}  // namespace attest::self
