// For the tests of TLS: an origin with certificates that the whole test program shares, and a client by
// OpenSSL.
#pragma once

#include "server/control/origin.hpp"
#include "server/http/origin_testing.hpp"
#include "server/tls/openssl.hpp"

namespace attest::server::testing {

/// Made out to 127.0.0.1 and device.test.
[[nodiscard]] const std::shared_ptr<const Pki>& pki();

[[nodiscard]] std::unique_ptr<Origin> tls_origin(TlsSetup setup = {}, JournalListener listener = {});

struct ClientWish {
  std::string trusts = pki()->ca_pem(Ca::rsa);  ///< PEM of one CA; empty: it takes whatever comes
  std::string sni;
  std::vector<std::string> alpn;
  int least = 0, most = 0;  ///< TLS1_2_VERSION …; 0: as OpenSSL likes
  std::string suites;       ///< of TLS 1.2 and before, in OpenSSL's words
};

/// Checks the chain, and that it is made out to 127.0.0.1.
class TlsClient {
 public:
  explicit TlsClient(std::uint16_t port, const ClientWish& wish = {});
  TlsClient(const TlsClient&) = delete;
  TlsClient& operator=(const TlsClient&) = delete;

  [[nodiscard]] bool shake();
  /// Why it would not go on: "unable to get local issuer certificate", "tlsv1 alert protocol version", …
  [[nodiscard]] const std::string& complaint() const { return complaint_; }
  [[nodiscard]] std::string protocol() const;
  [[nodiscard]] bool resumed() const { return SSL_session_reused(ssl_.get()) == 1; }
  [[nodiscard]] SSL* ssl() const { return ssl_.get(); }
  [[nodiscard]] const std::string& key_log() const { return key_log_; }

  void send(std::string_view bytes);
  /// Until the server says that it sends no more, or just leaves.
  [[nodiscard]] std::string read_all();
  [[nodiscard]] bool ended_properly() const { return ended_properly_; }
  /// Asks and reads to the end.
  [[nodiscard]] std::string get(const std::string& path);
  void close();

 private:
  static void note_keys(const SSL* ssl, const char* line);
  Fd socket_;
  ContextOwner context_;
  SslOwner ssl_;
  std::string complaint_, key_log_;
  bool ended_properly_ = false;
};

/// The ClientHello that OpenSSL would send: a record, whole.
[[nodiscard]] std::string a_hello(const ClientWish& wish = {});

[[nodiscard]] Fd connected(std::uint16_t port);

}  // namespace attest::server::testing
