#include "server/tls/hello.hpp"

#include <string_view>

namespace attest::server {
namespace {

constexpr std::uint16_t kRenegotiationSignal = 0x00FF;  // RFC 5746: stands among the suites and is none

std::string_view text(const unsigned char* bytes, std::size_t size) {
  return {reinterpret_cast<const char*>(bytes), size};
}

/// Takes numbers and counted strings from the front; nothing is left as soon as one is cut short.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_(bytes) {}
  [[nodiscard]] bool empty() const { return rest_.empty(); }
  std::string_view take(std::size_t count) {
    if (rest_.size() < count) rest_ = {};
    const auto taken = rest_.substr(0, count);
    rest_.remove_prefix(taken.size());
    return taken;
  }
  std::uint16_t number(std::size_t bytes) {
    unsigned value = 0;
    for (const char c : take(bytes)) value = value << 8 | static_cast<unsigned char>(c);
    return static_cast<std::uint16_t>(value);
  }
  /// As long as the number of `bytes` bytes before it says.
  std::string_view counted(std::size_t bytes) { return take(number(bytes)); }

 private:
  std::string_view rest_;
};

Reader extension(SSL* ssl, unsigned type) {
  const unsigned char* bytes = nullptr;
  std::size_t size = 0;
  if (SSL_client_hello_get0_ext(ssl, type, &bytes, &size) != 1) return Reader({});
  return Reader(text(bytes, size));
}

std::vector<std::uint16_t> versions(SSL* ssl) {
  std::vector<std::uint16_t> found;
  for (Reader list(extension(ssl, TLSEXT_TYPE_supported_versions).counted(1)); !list.empty();)
    if (const auto version = list.number(2); !is_grease(version)) found.push_back(version);
  if (found.empty()) found.push_back(static_cast<std::uint16_t>(SSL_client_hello_get0_legacy_version(ssl)));
  return found;
}

std::vector<std::uint16_t> suites(SSL* ssl) {
  const unsigned char* bytes = nullptr;
  const auto size = SSL_client_hello_get0_ciphers(ssl, &bytes);
  const bool old_form = SSL_client_hello_isv2(ssl) == 1;
  std::vector<std::uint16_t> found;
  for (Reader list(text(bytes, size)); !list.empty();) {
    const auto kind = old_form ? list.number(1) : 0;  // 0: a suite of TLS
    const auto suite = list.number(2);
    if (kind == 0 && suite != kRenegotiationSignal && !is_grease(suite)) found.push_back(suite);
  }
  return found;
}

std::string server_name(SSL* ssl) {
  for (Reader list(extension(ssl, TLSEXT_TYPE_server_name).counted(2)); !list.empty();) {
    const auto type = list.number(1);
    const auto name = list.counted(2);
    if (type == TLSEXT_NAMETYPE_host_name) return std::string(name);
  }
  return {};
}

std::vector<std::string> protocols(SSL* ssl) {
  std::vector<std::string> found;
  const auto type = TLSEXT_TYPE_application_layer_protocol_negotiation;
  for (Reader list(extension(ssl, type).counted(2)); !list.empty();) found.emplace_back(list.counted(1));
  return found;
}

}  // namespace

void read_hello(SSL* ssl, Handshake& seen) {
  seen.versions = versions(ssl);
  seen.suites = suites(ssl);
  for (const auto suite : seen.suites) seen.suite_names.push_back(suite_name(ssl, suite));
  seen.sni = server_name(ssl);
  seen.alpn = protocols(ssl);
}

}  // namespace attest::server
