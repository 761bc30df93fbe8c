#include "server/tls/pki.hpp"

#include <openssl/ec.h>
#include <openssl/rsa.h>

#include <map>
#include <mutex>

#include "server/tls/certificate.hpp"
#include "server/tls/kept_key.hpp"

namespace attest::server {
namespace {

// Days from now. What is valid was so a year ago, for a device that counts time from the day its firmware was
// made.
constexpr int kYear = 365;
constexpr int kMonth = 30;

const std::vector<std::string> kElsewhere{"elsewhere.example",
                                          "203.0.113.7"};  // RFC 2606, RFC 5737: nobody's

// X.520 allows a common name of 64 characters.
constexpr std::size_t kLongestName = 64;

/// Who has a key of its own. Leaves of one kind share theirs: nothing that is tested tells them apart.
enum class Holder { rsa_ca, ec_ca, other_ca, intermediate, leaf, ec_leaf, weak_leaf };

Key make_key(Holder holder) {
  const auto owned = [](EVP_PKEY* key) {
    openssl_must(key != nullptr, "make a key");
    return Key(key, &EVP_PKEY_free);
  };
  if (holder == Holder::ec_ca || holder == Holder::ec_leaf) return owned(EVP_EC_gen("P-256"));
  return owned(EVP_RSA_gen(holder == Holder::weak_leaf ? 1024U : 2048U));
}

const char* name_of(Holder holder) {
  static const std::map<Holder, const char*> kNames{
      {Holder::rsa_ca, "rsa-ca"},       {Holder::ec_ca, "ec-ca"},
      {Holder::other_ca, "other-ca"},   {Holder::intermediate, "intermediate"},
      {Holder::leaf, "leaf"},           {Holder::ec_leaf, "ec-leaf"},
      {Holder::weak_leaf, "weak-leaf"},
  };
  return kNames.at(holder);
}

std::string common_name(const std::vector<std::string>& hosts) {
  return hosts.front().size() <= kLongestName ? hosts.front() : "attest";
}

class MadePki final : public Pki {
 public:
  MadePki(std::vector<std::string> hosts, std::filesystem::path key_folder)
      : hosts_(std::move(hosts)), key_folder_(std::move(key_folder)) {}

  std::string ca_pem(Ca which) const override {
    const std::lock_guard lock(mutex_);
    return pem_of(ca(which).certificate);
  }

  std::string chain_pem(Leaf leaf) const override {
    std::string text;
    for (const auto& one : identity(leaf).chain) text += pem_of(one.get());
    return text;
  }

  const Identity& identity(Leaf leaf) const override {
    const std::lock_guard lock(mutex_);
    auto found = identities_.find(leaf);
    if (found == identities_.end()) found = identities_.emplace(leaf, make(leaf)).first;
    return found->second;
  }

 private:
  // All below: with the lock held.

  EVP_PKEY* key(Holder holder) const { return shared_key(holder).get(); }
  const Key& shared_key(Holder holder) const {
    auto found = keys_.find(holder);
    if (found == keys_.end()) {
      const auto make = [holder] { return make_key(holder); };
      auto key = key_folder_.empty() ? make()
                                     : kept_key(key_folder_ / (name_of(holder) + std::string(".pem")), make);
      found = keys_.emplace(holder, std::move(key)).first;
    }
    return found->second;
  }

  Issuer ca(Ca which) const {
    static const std::map<Ca, std::pair<Holder, const char*>> kNames{
        {Ca::rsa, {Holder::rsa_ca, "attest RSA CA"}},
        {Ca::ec, {Holder::ec_ca, "attest EC CA"}},
        {Ca::other, {Holder::other_ca, "attest other CA"}}};
    const auto& [holder, name] = kNames.at(which);
    auto& certificate = cas_[which];
    if (!certificate)
      certificate = make_certificate(
          {.name = name, .use = CertificateWish::Use::ca, .from_day = -3 * kYear, .to_day = 10 * kYear},
          key(holder), {});
    return {certificate.get(), key(holder)};
  }

  CertificateWish good() const {
    return {.name = common_name(hosts_), .hosts = hosts_, .from_day = -kYear, .to_day = kYear};
  }

  Identity make(Leaf leaf) const {
    auto wish = good();
    switch (leaf) {
      case Leaf::good:
        return signed_by(ca(Ca::rsa), wish);
      case Leaf::good_ec:
        return signed_by(ca(Ca::ec), wish, Holder::ec_leaf);
      case Leaf::chained:
        return behind({.name = "attest intermediate CA", .use = CertificateWish::Use::last_ca}, wish);
      case Leaf::expired:
        wish.from_day = -kYear - kMonth;
        wish.to_day = -kMonth;
        return signed_by(ca(Ca::rsa), wish);
      case Leaf::not_yet_valid:
        wish.from_day = kYear;
        wish.to_day = 2 * kYear;
        return signed_by(ca(Ca::rsa), wish);
      case Leaf::other_host:
        wish.name = kElsewhere.front();
        wish.hosts = kElsewhere;
        return signed_by(ca(Ca::rsa), wish);
      case Leaf::by_non_ca:
        return behind({.name = kElsewhere.front(), .hosts = kElsewhere}, wish);
      case Leaf::weak_key:
        return signed_by(ca(Ca::rsa), wish, Holder::weak_leaf);
      case Leaf::unknown_ca:
        return signed_by(ca(Ca::other), wish);
      case Leaf::self_signed:
        return signed_by({}, wish);
    }
    return {};
  }

  Identity signed_by(Issuer issuer, const CertificateWish& wish, Holder holder = Holder::leaf) const {
    Identity made{.key = shared_key(holder)};
    made.chain.push_back(make_certificate(wish, key(holder), issuer));
    return made;
  }

  /// By `between`, which Ca::rsa signed and which is sent along.
  Identity behind(CertificateWish between, const CertificateWish& wish) const {
    between.from_day = -2 * kYear;
    between.to_day = 5 * kYear;
    auto* const key_between = key(Holder::intermediate);
    auto certificate = make_certificate(between, key_between, ca(Ca::rsa));
    auto made = signed_by({certificate.get(), key_between}, wish);
    made.chain.push_back(std::move(certificate));
    return made;
  }

  const std::vector<std::string> hosts_;
  const std::filesystem::path key_folder_;
  mutable std::mutex mutex_;
  mutable std::map<Holder, Key> keys_;
  mutable std::map<Ca, X509Owner> cas_;
  mutable std::map<Leaf, Identity> identities_;  // a map, so that a reference into it holds
};

}  // namespace

std::shared_ptr<const Pki> make_pki(std::vector<std::string> hosts, std::filesystem::path key_folder) {
  if (hosts.empty())
    throw Failure(
        {Fault::usage, "make certificates: made out to nobody", "name the host that devices ask for"});
  return std::make_shared<MadePki>(std::move(hosts), std::move(key_folder));
}

}  // namespace attest::server
