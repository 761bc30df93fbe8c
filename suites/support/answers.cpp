#include "suites/support/answers.hpp"

namespace attest::suites {

using nlohmann::json;

json answer_of(const Error& error) {
  return {static_cast<int>(error.fault), to_latin1_json(error.what), to_latin1_json(error.cure)};
}

Error error_in(const json& answer) {
  return {static_cast<Fault>(answer.at(0).get<int>()), text_in(answer.at(1)), text_in(answer.at(2))};
}

json answer_of(const Status& status) {
  return status ? json() : answer_of(status.error());
}

Status status_in(const json& answer) {
  if (answer.is_null()) return {};
  return tl::unexpected(error_in(answer));
}

std::string text_in(const json& answer) {
  return must(from_latin1_json(answer.get_ref<const std::string&>()));
}

json answer_of(const std::optional<Instant>& moment) {
  return moment ? json(moment->ns()) : json();
}

std::optional<Instant> moment_in(const json& answer) {
  return answer.is_null() ? std::nullopt : std::optional(Instant(answer.get<std::int64_t>()));
}

json answer_of(const server::Relayed& one) {
  return {one.connection,
          one.peer,
          static_cast<int>(one.done),
          one.accepted.ns(),
          answer_of(one.struck),
          answer_of(one.client_left),
          answer_of(one.closed),
          one.to_server,
          one.to_client};
}

server::Relayed relayed_in(const json& answer) {
  server::Relayed one;
  one.connection = answer.at(0);
  one.peer = answer.at(1);
  one.done = static_cast<server::Trouble>(answer.at(2).get<int>());
  one.accepted = Instant(answer.at(3).get<std::int64_t>());
  one.struck = moment_in(answer.at(4));
  one.client_left = moment_in(answer.at(5));
  one.closed = moment_in(answer.at(6));
  one.to_server = answer.at(7);
  one.to_client = answer.at(8);
  return one;
}

json answer_of(const server::Query& one) {
  return {one.at.ns(),
          one.peer,
          to_latin1_json(one.name),
          one.type,
          to_latin1_json(one.answered),
          answer_of(one.answered_at)};
}

server::Query query_in(const json& answer) {
  return {Instant(answer.at(0).get<std::int64_t>()), answer.at(1),          text_in(answer.at(2)),
          answer.at(3).get<std::uint16_t>(),         text_in(answer.at(4)), moment_in(answer.at(5))};
}

json hello_of(const server::Handshake& one) {
  auto alpn = json::array();
  for (const auto& name : one.alpn) alpn.push_back(to_latin1_json(name));
  return {one.versions, one.suites, one.suite_names, std::move(alpn)};
}

void hello_in(const json& hello, server::Handshake& into) {
  hello.at(0).get_to(into.versions);
  hello.at(1).get_to(into.suites);
  hello.at(2).get_to(into.suite_names);
  for (const auto& name : hello.at(3)) into.alpn.push_back(text_in(name));
}

json answer_of(const server::Handshake& one, std::size_t hello) {
  return {one.connection,
          one.peer,
          one.accepted.ns(),
          one.received,
          answer_of(one.hello),
          answer_of(one.completed),
          answer_of(one.over),
          hello,
          to_latin1_json(one.sni),
          one.version,
          one.suite,
          to_latin1_json(one.alert),
          to_latin1_json(one.failure)};
}

std::size_t handshake_in(const json& answer, server::Handshake& into) {
  into.connection = answer.at(0);
  into.peer = answer.at(1);
  into.accepted = Instant(answer.at(2).get<std::int64_t>());
  into.received = answer.at(3);
  into.hello = moment_in(answer.at(4));
  into.completed = moment_in(answer.at(5));
  into.over = moment_in(answer.at(6));
  into.sni = text_in(answer.at(8));
  into.version = answer.at(9);
  into.suite = answer.at(10);
  into.alert = text_in(answer.at(11));
  into.failure = text_in(answer.at(12));
  return answer.at(7);
}

json answer_of(const ble::Delivered& one) {
  return {{"step", static_cast<int>(one.step)},
          {"trouble", one.trouble ? answer_of(*one.trouble) : json()},
          {"scan", one.scan_start.ns()},
          {"seen", one.advertisement.ns()},
          {"written", one.written.ns()},
          {"name", to_latin1_json(one.name)},
          {"address", one.address},
          {"to", one.characteristic},
          {"flags", one.flags},
          {"exact", one.exact_name}};
}

ble::Delivered delivered_in(const json& answer) {
  const auto moment = [&](const char* key) { return Instant(answer.at(key).get<std::int64_t>()); };
  ble::Delivered one;
  one.step = static_cast<ble::Step>(answer.at("step").get<int>());
  if (!answer.at("trouble").is_null()) one.trouble = error_in(answer.at("trouble"));
  one.scan_start = moment("scan");
  one.advertisement = moment("seen");
  one.written = moment("written");
  one.name = text_in(answer.at("name"));
  one.address = answer.at("address");
  one.characteristic = answer.at("to");
  answer.at("flags").get_to(one.flags);
  one.exact_name = answer.at("exact");
  return one;
}

json answer_of(const airkiss::Outcome& one) {
  auto answers = json::array();
  for (const auto& heard : one.answers) answers.push_back({heard.bytes, heard.from, heard.at.ns()});
  return {one.begun.ns(), one.ended.ns(), answer_of(one.answered),
          one.packets,    one.rounds,     std::move(answers)};
}

airkiss::Outcome outcome_in(const json& answer) {
  airkiss::Outcome one;
  one.begun = Instant(answer.at(0).get<std::int64_t>());
  one.ended = Instant(answer.at(1).get<std::int64_t>());
  one.answered = moment_in(answer.at(2));
  one.packets = answer.at(3);
  one.rounds = answer.at(4);
  for (const auto& heard : answer.at(5))
    one.answers.push_back({heard.at(0).get<std::vector<std::uint8_t>>(), heard.at(1),
                           Instant(heard.at(2).get<std::int64_t>())});
  return one;
}

}  // namespace attest::suites
