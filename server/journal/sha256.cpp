#include "server/journal/sha256.hpp"

#include <openssl/evp.h>

#include <array>

#include "harness/base/bytes.hpp"

namespace attest::server {

std::string sha256_hex(std::string_view bytes) {
  std::array<char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), reinterpret_cast<unsigned char*>(digest.data()), &size,
                 EVP_sha256(), nullptr) != 1)
    throw Failure(
        {Fault::bench, "SHA-256 of a body: OpenSSL refused", "is OpenSSL's default provider loaded?"});
  return hex({digest.data(), size});
}

}  // namespace attest::server
