// What the profile does not claim: none, not applicable, and no reason for any exit code.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/spec/judgement_testing.hpp"

namespace attest::spec {
namespace {
using namespace testing;

constexpr const char* kWhy = "not applicable: profile p does not claim HTTPGETSIZE (claims.commands)";

Script& not_claimed(Script& script, const std::string& id) {
  return script.put("case.inapplicable", {{"case", id}, {"reason", kWhy}});
}

TEST(NotApplicable, IsACaseThatWasNotRunForThatReason) {
  Script script;
  script.run({{"A.A", {"HC-01"}}, {"A.B", {"GS-01", "GEN-01"}}});
  not_claimed(script, "A.B");
  const auto j = judged(script.passing("A.A", {"HC-01", "GEN-01"}).done());
  EXPECT_EQ(case_of(j, "A.B").verdict, Verdict::none);
  EXPECT_FALSE(case_of(j, "A.B").applicable);
  EXPECT_EQ(case_of(j, "A.B").reason, kWhy);
  EXPECT_TRUE(case_of(j, "A.A").applicable);
  EXPECT_FALSE(requirement_of(j, "GS-01").applicable);
  EXPECT_TRUE(requirement_of(j, "GEN-01").applicable) << "another case has judged it";
  EXPECT_TRUE(requirement_of(j, "GS-02").applicable) << "nobody has said anything of it";
  EXPECT_EQ(j.exit_code, 0) << j.decision;
}

TEST(NotApplicable, IsACaseThatFoundOutOnItsWay) {
  Script script;
  script.run({{"A.A", {"HC-01"}}, {"A.B", {"GEN-01"}}}).passing("A.A", {"HC-01"});
  script.begin("A.B", {"GEN-01"}).check("A.B", "GEN-01");
  not_claimed(script, "A.B");
  const auto j = judged(script.end("A.B", "none", kWhy).done());
  EXPECT_EQ(case_of(j, "A.B").verdict, Verdict::none);
  EXPECT_FALSE(case_of(j, "A.B").applicable);
  EXPECT_FALSE(requirement_of(j, "GEN-01").applicable);
  EXPECT_EQ(j.exit_code, 0) << j.decision;
}

TEST(NotApplicable, HidesNoFailure) {
  Script script;
  script.run({{"A.B", {"GEN-01"}}}).begin("A.B", {"GEN-01"}).check("A.B", "GEN-01", "fail");
  not_claimed(script, "A.B");
  const auto j = judged(script.end("A.B", "fail", "").done());
  EXPECT_EQ(case_of(j, "A.B").verdict, Verdict::fail);
  EXPECT_TRUE(case_of(j, "A.B").applicable);
  EXPECT_EQ(j.exit_code, 1);
}

TEST(NotApplicable, AloneIsNeverAPass) {
  Script script;
  script.run({{"A.B", {"GS-01"}}});
  not_claimed(script, "A.B");
  const auto j = judged(script.done());
  EXPECT_EQ(j.exit_code, 3);
  EXPECT_THAT(j.decision, HasSubstr("claims.commands"));
}

}  // namespace
}  // namespace attest::spec
