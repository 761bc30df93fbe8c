// One connection from its first request to its end: read, judge, journal, answer.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "server/http/head.hpp"
#include "server/http/registry.hpp"
#include "server/http/reply.hpp"
#include "server/http/wire.hpp"
#include "server/journal/journal.hpp"

namespace attest::server {

class Connection {
 public:
  /// Writes a reply to its wire; false if that broke off.
  using Writer = std::function<bool(Reply&)>;

  Connection(Wire& wire, ConnectionLog& log, Registry& registry, const Clock& clock, Writer writer)
      : wire_(wire), log_(log), registry_(registry), clock_(clock), writer_(std::move(writer)) {}

  /// Until one side ends it.
  void run();

 private:
  [[nodiscard]] bool serve();  // one request; false: there will be no other
  [[nodiscard]] bool await_request();
  [[nodiscard]] std::optional<std::size_t> await_head();
  [[nodiscard]] Head take_head(std::optional<std::size_t> length);
  [[nodiscard]] bool take_body(const Head& head);
  [[nodiscard]] bool drop_surplus();
  [[nodiscard]] bool answer(const Head& head, const Response& response, int gone);

  Wire& wire_;
  ConnectionLog& log_;
  Registry& registry_;
  const Clock& clock_;
  Writer writer_;
  std::shared_ptr<Site> site_;  // that the request is for, if for any
};

}  // namespace attest::server
