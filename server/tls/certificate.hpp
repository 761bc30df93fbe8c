// One X.509 certificate (RFC 5280), as small as one that lacks nothing can be.
#pragma once

#include <string>
#include <vector>

#include "server/tls/openssl.hpp"

namespace attest::server {

struct CertificateWish {
  std::string name;                                          ///< the common name, all that the subject is
  std::vector<std::string> hosts;                            ///< made out to these, if to any
  enum class Use { server, ca, last_ca } use = Use::server;  ///< last_ca: signs no other CA
  int from_day = 0, to_day = 0;                              ///< of its life, counted from now
};

struct Issuer {
  X509* certificate = nullptr;
  EVP_PKEY* key = nullptr;
};

/// For `key`, signed by `issuer`; by itself if that has no certificate. Throws a Failure.
[[nodiscard]] X509Owner make_certificate(const CertificateWish& wish, EVP_PKEY* key, Issuer issuer);

/// LF line ends, the last line too.
[[nodiscard]] std::string pem_of(X509* certificate);

}  // namespace attest::server
