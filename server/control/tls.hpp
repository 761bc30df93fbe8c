// TLS as the cases see it: certificates named by the property under test, trouble in the handshake, and what the
// client offered. The implementation is server/tls on OpenSSL 3.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/base/clock.hpp"
#include "harness/base/result.hpp"

namespace attest::server {

/// Who signs. `other` signs nothing that a device should trust, unless it is told to.
enum class Ca { rsa, ec, other };

/// What a server's certificate is there to show. All but the last three lines are signed by Ca::rsa.
enum class Leaf {
  good,
  good_ec,        ///< an EC P-256 key, signed by Ca::ec
  chained,        ///< by an intermediate that Ca::rsa signed; the server sends both
  expired,        ///< ended a day ago
  not_yet_valid,  ///< begins in a year
  other_host,     ///< made out to another name and another address
  by_non_ca,      ///< by a leaf of Ca::rsa that is no CA; the server sends both
  weak_key,       ///< RSA-1024
  unknown_ca,     ///< by Ca::other
  self_signed,    ///< by itself
};

/// Certificates and keys of one process, made when they are first asked for, in memory alone. Thread-safe.
/// Dates are around the wall clock's now, wide enough for a device whose clock is off by a day.
class Pki {
 public:
  virtual ~Pki() = default;
  /// The CA's certificate as PEM: LF line ends, the last line too.
  [[nodiscard]] virtual std::string ca_pem(Ca which) const = 0;
  /// The certificates that a server with that leaf sends, leaf first, as PEM. For the report: no key.
  [[nodiscard]] virtual std::string chain_pem(Leaf leaf) const = 0;
};

/// `hosts`: names and addresses that the leaves are made out to. An IP address stands in the common name, as an IP and
/// as a DNS name: small TLS libraries compare texts alone.
[[nodiscard]] std::shared_ptr<const Pki> make_pki(std::vector<std::string> hosts);

/// What the server does to a handshake, after it has read the client's hello.
enum class TlsTrouble {
  none,
  stall,        ///< says nothing, until the peer closes or the origin ends
  stall_later,  ///< sends its hello and certificate, and nothing more
  alert,        ///< a fatal alert, handshake_failure
  garbage,      ///< bytes that are no TLS record
  plain_http,   ///< an HTTP response in the clear
  close,        ///< closes
  old_version,  ///< knows nothing newer than TLS 1.1
};

struct TlsSetup {
  std::shared_ptr<const Pki> pki;
  Leaf leaf = Leaf::good;
  TlsTrouble trouble = TlsTrouble::none;
  std::filesystem::path key_log;  ///< NSS key log, appended to; empty: none is kept
};

/// What a client said first, and how the handshake went.
struct Handshake {
  std::uint64_t connection = 0;  ///< as in Served
  std::string peer;
  Instant accepted;
  std::optional<Instant> hello;      ///< the client's hello was there
  std::optional<Instant> completed;  ///< unset: it was not (yet)
  std::optional<Instant> over;       ///< it failed, or the peer left it
  std::vector<std::uint16_t> versions;  ///< offered, 0x0303 is TLS 1.2; from the extension, or else the hello's own
  std::vector<std::uint16_t> suites;    ///< offered, by their IANA numbers, in the client's order, GREASE left out
  std::vector<std::string> suite_names;  ///< the same by their standard names, "0x1234" where there is none
  std::string sni;                       ///< empty: none
  std::vector<std::string> alpn;
  std::string version, suite;  ///< agreed: "TLSv1.2", "ECDHE-RSA-AES128-GCM-SHA256"
  std::string alert;           ///< the alert that the client sent, "unknown CA"; empty: none
  std::string failure;         ///< why it did not complete, for people
};

}  // namespace attest::server
