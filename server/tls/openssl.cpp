#include "server/tls/openssl.hpp"

#include <fmt/format.h>
#include <openssl/err.h>

#include "harness/base/result.hpp"

namespace attest::server {

std::string openssl_reason() {
  const auto number = ERR_get_error();  // the oldest is the cause, those after it are its consequences
  ERR_clear_error();
  if (number == 0) return "no reason given";
  const char* words = ERR_reason_error_string(number);
  return words != nullptr ? words : fmt::format("OpenSSL error {:x}", number);
}

void openssl_must(bool done, const char* tried) {
  if (done) return;
  throw Failure({Fault::bench, fmt::format("{}: {}", tried, openssl_reason()),
                 "see what OPENSSL_CONF and `openssl version -a` say"});
}

}  // namespace attest::server
