// Each personality of the virtual device fails, exactly in the requirement that it names: the kill matrix.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>

#include "suites/self/support/program.hpp"

namespace attest::self {
namespace {
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

struct Personality {
  std::string name, requirement;
};

/// A slow device is caught by a budget; a run on an unpaced line and a busy machine judges no budgets.
const std::set<std::string> kJudgedByBudget{"GEN-14", "HC-51", "HC-52", "GS-10", "CP-18"};
/// So many exchanges run into their deadline that the whole plan would take long: what it must fail, and a
/// part of the rest that it must not.
const std::set<std::string> kSlow{"no-final-after-get"};

/// Too much breaks at once for the rest to be right: only that the named requirement fails is asked.
const std::set<std::string> kBroad{"leak-fails", "plain-starts-tls", "no-final-after-get", "waits-for-line-end"};
/// Where an address is all that <host> can be, a device that takes no address there does not use <host> at
/// all.
const std::set<std::string> kSeenAsHc14{"host-ip-refused"};

nlohmann::json listing(const std::vector<std::string>& argv) {
  return nlohmann::json::parse(run_program(argv).out, nullptr, false);
}

std::set<std::string> requirements_with_cases() {
  std::set<std::string> ids;
  const auto matrix = listing({built("attest"), "requirements", "--json"});
  if (!matrix.is_object()) return ids;
  for (const auto& one : matrix.at("requirements"))
    if (!one.at("cases").empty()) ids.insert(one.at("id").get<std::string>());
  return ids;
}

/// Those whose requirement has cases yet: the device is ahead of the suites.
std::vector<Personality> personalities() {
  std::vector<Personality> all;
  const auto covered = requirements_with_cases();
  const auto list = listing({built("bk7238-virtual"), "--list-personalities", "--json"});
  if (!list.is_object()) return all;
  for (const auto& one : list.at("personalities")) {
    Personality personality{one.at("name"), one.at("requirement")};
    if (kSeenAsHc14.contains(personality.name)) personality.requirement = "HC-14";
    if (covered.contains(personality.requirement) && !kJudgedByBudget.contains(personality.requirement))
      all.push_back(personality);
  }
  return all;
}

class Fault : public testing::TestWithParam<Personality> {};

TEST_P(Fault, FailsExactlyTheRequirementThatItBreaks) {
  const TempDir out("attest-personalities");
  auto arguments = in_a_hurry();
  arguments.insert(arguments.end(), {"--personality", GetParam().name, "--seed", "1"});
  if (kSlow.contains(GetParam().name))
    arguments.insert(arguments.end(), {"--select", "FinalResult", "--select", "HC-0*", "--select", "CP-*",
                                       "--select", "GS-*"});
  const auto run = attest_run(arguments, out.path() / "run");
  EXPECT_EQ(run.said.exit, 1) << run.said.out << run.said.err;
  if (kBroad.contains(GetParam().name))
    EXPECT_THAT(run.requirements("fail"), Contains(GetParam().requirement)) << run.said.out;
  else
    EXPECT_THAT(run.requirements("fail"), ElementsAre(GetParam().requirement)) << run.said.out;
  EXPECT_THAT(run.requirements("error"), IsEmpty()) << run.said.out;
}

std::string test_name(const testing::TestParamInfo<Personality>& info) {
  std::string name = info.param.name;
  std::replace_if(
      name.begin(), name.end(), [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Personality, Fault, testing::ValuesIn(personalities()), test_name);

TEST(Personalities, AreManyAndOfManyRequirements) {
  std::set<std::string> requirements;
  for (const auto& one : personalities()) requirements.insert(one.requirement);
  EXPECT_GE(personalities().size(), 100U);
  EXPECT_GE(requirements.size(), 70U);
}

}  // namespace
}  // namespace attest::self
