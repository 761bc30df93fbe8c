#include "harness/spec/catalogue.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "harness/spec/coverage.hpp"

namespace attest::spec {
namespace {
using namespace testing;

TEST(ShippedCatalogue, HasEveryRequirementOnceAndInTheOrderOfTheManual) {
  const auto& catalogue = Catalogue::embedded();
  EXPECT_EQ(catalogue.all().size(), 143U);
  EXPECT_EQ(catalogue.all().front().id, "GEN-01");
  EXPECT_EQ(catalogue.all().back().id, "ST-06");
  EXPECT_THAT(catalogue.commands(), ElementsAre("general", "HTTPCLIENT", "HTTPGETSIZE", "HTTPCPOST",
                                                "HTTPCERT", "OTA", "CWSTARTSMART", "CWSTOPSMART"));
}

TEST(ShippedCatalogue, FindsARequirementWithAllThatItSays) {
  const auto* found = Catalogue::embedded().find("HC-17");
  ASSERT_NE(found, nullptr);
  EXPECT_EQ(found->level, "must");
  EXPECT_EQ(found->command, "HTTPCLIENT");
  EXPECT_THAT(found->statement, HasSubstr("domain name"));
  EXPECT_THAT(found->source, HasSubstr("HTTPCLIENT"));
  EXPECT_THAT(found->evidence, ElementsAre("server", "dns"));
  EXPECT_EQ(Catalogue::embedded().find("HC-99"), nullptr);
  EXPECT_EQ(Catalogue::embedded().find(""), nullptr);
}

TEST(Applicability, FollowsFromTheEvidenceWhereTheCatalogueSaysNothing) {
  const auto& catalogue = Catalogue::embedded();
  EXPECT_THAT(catalogue.find("HC-46")->needs, ElementsAre("tls"));
  EXPECT_THAT(catalogue.find("SS-03")->needs, ElementsAre("ble", "airkiss"));
  EXPECT_THAT(catalogue.find("OT-09")->needs, ElementsAre("power"));
  EXPECT_THAT(catalogue.find("HC-02")->needs, IsEmpty());
  EXPECT_THAT(missing(*catalogue.find("SS-03"), {"airkiss", "dns"}), ElementsAre("ble"));
  EXPECT_THAT(missing(*catalogue.find("SS-03"), {"airkiss", "ble"}), IsEmpty());
}

TEST(Applicability, IsWhatTheCatalogueSaysWhereItDoes) {
  const auto made =
      Catalogue::parse(R"({"requirements":[{"id":"HC-33","level":"should","statement":"s","source":"s",
    "evidence":"uart,tls","needs":"faults"}]})");
  ASSERT_TRUE(made) << made.error().text();
  EXPECT_THAT(made->find("HC-33")->needs, ElementsAre("faults"));
}

class WrongCatalogue : public TestWithParam<std::pair<const char*, const char*>> {};

TEST_P(WrongCatalogue, IsRefused) {
  const auto made = Catalogue::parse(GetParam().first);
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().fault, Fault::usage);
  EXPECT_THAT(made.error().what, HasSubstr(GetParam().second));
}

constexpr const char* kTwice =
    R"({"requirements":[{"id":"HC-01","level":"must","statement":"","source":"","evidence":""},
                        {"id":"HC-01","level":"must","statement":"","source":"","evidence":""}]})";

INSTANTIATE_TEST_SUITE_P(
    Texts, WrongCatalogue,
    Values(std::pair{"{", "requirements"}, std::pair{"{}", "requirements"},
           std::pair{R"({"requirements":[1]})", "object"},
           std::pair{R"({"requirements":[{"id":"HC-01"}]})", "level"}, std::pair{kTwice, "twice"},
           std::pair{
               R"({"requirements":[{"id":"HC-01","level":"may","statement":"","source":"","evidence":""}]})",
               "may"},
           std::pair{
               R"({"requirements":[{"id":"XX-01","level":"must","statement":"","source":"","evidence":""}]})",
               "XX-01"}));

TEST(Commands, FollowFromThePrefix) {
  EXPECT_EQ(command_of("GEN-03"), "general");
  EXPECT_EQ(command_of("CP-01"), "HTTPCPOST");
  EXPECT_EQ(command_of("CE-01"), "HTTPCERT");
  EXPECT_EQ(command_of("ST-01"), "CWSTOPSMART");
  EXPECT_EQ(command_of("HC"), "");
  EXPECT_EQ(command_of("ZZ-01"), "");
}

TEST(CoverageOfAPlan, GoesBothWaysAndNamesEveryGap) {
  const auto got = coverage(
      {{"A.One", {"HC-01", "HC-02"}}, {"A.Two", {"HC-02", "HC-99"}}, {"A.None", {}}, {"A.One", {"HC-01"}}},
      Catalogue::embedded());
  const auto row = [&](std::string_view id) {
    return std::find_if(got.rows.begin(), got.rows.end(), [&](const auto& r) { return r.requirement == id; })
        ->cases;
  };
  EXPECT_EQ(got.rows.size(), 143U);
  EXPECT_THAT(row("HC-01"), ElementsAre("A.One"));
  EXPECT_THAT(row("HC-02"), ElementsAre("A.One", "A.Two"));
  EXPECT_EQ(got.cases.size(), 3U);
  EXPECT_EQ(got.uncovered.size(), 141U);
  EXPECT_THAT(got.uncovered, AllOf(Contains("HC-03"), Not(Contains("HC-01"))));
  EXPECT_THAT(got.unknown, ElementsAre("HC-99"));
  EXPECT_THAT(got.idle, ElementsAre("A.None"));
  EXPECT_FALSE(got.complete());
}

TEST(CoverageOfAPlan, IsCompleteOnlyWhenEveryRequirementHasACase) {
  auto all = Catalogue::embedded().ids();
  EXPECT_TRUE(coverage({{"A.All", all}}, Catalogue::embedded()).complete());
  all.pop_back();
  EXPECT_THAT(coverage({{"A.All", all}}, Catalogue::embedded()).uncovered, ElementsAre("ST-06"));
}

}  // namespace
}  // namespace attest::spec
