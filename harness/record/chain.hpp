// The record's hash chain. Each line that is written ends with `"h"`: the first half of the SHA-256 over the
// `h` of the line before (for the first line: kChainStart) and this line's bytes as they are without its h.
// So a line that was changed, taken away, put in or moved is found at the first line whose h does not fit.
// A cut end is not: that is what run.end is for. And anyone can chain a forged record anew: what a release
// stands on is the head that was signed (reports/gate).
//
// Half a digest, 128 bits: to put another line in place of a given one takes a second preimage, 2^128 tries.
// Only who writes the record could look for a collision, and he can write what he likes. A line grows by 39
// bytes instead of 71.
//
// Records of versions before this one have no h; they read and judge as ever, and are `unchained`.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "harness/base/result.hpp"
#include "harness/record/sha256.hpp"

namespace attest::record {

inline constexpr std::string_view kChainStart = "attest-chain-1";

/// Writes the chain. Not thread-safe.
class Chain {
 public:
  /// Goes on after a line whose h was `head`.
  explicit Chain(std::string_view head = kChainStart) : head_(head) {}
  /// Puts the h into `line`, which is as to_line gives it, without its line end.
  void link(std::string& line);
  /// 32 hex digits; kChainStart before the first line.
  [[nodiscard]] const std::string& head() const { return head_; }

 private:
  Sha256 hash_;
  std::string head_;
};

/// The h of a line; nothing if it does not end with one.
[[nodiscard]] std::optional<std::string_view> chained(std::string_view line);

struct ChainResult {
  enum class State {
    whole,      ///< every line fits the one before it
    unchained,  ///< no line has an h
    broken      ///< see wrong_line
  };
  State state = State::unchained;
  std::string head;              ///< the h of the last line; empty unless whole
  std::uint64_t lines = 0;       ///< whole ones
  std::uint64_t torn_bytes = 0;  ///< of a last line without its line end, which is no part of the chain
  std::uint64_t wrong_line = 0;  ///< the first, from 1; 0: none
  std::string what;              ///< what is wrong there
  std::string sha256;            ///< of the whole file, 64 hex digits
};

/// Reads the file once, in constant memory but for its longest line. A file that cannot be read is a usage
/// error; a wrong line is not an error but a result.
[[nodiscard]] Result<ChainResult> verify_chain(const std::filesystem::path& path);

}  // namespace attest::record
