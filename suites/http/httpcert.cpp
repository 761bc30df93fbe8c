// CE-01 … CE-04, CE-12: the certificate is taken, under which name and in which forms, and how fast.
#include <fmt/format.h>

#include "harness/measure/rate.hpp"
#include "suites/support/cert.hpp"

namespace {
using namespace attest;
using namespace attest::suites;

ATTEST_CASE_ON(CertCase, HttpCert, ExistsUnderItsDocumentedName, "CE-01") {
  blame("CE-01");
  const auto documented = probe("HTTPCERT"), example = probe("HTTPSCERT");
  const auto told = [](Known known) {
    return known == Known::yes ? "works" : known == Known::no ? "is refused" : "is not answered";
  };
  const auto both = fmt::format("AT+HTTPCERT {}, AT+HTTPSCERT {}", told(documented), told(example));
  reads("E1", both);
  owe("CE-01", "the command exists as AT+HTTPCERT")
      .only_if(documented != Known::unclear, "a refusal could not be told from a command that takes the data")
      .met(documented == Known::yes, "AT+HTTPCERT works", both);
}

ATTEST_CASE_ON(CertCase, HttpCert, TakesAsManyBytesAsItWasPromised, "CE-02") {
  blame("CE-02");
  const auto written = trust(server::Ca::rsa);
  owe("CE-02", "type 1 is OK with the last of <length> bytes")
      .only_if(written.sent || written.asked.final.has_value(), came_to(written.asked))
      .ok(written.answered);
  owe("CE-02", "and the next byte is that of the next command").given(written.answered).ok(command("AT"));
}

ATTEST_CASE_ON(CertCase, HttpCert, TakesThemInPieces, "CE-02") {
  blame("CE-02");
  const auto whole = trust(server::Ca::rsa);
  const auto pieces = write({.data = ca(server::Ca::rsa), .pieces = 5});
  owe("CE-02", "type 1 is OK however the bytes are cut")
      .only_if(whole.taken(), "the same in one piece is " + came_to(whole.answered))
      .ok(pieces.answered);
  owe("CE-02", "and the next byte is that of the next command").given(pieces.answered).ok(command("AT"));
}

/// "Any value is acceptable": 0 is the manual's example.
struct Length {
  std::string_view name, length;
};
const std::vector<Length> kAnyLength{{"Zero", "0"}, {"TooSmall", "10"}, {"TooLarge", "2000"}};

ATTEST_SWEEP_ON(CertCase, HttpCert, TakesAllThatIsSentAtOnceWithType2, kAnyLength, "CE-03") {
  blame("CE-03");
  const auto written = write({.type = "2", .length = std::string(row.length), .data = ca(server::Ca::rsa)});
  owe("CE-03", "type 2 is OK whatever <length> says").ok(written.answered);
  owe("CE-03", "and nothing of the data is left over").given(written.answered).ok(command("AT"));
}

constexpr std::string_view kManualsExample =
    R"(-----BEGIN CERTIFICATE-----
MIIDdTCCAl2gAwIBAgILBAAAAAABFUtaw5QwDQYJKoZIhvcNAQEFBQAwVzELMAkG
A1UEBhMCQkUxGTAXBgNVBAoTEEdsb2JhbFNpZ24gbnYtc2ExEDAOBgNVBAsTB1Jv
b3QgQ0ExGzAZBgNVBAMTEkdsb2JhbFNpZ24gUm9vdCBDQTAeFw05ODA5MDExMjAw
MDBaFw0yODAxMjgxMjAwMDBaMFcxCzAJBgNVBAYTAkJFMRkwFwYDVQQKExBHbG9i
YWxTaWduIG52LXNhMRAwDgYDVQQLEwdSb290IENBMRswGQYDVQQDExJHbG9iYWxT
aWduIFJvb3QgQ0EwggEiMA0GCSqGSIb3DQEBAQUAA4IBDwAwggEKAoIBAQDaDuaZ
jc6j40+Kfvvxi4Mla+pIH/EqsLmVEQS98GPR4mdmzxzdzxtIK+6NiY6arymAZavp
xy0Sy6scTHAHoT0KMM0VjU/43dSMUBUc71DuxC73/OlS8pF94G3VNTCOXkNz8kHp
1Wrjsok6Vjk4bwY8iGlbKk3Fp1S4bInMm/k8yuX9ifUSPJJ4ltbcdG6TRGHRjcdG
snUOhugZitVtbNV4FpWi6cgKOOvyJBNPc1STE4U6G7weNLWLBYy5d4ux2x8gkasJ
U26Qzns3dLlwR5EiUWMWea6xrkEmCMgZK9FGqkjWZCrXgzT/LCrBbBlDSgeF59N8
9iFo7+ryUp9/k5DPAgMBAAGjQjBAMA4GA1UdDwEB/wQEAwIBBjAPBgNVHRMBAf8E
BTADAQH/MB0GA1UdDgQWBBRge2YaRQ2XyolQL30EzTSo//z9SzANBgkqhkiG9w0B
AQUFAAOCAQEA1nPnfE920I2/7LqivjTFKDK1fPxsnCwrvQmeU79rXqoRSLblCKOz
yj1hTdNGCbM+w6DjY1Ub8rrvrTnhQ7k4o+YviiY776BQVvnGCv04zcQLcFGUl5gE
38NflNUVyRRBnMRddWQVDf9VMOyGj/8N7yy5Y0b2qvzfvGn9LhJIZJrglfCm7ymP
AbEVtQwdpf5pLGkkeB6zpxxxYu7KyJesF12KwvhHhm4qxFYxldBniYUr+WymXUad
DKqC5JlR3XC321Y9YeRq4VzW9v493kHMB65jUr9TU/Qr6cf9tveCX4XSQRjbgbME
HMUfpIBvFSDJ3gyICh3WZlXi/EjJKSZp4A==
-----END CERTIFICATE-----)";
static_assert(kManualsExample.size() == 1260);  // and 20 CR more make the 1280 of the manual (E4)

struct Type {
  std::string_view name, type, length;
};
const std::vector<Type> kAsInTheManual{{"Type1", "1", "1280"}, {"Type2", "2", "0"}};

ATTEST_SWEEP_ON(CertCase, HttpCert, TakesTheManualsExample, kAsInTheManual, "CE-04") {
  blame("CE-04");
  const auto written = write({.type = std::string(row.type),
                              .length = std::string(row.length),
                              .data = with_line_ends(kManualsExample, "\r\n", false)});
  owe("CE-04", "the certificate of the manual is OK").ok(written.answered);
  owe("CE-04", "and the next command works").given(written.answered).ok(command("AT"));
}

ATTEST_CASE_ON(CertCase, HttpCertLatency, AndThroughputAreMeasured, "CE-12") {
  blame("CE-12");
  constexpr std::size_t kTimes = 5;
  const auto certificate = ca(server::Ca::rsa);
  const auto wire = session().link().line().wire_time(certificate.size());
  std::vector<double> whole, after, rates;
  Written written;
  while (whole.size() < kTimes && (written = trust(server::Ca::rsa)).taken()) {
    const auto to_ok = written.answered.ended_at - written.data_at;
    if (to_ok < Nanos{}) return owe("CE-12", "a write is timed").characterised("OK comes before the data");
    whole.push_back(milliseconds(to_ok));
    after.push_back(milliseconds(std::max(to_ok - wire, Nanos{})));
    rates.push_back(measure::bytes_per_second(certificate.size(), to_ok));
  }
  measure("HTTPCERT from the last byte to OK", "CE-12", "ms", after);
  measure("HTTPCERT from the first byte of data to OK", "CE-12", "ms", whole);
  measure(fmt::format("HTTPCERT of {} bytes", certificate.size()), "CE-12", "B/s", rates);
  owe("CE-12", "a certificate is written five times").given(written.answered).that(whole.size(), Eq(kTimes));
}

const bool smoke =
    in_smoke({"HttpCert.ExistsUnderItsDocumentedName", "HttpCert.TakesTheManualsExample/Type1"});

}  // namespace
