#include "server/http/connection.hpp"

#include <fmt/format.h>

#include "harness/base/bytes.hpp"
#include "harness/base/text.hpp"
#include "server/http/body.hpp"

namespace attest::server {
namespace {

constexpr std::size_t kLongestHead = 64 * 1024;

const Response kNoSuchResource{.status = 404, .content_type = "text/plain", .body = "no such resource\n"};
const Response kBadRequest{
    .status = 400, .content_type = "text/plain", .body = "this is no request\n", .keep_alive = false};

std::string why_no_head(std::string_view raw, bool left) {
  if (raw.size() > kLongestHead) return fmt::format("head of more than {} bytes", kLongestHead);
  if (!may_be_a_head(raw)) return fmt::format("no HTTP: {}", visible(raw, 20));
  return left ? "the connection ended inside the head" : "the origin stopped inside the head";
}

}  // namespace

void Connection::run() {
  if (wire_.open())
    while (serve()) site_.reset();
  const auto left = wire_.peer_left();
  if (!left) wire_.end();
  log_.closed(left.value_or(clock_.now()), left ? "peer" : "origin");
  if (!left) wire_.drain();
}

bool Connection::serve() {
  if (!await_request()) return false;
  log_.begin(wire_.last_read());
  const auto length = await_head();
  auto head = take_head(length);
  if (!length) {
    log_.body({}, false, clock_.now());
    return !wire_.peer_left() && !wire_.stopped() && answer(head, kBadRequest, -1);
  }
  if (!take_body(head)) head.framed = false;
  if (!log_.last().body_complete) return false;
  if (site_) return answer(head, site_->response(), site_->gone());
  return answer(head, head.target.empty() ? kBadRequest : kNoSuchResource, -1);
}

/// The next request, once its first byte is there. What lies between two requests is held against the first.
bool Connection::await_request() {
  while (true) {
    if (log_.any() && !drop_surplus()) return false;
    if (!wire_.unread().empty()) return true;
    if (!wire_.fill()) return false;
  }
}

bool Connection::drop_surplus() {
  while (!wire_.unread().empty() && !like_a_request(wire_.unread())) {
    const auto bytes = wire_.unread();
    const auto line_ends = std::min(bytes.find_first_not_of("\r\n"), bytes.size());
    const auto count = line_ends > 0 ? line_ends : bytes.size();
    log_.blame(
        fmt::format("{} bytes after the end of the request: {}", count, visible(bytes.substr(0, count), 40)));
    wire_.consume(count);
    if (line_ends == 0) return false;
  }
  return true;
}

std::optional<std::size_t> Connection::await_head() {
  std::size_t seen = 0;
  while (true) {
    if (const auto length = head_length(wire_.unread(), seen)) return length;
    seen = wire_.unread().size();
    if (seen > kLongestHead || !may_be_a_head(wire_.unread()) || !wire_.fill()) return std::nullopt;
  }
}

Head Connection::take_head(std::optional<std::size_t> length) {
  const auto raw = wire_.unread().substr(0, length.value_or(std::string_view::npos));
  auto head = parse_head(raw);
  if (!length) {  // what it lacks, Host and all that, it might yet have brought
    head.faults = {why_no_head(raw, wire_.peer_left().has_value())};
    head.framed = false;
  }
  Served seen{
      .raw_head = std::string(raw), .method = head.method, .target = head.target, .version = head.version};
  seen.headers = head.headers;
  for (const auto& fault : head.faults) seen.malformed += (seen.malformed.empty() ? "" : "; ") + fault;
  wire_.consume(raw.size());
  site_ = registry_.find(head.target);
  log_.head(std::move(seen), wire_.last_read(), site_ ? site_->shelf() : registry_.strangers());
  return head;
}

/// False: the bytes do not show where the next request would begin.
bool Connection::take_body(const Head& head) {
  BodyReader body(head);
  if (head.expects_continue && !body.done() && wire_.unread().empty())
    (void)wire_.send("HTTP/1.1 100 Continue\r\n\r\n");
  while (true) {
    wire_.consume(body.take(wire_.unread()));
    if (body.done() || !wire_.fill()) break;
  }
  if (!body.fault().empty()) log_.blame(body.fault());
  if (!body.done()) log_.blame(body.lacking());
  const bool clean = body.fault().empty() && drop_surplus();
  const bool whole = body.done();
  log_.body(body.release(), whole, whole ? wire_.last_read() : clock_.now());
  return clean;
}

bool Connection::answer(const Head& head, const Response& response, int gone) {
  wire_.mark();
  if (response.never) {
    wire_.wait_gone(gone);
    return false;
  }
  if (!wire_.rest(response.delay)) return false;
  const bool last = !response.keep_alive || !head.keep_alive || !head.framed;
  const bool until_close = response.framing == Response::Framing::until_close;
  Reply reply{response, wire_, head.method == "HEAD", last || until_close,
              !last && head.version != "HTTP/1.1"};
  const bool whole = writer_(reply);
  log_.response({wire_.first_sent(), wire_.last_sent(), reply.body_sent, wire_.head_sent()},
                wire_.last_sent().value_or(clock_.now()));
  wire_.linger(response.hold_open);
  return whole && !reply.announce_close && (reply.head_only || !ends_with_close(response));
}

}  // namespace attest::server
