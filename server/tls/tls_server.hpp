// What all TLS sessions of one origin have in common: identity, protocol versions, key log.
#pragma once

#include <memory>

#include "server/tls/key_log.hpp"
#include "server/tls/session.hpp"

namespace attest::server {

/// Thread-safe. Outlives its sessions.
class TlsServer {
 public:
  /// Makes the certificates, if they are not there yet. Throws a Failure.
  explicit TlsServer(const TlsSetup& setup);
  TlsServer(const TlsServer&) = delete;
  TlsServer& operator=(const TlsServer&) = delete;

  [[nodiscard]] std::unique_ptr<Session> session(int socket, const Clock& clock, Session::Told told) const {
    return std::make_unique<Session>(context_.get(), trouble_, socket, clock, std::move(told));
  }

 private:
  const TlsTrouble trouble_;
  KeyLog key_log_;
  ContextOwner context_;
};

}  // namespace attest::server
