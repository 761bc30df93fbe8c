// TLS as the cases see it: certificates named by the property under test, trouble in the handshake, and what
// the client offered. The implementation is server/tls on OpenSSL 3.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/clock.hpp"
#include "harness/base/result.hpp"

namespace attest::server {

/// Who signs. `other` signs nothing that a device should trust, unless it is told to.
enum class Ca { rsa, ec, other };

/// What a server's certificate is there to show: that alone is wrong with it. Signed by Ca::rsa with an
/// RSA-2048 key, if it is not said otherwise.
enum class Leaf {
  good,
  good_ec,        ///< an EC P-256 key, signed by Ca::ec
  chained,        ///< by an intermediate that Ca::rsa signed; the server sends both
  expired,        ///< ended a month ago
  not_yet_valid,  ///< begins in a year
  other_host,     ///< made out to another name and another address
  by_non_ca,      ///< by another host's certificate of Ca::rsa, which is no CA; the server sends both
  weak_key,       ///< RSA-1024
  unknown_ca,     ///< by Ca::other
  self_signed,    ///< by itself
};

/// "good_ec"; and the way back, where an unknown name is a usage error that says which is near.
[[nodiscard]] std::string_view name_of(Leaf leaf);
[[nodiscard]] Result<Leaf> leaf_named(std::string_view name);

struct Identity;  ///< a chain with its key: what server/tls alone looks into

/// Certificates and keys of one process, made when they are first asked for, in memory alone. Thread-safe.
/// Dates are around the wall clock's now: what is valid has been so for a year and will be for another, what
/// is not has not been for a month at least, so a device's clock may be off by days.
class Pki {
 public:
  virtual ~Pki() = default;
  /// The CA's certificate as PEM: LF line ends, the last line too.
  [[nodiscard]] virtual std::string ca_pem(Ca which) const = 0;
  /// The certificates that a server with that leaf sends, leaf first, as PEM. For the report: no key.
  [[nodiscard]] virtual std::string chain_pem(Leaf leaf) const = 0;
  /// For the server. Lives as long as this.
  [[nodiscard]] virtual const Identity& identity(Leaf leaf) const = 0;
};

/// `hosts`: names and addresses that the leaves are made out to. An IP address stands in the common name, as
/// an IP and as a DNS name: small TLS libraries compare texts alone. The first one is the common name. Throws
/// a Failure if there is none. `key_folder`: where the keys are kept for other processes, which takes less
/// time than making them; empty: nowhere. A device that remembers a CA from one run to the next needs new
/// keys each time.
[[nodiscard]] std::shared_ptr<const Pki> make_pki(std::vector<std::string> hosts,
                                                  std::filesystem::path key_folder = {});

/// What the server does to a handshake, after it has read the client's hello.
enum class TlsTrouble {
  none,
  stall,        ///< says nothing, until the peer closes or the origin ends
  stall_later,  ///< sends its hello and certificate, and nothing more (TLS 1.3: what stands between them too)
  alert,        ///< a fatal alert, handshake_failure
  garbage,      ///< bytes that are no TLS record, and then nothing: it is for the client to end it
  plain_http,   ///< an HTTP response in the clear, after which it sends no more
  close,        ///< closes
  old_version,  ///< knows nothing newer than TLS 1.1; refuses a client whose list of versions does not have
                ///< it
};

[[nodiscard]] std::string_view name_of(TlsTrouble trouble);
[[nodiscard]] Result<TlsTrouble> trouble_named(std::string_view name);

/// TLS 1.2 and 1.3 are spoken, with the suite that the client likes best, and never a session resumed.
struct TlsSetup {
  std::shared_ptr<const Pki> pki;
  Leaf leaf = Leaf::good;
  TlsTrouble trouble = TlsTrouble::none;
  std::filesystem::path key_log;  ///< NSS key log, appended to, mode 0600; empty: none is kept
};

/// What a client said first, and how the handshake went. Texts that the client sent are any bytes at all.
struct Handshake {
  std::uint64_t connection = 0;  ///< as in Served
  std::string peer;
  Instant accepted;
  std::uint64_t received = 0;        ///< bytes of the client's; 0: it only opened the connection
  std::optional<Instant> hello;      ///< the client's hello was there, so far as it could be understood
  std::optional<Instant> completed;  ///< unset: it was not (yet)
  std::optional<Instant> over;       ///< it failed, or the peer left it
  /// Offered, 0x0303 is TLS 1.2; from the extension, or else the hello's own, which is the highest.
  std::vector<std::uint16_t> versions;
  /// Offered, by their IANA numbers, in the client's order; without GREASE and the signal 0x00FF.
  std::vector<std::uint16_t> suites;
  std::vector<std::string> suite_names;  ///< the same by their standard names, "0x1234" where there is none
  std::string sni;                       ///< empty: none
  std::vector<std::string> alpn;
  std::string version, suite;  ///< agreed: "TLSv1.2", "ECDHE-RSA-AES128-GCM-SHA256"
  std::string alert;    ///< the alert that the client sent, "unknown CA", also after completion; empty: none
  std::string failure;  ///< why it did not complete, for people
};

}  // namespace attest::server
