// One response on its way out.
#pragma once

#include <cstdint>

#include "server/control/origin.hpp"
#include "server/http/wire.hpp"

namespace httplib {
struct Response;
}

namespace attest::server {

struct Reply {
  const Response& response;
  Wire& wire;
  bool head_only = false;       ///< the request was HEAD
  bool announce_close = false;  ///< write `Connection: close`
  bool announce_keep = false;   ///< write `Connection: keep-alive`, for HTTP/1.0
  std::uint64_t body_sent = 0;  ///< so far, without framing
};

/// Bytes of the body that really go out.
[[nodiscard]] std::uint64_t body_size(const Response& response);
/// Whether the end of the response can only be told by the end of the connection.
[[nodiscard]] bool ends_with_close(const Response& response);
/// Whether bytes follow the head.
[[nodiscard]] bool has_body(const Reply& reply);

/// Tells httplib what to write: status, headers, framing, and a provider that makes the body piece by piece
/// and counts what of it went out. `reply` must outlive the writing.
void compose(Reply& reply, httplib::Response& out);
/// Takes back the headers that httplib adds of its own.
void strip(const Response& response, httplib::Response& out);

}  // namespace attest::server
