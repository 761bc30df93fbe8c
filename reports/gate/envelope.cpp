#include "reports/gate/envelope.hpp"

#include <fmt/format.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "harness/base/bytes.hpp"
#include "harness/record/sha256.hpp"

namespace attest::reports {
namespace {

using Json = nlohmann::json;
constexpr std::size_t kSignature = 64;

std::string base64(std::string_view bytes) {
  std::string out(4 * ((bytes.size() + 2) / 3) + 1, '\0');
  const int length =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                      reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
  out.resize(static_cast<std::size_t>(length));
  return out;
}

/// Standard or URL-safe, as the specification allows; one spelling for each content: it has to come out the
/// same again.
std::optional<std::string> from_base64(std::string text) {
  std::replace(text.begin(), text.end(), '-', '+');
  std::replace(text.begin(), text.end(), '_', '/');
  if (text.size() % 4 != 0) return std::nullopt;
  std::string out(3 * (text.size() / 4), '\0');
  const int length =
      EVP_DecodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                      reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()));
  if (length < 0) return std::nullopt;
  const auto padding = text.ends_with("==") ? 2U : text.ends_with("=") ? 1U : 0U;
  out.resize(static_cast<std::size_t>(length) - padding);
  return base64(out) == text ? std::optional(out) : std::nullopt;
}

/// Nobody types a passphrase into a gate.
int no_passphrase(char*, int, int, void*) {
  return -1;
}

/// What an envelope has to be before anybody looks at its signature.
struct Envelope {
  std::string payload, key_id, signature;
};

class Reading {
 public:
  Reading(std::string_view text, std::string_view payload_type, const std::string& source)
      : json_(Json::parse(text, nullptr, false)), type_(payload_type), source_(source) {}

  [[nodiscard]] Result<Envelope> envelope() const {
    if (json_.is_discarded()) return wrong("it is no JSON, or more than one", "was it cut, or added to?");
    if (auto ok = members(json_, {"payload", "payloadType", "signatures"}, {}); !ok)
      return tl::unexpected(ok.error());
    if (json_["payloadType"] != type_)
      return wrong(fmt::format("its payloadType is {}, not \"{}\"", json_["payloadType"].dump(), type_),
                   "give an envelope that attest gate has written");
    const auto& signatures = json_["signatures"];
    if (!signatures.is_array() || signatures.size() != 1)
      return wrong(
          fmt::format("it has {} signatures, not one", signatures.is_array() ? signatures.size() : 0),
          "give the envelope as attest gate has written it");
    if (auto ok = members(signatures[0], {"sig"}, {"keyid"}); !ok) return tl::unexpected(ok.error());
    return decoded(signatures[0]);
  }

  [[nodiscard]] tl::unexpected<Error> wrong(std::string_view what, std::string cure) const {
    return fail(Fault::usage, fmt::format("{} is not to be trusted: {}", source_, what), std::move(cure));
  }

 private:
  [[nodiscard]] Status members(const Json& object, const std::vector<std::string>& needed,
                               const std::vector<std::string>& allowed) const {
    if (!object.is_object())
      return wrong("it is no envelope", "give an envelope that attest gate has written");
    for (const auto& key : needed)
      if (!object.contains(key)) return wrong(fmt::format("it has no '{}'", key), "was it cut?");
    for (const auto& [key, value] : object.items())
      if (std::find(needed.begin(), needed.end(), key) == needed.end() &&
          std::find(allowed.begin(), allowed.end(), key) == allowed.end())
        return wrong(fmt::format("it has '{}' beside what is signed", visible(key, 40)),
                     "give the envelope as attest gate has written it");
    return {};
  }

  [[nodiscard]] Result<Envelope> decoded(const Json& signature) const {
    const auto text = [](const Json& value) {
      return value.is_string() ? value.get<std::string>() : std::string("?");
    };
    const auto payload = from_base64(text(json_["payload"])), sig = from_base64(text(signature["sig"]));
    if (!payload) return wrong("its payload is not base64", "was it cut or changed?");
    if (!sig || sig->size() != kSignature)
      return wrong("its signature is not the base64 of 64 bytes", "was it cut or changed?");
    return Envelope{*payload, signature.contains("keyid") ? text(signature["keyid"]) : "", *sig};
  }

  Json json_;
  std::string type_;
  const std::string& source_;
};

}  // namespace

std::string pae(std::string_view payload_type, std::string_view body) {
  return fmt::format("DSSEv1 {} {} {} {}", payload_type.size(), payload_type, body.size(), body);
}

void Key::Free::operator()(evp_pkey_st* key) const noexcept {
  EVP_PKEY_free(key);
}

Result<Key> Key::read(const std::filesystem::path& path, bool is_private) {
  const auto wrong = [&](std::string_view what) {
    return fail(Fault::usage, fmt::format("{}: {}", path.string(), what),
                is_private ? "make one with `openssl genpkey -algorithm ED25519`"
                           : "take it from the private one with `openssl pkey -in PRIVATE.pem -pubout`");
  };
  const std::unique_ptr<BIO, decltype(&BIO_free)> file(BIO_new_file(path.c_str(), "rb"), &BIO_free);
  if (!file) return wrong("it cannot be opened");
  Key key(is_private ? PEM_read_bio_PrivateKey(file.get(), nullptr, &no_passphrase, nullptr)
                     : PEM_read_bio_PUBKEY(file.get(), nullptr, &no_passphrase, nullptr));
  if (!key.key_)
    return wrong(is_private ? "it is no private key in PEM without a passphrase"
                            : "it is no public key in PEM");
  if (EVP_PKEY_is_a(key.key_.get(), "ED25519") != 1) return wrong("it is no Ed25519 key");
  return key;
}

Result<Key> Key::read_private(const std::filesystem::path& path) {
  return read(path, true);
}

Result<Key> Key::read_public(const std::filesystem::path& path) {
  return read(path, false);
}

std::string Key::id() const {
  unsigned char* der = nullptr;
  const int length = i2d_PUBKEY(key_.get(), &der);
  if (length <= 0) throw Failure({Fault::bench, "OpenSSL cannot write a public key", "look at its set-up"});
  const std::string bytes(reinterpret_cast<const char*>(der), static_cast<std::size_t>(length));
  OPENSSL_free(der);
  return record::sha256_hex(bytes);
}

std::string Key::sign(std::string_view message) const {
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  std::string out(kSignature, '\0');
  std::size_t length = out.size();
  if (EVP_DigestSignInit_ex(context.get(), nullptr, nullptr, nullptr, nullptr, key_.get(), nullptr) != 1 ||
      EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(out.data()), &length,
                     reinterpret_cast<const unsigned char*>(message.data()), message.size()) != 1 ||
      length != kSignature)
    throw Failure({Fault::usage, "OpenSSL cannot sign with that key", "give the private key"});
  return out;
}

bool Key::verifies(std::string_view message, std::string_view signature) const {
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  return EVP_DigestVerifyInit_ex(context.get(), nullptr, nullptr, nullptr, nullptr, key_.get(), nullptr) ==
             1 &&
         EVP_DigestVerify(context.get(), reinterpret_cast<const unsigned char*>(signature.data()),
                          signature.size(), reinterpret_cast<const unsigned char*>(message.data()),
                          message.size()) == 1;
}

std::string sealed(std::string_view payload_type, std::string_view body, const Key& key) {
  const Json signature{{"keyid", key.id()}, {"sig", base64(key.sign(pae(payload_type, body)))}};
  const Json out{
      {"payload", base64(body)}, {"payloadType", payload_type}, {"signatures", Json::array({signature})}};
  return out.dump(1) + "\n";
}

Result<std::string> opened(std::string_view envelope, std::string_view payload_type, const Key& key,
                           const std::string& source) {
  const Reading reading(envelope, payload_type, source);
  auto read = reading.envelope();
  if (!read) return tl::unexpected(read.error());
  if (!read->key_id.empty() && read->key_id != key.id())
    return reading.wrong(fmt::format("it names another key, {}", visible(read->key_id, 64)),
                         "give the public key of who signed it");
  if (!key.verifies(pae(payload_type, read->payload), read->signature))
    return reading.wrong("its signature is not one of this key over this payload",
                         "was it changed, or signed with another key?");
  return std::move(read->payload);
}

}  // namespace attest::reports
