// The origin's server: httplib's listener, threads and response writing, around connections that are read,
// judged and journalled byte for byte by us.
#pragma once

#include <memory>

#include "harness/base/clock.hpp"
#include "server/http/registry.hpp"
#include "server/net/listening.hpp"
#include "server/tls/tls_server.hpp"

namespace attest::server {

/// Serves from construction on. The end returns as soon as the connections' threads have seen it, whatever
/// their peers do.
class HttpServer {
 public:
  /// `tls`: null for HTTP in the clear.
  HttpServer(Fd listening, std::shared_ptr<Registry> registry, std::shared_ptr<Journal> journal,
             const Clock& clock, std::shared_ptr<TlsServer> tls);
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;
  ~HttpServer();
  /// For connections accepted from here on; those before are closed by its return, so that no device uses one
  /// of them again in place of a handshake. Only where there was TLS from the start.
  void use(std::shared_ptr<TlsServer> tls);

 private:
  class Library;
  std::unique_ptr<Library> library_;
};

}  // namespace attest::server
