#include "server/tls/tls_server.hpp"

#include <string_view>

#include "server/tls/pki.hpp"

namespace attest::server {
namespace {

constexpr std::string_view kProtocol = "http/1.1";

int choose_protocol(SSL*, const unsigned char** chosen, unsigned char* size, const unsigned char* offered,
                    unsigned offered_size, void*) {
  for (std::string_view rest(reinterpret_cast<const char*>(offered), offered_size); !rest.empty();) {
    const auto name = rest.substr(1, static_cast<unsigned char>(rest.front()));
    rest.remove_prefix(1 + name.size());
    if (name != kProtocol) continue;
    *chosen = reinterpret_cast<const unsigned char*>(name.data());
    *size = static_cast<unsigned char>(name.size());
    return SSL_TLSEXT_ERR_OK;
  }
  return SSL_TLSEXT_ERR_NOACK;
}

void append_keys(const SSL* ssl, const char* line) {
  static_cast<const KeyLog*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl)))->append(line);
}

/// All is said here that the system's openssl.cnf might say otherwise. Weak suites, keys and digests are
/// taken from a client that has none better: what it offered is for the case to judge, and the case wants to
/// see it go on.
void agree_to_much(SSL_CTX* context, bool old) {
  SSL_CTX_set_security_level(context, 0);
  openssl_must(SSL_CTX_set_min_proto_version(context, old ? TLS1_VERSION : TLS1_2_VERSION) == 1 &&
                   SSL_CTX_set_max_proto_version(context, old ? TLS1_1_VERSION : TLS1_3_VERSION) == 1 &&
                   SSL_CTX_set_cipher_list(context, "DEFAULT:@SECLEVEL=0") == 1 &&
                   SSL_CTX_set_dh_auto(context, 1) == 1,
               "set up TLS");
}

/// Each connection shakes hands anew, so that each shows what the client makes of the certificate.
void remember_nobody(SSL_CTX* context) {
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_options(context, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION | SSL_OP_IGNORE_UNEXPECTED_EOF);
  SSL_CTX_set_num_tickets(context, 0);
}

/// One record at a time and no waiting for the next: between two of them the origin may be told to stop.
void go_by_steps(SSL_CTX* context) {
  SSL_CTX_clear_mode(context, SSL_MODE_AUTO_RETRY);
  SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                SSL_MODE_RELEASE_BUFFERS);
}

void show(SSL_CTX* context, const Identity& identity) {
  openssl_must(SSL_CTX_use_certificate(context, identity.chain.front().get()) == 1 &&
                   SSL_CTX_use_PrivateKey(context, identity.key.get()) == 1,
               "use a certificate");
  for (std::size_t i = 1; i < identity.chain.size(); ++i)
    openssl_must(SSL_CTX_add1_chain_cert(context, identity.chain[i].get()) == 1, "use a chain");
  SSL_CTX_set_mode(context, SSL_MODE_NO_AUTO_CHAIN);
}

}  // namespace

TlsServer::TlsServer(const TlsSetup& setup)
    : trouble_(setup.trouble), key_log_(setup.key_log), context_(SSL_CTX_new(TLS_server_method())) {
  if (!setup.pki)
    throw Failure({Fault::usage, "serve TLS without certificates", "give the setup a make_pki(…)"});
  auto* context = context_.get();
  openssl_must(context != nullptr, "set up TLS");
  agree_to_much(context, setup.trouble == TlsTrouble::old_version);
  remember_nobody(context);
  go_by_steps(context);
  show(context, setup.pki->identity(setup.leaf));
  SSL_CTX_set_alpn_select_cb(context, &choose_protocol, nullptr);
  SSL_CTX_set_app_data(context, &key_log_);
  if (key_log_.kept()) SSL_CTX_set_keylog_callback(context, &append_keys);
  Session::prepare(context);
}

}  // namespace attest::server
