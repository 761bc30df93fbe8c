// OpenSSL's objects with owners, and its errors as ours.
#pragma once

#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <memory>
#include <string>

namespace attest::server {

template <auto Free>
struct Freeing {
  template <class T>
  void operator()(T* object) const {
    Free(object);
  }
};

using X509Owner = std::unique_ptr<X509, Freeing<X509_free>>;
using SslOwner = std::unique_ptr<SSL, Freeing<SSL_free>>;
using ContextOwner = std::unique_ptr<SSL_CTX, Freeing<SSL_CTX_free>>;
using BioOwner = std::unique_ptr<BIO, Freeing<BIO_free_all>>;
/// Shared, since one key serves several certificates.
using Key = std::shared_ptr<EVP_PKEY>;

/// Why OpenSSL's last call on this thread failed: "no shared cipher". Its reasons are fixed texts, so no
/// secret is in them. Forgets the errors.
[[nodiscard]] std::string openssl_reason();

/// Throws a Failure unless `done`. `tried`: "make a key".
void openssl_must(bool done, const char* tried);

}  // namespace attest::server
