#include "server/tls/certificate.hpp"

#include <openssl/pem.h>
#include <openssl/rand.h>

#include <array>
#include <ctime>

namespace attest::server {
namespace {

using Extension = std::unique_ptr<X509_EXTENSION, Freeing<X509_EXTENSION_free>>;
using Names = std::unique_ptr<GENERAL_NAMES, Freeing<GENERAL_NAMES_free>>;
using Address = std::unique_ptr<ASN1_OCTET_STRING, Freeing<ASN1_OCTET_STRING_free>>;

void must(bool done) {
  openssl_must(done, "make a certificate");
}

void number(X509* certificate) {
  std::uint64_t serial = 0;
  must(RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial) == 1);
  serial = (serial >> 1) | 1;  // positive in eight bytes, and never zero
  must(ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), serial) == 1);
}

void name(X509_NAME* subject, const std::string& text) {
  must(X509_NAME_add_entry_by_NID(subject, NID_commonName, MBSTRING_UTF8,
                                  reinterpret_cast<const unsigned char*>(text.data()),
                                  static_cast<int>(text.size()), -1, 0) == 1);
}

void date(X509* certificate, const CertificateWish& wish) {
  auto now = std::time(nullptr);
  must(X509_time_adj_ex(X509_getm_notBefore(certificate), wish.from_day, 0, &now) != nullptr &&
       X509_time_adj_ex(X509_getm_notAfter(certificate), wish.to_day, 0, &now) != nullptr);
}

void extend(X509* certificate, X509* issuer, int what, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const Extension extension(X509V3_EXT_conf_nid(nullptr, &context, what, value));
  must(extension && X509_add_ext(certificate, extension.get(), -1) == 1);
}

void add(GENERAL_NAMES* names, int type, ASN1_STRING* value) {
  auto* entry = GENERAL_NAME_new();
  must(entry != nullptr && sk_GENERAL_NAME_push(names, entry) > 0);
  GENERAL_NAME_set0_value(entry, type, value);
}

/// An address also as a text, since that is what small TLS libraries compare.
void make_out(X509* certificate, const std::vector<std::string>& hosts) {
  const Names names(GENERAL_NAMES_new());
  must(names != nullptr);
  for (const auto& host : hosts) {
    auto* text = ASN1_IA5STRING_new();
    must(text != nullptr && ASN1_STRING_set(text, host.data(), static_cast<int>(host.size())) == 1);
    add(names.get(), GEN_DNS, text);
    if (auto* address = a2i_IPADDRESS(host.c_str())) add(names.get(), GEN_IPADD, address);
  }
  must(X509_add1_ext_i2d(certificate, NID_subject_alt_name, names.get(), 0, X509V3_ADD_DEFAULT) == 1);
}

void extend_server(X509* certificate, EVP_PKEY* key, X509* issuer) {
  extend(certificate, issuer, NID_basic_constraints, "critical,CA:FALSE");
  // Only an RSA key can be used to encrypt the premaster secret of TLS 1.2.
  extend(certificate, issuer, NID_key_usage,
         EVP_PKEY_is_a(key, "RSA") != 0 ? "critical,digitalSignature,keyEncipherment"
                                        : "critical,digitalSignature");
  extend(certificate, issuer, NID_ext_key_usage, "serverAuth");
}

void extend_ca(X509* certificate, X509* issuer, bool last) {
  extend(certificate, issuer, NID_basic_constraints,
         last ? "critical,CA:TRUE,pathlen:0" : "critical,CA:TRUE");
  extend(certificate, issuer, NID_key_usage, "critical,keyCertSign,cRLSign");
}

}  // namespace

X509Owner make_certificate(const CertificateWish& wish, EVP_PKEY* key, Issuer issuer) {
  X509Owner made(X509_new());
  auto* certificate = made.get();
  must(made && X509_set_version(certificate, X509_VERSION_3) == 1 && X509_set_pubkey(certificate, key) == 1);
  number(certificate);
  date(certificate, wish);
  name(X509_get_subject_name(certificate), wish.name);
  const bool by_itself = issuer.certificate == nullptr;
  auto* signer = by_itself ? certificate : issuer.certificate;
  must(X509_set_issuer_name(certificate, X509_get_subject_name(signer)) == 1);
  if (wish.use == CertificateWish::Use::server)
    extend_server(certificate, key, signer);
  else
    extend_ca(certificate, signer, wish.use == CertificateWish::Use::last_ca);
  if (!wish.hosts.empty()) make_out(certificate, wish.hosts);
  extend(certificate, signer, NID_subject_key_identifier, "hash");
  // RFC 5280 section 4.2.1.1 lets one that signs itself do without.
  if (!by_itself) extend(certificate, signer, NID_authority_key_identifier, "keyid:always");
  must(X509_sign(certificate, by_itself ? key : issuer.key, EVP_sha256()) > 0);
  return made;
}

std::string pem_of(X509* certificate) {
  const BioOwner memory(BIO_new(BIO_s_mem()));
  must(memory && PEM_write_bio_X509(memory.get(), certificate) == 1);
  char* bytes = nullptr;
  const auto size = BIO_get_mem_data(memory.get(), &bytes);
  return {bytes, static_cast<std::size_t>(size)};
}

}  // namespace attest::server
