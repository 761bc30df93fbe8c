#include "reports/gate/envelope.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "harness/base/file.hpp"
#include "harness/base/subprocess.hpp"
#include "reports/gate/keys_testing.hpp"

namespace attest::reports {
namespace {
using namespace testing;
using nlohmann::json;

constexpr const char* kType = "application/x-test";

/// github.com/secure-systems-lab/dsse, protocol.md, "Test vectors".
TEST(Pae, IsThatOfTheSpecification) {
  EXPECT_EQ(pae("http://example.com/HelloWorld", "hello world"),
            "DSSEv1 29 http://example.com/HelloWorld 11 hello world");
  EXPECT_EQ(pae("", ""), "DSSEv1 0  0 ");
}

class Envelope : public Test {
 protected:
  [[nodiscard]] json sound() const { return json::parse(sealed(kType, "{\"a\":1}", pair_.private_key())); }
  [[nodiscard]] Result<std::string> open(const std::string& text) const {
    return opened(text, kType, pair_.public_key(), "d.json");
  }
  void expect_refused(const json& envelope, const std::string& why) { expect_refused(envelope.dump(), why); }
  void expect_refused(const std::string& text, const std::string& why) {
    const auto got = open(text);
    ASSERT_FALSE(got) << text;
    EXPECT_EQ(got.error().fault, Fault::usage);
    EXPECT_THAT(got.error().what, AllOf(StartsWith("d.json is not to be trusted: "), HasSubstr(why)));
    EXPECT_NE(got.error().cure, "");
  }
  TempDir folder_;
  KeyPair pair_{folder_.path()};
};

TEST_F(Envelope, GivesItsPayloadBack) {
  EXPECT_EQ(must(open(sound().dump())), "{\"a\":1}");
  std::string all;
  for (int i = 0; i < 256; ++i) {
    EXPECT_EQ(must(open(sealed(kType, all, pair_.private_key()))), all);
    all += static_cast<char>(i);
  }
}

TEST_F(Envelope, IsAsTheSpecificationHasIt) {
  const auto one = sound();
  EXPECT_EQ(one["payload"], "eyJhIjoxfQ==");
  EXPECT_EQ(one["payloadType"], kType);
  EXPECT_EQ(one["signatures"][0]["keyid"], pair_.public_key().id());
  EXPECT_EQ(one["signatures"][0]["sig"].get<std::string>().size(), 88U);
}

TEST_F(Envelope, OfAnotherKeyIsRefused) {
  const KeyPair other(folder_.path(), "other");
  const auto forged = sealed(kType, "{\"a\":1}", other.private_key());
  expect_refused(forged, "another key, " + other.public_key().id());
  auto lying = json::parse(forged);
  lying["signatures"][0]["keyid"] = pair_.public_key().id();
  expect_refused(lying, "not one of this key");
  lying["signatures"][0].erase("keyid");
  expect_refused(lying, "not one of this key");
}

TEST_F(Envelope, WhosePayloadWasChangedIsRefused) {
  auto one = sound();
  one["payload"] = "eyJhIjoyfQ==";
  expect_refused(one, "not one of this key over this payload");
  one["payload"] = "eyJhIjoxfR==";  // the same bytes, spelt in another way
  expect_refused(one, "payload is not base64");
}

TEST_F(Envelope, WhoseSignatureIsWrongAtAnyBitIsRefused) {
  for (std::size_t i = 0; i < 84; i += 7) {
    auto one = sound();
    auto sig = one["signatures"][0]["sig"].get<std::string>();
    sig[i] = sig[i] == 'A' ? 'B' : 'A';
    one["signatures"][0]["sig"] = sig;
    expect_refused(one, "not one of this key");
  }
}

TEST_F(Envelope, ThatWasCutIsRefusedWherever) {
  const auto text = sealed(kType, "{\"a\":1}", pair_.private_key());
  for (std::size_t cut = 0; cut + 2 < text.size(); ++cut) expect_refused(text.substr(0, cut), "no JSON");
  for (const char* key : {"payload", "payloadType", "signatures"}) {
    auto one = sound();
    one.erase(key);
    expect_refused(one, std::string("no '") + key);
  }
  auto one = sound();
  one["signatures"][0].erase("sig");
  expect_refused(one, "no 'sig'");
  one = sound();
  one["signatures"][0]["sig"] = "AAAA";
  expect_refused(one, "64 bytes");
}

TEST_F(Envelope, OfAnotherPayloadTypeIsRefused) {
  auto one = sound();
  one["payloadType"] = "text/plain";
  expect_refused(one, "payloadType is \"text/plain\"");
  const auto other = sealed("text/plain", "{\"a\":1}", pair_.private_key());
  expect_refused(other, "payloadType");
  auto renamed = json::parse(other);
  renamed["payloadType"] = kType;  // the type is signed, too
  expect_refused(renamed, "not one of this key");
}

TEST_F(Envelope, WithSeveralSignaturesOrNoneIsRefused) {
  auto one = sound();
  one["signatures"].push_back(one["signatures"][0]);
  expect_refused(one, "2 signatures");
  one["signatures"] = json::array();
  expect_refused(one, "0 signatures");
  one["signatures"] = "x";
  expect_refused(one, "0 signatures");
}

TEST_F(Envelope, WithMoreThanWasSignedIsRefused) {
  auto one = sound();
  one["approved"] = true;
  expect_refused(one, "'approved'");
  one = sound();
  one["signatures"][0]["cert"] = "x";
  expect_refused(one, "'cert'");
  expect_refused(sound().dump() + "{}", "no JSON, or more than one");
  expect_refused(std::string("[]"), "no envelope");
}

TEST_F(Envelope, HoldsForOpenssl) {
  const auto envelope = sound();
  const auto message = pae(kType, "{\"a\":1}");
  must(write_file_whole(folder_.path() / "pae", message));
  must(write_file_whole(folder_.path() / "sig", pair_.private_key().sign(message)));
  const auto verify = [&](const std::string& in) {
    auto child = must(Subprocess::start(
        {"/usr/bin/openssl", "pkeyutl", "-verify", "-rawin", "-pubin", "-inkey", pair_.open.string(),
         "-sigfile", (folder_.path() / "sig").string(), "-in", (folder_.path() / in).string()},
        {.pipe_stdout = true, .quiet_stderr = true}));
    return child.wait(Deadline::in(steady_clock(), std::chrono::seconds(20)));
  };
  EXPECT_EQ(verify("pae"), 0);
  must(write_file_whole(folder_.path() / "other", message + " "));
  EXPECT_NE(verify("other"), 0);
}

TEST(Keys, ThatAreNoneAreRefused) {
  const TempDir folder;
  const KeyPair good(folder.path()), elliptic(folder.path(), "ec", "EC");
  EXPECT_THAT(Key::read_private(folder.path() / "none").error().what, HasSubstr("cannot be opened"));
  EXPECT_THAT(Key::read_private(elliptic.secret).error().what, HasSubstr("no Ed25519"));
  EXPECT_THAT(Key::read_public(elliptic.open).error().what, HasSubstr("no Ed25519"));
  EXPECT_THAT(Key::read_private(good.open).error().cure, HasSubstr("genpkey"));
  EXPECT_THAT(Key::read_public(good.secret).error().cure, HasSubstr("-pubout"));
  EXPECT_EQ(good.private_key().id(), good.public_key().id());
  EXPECT_THROW((void)good.public_key().sign("x"), Failure);
}

}  // namespace
}  // namespace attest::reports
