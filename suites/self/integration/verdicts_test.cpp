// The correct device passes everything; each personality fails, exactly in the requirement that it names.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>

#include "suites/self/support/program.hpp"

namespace attest::self {
namespace {
using testing::ElementsAre;
using testing::IsEmpty;

TEST(CorrectDevice, PassesEveryCaseWithNothingUnexplained) {
  const TempDir out("attest-verdicts");
  const auto run = attest_run(in_a_hurry(), out.path() / "run");
  EXPECT_EQ(run.said.exit, 0) << run.said.out << run.said.err;
  for (const char* verdict : {"none", "inconc", "fail", "error"}) EXPECT_THAT(run.cases(verdict), IsEmpty()) << verdict;
  EXPECT_THAT(run.result.at("deviations"), IsEmpty());
  EXPECT_GT(run.cases("pass").size(), 150U);
  EXPECT_EQ(read_file(out.path() / "run" / "record.jsonl")->find("\"e\":\"unexplained\""), std::string::npos);
}

struct Personality {
  std::string name, requirement;
};

std::vector<Personality> personalities() {
  std::vector<Personality> all;
  const auto said = run_program({built("bk7238-virtual"), "--list-personalities", "--json"});
  const auto list = nlohmann::json::parse(said.out, nullptr, false);
  if (!list.is_object()) return all;
  for (const auto& one : list.at("personalities")) all.push_back({one.at("name"), one.at("requirement")});
  return all;
}

class Fault : public testing::TestWithParam<Personality> {};

TEST_P(Fault, FailsExactlyTheRequirementThatItBreaks) {
  const TempDir out("attest-verdicts");
  auto arguments = in_a_hurry();
  arguments.insert(arguments.end(), {"--personality", GetParam().name});
  const auto run = attest_run(arguments, out.path() / "run");
  EXPECT_EQ(run.said.exit, 1) << run.said.out << run.said.err;
  EXPECT_THAT(run.requirements("fail"), ElementsAre(GetParam().requirement)) << run.said.out;
  EXPECT_THAT(run.requirements("error"), IsEmpty()) << run.said.out;
}

std::string test_name(const testing::TestParamInfo<Personality>& info) {
  std::string name = info.param.name;
  std::replace_if(name.begin(), name.end(), [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Personality, Fault, testing::ValuesIn(personalities()), test_name);

TEST(Personalities, AreAtLeastTwentyOfManyRequirements) {
  std::set<std::string> requirements;
  for (const auto& one : personalities()) requirements.insert(one.requirement);
  EXPECT_GE(personalities().size(), 20U);
  EXPECT_GE(requirements.size(), 20U);
}

}  // namespace
}  // namespace attest::self
