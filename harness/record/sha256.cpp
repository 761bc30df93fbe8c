#include "harness/record/sha256.hpp"

#include <fcntl.h>
#include <openssl/evp.h>
#include <unistd.h>

#include <cerrno>

#include "harness/base/file.hpp"

namespace attest::record {
namespace {

void need(int worked) {
  if (worked != 1)
    throw Failure({Fault::bench, "OpenSSL cannot make a SHA-256 digest", "look at its set-up"});
}

/// Found once: the look-up costs more than the digest of a line.
const EVP_MD* algorithm() {
  static const std::unique_ptr<EVP_MD, decltype(&EVP_MD_free)> one(EVP_MD_fetch(nullptr, "SHA256", nullptr),
                                                                   &EVP_MD_free);
  return one.get();
}

}  // namespace

void Sha256::Free::operator()(evp_md_ctx_st* context) const noexcept {
  EVP_MD_CTX_free(context);
}

Sha256::Sha256() : context_(EVP_MD_CTX_new()) {
  need(context_ && algorithm() != nullptr ? EVP_DigestInit_ex2(context_.get(), algorithm(), nullptr) : 0);
}

void Sha256::update(std::string_view bytes) {
  need(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()));
}

Sha256::Digest Sha256::finish() {
  Digest out{};
  need(EVP_DigestFinal_ex(context_.get(), out.data(), nullptr));
  need(EVP_DigestInit_ex2(context_.get(), nullptr, nullptr));
  return out;
}

std::string hex_of(const Sha256::Digest& digest, std::size_t bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string out(2 * bytes, '0');
  for (std::size_t i = 0; i < bytes; ++i) {
    out[2 * i] = kDigits[digest[i] >> 4];
    out[2 * i + 1] = kDigits[digest[i] & 15];
  }
  return out;
}

std::string sha256_hex(std::string_view bytes) {
  Sha256 one;
  one.update(bytes);
  return hex_of(one.finish());
}

Result<std::string> sha256_of_file(const std::filesystem::path& path) {
  const Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return fail(Fault::usage, errno_text("open " + path.string(), errno), "name a file that is there");
  Sha256 one;
  std::array<char, 1 << 16> buffer{};
  for (;;) {
    const ssize_t n = ::read(fd.get(), buffer.data(), buffer.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return fail(Fault::usage, errno_text("read " + path.string(), errno), "name a file");
    if (n == 0) return hex_of(one.finish());
    one.update({buffer.data(), static_cast<std::size_t>(n)});
  }
}

}  // namespace attest::record
