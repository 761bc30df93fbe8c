#include "harness/base/random.hpp"

#include <sys/random.h>

#include <string_view>

namespace attest {
namespace {
constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyz0123456789";
}

std::string Random::bytes(std::size_t count) {
  std::string out(count, '\0');
  for (char& c : out) c = static_cast<char>(below(256));
  return out;
}

std::string Random::word(std::size_t length) {
  std::string out(length, ' ');
  for (char& c : out) c = kLetters[below(kLetters.size())];
  return out;
}

std::uint64_t fresh_seed() {
  std::uint64_t seed = 0;
  while (getrandom(&seed, sizeof seed, 0) != sizeof seed) {
  }
  return seed;
}

std::string unguessable_word(std::size_t length) {
  std::string out(length, ' ');
  for (char& c : out) c = kLetters[fresh_seed() % kLetters.size()];
  return out;
}

}  // namespace attest
