#include "server/tls/tls_testing.hpp"

#include <netinet/in.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <sys/socket.h>

#include <array>

namespace attest::server::testing {
namespace {

std::string counted(const std::vector<std::string>& names) {
  std::string out;
  for (const auto& name : names) out += static_cast<char>(name.size()) + name;
  return out;
}

void trust(SSL_CTX* context, const std::string& pem) {
  const BioOwner memory(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  const X509Owner ca(PEM_read_bio_X509(memory.get(), nullptr, nullptr, nullptr));
  openssl_must(ca && X509_STORE_add_cert(SSL_CTX_get_cert_store(context), ca.get()) == 1, "trust a CA");
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
}

ContextOwner context_of(const ClientWish& wish) {
  ContextOwner made(SSL_CTX_new(TLS_client_method()));
  auto* context = made.get();
  // The key of 1024 bits and the old version are for the server to show and for this client to take.
  SSL_CTX_set_security_level(context, wish.trusts.empty() ? 0 : 2);
  SSL_CTX_set_min_proto_version(context, wish.least);
  SSL_CTX_set_max_proto_version(context, wish.most);
  if (!wish.trusts.empty()) trust(context, wish.trusts);
  if (!wish.suites.empty())
    openssl_must(SSL_CTX_set_cipher_list(context, wish.suites.c_str()) == 1, "choose suites");
  const auto names = counted(wish.alpn);
  SSL_CTX_set_alpn_protos(context, reinterpret_cast<const unsigned char*>(names.data()),
                          static_cast<unsigned>(names.size()));
  return made;
}

SslOwner session_of(SSL_CTX* context, const ClientWish& wish) {
  SslOwner made(SSL_new(context));
  if (!wish.sni.empty()) SSL_set_tlsext_host_name(made.get(), wish.sni.c_str());
  X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(made.get()), "127.0.0.1");
  SSL_set_connect_state(made.get());
  return made;
}

}  // namespace

const std::shared_ptr<const Pki>& pki() {
  static const auto made = make_pki({"127.0.0.1", "device.test"});
  return made;
}

std::unique_ptr<Origin> tls_origin(TlsSetup setup, JournalListener listener) {
  if (!setup.pki) setup.pki = pki();
  return must(start_origin({.tls = std::move(setup)}, steady_clock(), std::move(listener)));
}

Fd connected(std::uint16_t port) {
  Fd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const timeval patient{20, 0};
  ::setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &patient, sizeof patient);
  sockaddr_in place{};
  place.sin_family = AF_INET;
  place.sin_port = htons(port);
  place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket.get(), reinterpret_cast<sockaddr*>(&place), sizeof place) != 0)
    throw Failure({Fault::bench, errno_text("connect to the origin", errno), "see the test"});
  return socket;
}

TlsClient::TlsClient(std::uint16_t port, const ClientWish& wish)
    : socket_(connected(port)), context_(context_of(wish)), ssl_(session_of(context_.get(), wish)) {
  SSL_CTX_set_app_data(context_.get(), &key_log_);
  SSL_CTX_set_keylog_callback(context_.get(), &note_keys);
  SSL_set_fd(ssl_.get(), socket_.get());
}

void TlsClient::note_keys(const SSL* ssl, const char* line) {
  *static_cast<std::string*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl))) += std::string(line) + "\n";
}

bool TlsClient::shake() {
  ERR_clear_error();
  if (SSL_do_handshake(ssl_.get()) == 1) return true;
  const auto verdict = SSL_get_verify_result(ssl_.get());
  complaint_ = verdict != X509_V_OK ? X509_verify_cert_error_string(verdict) : openssl_reason();
  return false;
}

std::string TlsClient::protocol() const {
  const unsigned char* name = nullptr;
  unsigned size = 0;
  SSL_get0_alpn_selected(ssl_.get(), &name, &size);
  return {reinterpret_cast<const char*>(name), size};
}

void TlsClient::send(std::string_view bytes) {
  openssl_must(SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size())) > 0, "send to the origin");
}

std::string TlsClient::read_all() {
  std::string all;
  std::array<char, 4096> buffer;
  int count = 0;
  while ((count = SSL_read(ssl_.get(), buffer.data(), buffer.size())) > 0)
    all.append(buffer.data(), static_cast<std::size_t>(count));
  ended_properly_ = SSL_get_error(ssl_.get(), count) == SSL_ERROR_ZERO_RETURN;
  return all;
}

std::string TlsClient::get(const std::string& path) {
  send("GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  return read_all();
}

void TlsClient::close() {
  SSL_shutdown(ssl_.get());
  socket_.reset();
}

std::string a_hello(const ClientWish& wish) {
  const auto context = context_of(wish);
  const auto ssl = session_of(context.get(), wish);
  auto* out = BIO_new(BIO_s_mem());
  SSL_set_bio(ssl.get(), BIO_new(BIO_s_mem()), out);
  (void)SSL_do_handshake(ssl.get());
  char* bytes = nullptr;
  const auto size = BIO_get_mem_data(out, &bytes);
  ERR_clear_error();
  return {bytes, static_cast<std::size_t>(size)};
}

}  // namespace attest::server::testing
