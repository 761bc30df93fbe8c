// AT+HTTPCERT, and what TLS makes of it. The manual shows the command, its data and one OK, and not where the
// OK stands. So it is legal to take the data in silence and say OK after it, to prompt as HTTPCPOST does, and
// to say OK first and nothing later. What a device does is learned at the first write and remembered.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "suites/support/case.hpp"
#include "suites/support/http.hpp"

namespace attest::suites {

/// What is said between the command line and the data.
enum class CertReply { nothing, prompt, ok };

struct CertWrite {
  std::string type = "1";
  std::string length;  ///< empty: the data's
  std::string data;
  std::size_t pieces = 1;      ///< with a pause between them
  bool short_of_data = false;  ///< fewer bytes than promised: what follows is the device's own time
};

struct Written {
  at::Exchange asked;     ///< the command line, up to where the data may be sent; silence is right there
  at::Exchange answered;  ///< the last that was said
  Instant data_at;        ///< right before the first of the data
  bool sent = false;      ///< the data were: the line was not refused
  /// OK, wherever it stands, and no ERROR.
  [[nodiscard]] bool taken() const { return sent && answered.ok(); }
};

/// One GET over TLS, seen from both ends.
struct Fetched {
  at::Exchange exchange;
  std::size_t requests = 0;
  server::Handshake handshake;  ///< the first that came for it
  bool connected = false;       ///< one did
  [[nodiscard]] bool arrived() const { return exchange.ok() && requests > 0; }
  [[nodiscard]] bool offered() const { return handshake.hello.has_value(); }
};

/// Every case on it begins with blame(): a certificate that is not taken leaves silence behind.
class CertCase : public Case {
 protected:
  /// `yes`: the line is not refused, and a final result came. `unclear`: nothing came at all.
  enum class Known { no, unclear, yes };
  [[nodiscard]] Known probe(const std::string& name) const;

  /// The name of the command that works here, as the profile or a probe says; empty: neither does (CE-01).
  [[nodiscard]] std::string cert_name() const;
  /// A line of that command, up to its refusal, its prompt or its OK, or to the silence in which data are
  /// awaited.
  [[nodiscard]] at::Exchange ask(std::string_view line) const;
  /// Under cert_name(); the case is `inconc` where there is none.
  [[nodiscard]] Written write(const CertWrite& what) const;

  /// The CA's certificate as the manual's example is written: CR LF between lines, and none at the end. Where
  /// the device does not take that, which is CE-08's business, LF.
  [[nodiscard]] std::string ca(server::Ca which) const;
  [[nodiscard]] Written trust(server::Ca which) const { return write({.data = ca(which)}); }
  /// The same, where a certificate is of use but not what the case is about.
  bool trust_if_possible(server::Ca which) const;
  /// For a case that presumes that trust: ends it as not applicable where the profile does not claim
  /// HTTPCERT.
  void need_to_be_trusted() const;

  [[nodiscard]] Fetched fetch(server::Leaf leaf, server::TlsTrouble trouble = server::TlsTrouble::none) const;
  [[nodiscard]] Fetched fetch(const server::Resource& page, HttpClient request) const;

  /// As long as it takes, silence is right.
  [[nodiscard]] at::Exchange hear(Nanos patience) const;

 private:
  struct Manners;
  [[nodiscard]] static Manners& known();
  [[nodiscard]] Manners& manners() const;
  void learn(Manners& learned) const;
  static const bool remembered_;
  [[nodiscard]] at::Expectation loosely(Nanos patience) const;
  [[nodiscard]] Written write_as(const std::string& name, const CertWrite& what, bool silence_is_right) const;
  [[nodiscard]] at::Exchange give(const at::Exchange& asked, const CertWrite& what,
                                  bool silence_is_right) const;
};

/// The same text with other line ends; `last` says whether the last line has one.
[[nodiscard]] std::string with_line_ends(std::string_view pem, std::string_view end, bool last);

}  // namespace attest::suites
