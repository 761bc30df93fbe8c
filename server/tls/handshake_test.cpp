// Handshakes with clients that do as they should: what they get, and what the journal says of them.
#include <gmock/gmock.h>

#include <thread>

#include "server/tls/hello.hpp"
#include "server/tls/tls_testing.hpp"

namespace attest::server {
namespace {
using namespace testing;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

TEST(TlsOrigin, ServesInsideTls) {
  const auto origin = tls_origin();
  const auto page = origin->add({.body = "hello"});
  EXPECT_THAT(page->url(), StartsWith("https://127.0.0.1:"));
  TlsClient client(origin->port());
  ASSERT_TRUE(client.shake()) << client.complaint();
  EXPECT_THAT(client.get(page->path()), AllOf(StartsWith("HTTP/1.1 200 OK\r\n"), HasSubstr("hello")));
  EXPECT_TRUE(client.ended_properly());
  client.close();
  ASSERT_TRUE(page->wait_closed(patience()));
  const auto seen = page->requests().at(0);
  ASSERT_TRUE(seen.tls && seen.tls->hello && seen.tls->completed && seen.response_first);
  const std::vector<Instant> times{seen.accepted,   *seen.tls->hello, *seen.tls->completed,
                                   seen.first_byte, seen.head_done,   *seen.response_first};
  EXPECT_TRUE(std::is_sorted(times.begin(), times.end()));
  EXPECT_EQ(seen.malformed, "");
}

TEST(TlsOrigin, LeavesOutItsOwnPortAlone) {
  auto origin = start_origin({.port = 443, .tls = TlsSetup{.pki = pki()}}, steady_clock(), {});
  if (!origin) GTEST_SKIP() << origin.error().text();
  EXPECT_EQ((*origin)->authority(), "127.0.0.1");
  EXPECT_THAT((*origin)->add({})->url(), StartsWith("https://127.0.0.1/"));
}

TEST(TlsOrigin, NeedsCertificates) {
  const auto none = start_origin({.tls = TlsSetup{}}, steady_clock(), {});
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().fault, Fault::usage);
}

TEST(TlsOrigin, TakesBodiesOfManyRecordsAndSendsThem) {
  const auto origin = tls_origin();
  const auto page = origin->add({.framing = Response::Framing::until_close, .generated_length = 3'000'000});
  const std::string body(1'000'000, 'b');
  TlsClient client(origin->port());
  ASSERT_TRUE(client.shake());
  client.send("POST " + page->path() + " HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n" + body);
  const auto got = client.read_all();
  EXPECT_EQ(got.size() - got.find("\r\n\r\n") - 4, 3'000'000U);
  EXPECT_TRUE(client.ended_properly())
      << "until_close ends with a close_notify, not just with the connection";
  ASSERT_TRUE(page->wait_answered(1, patience()));
  EXPECT_TRUE(page->requests().at(0).body == body);
  EXPECT_EQ(page->requests().at(0).body_bytes_sent, 3'000'000U);
}

TEST(TlsOrigin, KeepsAConnectionForSeveralRequests) {
  const auto origin = tls_origin();
  const auto page = origin->add({.body = "hello"});
  TlsClient client(origin->port());
  ASSERT_TRUE(client.shake());
  client.send("GET " + page->path() + " HTTP/1.1\r\nHost: x\r\n\r\nGET " + page->path() +
              " HTTP/1.1\r\nHost: x\r\n\r\n");
  (void)client.get(page->path());
  EXPECT_EQ(page->requests().size(), 3U);
  EXPECT_EQ(origin->handshakes().size(), 1U);
}

TEST(TlsOrigin, ClosesWhatWasOpenedBeforeAnotherCertificate) {
  const auto origin = tls_origin();
  const auto page = origin->add({.body = "hello"});
  TlsClient kept(origin->port());
  ASSERT_TRUE(kept.shake());
  kept.send("GET " + page->path() + " HTTP/1.1\r\nHost: x\r\n\r\n");
  ASSERT_TRUE(page->wait_answered(1, patience()));
  origin->use({.pki = pki()});
  EXPECT_EQ(origin->open_connections(), 0U);
  EXPECT_THAT(kept.read_all(), HasSubstr("hello")) << "up to its end, which has come";
  TlsClient next(origin->port());
  ASSERT_TRUE(next.shake());
  EXPECT_THAT(next.get(page->path()), HasSubstr("hello"));
  EXPECT_EQ(origin->handshakes().size(), 2U);
}

TEST(TlsOrigin, TellsItsListenerBeforeThoseWhoWait) {
  std::vector<std::string> events;  // written by one thread, since there is one connection
  const auto origin = tls_origin({}, [&](std::string_view event, Instant, const Served& served) {
    events.emplace_back(event);
    EXPECT_EQ(served.tls && served.tls->completed, event != "accept");
  });
  TlsClient client(origin->port());
  ASSERT_TRUE(client.shake());
  ASSERT_TRUE(origin->wait_handshakes(1, patience()));
  EXPECT_THAT(events, ElementsAre("accept", "tls"));
}

TEST(TlsOrigin, RemembersNobody) {
  const auto origin = tls_origin();
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    TlsClient first(origin->port(), {.most = version});
    ASSERT_TRUE(first.shake());
    (void)first.get("/");
    TlsClient second(origin->port(), {.most = version});
    SSL_set_session(second.ssl(), SSL_get_session(first.ssl()));
    ASSERT_TRUE(second.shake());
    EXPECT_FALSE(second.resumed());
  }
}

class Hello : public ::testing::Test {
 protected:
  Handshake of(const ClientWish& wish) {
    TlsClient client(origin_->port(), wish);
    completed_ = client.shake();
    protocol_ = client.protocol();
    client.close();
    EXPECT_TRUE(origin_->wait_handshakes(++count_, patience()));
    return origin_->handshakes().back();
  }
  const std::unique_ptr<Origin> origin_ = tls_origin();
  std::size_t count_ = 0;
  bool completed_ = false;
  std::string protocol_;
};

TEST_F(Hello, TellsVersions) {
  auto seen = of({.most = TLS1_2_VERSION});
  EXPECT_THAT(seen.versions, ElementsAre(0x0303));
  EXPECT_EQ(seen.version, "TLSv1.2");
  seen = of({});
  EXPECT_THAT(seen.versions, AllOf(Contains(0x0304), Contains(0x0303)));
  EXPECT_EQ(seen.version, "TLSv1.3");
  seen = of({.trusts = "", .least = TLS1_VERSION, .most = TLS1_1_VERSION, .suites = "DEFAULT:@SECLEVEL=0"});
  EXPECT_THAT(seen.versions, ElementsAre(0x0302));
  EXPECT_FALSE(completed_);
  EXPECT_THAT(seen.failure, HasSubstr("unsupported protocol"));
}

TEST_F(Hello, TellsSuites) {
  const auto seen = of({.most = TLS1_2_VERSION, .suites = "AES128-SHA:ECDHE-RSA-AES128-GCM-SHA256"});
  EXPECT_THAT(seen.suites, ElementsAre(0x002F, 0xC02F)) << "and not the signal 0x00FF";
  EXPECT_THAT(seen.suite_names,
              ElementsAre("TLS_RSA_WITH_AES_128_CBC_SHA", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"));
  EXPECT_EQ(seen.suite, "AES128-SHA") << "what the client likes best";
}

TEST_F(Hello, TellsNamesAndProtocols) {
  auto seen = of({.sni = "device.test", .alpn = {"h2", "http/1.1"}});
  EXPECT_EQ(seen.sni, "device.test");
  EXPECT_THAT(seen.alpn, ElementsAre("h2", "http/1.1"));
  EXPECT_EQ(protocol_, "http/1.1");
  seen = of({.alpn = {"h2"}});
  EXPECT_TRUE(completed_) << "a protocol that the origin does not speak is no reason to refuse";
  EXPECT_EQ(protocol_, "");
  EXPECT_EQ(seen.sni, "");
}

TEST(Suites, HaveNamesAlsoIfOpensslDroppedThem) {
  const ContextOwner context(SSL_CTX_new(TLS_server_method()));
  const SslOwner ssl(SSL_new(context.get()));
  EXPECT_EQ(suite_name(ssl.get(), 0x0005), "TLS_RSA_WITH_RC4_128_SHA");
  EXPECT_EQ(suite_name(ssl.get(), 0x0003), "TLS_RSA_EXPORT_WITH_RC4_40_MD5");
  EXPECT_EQ(suite_name(ssl.get(), 0x0001), "TLS_RSA_WITH_NULL_MD5");
  EXPECT_EQ(suite_name(ssl.get(), 0x1301), "TLS_AES_128_GCM_SHA256");
  EXPECT_EQ(suite_name(ssl.get(), 0xFEFE), "0xFEFE");
  EXPECT_TRUE(is_grease(0x0A0A) && is_grease(0xFAFA) && !is_grease(0x0AFA) && !is_grease(0x002F));
}

struct Judged {
  Leaf leaf;
  std::string complaint, alert;
};

class Judges : public ::testing::TestWithParam<Judged> {};

TEST_P(Judges, AClientThatChecksSendsNoRequest) {
  const auto& [leaf, complaint, alert] = GetParam();
  const auto origin = tls_origin({.leaf = leaf});
  const auto page = origin->add({.body = "hello"});
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    TlsClient client(origin->port(), {.trusts = pki()->ca_pem(leaf == Leaf::good_ec ? Ca::ec : Ca::rsa),
                                      .least = version,
                                      .most = version});
    EXPECT_EQ(client.shake(), complaint.empty()) << client.complaint();
    EXPECT_EQ(client.complaint(), complaint);
    if (!complaint.empty()) continue;
    EXPECT_THAT(client.get(page->path()), HasSubstr("hello"));
  }
  ASSERT_TRUE(origin->wait_handshakes(2, patience()));
  EXPECT_EQ(page->requests().size(), complaint.empty() ? 2U : 0U);
  for (const auto& seen : origin->handshakes()) {
    EXPECT_EQ(seen.completed.has_value(), complaint.empty()) << seen.version;
    EXPECT_EQ(seen.over.has_value(), !complaint.empty());
    EXPECT_EQ(seen.alert, alert);
    EXPECT_EQ(seen.failure, alert.empty() ? "" : "the client sent the alert \"" + alert + "\"");
  }
}

INSTANTIATE_TEST_SUITE_P(
    All, Judges,
    ::testing::Values(Judged{Leaf::good, "", ""}, Judged{Leaf::good_ec, "", ""},
                      Judged{Leaf::chained, "", ""},
                      Judged{Leaf::expired, "certificate has expired", "certificate expired"},
                      Judged{Leaf::not_yet_valid, "certificate is not yet valid", "bad certificate"},
                      Judged{Leaf::other_host, "IP address mismatch", "bad certificate"},
                      Judged{Leaf::by_non_ca, "invalid CA certificate", "unknown CA"},
                      Judged{Leaf::weak_key, "EE certificate key too weak", "bad certificate"},
                      Judged{Leaf::unknown_ca, "unable to get local issuer certificate", "unknown CA"},
                      Judged{Leaf::self_signed, "self-signed certificate", "unknown CA"}),
    [](const auto& one) { return std::string(name_of(one.param.leaf)); });

TEST(Judges, AClientThatTakesAnythingGetsAnAnswerUnderEachLeaf) {
  for (const auto leaf : {Leaf::good_ec, Leaf::expired, Leaf::by_non_ca, Leaf::weak_key, Leaf::self_signed}) {
    const auto origin = tls_origin({.leaf = leaf});
    TlsClient client(origin->port(), {.trusts = ""});
    EXPECT_TRUE(client.shake()) << name_of(leaf) << ": " << client.complaint();
  }
}

/// Until the origin has seen the end of all connections.
void wait_until_all_left(const Origin& origin) {
  const auto end = patience();
  while (origin.open_connections() > 0 && !end.passed(steady_clock()))
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
}

TEST(Judges, AnAlertAfterTheHandshakeIsNotLost) {
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    const auto origin = tls_origin();
    TlsClient client(origin->port(), {.least = version, .most = version});
    ASSERT_TRUE(client.shake());
    // Makes the client believe that the server sent a record that nobody could decrypt.
    const auto record = std::string("\x17\x03\x03\x00\x40", 5) + std::string(64, 'x');
    auto* fed = BIO_new(BIO_s_mem());
    BIO_write(fed, record.data(), static_cast<int>(record.size()));
    SSL_set0_rbio(client.ssl(), fed);
    EXPECT_EQ(client.read_all(), "");
    wait_until_all_left(*origin);
    EXPECT_EQ(origin->handshakes().at(0).alert, "bad record mac");
    EXPECT_TRUE(origin->handshakes().at(0).completed && origin->handshakes().at(0).failure.empty());
  }
}

TEST(Judges, AnOrdinaryEndIsNoComplaint) {
  const auto origin = tls_origin();
  TlsClient client(origin->port());
  ASSERT_TRUE(client.shake());
  client.close();
  wait_until_all_left(*origin);
  EXPECT_EQ(origin->handshakes().at(0).alert, "");
}

TEST(ManyTlsClients, AreServedAtOnce) {
  const auto origin = tls_origin();
  const auto page = origin->add({.body = "hello"});
  std::atomic<int> answered = 0;
  {
    std::vector<std::jthread> devices;
    for (int i = 0; i < 64; ++i)
      devices.emplace_back([&] {
        TlsClient client(origin->port());
        if (client.shake() && client.get(page->path()).ends_with("hello")) ++answered;
      });
  }
  EXPECT_EQ(answered, 64);
  EXPECT_EQ(page->requests().size(), 64U);
  ASSERT_TRUE(origin->wait_handshakes(64, patience()));
  const auto all = origin->handshakes();
  for (std::size_t i = 0; i < all.size(); ++i) EXPECT_EQ(all[i].connection, i + 1);
}

}  // namespace
}  // namespace attest::server
