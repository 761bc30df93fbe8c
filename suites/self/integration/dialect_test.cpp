// Another firmware on the same line: probed, and then judged by the profile that the probe has written.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "suites/self/support/program.hpp"

namespace attest::self {
namespace {
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr const char* kOther = R"({
  "ok": "DONE", "error": "FAILED", "send_ok": "SENT", "send_fail": "NOT SENT", "prompt": "DATA>",
  "command_prefix": "AT#", "reply_prefix": "#", "echo_on": "AT#ECHO=1", "echo_off": "AT#ECHO=0",
  "names": {"HTTPCLIENT": "HTTPREQ", "GMR": "VER"}, "without": ["HTTPGETSIZE"], "test_forms": true})";
/// Its words are the manual's; only names tell it from the manual's firmware.
constexpr const char* kRenamed = R"({"names": {"HTTPCLIENT": "HTTPREQ"}})";

Said attest(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), built("attest"));
  return run_program(arguments);
}

class Dialect : public testing::Test {
 protected:
  /// The firmware that the virtual device is from here on.
  void firmware(const std::string& dialect) { must(write_file_whole(path("dialect.json"), dialect)); }
  [[nodiscard]] std::string path(const std::string& name) const { return (dir_.path() / name).string(); }
  [[nodiscard]] std::string option() const { return "--virtual-option=--dialect=" + path("dialect.json"); }
  [[nodiscard]] Said probe(std::vector<std::string> more = {}) const {
    more.insert(more.begin(),
                {"probe", "--out", path("found.toml"), option(), "--virtual-option=--http-timeout-ms=700"});
    return attest(more);
  }
  [[nodiscard]] RunResult run(const std::vector<std::string>& more) {
    auto arguments = in_a_hurry();
    arguments.push_back(option());
    arguments.insert(arguments.end(), more.begin(), more.end());
    return attest_run(arguments, dir_.path() / ("run" + std::to_string(++runs_)));
  }
  /// The text of the profile that was found, with one piece of it replaced.
  void edit(const std::string& from, const std::string& to) const {
    auto text = must(read_file(path("found.toml")));
    ASSERT_NE(text.find(from), std::string::npos) << text;
    text.replace(text.find(from), from.size(), to);
    must(write_file_whole(path("found.toml"), text));
  }

  TempDir dir_{"attest-dialect"};
  int runs_ = 0;
};

TEST_F(Dialect, OfAnotherFirmwareIsFoundAndItsProfileHolds) {
  firmware(kOther);
  const auto probed = probe({"--json"});
  ASSERT_EQ(probed.exit, 0) << probed.err;
  const auto found = nlohmann::json::parse(probed.out);
  EXPECT_EQ(found.at("dialect").at("ok"), "DONE");
  EXPECT_EQ(found.at("dialect").at("send_fail"), "NOT SENT");
  EXPECT_EQ(found.at("dialect").at("prompt"), "DATA>");
  EXPECT_EQ(found.at("ports_in_urls"), true);

  const auto judged = run({"--profile", path("found.toml"), "--quick"});
  EXPECT_EQ(judged.said.exit, 0) << judged.said.out << judged.said.err;
  EXPECT_THAT(judged.cases("pass"), Not(IsEmpty()));
  int inapplicable = 0;
  for (const auto& one : judged.result.at("cases")) {
    if (one.at("verdict") != "none") continue;
    ++inapplicable;
    EXPECT_EQ(one.at("applicable"), false) << one;
    EXPECT_THAT(one.at("reason").get<std::string>(), HasSubstr("claims.commands"));
  }
  EXPECT_GT(inapplicable, 0);
}

TEST_F(Dialect, IsNotTheManualsAndSoTheRunWithoutItsProfileFails) {
  firmware(kOther);
  const auto lost = run({"--select", "GEN-14"});
  EXPECT_EQ(lost.said.exit, 3) << "not one word is understood";
  EXPECT_THAT(lost.said.out, HasSubstr("attest probe"));
  firmware(kRenamed);
  EXPECT_EQ(run({"--select", "HC-02"}).said.exit, 1) << "the manual's name is not known to it";
}

TEST_F(Dialect, OfNamesAloneIsFoundByRequestsWhereNoFormTells) {
  firmware(kRenamed);
  ASSERT_EQ(probe().exit, 0);
  const auto judged =
      run({"--profile", path("found.toml"), "--select", "HC-02", "--select", "HC-39", "--select", "GEN-06"});
  EXPECT_EQ(judged.said.exit, 0) << judged.said.out;
  EXPECT_THAT(must(read_file(path("run1/record.jsonl"))), HasSubstr("AT+HTTPREQ=2")) << "the real bytes";
}

TEST_F(Dialect, ThatClaimsWhatIsNotThereFails) {
  firmware(kOther);
  ASSERT_EQ(probe().exit, 0);
  const auto without = run({"--profile", path("found.toml"), "--select", "GS-02", "--select", "GEN-14"});
  EXPECT_EQ(without.said.exit, 0) << without.said.out;
  edit("commands = [", "commands = [\n  \"HTTPGETSIZE\",");
  const auto claimed = run({"--profile", path("found.toml"), "--select", "GS-02", "--select", "GEN-14"});
  EXPECT_EQ(claimed.said.exit, 1) << claimed.said.out;
  EXPECT_THAT(claimed.requirements("fail"), Contains("GS-02"));
}

TEST_F(Dialect, ThatClaimsNothingOfWhatIsSelectedIsNoPass) {
  firmware(kOther);
  ASSERT_EQ(probe().exit, 0);
  const auto nothing = run({"--profile", path("found.toml"), "--select", "HTTPGETSIZE"});
  EXPECT_EQ(nothing.said.exit, 3) << nothing.said.out;
  EXPECT_THAT(nothing.result.at("run").at("decision").get<std::string>(), HasSubstr("not applicable"));
  const auto again = attest({"judge", path("run1/record.jsonl"), "--json"});
  auto now = nlohmann::json::parse(again.out), then = nothing.result;
  now.erase("judged");
  then.erase("judged");
  EXPECT_EQ(now, then) << "the record alone decides";
}

TEST_F(Dialect, WithoutAFeatureLeavesTheCasesThatTurnOutToNeedIt) {
  firmware(kRenamed);
  ASSERT_EQ(probe().exit, 0);
  edit("without = [", "without = [\"head\", ");
  const auto judged =
      run({"--profile", path("found.toml"), "--select", "HC-01", "--select", "HC-13", "--select", "HC-23"});
  EXPECT_EQ(judged.said.exit, 0) << judged.said.out;
  EXPECT_THAT(judged.cases("pass"), Not(IsEmpty()));
  EXPECT_THAT(judged.requirements("none"), Contains("HC-01"));
  const auto record = must(read_file(path("run1/record.jsonl")));
  EXPECT_THAT(record, Not(HasSubstr("AT+HTTPREQ=1,"))) << "nobody asks for HEAD";
}

TEST_F(Dialect, WithoutCertificatesIsJudgedInAllThatNeedsNone) {
  firmware(R"({"ok": "CMDRSP:OK", "error": "CMDRSP:ERROR", "without": ["HTTPCERT", "HTTPSCERT"]})");
  ASSERT_EQ(probe().exit, 0);
  const auto judged = run({"--profile", path("found.toml"), "--select", "HC-19", "--select", "HC-45",
                           "--select", "HC-53", "--select", "CE-01"});
  EXPECT_EQ(judged.said.exit, 0) << judged.said.out;
  EXPECT_THAT(judged.requirements("pass"), Contains("HC-19"));
  EXPECT_THAT(judged.requirements("none"), Contains("CE-01"));
}

TEST_F(Dialect, OfTheManualIsFoundAsSuch) {
  firmware("{}");
  const auto probed = probe({"--json"});
  ASSERT_EQ(probed.exit, 0) << probed.err;
  EXPECT_EQ(nlohmann::json::parse(probed.out).at("dialect").at("ok"), "OK");
  EXPECT_EQ(run({"--profile", path("found.toml"), "--select", "GEN-14"}).said.exit, 0);
}

TEST_F(Dialect, FoundBeforeIsNotOverwrittenUnlessTold) {
  firmware("{}");
  must(write_file_whole(path("found.toml"), "mine"));
  const auto refused = probe();
  EXPECT_EQ(refused.exit, 2);
  EXPECT_THAT(refused.err, HasSubstr("--force"));
  EXPECT_EQ(must(read_file(path("found.toml"))), "mine");
  EXPECT_EQ(probe({"--force"}).exit, 0);
  EXPECT_NE(must(read_file(path("found.toml"))), "mine");
}

TEST_F(Dialect, OfNobodyIsABenchErrorAndNoFile) {
  const auto nobody = attest({"probe", "--out", path("found.toml"), "--link", "tcp://127.0.0.1:1"});
  EXPECT_EQ(nobody.exit, 3);
  EXPECT_THAT(nobody.err, HasSubstr("127.0.0.1:1"));
  EXPECT_FALSE(std::filesystem::exists(path("found.toml")));
  EXPECT_EQ(attest({"probe", "--out", path("no/such/found.toml")}).exit, 2);
  EXPECT_EQ(attest({"probe"}).exit, 2);
}

}  // namespace
}  // namespace attest::self
