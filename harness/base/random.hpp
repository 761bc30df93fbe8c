// Seeded randomness that gives the same numbers on every machine (the standard's distributions do not promise that).
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace attest {

class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}
  [[nodiscard]] std::uint64_t next() { return engine_(); }
  /// 0 .. bound-1; bound > 0.
  [[nodiscard]] std::uint64_t below(std::uint64_t bound) { return engine_() % bound; }
  [[nodiscard]] std::string bytes(std::size_t count);
  /// Lower case letters and digits.
  [[nodiscard]] std::string word(std::size_t length);
  template <class T>
  void shuffle(std::vector<T>& items) {
    for (std::size_t i = items.size(); i > 1; --i) std::swap(items[i - 1], items[below(i)]);
  }

 private:
  std::mt19937_64 engine_;
};

/// From the kernel's generator: for paths nobody may guess and for a seed that the user did not give.
[[nodiscard]] std::string unguessable_word(std::size_t length);
[[nodiscard]] std::uint64_t fresh_seed();

}  // namespace attest
