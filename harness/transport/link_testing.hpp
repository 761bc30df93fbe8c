// What the tests of links share.
#pragma once

#include <array>
#include <string>

#include "harness/transport/link.hpp"

namespace attest::transport {

/// Long enough never to pass on a busy machine, short enough to end a test that hangs.
inline Deadline patience() {
  return Deadline::in(steady_clock(), std::chrono::seconds(60));
}
/// Over before anything can come.
inline Deadline moment() {
  return Deadline::in(steady_clock(), std::chrono::milliseconds(20));
}

inline std::string every_byte() {
  std::string out;
  for (int i = 0; i < 256; ++i) out.push_back(static_cast<char>(i));
  return out;
}

inline std::unique_ptr<Link> open_at(std::string_view address) {
  return must(open_link(must(parse_link(address)), steady_clock(), patience()));
}

/// Why it does not open; empty if it does.
inline Error refusal(std::string_view address, Deadline deadline = patience()) {
  const auto link = open_link(must(parse_link(address)), steady_clock(), deadline);
  return link ? Error{} : link.error();
}

/// Reads until so many bytes are there, in pieces as they come.
inline std::string take(Link& link, std::size_t count) {
  std::string out;
  std::array<char, 4096> buffer{};
  while (out.size() < count) {
    const auto got =
        must(link.read(std::span(buffer).first(std::min(buffer.size(), count - out.size())), patience()));
    if (got.count == 0) throw Failure({Fault::bench, "the bytes did not come", {}});
    out.append(buffer.data(), got.count);
  }
  return out;
}

/// The error of a read that waits for as long as it takes.
inline Error read_error(Link& link) {
  std::array<char, 16> buffer{};
  const auto got = link.read(buffer, patience());
  return got ? Error{} : got.error();
}

}  // namespace attest::transport
