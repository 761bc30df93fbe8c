// HC-48: what the TLS client offers in its hello.
#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

#include "suites/support/cert.hpp"

namespace {
using namespace attest;
using namespace attest::suites;

constexpr std::uint16_t kTls12 = 0x0303;

class Hello : public CertCase {
 protected:
  /// Whether the server is trusted does not matter: the hello comes first.
  server::Handshake offered() {
    trust_if_possible(server::Ca::rsa);
    fetched_ = fetch(server::Leaf::good);
    return fetched_.handshake;
  }
  Owed owe_it(std::string_view what) {
    auto owed = owe("HC-48", what);
    owed.only_if(fetched_.offered(), "no TLS handshake was begun");
    return owed;
  }
  Fetched fetched_;
};

ATTEST_CASE_ON(Hello, HttpClientTlsHello, OffersTls12OrNewer, "HC-48") {
  blame("HC-48");
  const auto hello = offered();
  owe_it("the client offers at least TLS 1.2").that(hello.versions, Contains(Ge(kTls12)));
}

/// IANA numbers: not every library has names for what nobody should use.
struct Weak {
  std::string_view name;
  std::string_view part;  ///< of the standard names
  std::vector<std::uint16_t> numbers;
};
const std::vector<Weak> kWeak{
    {"Null", "_NULL_", {0x0000, 0x0001, 0x0002, 0x002c, 0x002d, 0x002e, 0x003b, 0x00b0,
                        0x00b1, 0x00b4, 0x00b5, 0x00b8, 0x00b9, 0xc001, 0xc006, 0xc00b,
                        0xc010, 0xc015, 0xc039, 0xc03a, 0xc03b, 0xc0b4, 0xc0b5}},
    {"Anonymous", "_anon_", {0x0017, 0x0018, 0x0019, 0x001a, 0x001b, 0x0034, 0x003a, 0x0046, 0x006c,
                             0x006d, 0x0089, 0x009b, 0x00a6, 0x00a7, 0x00bf, 0x00c5, 0xc015, 0xc016,
                             0xc017, 0xc018, 0xc019, 0xc046, 0xc047, 0xc05a, 0xc05b, 0xc084, 0xc085}},
    {"Export", "_EXPORT", {0x0003, 0x0006, 0x0008, 0x000b, 0x000e, 0x0011, 0x0014,
                           0x0017, 0x0019, 0x0026, 0x0027, 0x0028, 0x0029, 0x002a,
                           0x002b, 0x0060, 0x0061, 0x0062, 0x0063, 0x0064, 0x0065}},
    {"Rc4",
     "_RC4_",
     {0x0003, 0x0004, 0x0005, 0x0017, 0x0018, 0x0020, 0x0024, 0x0028, 0x002b, 0x0066, 0x008a, 0x008e, 0x0092,
      0xc002, 0xc007, 0xc00c, 0xc011, 0xc016, 0xc033}},
    {"SingleDes",
     "_DES_",
     {0x0008, 0x0009, 0x000b, 0x000c, 0x000e, 0x000f, 0x0011, 0x0012, 0x0014, 0x0015, 0x0019, 0x001a, 0x001e,
      0x0022, 0x0026, 0x0029, 0x0062, 0x0063}},
};

std::vector<std::string> weak_of(const server::Handshake& hello, const Weak& weak) {
  std::vector<std::string> found;
  for (std::size_t i = 0; i < hello.suites.size(); ++i) {
    const auto name =
        i < hello.suite_names.size() ? hello.suite_names[i] : fmt::format("{:#06x}", hello.suites[i]);
    const bool numbered =
        std::find(weak.numbers.begin(), weak.numbers.end(), hello.suites[i]) != weak.numbers.end();
    if (numbered || name.find(weak.part) != std::string::npos) found.push_back(name);
  }
  return found;
}

ATTEST_SWEEP_ON(Hello, HttpClientTlsHello, OffersNoSuite, kWeak, "HC-48") {
  blame("HC-48");
  const auto hello = offered();
  owe_it("no such suite is offered").that(weak_of(hello, row), IsEmpty());
}

ATTEST_CASE_ON(Hello, HttpClientTlsHello, NamesTheServer, "HC-48") {
  blame("HC-48");
  trust_if_possible(server::Ca::rsa);
  const auto known = name("attest.test", {.addresses = {secure_origin().advertised_host()}});
  const auto page = serve_securely_at_standard_port("/named", server::Leaf::good, {.body = "hello"});
  HttpClient request;
  request.url = "https://attest.test/named";
  request.host = "attest.test";
  request.path = "/named";
  fetched_ = fetch(*page, request);
  owe_it("the client's hello names the server (SNI)").that(fetched_.handshake.sni, Eq("attest.test"));
}

}  // namespace
