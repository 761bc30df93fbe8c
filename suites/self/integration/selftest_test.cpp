// The kill matrix: each fault of the virtual device is found in the requirement that it breaks, and a correct
// device with odd but legal habits is never accused.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "suites/self/support/program.hpp"

namespace attest::self {
namespace {
using testing::IsEmpty;

nlohmann::json selftest(std::vector<std::string> arguments, const std::filesystem::path& out) {
  arguments.insert(arguments.begin(),
                   {built("attest"), "selftest", "--quiet", "--json", "--out", out.string()});
  const auto said = run_program(arguments, std::chrono::minutes(35));
  auto matrix = nlohmann::json::parse(said.out, nullptr, false);
  EXPECT_TRUE(matrix.is_object()) << said.out << said.err;
  return matrix;
}

/// What went wrong with each, as the matrix has it.
std::vector<std::string> off_target(const nlohmann::json& matrix) {
  std::vector<std::string> out;
  for (const char* kind : {"faults", "oddities"})
    for (const auto& one : matrix.at(kind))
      if (!one.at("on_target").get<bool>()) out.push_back(one.dump());
  return out;
}

TEST(Selftest, FindsEveryFaultAndAccusesNoOddity) {
  const TempDir out("attest-selftest");
  const auto matrix = selftest({}, out.path() / "all");
  ASSERT_TRUE(matrix.is_object());
  std::set<std::string> requirements;
  for (const auto& one : matrix.at("faults")) requirements.insert(one.at("requirement").get<std::string>());
  EXPECT_THAT(off_target(matrix), IsEmpty());
  EXPECT_GE(matrix.at("faults").size(), 340U);
  EXPECT_GE(matrix.at("oddities").size(), 55U);
  EXPECT_GE(requirements.size(), 125U);
}

TEST(Selftest, AccusesNoMixtureOfOddities) {
  const TempDir out("attest-selftest");
  const auto matrix =
      selftest({"--seeds", "2", "unsolicited-between-lines+leading-crlf+keep-alive+chatty+lowercase-headers",
                "one-byte-at-a-time+pauses=40+unsolicited-between-lines+leading-crlf"},
               out.path() / "mixtures");
  ASSERT_TRUE(matrix.is_object());
  EXPECT_THAT(off_target(matrix), IsEmpty());
  EXPECT_EQ(matrix.at("oddities").size(), 4U);
}

}  // namespace
}  // namespace attest::self
