// Throw-away keys for tests.
#pragma once

#include <openssl/evp.h>
#include <openssl/pem.h>

#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>

#include "reports/gate/envelope.hpp"

namespace attest::reports {

/// A key pair as two PEM files in `folder`: NAME.pem and NAME.pub.
class KeyPair {
 public:
  explicit KeyPair(const std::filesystem::path& folder, const std::string& name = "key",
                   const char* type = "ED25519")
      : secret(folder / (name + ".pem")), open(folder / (name + ".pub")) {
    const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(
        std::string(type) == "EC" ? EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256")
                                  : EVP_PKEY_Q_keygen(nullptr, nullptr, type),
        &EVP_PKEY_free);
    write(secret, [&](std::FILE* to) {
      return PEM_write_PrivateKey(to, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    });
    write(open, [&](std::FILE* to) { return PEM_write_PUBKEY(to, key.get()); });
  }
  [[nodiscard]] Key private_key() const { return must(Key::read_private(secret)); }
  [[nodiscard]] Key public_key() const { return must(Key::read_public(open)); }

  std::filesystem::path secret, open;

 private:
  template <class Write>
  static void write(const std::filesystem::path& path, Write with) {
    std::FILE* file = std::fopen(path.c_str(), "wb");
    if (file == nullptr || with(file) != 1) throw Failure({Fault::bench, "no test key", {}});
    (void)std::fclose(file);
  }
};

}  // namespace attest::reports
