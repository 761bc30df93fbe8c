// What hides behind a failure, and whose a provoked departure is: rules of judgement.hpp, each with a record.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/spec/judgement_testing.hpp"

namespace attest::spec {
namespace {
using namespace testing;
using enum record::Verdict;

// HC-36 (a chunked body) presumes HC-11 (a body).
Script chunked_fails_and_plain(const std::string& verdict) {
  Script script;
  script.run({{"Plain.Body", {"HC-11"}}, {"Chunked.Body", {"HC-36"}}});
  script.begin("Chunked.Body", {"HC-36"}).check("Chunked.Body", "HC-36", "fail").end("Chunked.Body", "fail");
  script.begin("Plain.Body", {"HC-11"}).check("Plain.Body", "HC-11", verdict).end("Plain.Body", verdict);
  return std::move(script.done());
}

TEST(AFailedCheck, ProvesNothingWhileWhatItPresumesFails) {
  const auto j = judged(chunked_fails_and_plain("fail"));
  EXPECT_EQ(requirement_of(j, "HC-11").verdict, fail);
  EXPECT_EQ(requirement_of(j, "HC-36").verdict, inconc);
  ASSERT_FALSE(case_of(j, "Chunked.Body").attempts.empty());
  EXPECT_THAT(case_of(j, "Chunked.Body").attempts[0].checks[0].got, HasSubstr("while HC-11 fails"));
}

TEST(AFailedCheck, CountsWhereWhatItPresumesPasses) {
  const auto j = judged(chunked_fails_and_plain("pass"));
  EXPECT_EQ(requirement_of(j, "HC-36").verdict, fail);
  EXPECT_EQ(case_of(j, "Chunked.Body").verdict, fail);
}

TEST(AFailedCheck, IsNotHiddenByOneThatIsHiddenItself) {
  // GS-10 presumes GS-02 presumes nothing; HC-16 presumes HC-14 presumes HC-18.
  Script script;
  script.run({{"A.A", {"HC-14", "HC-16", "HC-18"}}}).begin("A.A", {"HC-14", "HC-16", "HC-18"});
  for (const char* id : {"HC-14", "HC-16", "HC-18"}) script.check("A.A", id, "fail");
  const auto j = judged(script.end("A.A", "fail").done());
  EXPECT_EQ(requirement_of(j, "HC-18").verdict, fail);
  EXPECT_EQ(requirement_of(j, "HC-14").verdict, inconc);
  EXPECT_EQ(requirement_of(j, "HC-16").verdict, inconc) << "by HC-18, which it presumes too";
}

TEST(AFailedCheck, ThatStandsAloneIsHiddenByNothing) {
  Script script;
  script.run({{"A.A", {"HC-11", "HC-36"}}}).begin("A.A", {"HC-11", "HC-36"}).check("A.A", "HC-11", "fail");
  script.put("check", {{"case", "A.A"},
                       {"requirement", "HC-36"},
                       {"verdict", "fail"},
                       {"what", "a body"},
                       {"owed", "5"},
                       {"got", "4"},
                       {"alone", true}});
  const auto j = judged(script.end("A.A", "fail").done());
  EXPECT_EQ(requirement_of(j, "HC-36").verdict, fail);
}

// The device was found broken after A.A, which is made again on the restarted device.
Script& made_again(Script& script, const std::string& verdict) {
  script.run({{"A.A", {"HC-11"}}}).begin("A.A", {"HC-11"}).check("A.A", "HC-11", "fail");
  script.put("unfit", {{"case", "A.A"}, {"what", "AT is answered ERROR"}}).end("A.A", "fail");
  return script.begin("A.A", {"HC-11"}).check("A.A", "HC-11", verdict).end("A.A", verdict).done();
}

TEST(AFailedCheck, ProvesNothingOnADeviceThatWasBrokenBefore) {
  Script script;
  const auto j = judged(made_again(script, "pass"));
  EXPECT_EQ(requirement_of(j, "HC-11").verdict, inconc);
  EXPECT_EQ(case_of(j, "A.A").verdict, inconc);
  EXPECT_THAT(case_of(j, "A.A").reason, HasSubstr("restarted"));
}

TEST(AFailedCheck, CountsWhereTheCaseItselfBreaksTheDevice) {
  Script script;
  const auto j = judged(made_again(script, "fail"));
  EXPECT_EQ(requirement_of(j, "HC-11").verdict, fail);
}

TEST(AReading, IsToldOnceAndInTheOrderOfTheErrata) {
  Script script;
  script.run({{"A.A", {"HC-11"}}}).begin("A.A", {"HC-11"}).check("A.A", "HC-11");
  for (const char* id : {"E10", "E9", "E10"})
    script.put("reading", {{"case", "A.A"}, {"erratum", id}, {"found", "so"}});
  const auto j = judged(script.end("A.A").done());
  ASSERT_EQ(j.errata.size(), 2U);
  EXPECT_EQ(j.errata[0].erratum, "E9");
  EXPECT_EQ(j.errata[1].erratum, "E10");
}

Script& provoked(Script& script, const std::string& id, const std::string& blamed) {
  return script.put("deviation", {{"case", id},
                                  {"id", "final-missing"},
                                  {"requirement", "GEN-02"},
                                  {"blamed", blamed},
                                  {"summary", "s"},
                                  {"evidence", ""},
                                  {"exchange", 1}});
}

TEST(AProvokedDeparture, BelongsToTheRequirementOfItsCase) {
  Script script;
  script.run({{"A.A", {"GEN-06"}}}).begin("A.A", {"GEN-06"}).check("A.A", "GEN-06", "inconc");
  const auto j = judged(provoked(script, "A.A", "GEN-06").end("A.A", "inconc").done());
  EXPECT_EQ(requirement_of(j, "GEN-06").verdict, fail);
  EXPECT_EQ(requirement_of(j, "GEN-02").verdict, none);
  EXPECT_EQ(case_of(j, "A.A").verdict, fail);
}

TEST(AProvokedDeparture, IsTheGeneralRulesWhereItAlsoComesUnprovoked) {
  Script script;
  script.run({{"A.A", {"GEN-06"}}, {"A.B", {"HC-02"}}})
      .begin("A.A", {"GEN-06"})
      .check("A.A", "GEN-06", "inconc");
  provoked(script, "A.A", "GEN-06").end("A.A", "inconc").begin("A.B", {"HC-02"}).check("A.B", "HC-02");
  const auto j = judged(script.deviation("A.B", "final-missing", "GEN-02").end("A.B").done());
  EXPECT_EQ(requirement_of(j, "GEN-02").verdict, fail);
  EXPECT_EQ(requirement_of(j, "GEN-06").verdict, inconc);
}

}  // namespace
}  // namespace attest::spec
