// SHA-256 of a body, so that a record can name what was received without holding it.
#pragma once

#include <string>
#include <string_view>

namespace attest::server {

/// 64 lower-case hex digits.
[[nodiscard]] std::string sha256_hex(std::string_view bytes);

}  // namespace attest::server
