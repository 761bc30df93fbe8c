// HC-19, HC-46 … HC-49, HC-53: HTTPCLIENT over TLS.
#include <fmt/format.h>

#include "harness/measure/rate.hpp"
#include "suites/support/cert.hpp"

namespace {
using namespace attest;
using namespace attest::suites;
using server::Ca;
using server::Leaf;
using server::TlsTrouble;

ATTEST_CASE_ON(CertCase, HttpClientTransport, Of2IsTls, "HC-19") {
  blame("HC-19");
  trust_if_possible(Ca::rsa);
  const auto fetched = fetch(Leaf::good);
  owe("HC-19", "transport 2 begins with a TLS handshake")
      .met(fetched.offered(), "a TLS client's hello",
           fetched.connected ? "a connection without: " + fetched.handshake.failure : "no connection");
}

ATTEST_CASE_ON(CertCase, HttpClientTransport, Of2IsTlsWithHostAndPathToo, "HC-19") {
  blame("HC-19");
  trust_if_possible(Ca::rsa);
  const auto page = serve_securely(Leaf::good);
  auto request = http_get(*page, secure_origin());
  const bool portless = secure_origin().authority() == secure_origin().advertised_host();
  request.url.clear();
  const auto fetched = fetch(*page, request);
  // <host> has no place for a port in the manual: see HC-14.
  owe("HC-19", "transport 2 begins with a TLS handshake where <url> is empty")
      .only_if(fetched.connected || portless || profile().facts().port_in_host.value_or(false),
               "the manual gives <host> no port, and this origin is not on port 443: set origin.https_port = "
               "443 in the bench file")
      .met(fetched.offered(), "a TLS client's hello",
           fetched.connected ? "a connection without: " + fetched.handshake.failure : "no connection");
}

/// A server that shows `leaf`, to a device that has been given `ca`.
struct Chain {
  std::string_view name;
  Leaf leaf;
  Ca ca = Ca::rsa;
};
const std::vector<Chain> kGood{
    {"Rsa", Leaf::good}, {"Ec", Leaf::good_ec, Ca::ec}, {"WithAnIntermediate", Leaf::chained}};

ATTEST_SWEEP_ON(CertCase, HttpClientTls, ReachesAServerUnderTheCaWritten, kGood, "HC-46") {
  blame("HC-46");
  const auto written = trust(row.ca);
  const auto fetched = fetch(row.leaf);
  const auto why_not = "the CA's certificate was not taken: " + came_to(written.answered);
  owe("HC-46", "a chain to the CA written succeeds").only_if(written.taken(), why_not).ok(fetched.exchange);
  owe("HC-46", "and the request is sent").only_if(written.taken(), why_not).that(fetched.requests, Eq(1U));
}

const std::vector<Chain> kBad{{"UnknownCa", Leaf::unknown_ca},      {"SelfSigned", Leaf::self_signed},
                              {"Expired", Leaf::expired},           {"NotYetValid", Leaf::not_yet_valid},
                              {"ForAnotherHost", Leaf::other_host}, {"SignedByNoCa", Leaf::by_non_ca}};

ATTEST_SWEEP_ON(CertCase, HttpClientTls, RefusesAServer, kBad, "HC-47") {
  blame("HC-47");
  (void)trust(row.ca);
  const bool works = fetch(Leaf::good).arrived();
  const auto fetched = fetch(row.leaf);
  constexpr auto kNever = "a server with nothing wrong is refused as well, so it shows nothing";
  owe("HC-47", "TLS with such a server is ERROR").only_if(works, kNever).error(fetched.exchange);
  owe("HC-47", "and no request is sent").only_if(works, kNever).that(fetched.requests, Eq(0U));
}

ATTEST_CASE_ON(CertCase, HttpClientTls, LeavesNoConnectionBehind, "HC-50") {
  blame("HC-50");
  (void)trust(server::Ca::rsa);
  const auto page = serve_securely(Leaf::good);
  const auto request = http_get(*page, secure_origin());
  int done = 0;
  while (done < 20 && fetch(*page, request).arrived()) ++done;
  const auto deadline = Deadline::in(clock(), 300ms);
  while (secure_origin().open_connections() > 1 && !deadline.passed(clock())) (void)listen(20ms, 20ms);
  owe("HC-50", "20 requests over TLS leave at most one connection open")
      .only_if(done == 20, fmt::format("{} of 20 requests over TLS worked", done))
      .that(secure_origin().open_connections(), Le(1U));
}

ATTEST_CASE_ON(CertCase, HttpClientTls, RefusesAServerToAPost, "HC-47") {
  blame("HC-47");
  (void)trust(server::Ca::rsa);
  const auto post_to = [this](Leaf leaf) {
    const auto page = serve_securely(leaf);
    return fetch(*page, http_post(*page, secure_origin(), "hello"));
  };
  const bool works = post_to(Leaf::good).arrived();
  const auto posted = post_to(Leaf::unknown_ca);
  constexpr auto kNever = "a server with nothing wrong is refused as well, so it shows nothing";
  owe("HC-47", "a POST to a server under another CA is ERROR").only_if(works, kNever).error(posted.exchange);
  owe("HC-47", "and it is not sent").only_if(works, kNever).that(posted.requests, Eq(0U));
}

struct Trouble {
  std::string_view name;
  TlsTrouble trouble;
};
const std::vector<Trouble> kTroubles{{"Stalls", TlsTrouble::stall},
                                     {"StallsAfterItsCertificate", TlsTrouble::stall_later},
                                     {"SendsAnAlert", TlsTrouble::alert},
                                     {"SendsGarbage", TlsTrouble::garbage},
                                     {"SpeaksPlainHttp", TlsTrouble::plain_http},
                                     {"Closes", TlsTrouble::close},
                                     {"KnowsOldVersionsOnly", TlsTrouble::old_version}};

ATTEST_SWEEP_ON(CertCase, HttpClientTls, GivesUpOnAServerThat, kTroubles, "HC-49") {
  blame("HC-49");
  trust_if_possible(Ca::rsa);
  const auto fetched = fetch(Leaf::good, row.trouble);
  owe("HC-49", "a handshake that fails ends in ERROR within the deadline")
      .given(fetched.exchange)
      .only_if(fetched.offered(), "no handshake was begun")
      .error(fetched.exchange);
}

ATTEST_CASE_ON(CertCase, HttpClientTlsLatency, AndThroughputBesidePlain, "HC-53") {
  blame("HC-53");
  need_to_be_trusted();
  const bool trusted = trust_if_possible(Ca::rsa);
  constexpr auto kNoCertificate = "the CA's certificate was not taken";
  constexpr std::size_t kTimes = 5;
  std::vector<double> to_hello, handshakes, whole;
  Fetched small;
  while (whole.size() < kTimes && (small = fetch(Leaf::good)).arrived() && small.handshake.completed) {
    to_hello.push_back(milliseconds(*small.handshake.hello - small.handshake.accepted));
    handshakes.push_back(milliseconds(*small.handshake.completed - small.handshake.accepted));
    whole.push_back(milliseconds(small.exchange.duration()));
  }
  measure("small GET over TLS", "HC-53", "ms", whole);
  measure("TLS: from the connection to the hello", "HC-53", "ms", to_hello);
  measure("TLS: handshake", "HC-53", "ms", handshakes);
  owe("HC-53", "a small GET over TLS works 5 times")
      .only_if(trusted, kNoCertificate)
      .given(small.exchange)
      .that(whole.size(), Eq(kTimes));

  const server::Response large{.content_type = "text/plain", .body = std::string(8192, 'd')};
  const auto plain_page = serve(large);
  const auto plain = command(http_get(*plain_page, origin()).line());
  const auto page = serve_securely(Leaf::good, large);
  const auto secure = fetch(*page, http_get(*page, secure_origin()));
  const auto rate = [&](const at::Exchange& exchange) {
    return measure::bytes_per_second(large.body.size(), exchange.duration());
  };
  const bool both =
      plain.ok() && secure.exchange.ok() && data_of(secure.exchange).size() == large.body.size();
  if (both) {
    measure("GET of 8192 bytes, plain", "HC-53", "B/s", {rate(plain)});
    measure("GET of 8192 bytes, TLS", "HC-53", "B/s", {rate(secure.exchange)});
  }
  owe("HC-53", "8192 bytes are delivered over TLS as they are without")
      .only_if(data_of(plain).size() == large.body.size(), "not without TLS either: " + came_to(plain))
      .only_if(trusted, kNoCertificate)
      .given(secure.exchange)
      .that(data_of(secure.exchange).size(), Eq(large.body.size()));
}

const bool smoke =
    in_smoke({"HttpClientTls.ReachesAServerUnderTheCaWritten/Rsa", "HttpClientTls.RefusesAServer/UnknownCa"});

}  // namespace
