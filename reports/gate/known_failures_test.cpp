#include "reports/gate/known_failures.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/base/file.hpp"

namespace attest::reports {
namespace {
using namespace testing;

constexpr const char* kRest = "owner = \"o\"\nreason = \"r\"\nlink = \"l\"\nexpires = 2026-12-31\n";
const std::string kWhole = std::string("[[failure]]\ncase = \"A.A\"\ntext = \"*got 7\"\n") + kRest;

KnownFailure only(const std::string& text) {
  return must(parse_known_failures(text, "known.toml")).entries.at(0);
}

TEST(KnownFailure, IsReadWhole) {
  const auto one = only(kWhole + "firmware = [\"1.4.*\"]\nrequirement = \"HC-01\"\n");
  EXPECT_EQ(one.case_id, "A.A");
  EXPECT_EQ(one.requirement, "HC-01");
  EXPECT_EQ(one.text, "*got 7");
  EXPECT_THAT(one.firmware, ElementsAre("1.4.*"));
  EXPECT_EQ(date_text(one.expires), "2026-12-31");
  EXPECT_EQ(one.place, "known.toml:1");
}

TEST(KnownFailure, FitsItsSubjectAndItsPinAlone) {
  const auto by_text = only(kWhole);
  EXPECT_TRUE(by_text.is({"A.A", "HC-01", "", "the result: owed 8, got 7"}));
  EXPECT_FALSE(by_text.is({"A.A", "HC-01", "", "the result: owed 8, got 9"}));
  EXPECT_FALSE(by_text.is({"A.B", "HC-01", "", "got 7"}));
  const auto by_deviation =
      only(std::string("[[failure]]\nrequirement = \"HC-10\"\ndeviation = \"size-in-brackets\"\n") + kRest);
  EXPECT_TRUE(by_deviation.is({"Any.Case", "HC-10", "size-in-brackets", "…"}));
  EXPECT_FALSE(by_deviation.is({"Any.Case", "HC-10", "size-missing", "…"}));
  EXPECT_FALSE(by_deviation.is({"Any.Case", "HC-11", "size-in-brackets", "…"}));
}

TEST(KnownFailure, HoldsForItsVersions) {
  EXPECT_TRUE(only(kWhole).holds_for(""));
  const auto one = only(kWhole + "firmware = [\"1.4.*\", \"1.5.0\"]\n");
  EXPECT_TRUE(one.holds_for("1.4.2"));
  EXPECT_TRUE(one.holds_for("1.5.0"));
  EXPECT_FALSE(one.holds_for("1.5.1"));
  EXPECT_FALSE(one.holds_for(""));
}

TEST(KnownFailure, HoldsThroughItsLastDay) {
  const auto one = only(kWhole);
  EXPECT_FALSE(one.expired(*parse_date("2026-12-31")));
  EXPECT_TRUE(one.expired(*parse_date("2027-01-01")));
}

TEST(Dates, AreDaysOfTheCalendar) {
  EXPECT_EQ(date_text(*parse_date("2028-02-29")), "2028-02-29");
  for (const char* wrong :
       {"", "2026-2-01", "2026-02-29", "2026-13-01", "2026/02/01", "2026-02-0x", "26-02-0100"})
    EXPECT_FALSE(parse_date(wrong)) << wrong;
}

struct Wrong {
  std::string text, what, cure;
};
class WrongEntry : public TestWithParam<Wrong> {};

TEST_P(WrongEntry, IsRefusedWithItsPlaceAndTheCure) {
  const auto got = parse_known_failures(GetParam().text, "known.toml");
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().fault, Fault::usage);
  EXPECT_THAT(got.error().what, AllOf(StartsWith("known.toml:"), HasSubstr(GetParam().what)));
  EXPECT_THAT(got.error().cure, HasSubstr(GetParam().cure));
}

std::string without(const std::string& key) {
  auto text = kWhole;
  const auto at = text.find(fmt::format("\n{} =", key));
  return text.erase(at, text.find('\n', at + 1) - at);
}

INSTANTIATE_TEST_SUITE_P(
    Each, WrongEntry,
    Values(Wrong{"[[failure]", "1:", "TOML"}, Wrong{"[[failrue]]\n", "unknown key 'failrue'", "'failure'"},
           Wrong{"[failure]\n", "list of tables", "[[failure]]"},
           Wrong{kWhole + "onwer = \"x\"", "8:1: unknown key 'onwer'", "'owner'"},
           Wrong{without("case"), "no subject", "requirement"},
           Wrong{without("text"), "pinned to nothing", "one text"},
           Wrong{kWhole + "deviation = \"x\"", "two things", "one deviation"},
           Wrong{"[[failure]]\ncase = \"A\"\ntext = \"*\"\n" + std::string(kRest), "fits every failure",
                 "words"},
           Wrong{without("owner"), "no owner", "who"}, Wrong{without("reason"), "no reason", "why"},
           Wrong{without("link"), "no link", "where"}, Wrong{without("expires"), "no date", "2026-12-31"},
           Wrong{without("expires") + "expires = \"soon\"", "expires is not a day", "2026-12-31"},
           Wrong{without("owner") + "owner = 7", "owner is not a text", "quotes"},
           Wrong{kWhole + "firmware = \"1\"", "list of versions", "leave it out"},
           Wrong{kWhole + "requirement = \"HC-1\"", "no requirement 'HC-1'", "HC-"},
           Wrong{kWhole + kWhole, "the one at known.toml:1", "out"}));

TEST(KnownFailuresFile, IsReadFromItsPath) {
  const TempDir folder;
  const auto path = (folder.path() / "known.toml").string();
  EXPECT_FALSE(load_known_failures(path));
  must(write_file_whole(path, kWhole));
  EXPECT_EQ(must(load_known_failures(path)).entries.size(), 1U);
  EXPECT_TRUE(must(parse_known_failures("", "empty.toml")).entries.empty());
}

}  // namespace
}  // namespace attest::reports
