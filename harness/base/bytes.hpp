// Bytes as people and as JSON see them.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "harness/base/result.hpp"

namespace attest {

/// For people: printable ASCII as it is, `\r \n \t \\ \"` as in C, all else as `\xNN`; cut after `most` source
/// bytes with a note of how many were left out.
[[nodiscard]] std::string visible(std::string_view bytes, std::size_t most = 160);

/// For JSON: each byte as the character of the same number (U+0000..U+00FF), in UTF-8. Loses nothing, and text
/// stays readable.
[[nodiscard]] std::string to_latin1_json(std::string_view bytes);
/// The way back; characters above U+00FF or bad UTF-8 are an error.
[[nodiscard]] Result<std::string> from_latin1_json(std::string_view utf8);

[[nodiscard]] std::string hex(std::string_view bytes);

/// SHA-256 is the server's; this is for tables and tests only: FNV-1a, 64 bit.
[[nodiscard]] std::uint64_t fnv1a(std::string_view bytes);

/// ASCII only; locale-free.
[[nodiscard]] std::string lower(std::string_view text);
[[nodiscard]] bool same_ignoring_case(std::string_view a, std::string_view b);
[[nodiscard]] std::string_view trimmed(std::string_view text);

}  // namespace attest
