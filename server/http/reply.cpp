#include "server/http/reply.hpp"

#include <fmt/format.h>
#include <httplib.h>

#include <algorithm>

#include "harness/base/bytes.hpp"

namespace attest::server {
namespace {

/// RFC 9110 section 6.4.1: these have no body, whatever their headers say.
bool bodiless(const Response& response) {
  return response.status < 200 || response.status == 204 || response.status == 304;
}

bool chunked(const Response& response) {
  return response.framing == Response::Framing::chunked;
}

/// Byte i is i mod 251: a block whose length is a multiple of 251 can be sent over and over.
std::string_view generated(std::uint64_t offset) {
  static const std::string block = [] {
    std::string bytes(251 * 261, '\0');
    for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(i % 251);
    return bytes;
  }();
  return std::string_view(block).substr(static_cast<std::size_t>(offset % 251));
}

std::size_t piece_size(const Response& response) {
  if (!chunked(response)) return std::string::npos;
  if (response.chunk > 0) return response.chunk;
  return static_cast<std::size_t>(std::max<std::uint64_t>(1, (body_size(response) + 2) / 3));
}

std::string_view piece(const Response& response, std::uint64_t offset) {
  const auto most = std::min<std::uint64_t>(piece_size(response), body_size(response) - offset);
  const auto from = response.generated_length
                        ? generated(offset)
                        : std::string_view(response.body).substr(static_cast<std::size_t>(offset));
  return from.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(most, from.size())));
}

/// Counts what went out of a piece, also of one that broke off within.
bool pour(Reply& reply, std::string_view bytes, httplib::DataSink& sink) {
  const auto before = reply.wire.sent();
  const bool whole = sink.write(bytes.data(), bytes.size());
  const auto out = reply.wire.sent() - before;
  const std::uint64_t framing = chunked(reply.response) ? fmt::formatted_size("{:x}\r\n", bytes.size()) : 0;
  reply.body_sent += std::min<std::uint64_t>(bytes.size(), out - std::min(out, framing));
  return whole;
}

auto provider(Reply& reply) {
  return [&reply](std::size_t, httplib::DataSink& sink) {
    if (reply.body_sent < body_size(reply.response))
      return pour(reply, piece(reply.response, reply.body_sent), sink);
    sink.done();
    return true;
  };
}

}  // namespace

std::uint64_t body_size(const Response& response) {
  return bodiless(response) ? 0 : response.generated_length.value_or(response.body.size());
}

bool ends_with_close(const Response& response) {
  if (bodiless(response)) return false;
  return response.framing == Response::Framing::until_close ||
         (response.framing == Response::Framing::content_length &&
          response.claimed_length.value_or(body_size(response)) != body_size(response));
}

bool has_body(const Reply& reply) {
  return !reply.head_only &&
         (body_size(reply.response) > 0 || (chunked(reply.response) && !bodiless(reply.response)));
}

void compose(Reply& reply, httplib::Response& out) {
  const Response& response = reply.response;
  out.status = response.status;
  for (const auto& [name, value] : response.headers) out.set_header(name, value);
  if (reply.announce_keep) out.set_header("Connection", "keep-alive");
  if (chunked(response) && !bodiless(response))
    return out.set_chunked_content_provider(response.content_type, provider(reply));
  // A provider without a length, since httplib would hold the body to the length that is claimed.
  out.set_content_provider(response.content_type, provider(reply));
  if (response.framing == Response::Framing::content_length && !bodiless(response))
    out.set_header("Content-Length", std::to_string(response.claimed_length.value_or(body_size(response))));
}

void strip(const Response& response, httplib::Response& out) {
  const auto ours = [&](std::string_view name) {
    return std::any_of(response.headers.begin(), response.headers.end(),
                       [&](const auto& header) { return same_ignoring_case(header.first, name); });
  };
  for (const char* name : {"Keep-Alive", "Accept-Ranges"})
    if (!ours(name)) out.headers.erase(name);
  if (response.content_type.empty() || bodiless(response)) out.headers.erase("Content-Type");
}

}  // namespace attest::server
