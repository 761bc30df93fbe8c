// The head of a request, read leniently and judged strictly (RFC 9112). Pure functions of bytes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/control/origin.hpp"

namespace attest::server {

struct Head {
  std::string method, target, version;
  Headers headers;
  std::optional<std::uint64_t> content_length;
  bool chunked = false;
  bool keep_alive = true;  ///< by version and Connection
  bool expects_continue = false;
  bool framed = true;  ///< false: where the body ends is anybody's guess, so the connection cannot go on
  std::vector<std::string> faults;  ///< why it is not well-formed HTTP/1.1
};

/// The length of the head at the front of `bytes`, with the empty line that ends it; nothing if that has not
/// come. Line ends may be CR LF or LF. `from`: bytes that an earlier call has seen.
[[nodiscard]] std::optional<std::size_t> head_length(std::string_view bytes, std::size_t from = 0);

/// Understands what can be understood. A head that is cut is fine: what is missing is missing.
[[nodiscard]] Head parse_head(std::string_view raw);

/// The path of a target in origin form or absolute form, without query and fragment.
[[nodiscard]] std::string_view path_of(std::string_view target);

/// Whether bytes behind a request may be the next one rather than more of its body: a method, and if there is
/// more, a target. Bytes that stop within the method get the benefit of the doubt if there is such a method.
[[nodiscard]] bool like_a_request(std::string_view bytes);

/// Whether bytes can be text of a request at all: a TLS client, say, begins otherwise and waits for an
/// answer.
[[nodiscard]] bool may_be_a_head(std::string_view bytes);

/// Judges of the parts, each adds to `head.faults`. `parse_head` calls them.
void judge_request_line(Head& head, std::string_view line);
void judge_fields(Head& head);

}  // namespace attest::server
