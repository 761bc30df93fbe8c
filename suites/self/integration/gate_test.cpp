// From a run to a signed decision and its check elsewhere, through the program.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "harness/base/text.hpp"
#include "suites/self/support/program.hpp"

namespace attest::self {
namespace {
namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

/// One run for all tests: of what it is made does not matter here.
class Gate : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    shared() = std::make_unique<TempDir>("attest-gate");
    auto arguments = in_a_hurry();
    arguments.insert(arguments.end(), {"--select", "GEN-14", "--select", "GEN-01"});
    const auto run = attest_run(arguments, shared()->path() / "run");
    ASSERT_EQ(run.said.exit, 0) << run.said.out << run.said.err;
    must(write_file_whole(shared()->path() / "app.rbl", "the image"));
    for (const char* name : {"key", "other"}) {
      const auto pem = (shared()->path() / name).string() + ".pem";
      ASSERT_EQ(run_program({"openssl", "genpkey", "-algorithm", "ED25519", "-out", pem}).exit, 0);
      ASSERT_EQ(run_program({"openssl", "pkey", "-in", pem, "-pubout", "-out", pem + ".pub"}).exit, 0);
    }
  }
  static void TearDownTestSuite() { shared().reset(); }

  static std::string at(const std::string& name) { return (shared()->path() / name).string(); }
  [[nodiscard]] std::string own(const std::string& name) const { return (own_.path() / name).string(); }

  static Said gate(std::vector<std::string> more, const std::string& record = "") {
    more.insert(more.begin(), {built("attest"), "gate", record.empty() ? at("run") : record});
    return run_program(more);
  }
  [[nodiscard]] Said sign(const std::string& record = "") const {
    return gate(
        {"--policy", "nightly", "--firmware", at("app.rbl"), "--key", at("key.pem"), "--out", own("d.json")},
        record);
  }
  static Said verify(const std::string& envelope, const std::string& key,
                     std::vector<std::string> more = {}) {
    more.insert(more.begin(), {built("attest"), "verify", envelope, "--key", key});
    return run_program(more);
  }
  /// A copy of the record in a folder of its own, changed by `change`.
  template <class Change>
  std::string changed_record(Change change) const {
    auto text = must(read_file(at("run") + "/record.jsonl"));
    change(text);
    must(write_file_whole(own("record.jsonl"), text));
    return own("record.jsonl");
  }

 private:
  static std::unique_ptr<TempDir>& shared() {
    static std::unique_ptr<TempDir> one;
    return one;
  }
  TempDir own_{"attest-gate"};
};

TEST_F(Gate, OpensForASoundRunAndSaysWhy) {
  const auto said = gate({"--policy", "nightly", "--baseline", at("run")});
  EXPECT_EQ(said.exit, 0) << said.out << said.err;
  EXPECT_THAT(said.out, StartsWith("decision: go ("));
  EXPECT_THAT(said.out, HasSubstr("virtual-device"));
  EXPECT_THAT(said.out, HasSubstr("compared"));
}

TEST_F(Gate, StaysShutByAPolicyThatStops) {
  const auto said = gate({"--policy", "release", "--json"});
  EXPECT_EQ(said.exit, 1) << said.err;
  const auto decision = nlohmann::json::parse(said.out);
  EXPECT_EQ(decision.at("outcome"), "no go");
  std::set<std::string> words;
  for (const auto& one : decision.at("reasons"))
    if (one.at("stops")) words.insert(one.at("word"));
  EXPECT_EQ(words, (std::set<std::string>{"uncovered", "virtual-device"}));
}

TEST_F(Gate, SignsWhatIsVerifiedElsewhere) {
  const auto signed_one = sign();
  ASSERT_EQ(signed_one.exit, 0) << signed_one.out << signed_one.err;
  const auto said =
      verify(own("d.json"), at("key.pem.pub"), {"--firmware", at("app.rbl"), "--record", at("run")});
  EXPECT_EQ(said.exit, 0) << said.err;
  EXPECT_THAT(said.out, StartsWith("PASSED: app.rbl"));
}

TEST_F(Gate, SignsThatThereIsNoReleaseToo) {
  EXPECT_EQ(gate({"--policy", "release", "--firmware", at("app.rbl"), "--key", at("key.pem"), "--out",
                  own("d.json")})
                .exit,
            1);
  const auto said = verify(own("d.json"), at("key.pem.pub"));
  EXPECT_EQ(said.exit, 1);
  EXPECT_THAT(said.out, StartsWith("FAILED"));
}

TEST_F(Gate, IsNotVerifiedForAnythingElse) {
  ASSERT_EQ(sign().exit, 0);
  const auto refused = [&](const Said& said, const char* why) {
    EXPECT_EQ(said.exit, 1);
    EXPECT_THAT(said.err, HasSubstr(why));
    EXPECT_EQ(said.out, "");
  };
  refused(verify(own("d.json"), at("other.pem.pub")), "another key");
  must(write_file_whole(own("other.rbl"), "another image"));
  refused(verify(own("d.json"), at("key.pem.pub"), {"--firmware", own("other.rbl")}), "is about app.rbl");
  const auto edited = changed_record([](std::string& text) { text[text.find("pass")] = 'P'; });
  refused(verify(own("d.json"), at("key.pem.pub"), {"--record", edited}), "edited");
  const auto cut =
      changed_record([](std::string& text) { text.resize(text.rfind('\n', text.size() - 2) + 1); });
  refused(verify(own("d.json"), at("key.pem.pub"), {"--record", cut}), "about a record");
  const auto text = must(read_file(own("d.json")));
  must(write_file_whole(own("half.json"), text.substr(0, text.size() / 2)));
  refused(verify(own("half.json"), at("key.pem.pub")), "cut");
}

TEST_F(Gate, SignsNoEditedRecord) {
  const auto said = sign(changed_record([](std::string& text) { text[text.find("\"t\":") + 5] ^= 1; }));
  EXPECT_EQ(said.exit, 1) << said.out << said.err;
  EXPECT_THAT(said.out, HasSubstr("STOP edited"));
  EXPECT_THAT(said.err, HasSubstr("no decision is signed on an edited record"));
  EXPECT_FALSE(fs::exists(own("d.json")));
}

TEST_F(Gate, SignsNoPartialRecord) {
  const auto said =
      sign(changed_record([](std::string& text) { text.resize(text.rfind('\n', text.size() - 2) + 1); }));
  EXPECT_EQ(said.exit, 3) << said.out << said.err;
  EXPECT_THAT(said.out, HasSubstr("STOP incomplete"));
  EXPECT_THAT(said.err, HasSubstr("not whole"));
  EXPECT_FALSE(fs::exists(own("d.json")));
}

TEST_F(Gate, LetsAKnownFailureExpireOnItsDay) {
  must(write_file_whole(own("known.toml"),
                        "[[failure]]\ncase = \"No.SuchCase\"\ntext = \"x*\"\nowner = \"o\"\nreason = \"r\"\n"
                        "link = \"l\"\nexpires = 2026-06-30\n"));
  const std::vector<std::string> more{"--policy", "nightly", "--known-failures", own("known.toml"), "--date"};
  const auto on = [&](const std::string& day) {
    auto arguments = more;
    arguments.push_back(day);
    return gate(arguments).out;
  };
  EXPECT_THAT(on("2026-06-30"), Not(HasSubstr("held until 2026-06-30")));
  EXPECT_THAT(on("2026-07-01"), HasSubstr("held until 2026-06-30"));
  EXPECT_THAT(on("2026-06-30"), HasSubstr("vanished-entry"));
}

TEST_F(Gate, RefusesWrongArguments) {
  EXPECT_EQ(gate({}).exit, 2);
  EXPECT_EQ(gate({"--policy", "releese"}).exit, 2);
  EXPECT_THAT(gate({"--policy", "releese"}).err, HasSubstr("release"));
  EXPECT_EQ(gate({"--policy", "nightly", "--date", "tomorrow"}).exit, 2);
  EXPECT_EQ(gate({"--policy", "nightly", "--key", at("key.pem")}).exit, 2);
  EXPECT_EQ(gate({"--policy", "nightly", "--firmware", at("app.rbl"), "--key", at("key.pem.pub"), "--out",
                  own("d")})
                .exit,
            2);
  EXPECT_EQ(verify(at("app.rbl"), at("key.pem.pub")).exit, 1);
  EXPECT_EQ(verify(at("app.rbl"), at("app.rbl")).exit, 2);
}

}  // namespace
}  // namespace attest::self
