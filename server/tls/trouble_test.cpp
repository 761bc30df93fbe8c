// What the server does to a handshake, as clients see it, and clients that do things to the server.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <filesystem>
#include <thread>

#include "harness/base/random.hpp"
#include "server/tls/tls_testing.hpp"

namespace attest::server {
namespace {
using namespace testing;
using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

Handshake the_handshake(const Origin& origin) {
  EXPECT_TRUE(origin.wait_handshakes(1, patience()));
  return origin.handshakes().at(0);
}

/// What is known after the client's hello, before the client has given up.
Handshake half_a_handshake(const Origin& origin) {
  const auto end = patience();
  while (!end.passed(steady_clock())) {
    for (const auto& seen : origin.handshakes())
      if (seen.hello) return seen;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  ADD_FAILURE() << "no hello came";
  return {};
}

TEST(Trouble, StallSaysNothingUntilTheClientLeaves) {
  const auto origin = tls_origin({.trouble = TlsTrouble::stall});
  const auto page = origin->add({});
  RawClient client(origin->port());
  client.send(a_hello({.sni = "device.test"}));
  const auto half = half_a_handshake(*origin);
  EXPECT_EQ(half.sni, "device.test");
  EXPECT_FALSE(half.over);
  EXPECT_FALSE(origin->wait_handshakes(1, Deadline::in(steady_clock(), std::chrono::milliseconds(50))));
  client.end_sending();
  EXPECT_EQ(client.read_all(), "") << "not a byte";
  const auto seen = the_handshake(*origin);
  EXPECT_EQ(seen.failure, "stall on purpose: the client closed after its hello");
  EXPECT_TRUE(seen.over);
  EXPECT_THAT(page->requests(), IsEmpty());
}

TEST(Trouble, StallHearsTheAlertOfAClientThatGivesUp) {
  const auto origin = tls_origin({.trouble = TlsTrouble::stall});
  RawClient client(origin->port());
  client.send(a_hello());
  (void)half_a_handshake(*origin);
  client.send(std::string_view("\x15\x03\x03\x00\x02\x02\x50", 7));
  client.close();
  const auto seen = the_handshake(*origin);
  EXPECT_EQ(seen.alert, "internal error");
  EXPECT_EQ(seen.failure, "stall on purpose: the client sent the alert \"internal error\"");
}

std::string handshake_types(std::string_view bytes) {
  std::string types;
  while (bytes.size() >= 9 && bytes[0] == 22) {
    const auto size =
        5U + (static_cast<unsigned char>(bytes[3]) << 8U) + static_cast<unsigned char>(bytes[4]);
    types += fmt::format("{} ", static_cast<int>(bytes[5]));
    bytes.remove_prefix(std::min<std::size_t>(size, bytes.size()));
  }
  return types + (bytes.empty() ? "" : "and more");
}

TEST(Trouble, StallLaterStopsAfterTheCertificate) {
  for (const auto leaf : {Leaf::good, Leaf::chained}) {
    const auto origin = tls_origin({.leaf = leaf, .trouble = TlsTrouble::stall_later});
    RawClient client(origin->port());
    client.send(a_hello({.most = TLS1_2_VERSION}));
    client.end_sending();
    EXPECT_EQ(handshake_types(client.read_all()), "2 11 ")
        << "server_hello and certificate, no server_hello_done";
    EXPECT_EQ(the_handshake(*origin).failure,
              "stall_later on purpose: the client closed after the server's certificate");
  }
}

TEST(Trouble, StallLaterLetsAClientJudgeTheCertificate) {
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    const auto origin = tls_origin({.leaf = Leaf::self_signed, .trouble = TlsTrouble::stall_later});
    TlsClient client(origin->port(), {.least = version, .most = version});
    EXPECT_FALSE(client.shake());
    EXPECT_EQ(client.complaint(), "self-signed certificate");
    EXPECT_EQ(the_handshake(*origin).alert, "unknown CA");
  }
}

struct Shown {
  TlsTrouble trouble;
  std::string complaint, failure;
};

class Troubles : public ::testing::TestWithParam<Shown> {};

TEST_P(Troubles, EndTheHandshakeOfAClient) {
  const auto& [trouble, complaint, failure] = GetParam();
  const auto origin = tls_origin({.trouble = trouble});
  const auto page = origin->add({});
  TlsClient client(origin->port(), {.least = TLS1_2_VERSION, .most = TLS1_2_VERSION});
  EXPECT_FALSE(client.shake());
  EXPECT_THAT(client.complaint(), HasSubstr(complaint));
  client.close();
  const auto seen = the_handshake(*origin);
  EXPECT_THAT(seen.failure, StartsWith(failure));
  EXPECT_TRUE(seen.hello && seen.over && !seen.completed);
  EXPECT_FALSE(seen.suites.empty());
  EXPECT_THAT(page->requests(), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(
    All, Troubles,
    ::testing::Values(Shown{TlsTrouble::alert, "alert handshake failure", "alert on purpose"},
                      Shown{TlsTrouble::garbage, "wrong version number", "garbage on purpose"},
                      Shown{TlsTrouble::plain_http, "wrong version number", "plain_http on purpose"},
                      Shown{TlsTrouble::close, "", "close on purpose: closed after the client's hello"},
                      Shown{TlsTrouble::old_version, "unsupported protocol",
                            "old_version on purpose: the client sent the alert \"protocol version\""}),
    [](const auto& one) { return std::string(name_of(one.param.trouble)); });

TEST(Trouble, SaysWhatItsNameSays) {
  const auto said = [](TlsTrouble trouble) {
    const auto origin = tls_origin({.trouble = trouble});
    RawClient client(origin->port());
    client.send(a_hello());
    client.end_sending();
    return client.read_all();
  };
  EXPECT_EQ(said(TlsTrouble::close), "");
  EXPECT_EQ(said(TlsTrouble::alert), std::string("\x15\x03\x03\x00\x02\x02\x28", 7))
      << "handshake_failure, fatal";
  EXPECT_THAT(said(TlsTrouble::plain_http), StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(said(TlsTrouble::garbage), StartsWith("\xDE\xAD"));
}

TEST(Trouble, OldVersionServesThoseWhoTakeIt) {
  const auto origin = tls_origin({.trouble = TlsTrouble::old_version});
  const auto page = origin->add({.body = "hello"});
  TlsClient client(origin->port(), {.trusts = "", .least = TLS1_VERSION, .suites = "DEFAULT:@SECLEVEL=0"});
  ASSERT_TRUE(client.shake()) << client.complaint();
  EXPECT_THAT(client.get(page->path()), HasSubstr("hello"));
  EXPECT_EQ(the_handshake(*origin).version, "TLSv1.1");
}

class Hostile : public ::testing::Test {
 protected:
  /// Sends that, and reads what comes until the server closes.
  std::string say(std::string_view bytes) {
    RawClient client(origin_->port());
    try {
      client.send(bytes);
      client.end_sending();
      return client.read_all();
    } catch (const Failure&) {
      return {};  // it closed before it had all of them
    }
  }
  const std::unique_ptr<Origin> origin_ = tls_origin();
};

TEST_F(Hostile, SilenceIsAHandshakeThatFailed) {
  EXPECT_EQ(say(""), "");
  EXPECT_EQ(the_handshake(*origin_).failure, "closed without a hello");
  EXPECT_FALSE(the_handshake(*origin_).hello);
  EXPECT_EQ(the_handshake(*origin_).received, 0U);
}

TEST_F(Hostile, HalfAHelloIsNamedAsSuch) {
  EXPECT_EQ(say(a_hello().substr(0, 37)), "");
  EXPECT_EQ(the_handshake(*origin_).failure, "closed after 37 bytes of a hello");
}

TEST_F(Hostile, PlainHttpIsNoRequest) {
  const auto page = origin_->add({.body = "hello"});
  EXPECT_THAT(say("GET " + page->path() + " HTTP/1.1\r\nHost: x\r\n\r\n"), Not(HasSubstr("hello")));
  EXPECT_EQ(the_handshake(*origin_).failure, "a plain HTTP request instead of a hello");
  EXPECT_THAT(page->requests(), IsEmpty());
  EXPECT_THAT(origin_->strangers(), IsEmpty());
}

TEST_F(Hostile, AHelloByteByByteIsAHello) {
  RawClient client(origin_->port());
  const auto hello = a_hello({.sni = "device.test", .most = TLS1_2_VERSION});
  client.send_in_pieces(hello, 1);
  EXPECT_THAT(client.read(5), StartsWith("\x16\x03\x03"));
  EXPECT_EQ(half_a_handshake(*origin_).sni, "device.test");
}

TEST_F(Hostile, EveryTruncatedHelloFailsAndNothingElseDoes) {
  const auto hello = a_hello({.sni = "device.test", .alpn = {"http/1.1"}});
  for (std::size_t size = 1; size < hello.size(); size += 3) (void)say(hello.substr(0, size));
  TlsClient client(origin_->port());
  EXPECT_TRUE(client.shake());
  ASSERT_TRUE(origin_->wait_handshakes(origin_->handshakes().size(), patience()));
  std::size_t completed = 0;
  for (const auto& seen : origin_->handshakes()) completed += seen.completed ? 1U : 0U;
  EXPECT_EQ(completed, 1U);
}

TEST_F(Hostile, RubbishFailsAndNothingElseDoes) {
  Random random(20);
  const auto hello = a_hello({.sni = "device.test", .alpn = {"http/1.1"}});
  for (int i = 0; i < 300; ++i) {
    auto bytes = hello;
    for (int hits = 0; hits < 4; ++hits)
      bytes[5 + random.below(bytes.size() - 5)] = static_cast<char>(random.below(256));
    (void)say(bytes);
    if (i % 10 == 0) (void)say(random.bytes(100));
  }
  TlsClient client(origin_->port());
  EXPECT_TRUE(client.shake());
  const auto all = origin_->handshakes();
  ASSERT_TRUE(origin_->wait_handshakes(all.size(), patience()));
  for (const auto& seen : origin_->handshakes())
    EXPECT_TRUE(seen.completed || !seen.failure.empty()) << seen.connection;
}

TEST_F(Hostile, FactsOfABrokenHelloAreThoseThatCouldBeRead) {
  auto hello = a_hello({.sni = "device.test", .most = TLS1_2_VERSION, .suites = "AES128-SHA"});
  const auto name = hello.find("device.test");
  hello[name - 1] = '\x7F';  // the name's length, far over the end of the extension
  (void)say(hello);
  const auto seen = the_handshake(*origin_);
  EXPECT_FALSE(seen.completed);
  EXPECT_EQ(seen.sni, "");
  EXPECT_THAT(seen.suite_names, ::testing::ElementsAre("TLS_RSA_WITH_AES_128_CBC_SHA"));
}

TEST_F(Hostile, OldSuitesAndGreaseAreTold) {
  auto hello = a_hello({.most = TLS1_2_VERSION, .suites = "AES128-SHA:AES256-SHA:AES128-SHA256"});
  const auto at = hello.find(std::string("\x00\x2F\x00\x35\x00\x3C", 6));
  ASSERT_NE(at, std::string::npos);
  hello.replace(at, 6, std::string("\x3A\x3A\x00\x05\x00\x03", 6));
  (void)say(hello);
  const auto seen = the_handshake(*origin_);
  EXPECT_THAT(seen.suite_names,
              ::testing::ElementsAre("TLS_RSA_WITH_RC4_128_SHA", "TLS_RSA_EXPORT_WITH_RC4_40_MD5"));
  EXPECT_EQ(seen.failure, "refused: no shared cipher");
}

TEST_F(Hostile, AFloodOfKeyUpdatesDoesNotHoldTheOrigin) {
  TlsClient client(origin_->port(), {.least = TLS1_3_VERSION});
  ASSERT_TRUE(client.shake());
  for (int i = 0; i < 30; ++i) {
    ASSERT_EQ(SSL_key_update(client.ssl(), SSL_KEY_UPDATE_REQUESTED), 1);
    if (SSL_do_handshake(client.ssl()) != 1) break;
  }
  EXPECT_THAT(client.get("/"), HasSubstr("404"));
}

TEST(TheEndOfTls, DoesNotWaitForStalledHandshakes) {
  std::vector<std::unique_ptr<Origin>> origins;
  for (const auto trouble :
       {TlsTrouble::none, TlsTrouble::stall, TlsTrouble::stall_later, TlsTrouble::garbage})
    origins.push_back(tls_origin({.trouble = trouble}));
  std::vector<RawClient> clients;
  const auto hello = a_hello();
  for (const auto& origin : origins) {
    clients.emplace_back(origin->port()).send(hello.substr(0, origin == origins[0] ? 50 : hello.size()));
    clients.emplace_back(origin->port());  // says nothing at all
  }
  for (std::size_t i = 1; i < origins.size(); ++i) (void)half_a_handshake(*origins[i]);
  const auto before = steady_clock().now();
  origins.clear();
  EXPECT_LT(steady_clock().now() - before, std::chrono::seconds(1));
}

std::size_t open_descriptors() {
  std::size_t count = 0;
  for ([[maybe_unused]] const auto& one : std::filesystem::directory_iterator("/proc/self/fd")) ++count;
  return count;
}

TEST(TheEndOfTls, LeavesNoDescriptorsOpen) {
  const TempDir folder;
  (void)pki()->chain_pem(Leaf::good);
  const auto round = [&] {
    const auto origin = tls_origin({.key_log = folder.path() / "keys"});
    for (int i = 0; i < 5; ++i) {
      TlsClient client(origin->port());
      (void)client.shake();
      RawClient(origin->port()).reset();
      RawClient(origin->port()).send("rubbish");
    }
  };
  round();
  const auto before = open_descriptors();
  for (int i = 0; i < 5; ++i) round();
  EXPECT_EQ(open_descriptors(), before);
}

}  // namespace
}  // namespace attest::server
