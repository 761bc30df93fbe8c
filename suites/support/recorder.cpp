#include "suites/support/recorder.hpp"

#include <algorithm>

#include "harness/at/deviations.hpp"
#include "harness/base/bytes.hpp"
#include "harness/spec/catalogue.hpp"

namespace attest::suites {
namespace {

bool is_keystone(const std::string& requirement) {
  constexpr int kMany = 5;
  static const auto times_presumed = [] {
    std::map<std::string, int> times;
    for (const auto& one : spec::Catalogue::embedded().all())
      for (const auto& presumed : one.presumes) ++times[presumed];
    return times;
  }();
  const auto found = times_presumed.find(requirement);
  return found != times_presumed.end() && found->second >= kMany;
}

nlohmann::json items_of(const at::Exchange& exchange) {
  auto items = nlohmann::json::array();
  for (const auto& item : exchange.items)
    items.push_back({{"kind", at::name_of(item.kind)},
                     {"begin", exchange.stream_begin + item.begin},
                     {"end", exchange.stream_begin + item.end},
                     {"first", item.first.ns()},
                     {"last", item.last.ns()}});
  return items;
}

nlohmann::json request_fields(const server::Served& served) {
  auto headers = nlohmann::json::array();
  for (const auto& [name, value] : served.headers)
    headers.push_back({to_latin1_json(name), to_latin1_json(value)});
  return {{"method", to_latin1_json(served.method)},   {"target", to_latin1_json(served.target)},
          {"version", to_latin1_json(served.version)}, {"headers", std::move(headers)},
          {"head", to_latin1_json(served.raw_head)},   {"malformed", to_latin1_json(served.malformed)}};
}

nlohmann::json handshake_fields(const server::Handshake& seen) {
  auto alpn = nlohmann::json::array();
  for (const auto& one : seen.alpn) alpn.push_back(to_latin1_json(one));
  return {{"versions", seen.versions},
          {"suites", seen.suite_names},
          {"sni", to_latin1_json(seen.sni)},
          {"alpn", std::move(alpn)},
          {"version", seen.version},
          {"suite", seen.suite},
          {"alert", seen.alert},
          {"failure", to_latin1_json(seen.failure)}};
}

}  // namespace

void Recorder::put(Instant at, std::string type, nlohmann::json fields) {
  {
    const std::lock_guard lock(mutex_);
    if (!case_.empty() && !fields.contains("case")) fields["case"] = case_;
  }
  sink_.append({at, std::move(type), std::move(fields)});
}

void Recorder::begin_case(const std::string& id, int attempt, const std::vector<std::string>& requirements) {
  {
    const std::lock_guard lock(mutex_);
    case_ = id;
  }
  in_keystone_ = silent_ = false;
  for (const auto& one : requirements)
    if (is_keystone(one) && keystones_seen_.insert(one).second) in_keystone_ = true;
  verdict_ = record::Verdict::none;
  put("case.begin", {{"attempt", attempt}, {"requirements", requirements}});
}

void Recorder::end_case(record::Verdict verdict, const std::string& reason) {
  put("case.end", {{"verdict", record::name_of(verdict)}, {"reason", to_latin1_json(reason)}});
  const std::lock_guard lock(mutex_);
  case_.clear();
  blamed_.clear();
}

void Recorder::not_applicable(const std::string& reason) {
  put("case.inapplicable", {{"reason", to_latin1_json(reason)}});
}

void Recorder::check(const Check& check) {
  verdict_ = record::worse(verdict_, check.verdict);
  if (silent_ && check.verdict == record::Verdict::fail)
    held_checks_.push_back(check);
  else
    write(check);
}

void Recorder::write(const Check& check) {
  nlohmann::json fields{{"requirement", check.requirement},
                        {"verdict", record::name_of(check.verdict)},
                        {"what", to_latin1_json(check.what)},
                        {"owed", to_latin1_json(check.owed)},
                        {"got", to_latin1_json(check.got)}};
  if (check.exchange != 0) fields["exchange"] = check.exchange;
  if (check.alone) fields["alone"] = true;
  put("check", std::move(fields));
}

void Recorder::step(const std::string& text) {
  put("step", {{"text", to_latin1_json(text)}});
}

void Recorder::note(const std::string& text) {
  put("note", {{"text", to_latin1_json(text)}});
}

void Recorder::measure(const Measured& measured) {
  nlohmann::json fields{{"name", measured.name},
                        {"requirement", measured.requirement},
                        {"unit", measured.unit},
                        {"values", measured.values}};
  if (measured.budget)
    fields.update(
        {{"of", measured.budget->of}, {"limit", measured.budget->limit}, {"u", measured.budget->u}});
  put("measure", std::move(fields));
}

void Recorder::fault(const Error& error) {
  static constexpr const char* kNames[] = {"usage", "bench", "device", "stopped"};
  put("fault", {{"fault", kNames[static_cast<int>(error.fault)]},
                {"what", to_latin1_json(error.what)},
                {"cure", to_latin1_json(error.cure)}});
}

void Recorder::gap(const Error& why) {
  put("gap", {{"what", to_latin1_json(why.what)}});
}

void Recorder::rung(const lab::Rung& rung) {
  put("recover", {{"rung", rung.name}, {"worked", rung.worked}, {"detail", to_latin1_json(rung.detail)}});
}

void Recorder::counters(const transport::LineCounters& counters) {
  put("counters", {{"overruns", counters.overruns},
                   {"framing", counters.framing},
                   {"parity", counters.parity},
                   {"breaks", counters.breaks},
                   {"buffer_overruns", counters.buffer_overruns},
                   {"lost", counters.lost_bytes()}});
}

void Recorder::served(std::string_view event, Instant at, const server::Served& served) {
  nlohmann::json fields{{"event", event}, {"connection", served.connection}, {"peer", served.peer}};
  if (served.request != 0) fields["request"] = served.request;
  if (event == "head") fields.update(request_fields(served));
  if (event == "body")
    fields.update({{"bytes", served.body.size()},
                   {"body_sha256", served.body_sha256},
                   {"complete", served.body_complete}});
  if (event == "response")
    fields.update({{"bytes", served.body_bytes_sent}, {"head", to_latin1_json(served.response_head)}});
  if (event == "tls" && served.tls) fields.update(handshake_fields(*served.tls));
  put(at, "server", std::move(fields));
}

void Recorder::relayed(std::string_view event, Instant at, const server::Relayed& connection) {
  put(at, "relay",
      {{"event", event},
       {"connection", connection.connection},
       {"peer", connection.peer},
       {"trouble", server::name_of(connection.done)}});
}

void Recorder::asked(const server::Query& query) {
  nlohmann::json fields{{"name", to_latin1_json(query.name)},
                        {"type", query.type},
                        {"answered", to_latin1_json(query.answered)},
                        {"peer", query.peer}};
  if (query.answered_at) fields["answered_at"] = query.answered_at->ns();
  put(query.at, "dns", std::move(fields));
}

void Recorder::radio(std::string_view way, std::string_view event, Instant at, nlohmann::json fields) {
  if (!fields.is_object()) fields = nlohmann::json::object();
  fields["event"] = event;
  put(at, std::string(way), std::move(fields));
}

void Recorder::sent(Instant at, std::uint64_t exchange, std::string_view bytes) {
  owners_[exchange] = {case_, blamed_};
  while (owners_.size() > 64) owners_.erase(owners_.begin());
  put(at, "tx", {{"exchange", exchange}, {"bytes", to_latin1_json(bytes)}});
}

void Recorder::received(Instant at, std::uint64_t stream_begin, std::string_view bytes) {
  put(at, "rx", {{"begin", stream_begin}, {"bytes", to_latin1_json(bytes)}});
}

void Recorder::deviate(const at::Deviation& deviation, std::uint64_t exchange, const Owner& owner) {
  // Before contact is made a line may be heard from its middle: nobody is accused of that.
  if (!contact_) return;
  nlohmann::json fields{{"id", deviation.id},
                        {"requirement", deviation.requirement},
                        {"summary", to_latin1_json(deviation.summary)},
                        {"evidence", to_latin1_json(deviation.evidence)},
                        {"exchange", exchange}};
  if (!owner.of_case.empty()) fields["case"] = owner.of_case;
  if (!owner.blamed.empty() && owner.blamed != deviation.requirement && !at::is_of_form(deviation.id))
    fields["blamed"] = owner.blamed;
  put("deviation", std::move(fields));
}

void Recorder::settle(const at::Exchange& exchange, std::uint64_t number, const Owner& owner, bool hold) {
  nlohmann::json fields{{"exchange", number},
                        {"sent", to_latin1_json(exchange.sent)},
                        {"outcome", at::name_of(exchange.outcome)},
                        {"sent_at", exchange.sent_at.ns()},
                        {"ended_at", exchange.ended_at.ns()},
                        {"items", items_of(exchange)}};
  if (exchange.final) fields["final"] = at::name_of(*exchange.final);
  if (!owner.of_case.empty()) fields["case"] = owner.of_case;
  put(exchange.ended_at, "exchange", std::move(fields));
  if (recovering_ || chatter_is_right_) return;
  for (const auto& deviation : exchange.deviations) {
    if (hold && silence_is_right_ && deviation.id == "final-missing") continue;
    if (hold)
      held_.push_back({deviation, number, owner});
    else
      deviate(deviation, number, owner);
  }
  if (const auto what = exchange.unexplained(); !what.empty() && !owner.of_case.empty() && contact_)
    put("unexplained", {{"case", owner.of_case}, {"exchange", number}, {"bytes", to_latin1_json(what)}});
}

void Recorder::settled(const at::Exchange& exchange) {
  silent_ = exchange.outcome == at::Outcome::silent;
  settle(exchange, exchange.number, {case_, blamed_}, silent_);
}

void Recorder::between(std::uint64_t after, const at::Exchange& strays) {
  if (strays.received.empty()) return;
  const auto owner = owners_.find(after);
  settle(strays, after, owner == owners_.end() ? Owner{case_, blamed_} : owner->second, false);
}

void Recorder::forget() {
  recovering_ = chatter_is_right_ = silence_is_right_ = silent_ = false;
  held_.clear();
  held_checks_.clear();
  owners_.clear();
  contact_ = true;
}

void Recorder::device_lives() {
  for (const auto& held : held_) deviate(held.deviation, held.exchange, held.owner);
  held_.clear();
  for (const auto& check : held_checks_) write(check);
  held_checks_.clear();
}

void Recorder::device_is_dead() {
  held_.clear();
  for (auto& check : held_checks_) {
    check.verdict = record::Verdict::inconc;
    check.got += " (the device was gone)";
    write(check);
  }
  held_checks_.clear();
}

}  // namespace attest::suites
