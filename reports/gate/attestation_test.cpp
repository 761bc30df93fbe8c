#include "reports/gate/attestation.hpp"

#include "harness/base/file.hpp"
#include "harness/record/sha256.hpp"
#include "reports/gate/gate_test.hpp"
#include "reports/gate/keys_testing.hpp"

namespace attest::reports {
namespace {
using namespace testing;
using State = record::ChainResult::State;

class Attestation : public Test {
 protected:
  [[nodiscard]] nlohmann::json stated() const {
    return must(statement(gate_.question(), gate_.decide(), image_));
  }
  [[nodiscard]] std::string sealed_decision() const {
    return must(attestation(gate_.question(), gate_.decide(), image_, pair_.private_key()));
  }
  [[nodiscard]] Attested read_back() const {
    return must(verified(sealed_decision(), pair_.public_key(), "d.json"));
  }
  TempDir folder_;
  KeyPair pair_{folder_.path()};
  Image image_{"app.rbl", std::string(64, 'c')};
  Gate gate_{sound_run()};
};

TEST_F(Attestation, IsAStatementOfInToto) {
  gate_.version = "1.5.0";
  const auto one = stated();
  EXPECT_EQ(one["_type"], "https://in-toto.io/Statement/v1");
  EXPECT_EQ(one["predicateType"], "https://in-toto.io/attestation/test-result/v0.1");
  EXPECT_EQ(
      one["subject"],
      nlohmann::json::parse(R"([{"name":"app.rbl","annotations":{"version":"1.5.0"},"digest":{"sha256":")" +
                            std::string(64, 'c') + R"("}}])"));
  const auto& predicate = one["predicate"];
  EXPECT_EQ(predicate["result"], "PASSED");
  EXPECT_EQ(predicate["passedTests"], nlohmann::json::array({"A.A"}));
  EXPECT_EQ(predicate["failedTests"], nlohmann::json::array());
  EXPECT_EQ(predicate["attest"]["decided"], "2026-11-25");
  EXPECT_EQ(predicate["attest"]["decision"]["outcome"], "go");
}

TEST_F(Attestation, NamesWhatTheDecisionWasMadeFrom) {
  gate_.with_known("# none\n").against(sound_run());
  gate_.policy.sha256 = std::string(64, 'd');
  std::map<std::string, std::string> digests;
  const auto all = stated();
  for (const auto& one : all["predicate"]["configuration"]) digests[one["name"]] = one["digest"]["sha256"];
  EXPECT_THAT(digests, UnorderedElementsAre(Pair("policy", std::string(64, 'd')),
                                            Pair("known-failures", record::sha256_hex("# none\n")),
                                            Pair("record", std::string(64, 'b')),
                                            Pair("baseline", std::string(64, 'b'))));
}

TEST_F(Attestation, ComesBackAsItWas) {
  gate_.version = "1.5.0";
  gate_.policy.name = "release";
  const auto got = read_back();
  EXPECT_TRUE(got.passed);
  EXPECT_EQ(got.image, "app.rbl");
  EXPECT_EQ(got.image_sha256, image_.sha256);
  EXPECT_EQ(got.version, "1.5.0");
  EXPECT_EQ(got.record_head, gate_.chain.head);
  EXPECT_EQ(got.record_sha256, gate_.chain.sha256);
  EXPECT_EQ(got.policy, "release");
  EXPECT_EQ(got.decided, "2026-11-25");
}

TEST_F(Attestation, OfNoReleaseSaysFailed) {
  gate_.policy.baseline.missing = Weight::stop;
  EXPECT_EQ(stated()["predicate"]["result"], "FAILED");
  EXPECT_FALSE(read_back().passed);
}

TEST_F(Attestation, IsRefusedForAnEditedRecord) {
  gate_.chain.state = State::broken;
  EXPECT_THAT(statement(gate_.question(), gate_.decide(), image_).error().what, HasSubstr("edited"));
  gate_.chain.state = State::whole;
  gate_.against(sound_run()).baseline_chain.state = State::broken;
  EXPECT_THAT(statement(gate_.question(), gate_.decide(), image_).error().what, HasSubstr("edited"));
}

TEST_F(Attestation, IsRefusedForAPartialRecordWhateverThePolicyLists) {
  const Gate cut(Script().run({{"A.A", {"HC-01"}}}).passing("A.A", {"HC-01"}));
  ASSERT_EQ(cut.decide().outcome, Outcome::go);
  EXPECT_THAT(statement(cut.question(), cut.decide(), image_).error().what, HasSubstr("not whole"));
}

TEST_F(Attestation, IsRefusedWhereNothingWasDecided) {
  Gate gate(Script()
                .run({{"A.A", {"HC-01"}}})
                .put("fault", {{"fault", "bench"}, {"what", "w"}, {"cure", "c"}})
                .passing("A.A", {"HC-01"})
                .done());
  gate.policy.bench.fault = Weight::stop;
  EXPECT_THAT(attestation(gate.question(), gate.decide(), image_, pair_.private_key()).error().what,
              HasSubstr("bench failed"));
}

TEST_F(Attestation, OfAnUnchainedRecordThatThePolicyLetsPassSaysSo) {
  gate_.chain.state = State::unchained;
  gate_.chain.head.clear();
  EXPECT_EQ(read_back().record_head, "");
  EXPECT_TRUE(gate_.decide().says("unchained"));
}

TEST_F(Attestation, ThatIsSignedButIsNoDecisionIsRefused) {
  for (const char* body : {"", "{}", "[1]", R"({"_type":"https://in-toto.io/Statement/v1","subject":[]})"})
    EXPECT_THAT(
        verified(sealed(kPayloadType, body, pair_.private_key()), pair_.public_key(), "d.json").error().what,
        HasSubstr("no decision"))
        << body;
  for (const char* gone : {"_type", "subject", "predicateType", "predicate"}) {
    auto one = stated();
    one.erase(gone);
    EXPECT_FALSE(
        verified(sealed(kPayloadType, one.dump(), pair_.private_key()), pair_.public_key(), "d.json"))
        << gone;
  }
  auto two = stated();
  two["subject"].push_back(two["subject"][0]);
  EXPECT_FALSE(verified(sealed(kPayloadType, two.dump(), pair_.private_key()), pair_.public_key(), "d.json"));
}

TEST_F(Attestation, SpeaksOfItsImageAndItsRecordAlone) {
  const auto got = read_back();
  EXPECT_TRUE(speaks_of(got, {}, {}, "d.json"));
  EXPECT_TRUE(speaks_of(got, image_, gate_.chain, "d.json"));
  EXPECT_THAT(speaks_of(got, Image{"app.rbl", std::string(64, 'e')}, {}, "d.json").error().what,
              HasSubstr("about app.rbl"));
  auto other = gate_.chain;
  other.sha256 = std::string(64, 'e');
  EXPECT_THAT(speaks_of(got, {}, other, "d.json").error().what, HasSubstr("about a record"));
  other = gate_.chain;
  other.head = std::string(32, 'e');
  EXPECT_FALSE(speaks_of(got, {}, other, "d.json"));
  other.state = State::broken;
  EXPECT_THAT(speaks_of(got, {}, other, "d.json").error().what, HasSubstr("edited"));
}

TEST_F(Attestation, TakesAnImagesNameAndDigestFromItsFile) {
  must(write_file_whole(folder_.path() / "fw.bin", "abc"));
  const auto image = must(image_of((folder_.path() / "fw.bin").string()));
  EXPECT_EQ(image.name, "fw.bin");
  EXPECT_EQ(image.sha256, record::sha256_hex("abc"));
  EXPECT_FALSE(image_of((folder_.path() / "none").string()));
}

}  // namespace
}  // namespace attest::reports
