// CE-05 … CE-08, CE-10: the certificate written is what TLS trusts, and nothing else is. Chains of Leaf::good
// are under Ca::rsa, those of Leaf::unknown_ca under Ca::other.
#include <fmt/format.h>

#include "suites/support/cert.hpp"

namespace {
using namespace attest;
using namespace attest::suites;
using server::Ca;
using server::Leaf;

class Trust : public CertCase {
 protected:
  [[nodiscard]] bool refuses(Leaf leaf) const { return fetch(leaf).exchange.error(); }
  /// Where a device takes anybody's chain before it is told of a CA, writing one shows nothing: that is
  /// HC-47.
  static constexpr auto kTakesAnybody =
      "a chain under a CA that is not written is taken all the same (HC-47)";
};

struct Type {
  const char *name, *type;
};
constexpr Type kTypes[] = {{"Type1", "1"}, {"Type2", "2"}};

ATTEST_SWEEP_ON(Trust, HttpCertTrust, IsInTheCaThatWasWritten, kTypes, "CE-05") {
  blame("CE-05");
  (void)cert_name();  // finding it out may write a certificate
  restart();
  const bool choosy = refuses(Leaf::unknown_ca);
  const auto written = write({.type = row.type, .data = ca(Ca::rsa)});
  const auto under = fetch(Leaf::good), beside = fetch(Leaf::unknown_ca);
  owe("CE-05", "a chain under the CA written succeeds")
      .only_if(written.taken(), "the certificate was not taken: " + came_to(written.answered))
      .ok(under.exchange);
  owe("CE-05", "a chain under another CA does not")
      .only_if(choosy, kTakesAnybody)
      .only_if(written.taken(), "the certificate was not taken: " + came_to(written.answered))
      .error(beside.exchange);
}

ATTEST_CASE_ON(Trust, HttpCertTrust, IsInTheLastCaAlone, "CE-06") {
  blame("CE-06");
  restart();
  const bool first = trust(Ca::rsa).taken() && fetch(Leaf::good).arrived();
  const bool choosy = refuses(Leaf::unknown_ca);
  const auto written = trust(Ca::other);
  const auto now = fetch(Leaf::unknown_ca), before = fetch(Leaf::good);
  const auto judged = [&](std::string_view what) {
    auto owed = owe("CE-06", what);
    owed.only_if(first, "the first certificate does not lead to a connection")
        .only_if(choosy, kTakesAnybody)
        .only_if(written.taken(), "the second was not taken: " + came_to(written.answered));
    return owed;
  };
  judged("after a second write its CA is trusted").ok(now.exchange);
  judged("and the first is not any more").error(before.exchange);
  restart();  // whatever a faulty device has gathered is gone for the cases that follow
}

ATTEST_CASE_ON(Trust, HttpCertTrust, IsGoneAfterARestart, "CE-07") {
  blame("CE-07");
  const bool before = trust(Ca::rsa).taken() && fetch(Leaf::good).arrived();
  restart();
  const auto after = fetch(Leaf::good);
  // A device that has no certificate may well verify nothing; then nobody can see whether it has one.
  const bool choosy = after.exchange.error() || refuses(Leaf::unknown_ca);
  if (!choosy) found("TLS without a certificate written takes any server");
  owe("CE-07", "after a restart the certificate is gone")
      .only_if(before, "it did not lead to a connection before the restart either")
      .only_if(choosy, kTakesAnybody)
      .error(after.exchange);
}

/// A form that a certificate may have, and the servers that are to be reached with it.
struct Form {
  std::string_view name;
  std::string_view line_end;
  bool last = false;
  std::vector<Ca> cas{Ca::rsa};
  std::vector<Leaf> reached{Leaf::good};
};

const std::vector<Form> kForms{
    {.name = "Lf", .line_end = "\n", .last = true},
    {.name = "LfWithoutALastOne", .line_end = "\n"},
    {.name = "CrLf", .line_end = "\r\n", .last = true},
    {.name = "CrLfWithoutALastOne", .line_end = "\r\n"},
    {.name = "Ec", .line_end = "\r\n", .cas = {Ca::ec}, .reached = {Leaf::good_ec}},
    {.name = "EcLf", .line_end = "\n", .cas = {Ca::ec}, .reached = {Leaf::good_ec}},
    {.name = "RsaThenEc",
     .line_end = "\r\n",
     .cas = {Ca::rsa, Ca::ec},
     .reached = {Leaf::good, Leaf::good_ec}},
    {.name = "EcThenRsa",
     .line_end = "\n",
     .cas = {Ca::ec, Ca::rsa},
     .reached = {Leaf::good, Leaf::good_ec}}};

std::string text_of(const Form& form, const server::Pki& pki) {
  std::string all;
  for (const auto ca : form.cas) all += with_line_ends(pki.ca_pem(ca), form.line_end, true);
  return form.last ? all : all.substr(0, all.size() - form.line_end.size());
}

ATTEST_SWEEP_ON(Trust, HttpCertForm, LeadsToAConnection, kForms, "CE-08") {
  blame("CE-08");
  const auto text = text_of(row, pki());
  need_within(text.size(), profile().facts().certificate_limit, "facts.certificate_limit");
  step(fmt::format("{} bytes", text.size()));
  const auto written = write({.data = text});
  owe("CE-08", "this form is OK").ok(written.answered);
  for (const auto leaf : row.reached)
    owe("CE-08", fmt::format("and a server with the certificate \"{}\" is reached", server::name_of(leaf)))
        .only_if(written.taken(), "it was not taken")
        .ok(fetch(leaf).exchange);
}

/// Blank lines behind the last line are no part of a certificate, and a parser passes over them; one that
/// does not is refused the small text too.
ATTEST_CASE_ON(Trust, HttpCertForm, MayBeAsLargeAsTheLimit, "CE-08") {
  blame("CE-08");
  const auto two = text_of(kForms[6], pki()) + "\r\n";
  const auto limit = profile().facts().certificate_limit;
  if (two.size() > limit)
    return owe("CE-08", "the largest certificate is taken")
        .cannot_tell("two certificates are larger than that");
  const auto filled = [](std::string text, std::size_t size) {
    while (text.size() < size) text += text.size() + 1 == size ? "\n" : "\r\n";
    return text;
  };
  const bool bears_blanks = write({.data = filled(ca(Ca::rsa), ca(Ca::rsa).size() + 8)}).taken();
  const auto written = write({.data = filled(two, limit)});
  owe("CE-08", fmt::format("{} bytes are OK", limit))
      .only_if(bears_blanks, "blank lines behind a certificate are not taken, and nothing else fills it up")
      .ok(written.answered);
  owe("CE-08", "and a server under the second of the certificates is reached")
      .only_if(written.taken(), "they were not taken")
      .ok(fetch(Leaf::good_ec).exchange);
}

struct Garbage {
  std::string_view name;
  enum class What { text, bytes, damaged, hollow } what;
};
const std::vector<Garbage> kNoCertificate{{"Text", Garbage::What::text},
                                          {"AnyBytes", Garbage::What::bytes},
                                          {"DamagedCertificate", Garbage::What::damaged},
                                          {"NothingBetweenItsLines", Garbage::What::hollow}};

class NoCertificate : public Trust {
 protected:
  std::string made(Garbage::What what) {
    if (what == Garbage::What::text) return "hello " + random().word(500);
    if (what == Garbage::What::hollow) return "-----BEGIN CERTIFICATE-----\r\n-----END CERTIFICATE-----";
    if (what == Garbage::What::bytes) {
      std::string all;
      for (int i = 0; i < 600; ++i) all += static_cast<char>(i * 7 % 256);
      return all;
    }
    auto pem = ca(Ca::rsa);
    const auto middle = pem.size() / 2;
    return pem.replace(middle, 12, "AAAAAAAAAAAA");
  }
};

/// Garbage may be refused, and then the certificate before it may stay. But never does it let a stranger in.
ATTEST_SWEEP_ON(NoCertificate, HttpCertGarbage, LetsNobodyIn, kNoCertificate, "CE-10") {
  blame("CE-10");
  const bool reached = trust(Ca::rsa).taken() && fetch(Leaf::good).arrived();
  const bool choosy = refuses(Leaf::unknown_ca);
  const auto written = write({.data = made(row.what)});
  const auto stranger = fetch(Leaf::unknown_ca);
  owe("CE-10", "bytes that are no certificate never make TLS succeed with a server that was not trusted")
      .only_if(choosy, kTakesAnybody)
      .error(stranger.exchange);
  // Where OK comes before the data a refusal cannot be told.
  const bool said_ok_to_it = written.taken() && written.answered.number != written.asked.number;
  const auto known = fetch(Leaf::good);
  owe("CE-10", "they are refused at once, or make the next TLS request ERROR")
      .only_if(choosy, kTakesAnybody)
      .only_if(reached, "the certificate before it does not lead to a connection either")
      .given(written.answered)
      .met(!said_ok_to_it || known.exchange.error(), "ERROR to one of them",
           fmt::format("{} to the data, then {} to the request", came_to(written.answered),
                       came_to(known.exchange)));
}

}  // namespace
