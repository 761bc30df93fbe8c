// The certificates of one process with their keys. Keys stay in here and in OpenSSL.
#pragma once

#include <vector>

#include "server/control/tls.hpp"
#include "server/tls/openssl.hpp"

namespace attest::server {

/// What a TLS server shows and what it proves with it.
struct Identity {
  std::vector<X509Owner> chain;  ///< as it is sent, the leaf first
  Key key;                       ///< the leaf's
};

}  // namespace attest::server
