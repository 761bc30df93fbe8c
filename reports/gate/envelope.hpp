// A DSSE envelope (github.com/secure-systems-lab/dsse, protocol 1.0.2) around a payload, signed with Ed25519
// (RFC 8032) by OpenSSL. What is signed is the PAE, so a signature holds for its payload type only.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "harness/base/result.hpp"

struct evp_pkey_st;

namespace attest::reports {

/// "DSSEv1 LENGTH TYPE LENGTH BODY".
[[nodiscard]] std::string pae(std::string_view payload_type, std::string_view body);

/// An Ed25519 key, public or private.
class Key {
 public:
  /// From a PEM file. Another kind of key, one behind a passphrase, and what is no key are usage errors.
  [[nodiscard]] static Result<Key> read_private(const std::filesystem::path& path);
  [[nodiscard]] static Result<Key> read_public(const std::filesystem::path& path);

  /// SHA-256 of the public key as SubjectPublicKeyInfo (DER), 64 hex digits. A name, not a proof.
  [[nodiscard]] std::string id() const;
  /// 64 bytes. Throws Failure (Fault::usage) for a public key.
  [[nodiscard]] std::string sign(std::string_view message) const;
  [[nodiscard]] bool verifies(std::string_view message, std::string_view signature) const;

 private:
  struct Free {
    void operator()(evp_pkey_st* key) const noexcept;
  };
  explicit Key(evp_pkey_st* key) : key_(key) {}
  [[nodiscard]] static Result<Key> read(const std::filesystem::path& path, bool is_private);

  std::unique_ptr<evp_pkey_st, Free> key_;
};

/// The envelope as JSON, with one signature.
[[nodiscard]] std::string sealed(std::string_view payload_type, std::string_view body, const Key& key);

/// The payload, if it is of `payload_type` and `key` signed it. `source` stands in errors, of which there is
/// one for each way in which an envelope can be wrong. Takes exactly one signature, and no other members than
/// those of the specification: what nobody signed shall not be read by anyone.
[[nodiscard]] Result<std::string> opened(std::string_view envelope, std::string_view payload_type,
                                         const Key& key, const std::string& source);

}  // namespace attest::reports
