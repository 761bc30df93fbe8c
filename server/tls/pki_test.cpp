// Each certificate is wrong in the one way that its name says, and in no other.
#include "server/tls/pki.hpp"

#include <gmock/gmock.h>
#include <openssl/pem.h>

#include <set>
#include <thread>

#include "harness/base/file.hpp"
#include "server/tls/tls_testing.hpp"

namespace attest::server {
namespace {
using ::testing::AnyOfArray;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

std::vector<X509Owner> read_pem(const std::string& pem) {
  const BioOwner memory(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  std::vector<X509Owner> all;
  while (auto* one = PEM_read_bio_X509(memory.get(), nullptr, nullptr, nullptr)) all.emplace_back(one);
  return all;
}

std::set<int>* complaints = nullptr;

int note_and_go_on(int fine, X509_STORE_CTX* verifying) {
  if (fine == 0) complaints->insert(X509_STORE_CTX_get_error(verifying));
  return 1;
}

void free_stack(STACK_OF(X509) * stack) {
  sk_X509_free(stack);  // a macro
}

/// All that a strict client has against the chain, at the security level that asks for 112 bits.
std::set<int> complaints_about(const std::string& chain_pem, const std::string& ca_pem, const char* host) {
  const auto chain = read_pem(chain_pem);
  const auto ca = read_pem(ca_pem);
  const std::unique_ptr<X509_STORE, Freeing<X509_STORE_free>> store(X509_STORE_new());
  X509_STORE_add_cert(store.get(), ca.front().get());
  const std::unique_ptr<STACK_OF(X509), Freeing<free_stack>> sent(sk_X509_new_null());
  for (const auto& one : chain) sk_X509_push(sent.get(), one.get());
  const std::unique_ptr<X509_STORE_CTX, Freeing<X509_STORE_CTX_free>> verifying(X509_STORE_CTX_new());
  X509_STORE_CTX_init(verifying.get(), store.get(), chain.front().get(), sent.get());
  X509_STORE_CTX_set_default(verifying.get(), "ssl_server");
  auto* rules = X509_STORE_CTX_get0_param(verifying.get());
  X509_VERIFY_PARAM_set_auth_level(rules, 2);
  X509_VERIFY_PARAM_set_flags(rules, X509_V_FLAG_X509_STRICT);
  if (X509_VERIFY_PARAM_set1_ip_asc(rules, host) != 1) X509_VERIFY_PARAM_set1_host(rules, host, 0);
  std::set<int> found;
  complaints = &found;
  X509_STORE_CTX_set_verify_cb(verifying.get(), &note_and_go_on);
  X509_verify_cert(verifying.get());
  return found;
}

struct Expectation {
  Leaf leaf;
  std::set<int> complaints;
};

class Leaves : public ::testing::TestWithParam<Expectation> {};

TEST_P(Leaves, AreWrongInOneWayAlone) {
  const auto& [leaf, expected] = GetParam();
  const auto ca = leaf == Leaf::good_ec ? Ca::ec : Ca::rsa;
  EXPECT_EQ(complaints_about(testing::pki()->chain_pem(leaf), testing::pki()->ca_pem(ca), "127.0.0.1"),
            expected);
}

const std::set<int> kNobodyKnows{X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
                                 X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE};

INSTANTIATE_TEST_SUITE_P(
    All, Leaves,
    ::testing::Values(
        Expectation{Leaf::good, {}}, Expectation{Leaf::good_ec, {}}, Expectation{Leaf::chained, {}},
        Expectation{Leaf::expired, {X509_V_ERR_CERT_HAS_EXPIRED}},
        Expectation{Leaf::not_yet_valid, {X509_V_ERR_CERT_NOT_YET_VALID}},
        Expectation{Leaf::other_host, {X509_V_ERR_IP_ADDRESS_MISMATCH}},
        Expectation{Leaf::by_non_ca,
                    {X509_V_ERR_INVALID_CA, X509_V_ERR_KEYUSAGE_NO_CERTSIGN, X509_V_ERR_INVALID_PURPOSE}},
        Expectation{Leaf::weak_key, {X509_V_ERR_EE_KEY_TOO_SMALL}},
        Expectation{Leaf::unknown_ca, kNobodyKnows},
        Expectation{Leaf::self_signed, {X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT}}),
    [](const auto& one) { return std::string(name_of(one.param.leaf)); });

TEST(KeptKeys, AreThoseOfTheFolder) {
  const TempDir folder("attest-keys");
  const auto kept = folder.path() / "keys";
  const auto public_key = [&kept] {
    const auto pki = make_pki({"device.test"}, kept);
    return X509Owner(X509_dup(pki->identity(Leaf::good_ec).chain.front().get()));
  };
  const auto first = public_key(), second = public_key();
  EXPECT_EQ(EVP_PKEY_eq(X509_get0_pubkey(first.get()), X509_get0_pubkey(second.get())), 1);
  EXPECT_NE(X509_cmp(first.get(), second.get()), 0) << "certificates are made anew";
}

TEST(KeptKeys, AreMadeAnewWhereAFileHoldsNone) {
  const TempDir folder("attest-keys");
  must(write_file_whole(folder.path() / "ec-leaf.pem", "-----BEGIN PRIVATE KEY-----\nnone\n"));
  EXPECT_EQ(make_pki({"device.test"}, folder.path())->identity(Leaf::good_ec).chain.size(), 1U);
  EXPECT_THAT(*read_file(folder.path() / "ec-leaf.pem"), HasSubstr("END PRIVATE KEY"));
}

TEST(Leaves, AreTrustedUnderNoOtherCa) {
  for (const auto leaf : {Leaf::good, Leaf::chained, Leaf::expired, Leaf::weak_key, Leaf::by_non_ca})
    for (const auto ca : {Ca::ec, Ca::other})
      EXPECT_THAT(complaints_about(testing::pki()->chain_pem(leaf), testing::pki()->ca_pem(ca), "127.0.0.1"),
                  Contains(AnyOfArray(kNobodyKnows)));
  EXPECT_THAT(complaints_about(testing::pki()->chain_pem(Leaf::unknown_ca), testing::pki()->ca_pem(Ca::other),
                               "127.0.0.1"),
              IsEmpty());
}

TEST(Leaves, AreMadeOutToEachHost) {
  const auto good = testing::pki()->chain_pem(Leaf::good);
  const auto ca = testing::pki()->ca_pem(Ca::rsa);
  EXPECT_THAT(complaints_about(good, ca, "device.test"), IsEmpty());
  EXPECT_THAT(complaints_about(good, ca, "elsewhere.test"), ElementsAre(X509_V_ERR_HOSTNAME_MISMATCH));
  const auto certificate = read_pem(good);
  EXPECT_EQ(X509_check_host(certificate[0].get(), "127.0.0.1", 0, 0, nullptr), 1) << "the address as a text";
}

TEST(Leaves, TakeHostsOfAnyKind) {
  const std::string long_name = std::string(60, 'a') + "." + std::string(60, 'b') + ".test";
  for (const auto& host : {std::string("::1"), long_name, std::string("a,DNS:b.test")}) {
    const auto own = make_pki({host});
    const auto certificate = read_pem(own->chain_pem(Leaf::good_ec));
    EXPECT_EQ(X509_check_host(certificate[0].get(), "b.test", 0, 0, nullptr), 0);
    EXPECT_EQ(X509_check_ip_asc(certificate[0].get(), "::1", 0), host == "::1" ? 1 : 0);
    EXPECT_EQ(X509_check_host(certificate[0].get(), long_name.c_str(), 0, 0, nullptr),
              host == long_name ? 1 : 0);
  }
  EXPECT_THROW((void)make_pki({}), Failure);
}

TEST(Chains, HoldWhatTheirNameSays) {
  EXPECT_EQ(read_pem(testing::pki()->chain_pem(Leaf::good)).size(), 1U);
  EXPECT_EQ(read_pem(testing::pki()->chain_pem(Leaf::chained)).size(), 2U);
  const auto pretended = read_pem(testing::pki()->chain_pem(Leaf::by_non_ca));
  ASSERT_EQ(pretended.size(), 2U);
  EXPECT_EQ(X509_check_ca(pretended[1].get()), 0);
}

TEST(Cas, FitIntoADevice) {
  const auto rsa = testing::pki()->ca_pem(Ca::rsa);
  const auto ec = testing::pki()->ca_pem(Ca::ec);
  EXPECT_LT(rsa.size(), 1280U);
  EXPECT_LT(ec.size() + rsa.size(), 2048U);
  EXPECT_THAT(rsa, Not(HasSubstr("\r")));
  EXPECT_TRUE(rsa.ends_with("-----END CERTIFICATE-----\n"));
  for (const auto which : {Ca::rsa, Ca::ec, Ca::other})
    EXPECT_EQ(X509_check_ca(read_pem(testing::pki()->ca_pem(which))[0].get()), 1);
}

TEST(Pki, ShowsNoKeys) {
  for (const auto leaf : {Leaf::good, Leaf::good_ec, Leaf::self_signed})
    EXPECT_THAT(testing::pki()->chain_pem(leaf), Not(HasSubstr("PRIVATE")));
}

TEST(Pki, IsTheSameForAllWhoAskAtOnce) {
  const auto own = make_pki({"127.0.0.1"});
  std::vector<std::string> seen(8);
  {
    std::vector<std::jthread> many;
    for (auto& one : seen)
      many.emplace_back([&] { one = own->chain_pem(Leaf::good_ec) + own->ca_pem(Ca::ec); });
  }
  EXPECT_EQ(std::set(seen.begin(), seen.end()).size(), 1U);
}

TEST(Names, AreKnownBothWays) {
  EXPECT_EQ(must(leaf_named("by_non_ca")), Leaf::by_non_ca);
  EXPECT_EQ(must(trouble_named(name_of(TlsTrouble::plain_http))), TlsTrouble::plain_http);
  const auto near = leaf_named("expird");
  ASSERT_FALSE(near);
  EXPECT_EQ(near.error().text(), "there is no leaf expird; did you mean expired?");
  EXPECT_THAT(trouble_named("?").error().cure, HasSubstr("stall_later, alert"));
}

}  // namespace
}  // namespace attest::server
