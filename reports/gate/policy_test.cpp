#include "reports/gate/policy.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/base/file.hpp"
#include "harness/record/sha256.hpp"

namespace attest::reports {
namespace {
using namespace testing;

Policy policy(const std::string& text) {
  return must(parse_policy("name = \"p\"\n" + text, "p.toml"));
}

TEST(Policy, IsShippedForAReleaseAndForANight) {
  for (const auto& name : shipped_policies()) {
    const auto one = load_policy(name);
    ASSERT_TRUE(one) << one.error().text();
    EXPECT_EQ(one->name, name);
    EXPECT_EQ(one->level("must").fail, Weight::stop);
    EXPECT_EQ(one->regressions.by_unit.at("ms").value, 1.0);
    EXPECT_EQ(one->regressions.by_unit.at("B/s").value, 0.04);
    EXPECT_TRUE(one->regressions.by_unit.at("B/s").of_baseline);
    EXPECT_EQ(one->regressions.by_unit.at("%").value, 5.0);
    EXPECT_EQ(one->regressions.by_unit.at("1").value, 0.05);
    EXPECT_EQ(one->sha256.size(), 64U);
  }
  EXPECT_EQ(must(load_policy("nightly")).record.virtual_device, Weight::list);
  EXPECT_EQ(must(load_policy("release")).record.virtual_device, Weight::stop);
}

TEST(Policy, StopsOnAllThatItDoesNotSay) {
  const auto one = policy("");
  EXPECT_EQ(one.level("should").none, Weight::stop);
  EXPECT_EQ(one.record.unchained, Weight::stop);
  EXPECT_EQ(one.flakiness.tolerated, 0);
  EXPECT_EQ(one.smallest_shift("at_ok", "ms", 0), 0);
}

TEST(Policy, TakesALevelThatNobodyKnowsForAMust) {
  EXPECT_EQ(policy("[levels.must]\nfail = \"list\"").level("may").fail, Weight::list);
}

TEST(Policy, ReadsEachKindOfValue) {
  const auto one = policy(
      "[levels.measure]\ninconc = \"list\"\n[regressions]\nfewest = 7\nconfidence = 0.99\n"
      "[flakiness]\ntolerated = 1\n");
  EXPECT_EQ(one.level("measure").inconc, Weight::list);
  EXPECT_EQ(one.level("measure").fail, Weight::stop);
  EXPECT_EQ(one.regressions.fewest, 7U);
  EXPECT_EQ(one.regressions.confidence, 0.99);
  EXPECT_EQ(one.flakiness.tolerated, 1);
}

TEST(Policy, KnowsTheSmallestShiftByNameThenByUnitThenInAnotherUnit) {
  const auto one = policy(
      "[regressions.by_unit]\nms = 1\n\"B/s\" = 500\n[regressions.by_name]\n\"at_ok\" = { shift = 500, unit "
      "= "
      "\"us\" }\n");
  EXPECT_EQ(one.smallest_shift("at_ok", "ms", 0), 0.5);
  EXPECT_EQ(one.smallest_shift("other", "ms", 0), 1);
  EXPECT_DOUBLE_EQ(one.smallest_shift("other", "s", 0), 0.001);
  EXPECT_EQ(one.smallest_shift("other", "B/s", 0), 500);
  EXPECT_EQ(one.smallest_shift("other", "%", 0), 0);
}

TEST(Policy, MayHaveAShareOfTheBaselineForTheSmallestShift) {
  const auto one = policy(
      "[regressions.by_unit]\n\"B/s\" = { share = 0.04 }\nms = { share = 0.1 }\n[regressions.by_name]\n"
      "\"at_ok\" = { share = 0.5 }\n");
  EXPECT_DOUBLE_EQ(one.smallest_shift("get", "B/s", 11'520), 460.8);
  EXPECT_DOUBLE_EQ(one.smallest_shift("get", "s", 3), 0.3);
  EXPECT_DOUBLE_EQ(one.smallest_shift("get", "%", 3), 0);
  EXPECT_DOUBLE_EQ(one.smallest_shift("at_ok", "us", -8), 4);
}

TEST(Policy, IsItsTextToTheByte) {
  EXPECT_EQ(must(parse_policy("name = \"p\"", "p.toml")).sha256, record::sha256_hex("name = \"p\""));
}

struct Wrong {
  const char *text, *what, *cure;
};
class WrongPolicy : public TestWithParam<Wrong> {};

TEST_P(WrongPolicy, IsRefusedWithItsPlaceAndTheCure) {
  const auto got = parse_policy(GetParam().text, "p.toml");
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().fault, Fault::usage);
  EXPECT_THAT(got.error().what, AllOf(StartsWith("p.toml"), HasSubstr(GetParam().what)));
  EXPECT_THAT(got.error().cure, HasSubstr(GetParam().cure));
}

INSTANTIATE_TEST_SUITE_P(
    Each, WrongPolicy,
    Values(Wrong{"name = ", "1:", "TOML"}, Wrong{"[record]\n", "no name", "name ="},
           Wrong{"name = 7", "1:8: name", "quotes"},
           Wrong{"nmae = \"x\"", "1:1: unknown key 'nmae'", "'name'"},
           Wrong{"name = \"x\"\n[recrod]\n", "2:2: unknown key 'recrod'", "'record'"},
           Wrong{"[record]\nunchaned = \"stop\"", "2:1: unknown key 'unchaned' in [record]", "'unchained'"},
           Wrong{"[levels.musst]\nfail = \"stop\"", "unknown key 'musst' in [levels]", "'must'"},
           Wrong{"[levels.must]\nfial = \"stop\"", "unknown key 'fial' in [levels.must]", "'fail'"},
           Wrong{"record = 1", "record is not a table", "[record]"},
           Wrong{"[record]\nunchained = \"maybe\"", "2:13: record.unchained", "\"list\""},
           Wrong{"[record]\nunchained = true", "record.unchained", "\"stop\""},
           Wrong{"[flakiness]\ntolerated = 1.1", "from 0 to 1", "95 %"},
           Wrong{"[flakiness]\ntolerated = \"x\"", "from 0 to 1", "95 %"},
           Wrong{"[flakiness]\nconfidence = 1", "below 1", "95 %"},
           Wrong{"[regressions]\nconfidence = 0.5", "above 0.5", "95 %"},
           Wrong{"[regressions]\nfewest = 0", "positive whole number", "samples"},
           Wrong{"[regressions]\nfewset = 1", "'fewset' in [regressions]", "'fewest'"},
           Wrong{"[regressions]\nby_unit = 1", "not a table", "[regressions.by_unit]"},
           Wrong{"[regressions.by_unit]\nfurlong = 1", "'furlong'", "B/s"},
           Wrong{"[regressions.by_unit]\nms = -1", "'ms'", "0.5"},
           Wrong{"[regressions.by_unit]\nms = { share = 2 }", "'ms'", "share"},
           Wrong{"[regressions.by_unit]\nms = { share = 0.1, more = 1 }", "'ms'", "share"},
           Wrong{"[regressions.by_name]\nx = { share = -1 }", "share from 0 to 1", "share ="},
           Wrong{"[regressions.by_name]\nx = { share = 0.1, unit = \"ms\" }", "stands alone", "share ="},
           Wrong{"[regressions.by_name]\nx = 1", "\"x\" is not a table", "shift"},
           Wrong{"[regressions.by_name]\nx = { unit = \"ms\" }", "no number 'shift'", "shift"},
           Wrong{"[regressions.by_name]\nx = { shift = 1, unit = \"m\" }", "no known 'unit'", "unit"},
           Wrong{"[regressions.by_name]\nx = { shfit = 1 }", "'shfit'", "'shift'"}));

TEST(PolicyByName, ThatIsNotThereIsRefused) {
  EXPECT_THAT(load_policy("releese").error().cure, HasSubstr("'release'"));
  EXPECT_THAT(load_policy("whatever").error().cure, HasSubstr("nightly"));
  EXPECT_THAT(load_policy("no/such.toml").error().what, HasSubstr("no/such.toml"));
  const TempDir folder;
  must(write_file_whole(folder.path() / "p.toml", "name = \"mine\""));
  EXPECT_EQ(must(load_policy((folder.path() / "p.toml").string())).name, "mine");
}

}  // namespace
}  // namespace attest::reports
