// What stands in a ClientHello (RFC 8446 section 4.1.2). Whatever a client writes there is only noted, never
// trusted.
#pragma once

#include <cstdint>
#include <string>

#include "server/control/tls.hpp"
#include "server/tls/openssl.hpp"

namespace attest::server {

/// To be called from OpenSSL's callback for hellos.
void read_hello(SSL* ssl, Handshake& seen);

/// "TLS_RSA_WITH_RC4_128_SHA" also for suites that OpenSSL has long dropped, "0x1234" if there is no such
/// suite.
[[nodiscard]] std::string suite_name(SSL* ssl, std::uint16_t suite);

/// RFC 8701: numbers that mean nothing, which clients offer so that servers get used to the unknown.
[[nodiscard]] constexpr bool is_grease(std::uint16_t number) {
  return (number & 0x0F0F) == 0x0A0A && (number >> 8) == (number & 0xFF);
}

}  // namespace attest::server
