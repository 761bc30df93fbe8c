#include "server/tls/kept_key.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>

#include "harness/base/file.hpp"

namespace attest::server {
namespace {

Key read(const std::filesystem::path& file) {
  const auto pem = read_file(file);
  if (!pem) return nullptr;
  const BioOwner memory(BIO_new_mem_buf(pem->data(), static_cast<int>(pem->size())));
  Key key(PEM_read_bio_PrivateKey(memory.get(), nullptr, nullptr, nullptr), &EVP_PKEY_free);
  if (!key) ERR_clear_error();
  return key;
}

void write(const std::filesystem::path& file, EVP_PKEY* key) {
  const BioOwner memory(BIO_new(BIO_s_mem()));
  openssl_must(PEM_write_bio_PrivateKey(memory.get(), key, nullptr, nullptr, 0, nullptr, nullptr) == 1,
               "write a key");
  char* text = nullptr;
  const auto size = BIO_get_mem_data(memory.get(), &text);
  std::filesystem::create_directories(file.parent_path());
  must(write_file_whole(file, {text, static_cast<std::size_t>(size)}));
}

}  // namespace

Key kept_key(const std::filesystem::path& file, const std::function<Key()>& make) {
  if (auto key = read(file)) return key;
  auto key = make();
  write(file, key.get());
  return key;
}

}  // namespace attest::server
