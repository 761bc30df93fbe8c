// What a profile does not claim is not applicable, by the key that says so.
#include "harness/spec/claims.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace attest::spec {
namespace {
using namespace testing;

Profile claiming(const std::string& toml) {
  return must(parse_profile("name = \"mine\"\n[claims]\n" + toml, "mine.toml"));
}

std::string why_not(const Profile& profile, const std::string& requirement) {
  return unclaimed_requirement(profile, {requirement}, Catalogue::embedded());
}

TEST(Claims, OfTheDefaultProfileAreTheWholeManual) {
  for (const auto& requirement : Catalogue::embedded().all())
    EXPECT_EQ(unclaimed_requirement(Profile(), requirement), "") << requirement.id;
}

TEST(Claims, WithoutACommandTakeItsRequirementsAway) {
  const auto mine = claiming("commands = [\"HTTPCLIENT\"]");
  EXPECT_EQ(why_not(mine, "GS-01"),
            "not applicable: profile mine does not claim HTTPGETSIZE (claims.commands)");
  EXPECT_EQ(why_not(mine, "HC-11"), "");
  EXPECT_EQ(why_not(mine, "GEN-01"), "") << "the general rules hold for every device";
  EXPECT_NE(unclaimed_command(mine, "HTTPSCERT"), "") << "one of the two names of HTTPCERT";
  EXPECT_EQ(unclaimed_command(mine, "GMR"), "");
}

TEST(Claims, WithoutAFeatureTakeWhatIsAboutIt) {
  const auto mine = claiming("without = [\"tls\", \"echo\", \"put\"]");
  EXPECT_EQ(why_not(mine, "HC-46"), "not applicable: profile mine does not claim tls (claims.without)");
  EXPECT_NE(why_not(mine, "GEN-11"), "");
  EXPECT_NE(why_not(mine, "HC-04"), "");
  EXPECT_EQ(why_not(mine, "HC-05"), "");
}

TEST(Claims, ThatNobodyKnowsAreRefused) {
  const auto refused = parse_profile("[claims]\ncommands = [\"HTTPCLIENT\", \"FTPCLIENT\"]", "mine.toml");
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().what, HasSubstr("FTPCLIENT"));
  EXPECT_FALSE(parse_profile("[claims]\nwithout = [\"wings\"]", "mine.toml"));
}

TEST(DialectOfAProfile, IsTakenOnlyIfItCanBeToldApart) {
  const auto mine =
      must(parse_profile("[dialect]\nok = \"DONE\"\n[names]\nHTTPCLIENT = \"HTTPREQ\"", "mine.toml"));
  EXPECT_EQ(mine.words().ok, "DONE");
  EXPECT_EQ(mine.names().own.at("HTTPCLIENT"), "HTTPREQ");
  for (const auto* wrong :
       {"[dialect]\nok = \"ERROR\"", "[dialect]\nok = \"\"", "[dialect]\nok = \" OK\"",
        "[dialect]\nok = \"O\\nK\"", "[dialect]\nprompt = \"SEND\"", "[names]\nHTTPCLIENT = \"OTA\"",
        "[names]\nHTTPCLIENT = \"AT+X\"", "[names]\nHTTPCLIENT = \"\""})
    EXPECT_FALSE(parse_profile(wrong, "mine.toml")) << wrong;
}

}  // namespace
}  // namespace attest::spec
