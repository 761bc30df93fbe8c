#include "harness/spec/profile.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "harness/base/file.hpp"

namespace attest::spec {
namespace {
using namespace testing;
using namespace std::chrono_literals;

Profile profile(std::string_view toml) {
  return must(parse_profile(toml, "mine.toml"));
}

TEST(ShippedProfile, Bk7238SaysTheSameAsTheDefaultsInTheCode) {
  const auto shipped = must(load_profile("bk7238"));
  auto from_file = shipped.to_json();
  from_file.erase("budgets");
  auto from_code = Profile().to_json();
  from_code.erase("budgets");
  EXPECT_EQ(from_file, from_code);
  EXPECT_THAT(shipped.budgets(), Not(IsEmpty()));
}

TEST(ShippedProfile, OfTheVirtualDeviceDiffersWhereItSaysSo) {
  const auto virtual_one = must(load_profile("virtual"));
  EXPECT_EQ(virtual_one.name(), "virtual");
  EXPECT_EQ(virtual_one.facts().ports_in_urls, true);
  EXPECT_EQ(virtual_one.lines().boot, Profile().lines().boot);
  EXPECT_LT(virtual_one.deadlines().network, Profile().deadlines().network);
}

TEST(ShippedProfile, IsOursInEveryValue) {
  for (const auto& name : shipped_profiles()) {
    const auto shipped = must(load_profile(name));
    EXPECT_THAT(shipped.user_keys(), IsEmpty());
    for (const auto& [id, budget] : shipped.budgets()) EXPECT_TRUE(budget.ours) << id;
  }
}

TEST(UsersProfile, ChangesWhatItNamesAndLeavesTheRestOurs) {
  const auto mine = profile(R"(
    name = "board"
    extends = "virtual"
    [deadlines]
    network = "1.5s"
    [lines]
    boot_noise = ["ets *", "BK*"]
    [facts]
    ports_in_urls = "unknown"
    [budgets]
    GEN-14 = { limit = 7.5, unit = "ms" }
  )");
  EXPECT_EQ(mine.name(), "board");
  EXPECT_EQ(mine.deadlines().network, 1500ms);
  EXPECT_EQ(mine.deadlines().restart, must(load_profile("virtual")).deadlines().restart);
  EXPECT_THAT(mine.lines().boot_noise, ElementsAre("ets *", "BK*"));
  EXPECT_EQ(mine.facts().ports_in_urls, std::nullopt);
  EXPECT_EQ(mine.budget("GEN-14")->limit, 7.5);
  EXPECT_EQ(mine.budget("GEN-14")->of, "p95");
  EXPECT_FALSE(mine.budget("GEN-14")->ours);
  EXPECT_TRUE(mine.budget("HC-51")->ours);
  EXPECT_EQ(mine.budget("HC-01"), nullptr);
  EXPECT_THAT(mine.user_keys(), UnorderedElementsAre("deadlines.network", "lines.boot_noise",
                                                     "facts.ports_in_urls", "budgets.GEN-14"));
}

TEST(UsersProfile, BuildsOnTheDefaultWhenItSaysNothing) {
  EXPECT_NE(profile("").budget("GEN-14"), nullptr);
  EXPECT_EQ(profile("").deadlines().command, 5s);
}

TEST(UsersProfile, MayExtendAFileBesideIt) {
  const TempDir folder;
  must(write_file_whole(folder.path() / "base.toml", "name = \"base\"\n[deadlines]\ncommand = \"7s\"\n"));
  must(write_file_whole(folder.path() / "top.toml",
                        "extends = \"base.toml\"\n[deadlines]\nnetwork = \"8s\"\n"));
  const auto top = must(load_profile((folder.path() / "top.toml").string()));
  EXPECT_EQ(top.name(), "base");
  EXPECT_EQ(top.deadlines().command, 7s);
  EXPECT_EQ(top.deadlines().network, 8s);
  EXPECT_TRUE(top.set_by_user("deadlines.command"));
}

TEST(UsersProfile, ThatExtendsItselfIsRefused) {
  const TempDir folder;
  must(write_file_whole(folder.path() / "ring.toml", "extends = \"ring.toml\"\n"));
  const auto got = load_profile((folder.path() / "ring.toml").string());
  ASSERT_FALSE(got);
  EXPECT_THAT(got.error().what, HasSubstr("without end"));
}

struct Wrong {
  const char *toml, *what, *cure;
};
class WrongProfile : public TestWithParam<Wrong> {};

TEST_P(WrongProfile, IsAUsageErrorThatSaysWhereAndWhatIsNear) {
  const auto got = parse_profile(GetParam().toml, "mine.toml");
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().fault, Fault::usage);
  EXPECT_THAT(got.error().what, HasSubstr(GetParam().what));
  EXPECT_THAT(got.error().cure, HasSubstr(GetParam().cure));
}

INSTANTIATE_TEST_SUITE_P(
    Texts, WrongProfile,
    Values(Wrong{"name = ", "mine.toml:1:", "TOML"},
           Wrong{"\n[deadlins]\n", "mine.toml:2:1: unknown key 'deadlins'", "'deadlines'"},
           Wrong{"[deadlines]\nnetwrk = \"5s\"", "mine.toml:2:", "'network'"},
           Wrong{"[facts]\nzzzzzzzzzz = 1", "unknown key 'zzzzzzzzzz' in [facts]",
                 "known here: ports_in_urls"},
           Wrong{"[deadlines]\nnetwork = 5", "mine.toml:2:11: deadlines.network", "250ms"},
           Wrong{"[deadlines]\nnetwork = \"5 parsecs\"", "length of time", "250ms"},
           Wrong{"[deadlines]\nnetwork = \"-5s\"", "length of time", "250ms"},
           Wrong{"deadlines = 5", "not a table", "[deadlines]"},
           Wrong{"[lines]\nboot = \"ready\"", "list of texts", "["},
           Wrong{"[lines]\nboot = [1]", "list of texts", "["},
           Wrong{"[lines]\nnetwork_up = 1", "not a text", "quotes"},
           Wrong{"[facts]\nput_takes_data = \"yes\"", "true or false", "true"},
           Wrong{"[facts]\nports_in_urls = \"maybe\"", "unknown", "unknown"},
           Wrong{"[facts]\nbody_limit = -1", "positive", "bytes"},
           Wrong{"[facts]\nbody_limit = 1.5", "positive", "bytes"},
           Wrong{"[names]\ncertificate = \"HTTPCRT\"", "HTTPCRT", "\"HTTPSCERT\""},
           Wrong{"name = 3", "name", "quotes"}, Wrong{"extends = \"virtul\"", "mine.toml:1:", "'virtual'"},
           Wrong{"extends = 1", "extends", "quotes"},
           Wrong{"extends = \"not/there.toml\"", "not/there.toml", "shipped"},
           Wrong{"[budgets]\nGEN-41 = { limit = 1, unit = \"ms\" }", "GEN-41", "GEN-"},
           Wrong{"[budgets]\nGEN-14 = 5", "not a table", "limit"},
           Wrong{"[budgets]\nGEN-14 = { unit = \"ms\" }", "limit", "limit"},
           Wrong{"[budgets]\nGEN-14 = { limit = 1, unit = \"miles\" }", "unit", "\"ms\""},
           Wrong{"[budgets]\nGEN-14 = { limit = 1, unit = \"ms\", of = \"p42\" }", "of", "\"p95\""},
           Wrong{"[budgets]\nGEN-14 = { limt = 1, unit = \"ms\" }", "limt", "'limit'"}));

TEST(SettingOneValue, TakesEveryKindOfValue) {
  Profile one;
  must(one.set("deadlines.network", "10s"));
  must(one.set("facts.ports_in_urls", "true"));
  must(one.set("facts.port_in_host", "unknown"));
  must(one.set("facts.body_limit", "1024"));
  must(one.set("lines.boot", "[\"ready\", \"go\"]"));
  must(one.set("lines.network_up", ""));
  must(one.set("names.certificate", "\"HTTPSCERT\""));
  must(one.set("budgets.GEN-14", "{ limit = 3, unit = \"ms\" }"));
  EXPECT_EQ(one.deadlines().network, 10s);
  EXPECT_EQ(one.facts().ports_in_urls, true);
  EXPECT_EQ(one.facts().port_in_host, std::nullopt);
  EXPECT_EQ(one.facts().body_limit, 1024U);
  EXPECT_THAT(one.lines().boot, ElementsAre("ready", "go"));
  EXPECT_EQ(one.lines().network_up, "");
  EXPECT_EQ(one.names().certificate, "HTTPSCERT");
  EXPECT_FALSE(one.budget("GEN-14")->ours);
  EXPECT_EQ(one.user_keys().size(), 8U);
}

TEST(SettingOneValue, ThatIsWrongChangesNothingAndSaysWhatIsNear) {
  Profile one;
  const auto before = one.to_json();
  const auto typo = one.set("deadlines.netwrok", "10s");
  ASSERT_FALSE(typo);
  EXPECT_THAT(typo.error().what, HasSubstr("--set deadlines.netwrok=10s"));
  EXPECT_THAT(typo.error().cure, HasSubstr("deadlines.network"));
  EXPECT_FALSE(one.set("deadlines.network", "10"));
  EXPECT_FALSE(one.set("facts.body_limit", "big"));
  EXPECT_FALSE(one.set("deadlines.network", "\"1s\"\n[facts]\nbody_limit = 5"));
  EXPECT_EQ(one.to_json(), before);
}

TEST(ProfileAsJson, ComesBackWhole) {
  auto one = must(load_profile("virtual"));
  must(one.set("deadlines.guard", "1500us"));
  must(one.set("budgets.HC-52", "{ limit = 30, unit = \"%\", of = \"mean\" }"));
  must(one.set("budgets.OT-11 OTA: download", "{ limit = 1, unit = \"B/s\" }"));
  must(one.set("lines.boot_noise", "[\"\\u001b*\"]"));
  const auto back = Profile::from_json(nlohmann::json::parse(one.to_json().dump()));
  ASSERT_TRUE(back) << back.error().text();
  EXPECT_EQ(back->to_json(), one.to_json());
  EXPECT_EQ(back->deadlines().guard, 1500us);
  EXPECT_FALSE(back->budget("HC-52")->ours);
  EXPECT_FALSE(back->budget("OT-11 OTA: download")->ours);
  EXPECT_TRUE(back->budget("GEN-14")->ours);
  EXPECT_TRUE(back->set_by_user("deadlines.guard"));
}

TEST(ProfileAsJson, IsReadAsStrictlyAsToml) {
  EXPECT_FALSE(Profile::from_json(nlohmann::json::parse(R"({"deadlines":{"netwrok":"1s"}})")));
  EXPECT_FALSE(Profile::from_json(nlohmann::json::parse(R"([])")));
}

TEST(EveryKey, CanBeSetAndIsInTheShippedProfile) {
  const auto text = must(load_profile("bk7238")).to_json();
  for (const auto& key : Profile::keys()) {
    const auto dot = key.find('.');
    ASSERT_TRUE(text.contains(key.substr(0, dot)) && text[key.substr(0, dot)].contains(key.substr(dot + 1)))
        << key;
  }
}

TEST(Spans, AreReadWithTheirUnitOnly) {
  EXPECT_EQ(parse_span("5s"), 5s);
  EXPECT_EQ(parse_span("250ms"), 250ms);
  EXPECT_EQ(parse_span("1.5 s"), 1500ms);
  EXPECT_EQ(parse_span("2min"), 120s);
  EXPECT_EQ(parse_span("20us"), 20us);
  for (const char* wrong : {"", "5", "s", "five s", "-1s", "1e99s", "nan s", "1,5s", "5s ", "5  s", "inf s"})
    EXPECT_EQ(parse_span(wrong), std::nullopt) << wrong;
}

TEST(Spans, ComeBackFromTheirText) {
  for (const Nanos span :
       {Nanos(0), Nanos(1), Nanos(20us), Nanos(1500ms), Nanos(5s), Nanos(90s), Nanos(120s)})
    EXPECT_EQ(parse_span(span_text(span)), span) << span_text(span);
  EXPECT_EQ(span_text(1500ms), "1500ms");
  EXPECT_EQ(span_text(120s), "2min");
}

}  // namespace
}  // namespace attest::spec
