#include "suites/support/taped_resource.hpp"

#include <fmt/format.h>

#include "server/journal/sha256.hpp"
#include "suites/support/answers.hpp"
#include "suites/support/questions.hpp"

namespace attest::suites {
namespace {

using nlohmann::json;

/// Shorter ones are not worth a look for them in what was sent.
constexpr std::size_t kWorthPointing = 24;

/// Nanoseconds after another moment; null for none.
json since(Instant start, const std::optional<Instant>& moment) {
  return moment ? json((*moment - start).count()) : json();
}

std::optional<Instant> after(Instant start, const json& span) {
  if (span.is_null()) return std::nullopt;
  return start + Nanos(span.get<std::int64_t>());
}

std::optional<Instant> if_set(Instant moment) {
  return moment == Instant{} ? std::nullopt : std::optional(moment);
}

/// The text, or [place, size] in what was sent.
json body_answer(const std::string& body, const std::string& sent) {
  if (body.size() < kWorthPointing) return to_latin1_json(body);
  const auto place = sent.rfind(body);
  if (place == std::string::npos) return to_latin1_json(body);
  return {place, body.size()};
}

std::string body_in(const json& answer, Tape& tape) {
  if (answer.is_string()) return text_in(answer);
  const auto place = answer.at(0).get<std::size_t>(), size = answer.at(1).get<std::size_t>();
  if (place > tape.sent().size() || size > tape.sent().size() - place)
    tape.diverge("a request's body", "so much was not sent");
  return tape.sent().substr(place, size);
}

json tls_answer(const server::Served& one, Tape& tape) {
  if (!one.tls) return {};
  return answer_of(*one.tls, tape.number_of("hellos", hello_of(*one.tls)));
}

std::shared_ptr<const server::Handshake> tls_in(const json& answer, Tape& tape) {
  if (answer.is_null()) return nullptr;
  auto one = std::make_shared<server::Handshake>();
  const auto hello = handshake_in(answer, *one);
  hello_in(tape.of_number("hellos", hello), *one);
  return one;
}

void head_in(const json& head, server::Served& into) {
  into.raw_head = text_in(head.at("head"));
  into.method = text_in(head.at("method"));
  into.target = text_in(head.at("target"));
  into.version = text_in(head.at("version"));
  for (const auto& one : head.at("headers"))
    into.headers.emplace_back(text_in(one.at(0)), text_in(one.at(1)));
}

bool same(const server::Served& a, const server::Served& b) {
  return a.request == b.request && a.body_done == b.body_done && a.response_first == b.response_first &&
         a.response_last == b.response_last && a.closed == b.closed && a.malformed == b.malformed &&
         a.body_bytes_sent == b.body_bytes_sent && a.tls == b.tls;
}

}  // namespace

json answer_of(const server::Served& one, Tape& tape) {
  const auto from = one.accepted;
  json out{one.peer,
           one.connection,
           one.request,
           from.ns(),
           since(from, if_set(one.first_byte)),
           since(from, if_set(one.head_done)),
           since(from, if_set(one.body_done)),
           since(from, one.response_first),
           since(from, one.response_last),
           since(from, one.closed),
           one.closed_by,
           body_answer(one.body, tape.sent()),
           one.body_complete,
           one.body_bytes_sent,
           to_latin1_json(one.malformed)};
  if (one.tls) out.push_back(tls_answer(one, tape));
  return out;
}

server::Served served_in(const json& answer, Tape& tape) {
  server::Served one;
  one.peer = answer.at(0);
  one.connection = answer.at(1);
  one.request = answer.at(2);
  one.accepted = Instant(answer.at(3).get<std::int64_t>());
  one.first_byte = after(one.accepted, answer.at(4)).value_or(Instant{});
  one.head_done = after(one.accepted, answer.at(5)).value_or(Instant{});
  one.body_done = after(one.accepted, answer.at(6)).value_or(Instant{});
  one.response_first = after(one.accepted, answer.at(7));
  one.response_last = after(one.accepted, answer.at(8));
  one.closed = after(one.accepted, answer.at(9));
  one.closed_by = answer.at(10);
  one.body = body_in(answer.at(11), tape);
  one.body_complete = answer.at(12);
  one.body_bytes_sent = answer.at(13);
  one.malformed = text_in(answer.at(14));
  if (answer.size() > 15) one.tls = tls_in(answer.at(15), tape);
  if (one.body_done != Instant{}) one.body_sha256 = server::sha256_hex(one.body);
  head_in(tape.played_head(one.peer, one.connection, one.request), one);
  return one;
}

TapedResource::TapedResource(Tape& tape, std::string path, std::string url,
                             std::unique_ptr<server::Resource> real)
    : tape_(tape),
      real_(std::move(real)),
      path_(std::move(path)),
      url_(std::move(url)),
      requests_(fmt::format("requests for {}", to_latin1_json(path_))) {}

std::vector<server::Served> TapedResource::requests() const {
  return requests_.ask(
      tape_, question::kRequests, [&] { return real_->requests(); },
      [](const auto& a, const auto& b) { return same(a, b); },
      [&](const auto& one) { return answer_of(one, tape_); },
      [&](const json& answer) { return served_in(answer, tape_); });
}

bool TapedResource::wait_for(std::size_t count, Deadline deadline) const {
  return tape_.yes(question::kArrived, [&] { return real_->wait_for(count, deadline); });
}

bool TapedResource::wait_answered(std::size_t count, Deadline deadline) const {
  return tape_.yes(question::kAnswered, [&] { return real_->wait_answered(count, deadline); });
}

bool TapedResource::wait_closed(Deadline deadline) const {
  return tape_.yes(question::kClosed, [&] { return real_->wait_closed(deadline); });
}

}  // namespace attest::suites
