#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "harness/spec/event_fields.hpp"
#include "harness/spec/judge_state.hpp"

namespace attest::spec {
namespace {

using record::Event;
using record::text_of;
using Json = nlohmann::json;

/// A verdict that nobody knows is an error of the one who wrote it, never a pass.
Verdict verdict_of(const Event& event) {
  return record::verdict_named(text_of(event, "verdict")).value_or(Verdict::error);
}

int attempt_of(const Event& event, std::size_t otherwise) {
  const auto number = number_of(event, "attempt", otherwise);
  return static_cast<int>(std::min<std::uint64_t>(number, 1'000'000));
}

std::string loss_numbers(const Event& event) {
  return fmt::format("{},{},{},{}", number_of(event, "overruns"), number_of(event, "framing"),
                     number_of(event, "parity"), number_of(event, "buffer_overruns"));
}

bool has_numbers(const Event& event) {
  return loss_numbers(event) != "0,0,0,0";
}

using Handler = void (Judge::State::*)(const Event&);

const std::map<std::string_view, Handler>& handlers() {
  static const std::map<std::string_view, Handler> all{
      {"run.begin", &Judge::State::run_begin},
      {"run.end", &Judge::State::run_end},
      {"device", &Judge::State::device},
      {"case.begin", &Judge::State::case_begin},
      {"case.end", &Judge::State::case_end},
      {"case.blocked", &Judge::State::case_blocked},
      {"case.inapplicable", &Judge::State::case_inapplicable},
      {"unfit", &Judge::State::unfit},
      {"check", &Judge::State::check},
      {"step", &Judge::State::said},
      {"note", &Judge::State::said},
      {"reading", &Judge::State::reading},
      {"measure", &Judge::State::measure},
      {"deviation", &Judge::State::deviation},
      {"unexplained", &Judge::State::unexplained},
      {"counters", &Judge::State::counters},
      {"gap", &Judge::State::gap},
      {"fault", &Judge::State::fault}};
  return all;
}

}  // namespace

void add_once(std::vector<std::string>& to, const std::string& word) {
  if (std::find(to.begin(), to.end(), word) == to.end()) to.push_back(word);
}

Judge::Judge(const Catalogue& catalogue) : state_(std::make_unique<State>(catalogue)) {}
Judge::~Judge() = default;
Judge::Judge(Judge&&) noexcept = default;
Judge& Judge::operator=(Judge&&) noexcept = default;

void Judge::take(const Event& event) {
  state_->take(event);
}

bool Judge::heeds(std::string_view type) {
  return handlers().contains(type);
}

void Judge::State::take(const Event& event) {
  run.last = event.at;
  if (const auto handler = handlers().find(event.type); handler != handlers().end())
    (this->*handler->second)(event);
}

Known& Judge::State::known(const std::string& id) {
  const auto [place, fresh] = index.emplace(id, cases.size());
  if (fresh) cases.emplace_back().id = id;
  return cases[place->second];
}

Where Judge::State::start(const std::string& id, const std::string& device) {
  auto& of = known(id);
  auto& started = of.attempts.emplace_back();
  started.segment = segment;
  started.seen.device = device;
  started.seen.number = static_cast<int>(of.attempts.size());
  const Where where{index.find(id)->second, of.attempts.size() - 1};
  latest[{device, id}] = latest_of_case[id] = where;
  lines[device].since.push_back(where);
  return where;
}

std::optional<Where> Judge::State::where_of(const Event& event) {
  const auto id = text_of(event, "case");
  if (id.empty()) return std::nullopt;
  const auto device = text_of(event, "device");
  if (const auto found = latest.find({device, id}); found != latest.end()) return found->second;
  const auto any = latest_of_case.find(id);
  return device.empty() && any != latest_of_case.end() ? any->second : start(id, device);
}

void Judge::State::run_begin(const Event& event) {
  ++segment;
  stopped = false;
  for (auto& one : faults) one.of_last_run = false;
  const auto first = run.begun.ns() == 0 ? event.at : run.begun;
  run = {text_of(event, "attest"),
         text_of(event, "wall"),
         number_of(event, "seed"),
         json_of(event, "command"),
         json_of(event, "options"),
         json_of(event, "profile"),
         json_of(event, "bench"),
         std::move(run.devices),
         {},
         first,
         event.at};
  const auto* plan = field(event, "plan");
  if (plan == nullptr || !plan->is_array()) return;
  for (const auto& one : *plan) {
    if (!one.is_object() || !one.contains("case") || !one["case"].is_string()) continue;
    auto& of = known(one["case"].get<std::string>());
    of.planned = true;
    of.blocked.reset();  // whatever was in its way before, it is to be run now
    of.inapplicable.reset();
    if (one.contains("requirements"))
      for (const auto& id : texts_in(&one["requirements"])) add_once(of.requirements, id);
  }
}

void Judge::State::run_end(const Event& event) {
  run.ended = text_of(event, "reason");
  stopped = stopped || run.ended == "stopped";
}

void Judge::State::device(const Event& event) {
  const auto name = text_of(event, "device");
  // A port opened anew counts from zero; what ran before is settled, for its own counters have come.
  lines[name] = {};
  const DeviceInfo info{name, text_of(event, "link"), text_of(event, "firmware"), flag_of(event, "virtual")};
  const auto same =
      std::find_if(run.devices.begin(), run.devices.end(), [&](const auto& d) { return d.name == name; });
  if (same != run.devices.end())
    *same = info;
  else
    run.devices.push_back(info);
}

void Judge::State::case_begin(const Event& event) {
  const auto id = text_of(event, "case");
  if (id.empty()) return;
  auto& started = at(start(id, text_of(event, "device")));
  auto& of = known(id);
  started.began = true;
  started.seen.number = attempt_of(event, of.attempts.size());
  started.seen.begun = started.seen.ended = event.at;
  of.blocked.reset();
  if (auto command = text_of(event, "command"); !command.empty()) of.command = std::move(command);
  for (const auto& requirement : texts_in(field(event, "requirements")))
    add_once(of.requirements, requirement);
  for (auto& one : of.attempts)
    if (!one.over && one.segment < segment && one.seen.number == started.seen.number)
      one.seen.repeated = true;
}

void Judge::State::case_end(const Event& event) {
  auto where = where_of(event);
  if (!where) return;
  // A second end is the runner's, for a host that died before it could begin the case again.
  if (at(*where).over) where = start(text_of(event, "case"), text_of(event, "device"));
  auto& of = at(*where);
  if (!of.began) of.seen.begun = event.at;
  of.over = true;
  of.word = verdict_of(event);
  of.word_reason = text_of(event, "reason");
  of.seen.ended = event.at;
  if (where->attempt == 0) return;
  auto& before = at({where->of, where->attempt - 1}).seen;
  const bool failed = std::any_of(of.seen.checks.begin(), of.seen.checks.end(),
                                  [](const Check& check) { return check.verdict == Verdict::fail; });
  before.disowned = before.unfit && before.device == of.seen.device && !failed && *of.word != Verdict::error;
}

void Judge::State::unfit(const Event& event) {
  if (const auto where = where_of(event)) at(*where).seen.unfit = true;
}

void Judge::State::case_blocked(const Event& event) {
  const auto id = text_of(event, "case");
  const auto reason = text_of(event, "reason");
  if (!id.empty()) known(id).blocked = reason.empty() ? "blocked, and nobody said by what" : reason;
}

void Judge::State::case_inapplicable(const Event& event) {
  const auto id = text_of(event, "case");
  const auto reason = text_of(event, "reason");
  if (!id.empty()) known(id).inapplicable = reason.empty() ? "not applicable, and nobody said why" : reason;
}

void Judge::State::check(const Event& event) {
  if (const auto where = where_of(event))
    at(*where).seen.checks.push_back({text_of(event, "requirement"), text_of(event, "what"),
                                      text_of(event, "owed"), text_of(event, "got"), verdict_of(event),
                                      number_of(event, "exchange"), flag_of(event, "alone")});
}

void Judge::State::said(const Event& event) {
  if (const auto where = where_of(event)) at(*where).seen.steps.push_back(text_of(event, "text"));
}

void Judge::State::reading(const Event& event) {
  const auto id = text_of(event, "erratum");
  if (!id.starts_with('E')) return;
  readings.emplace(std::strtoull(id.c_str() + 1, nullptr, 10), text_of(event, "found"));
}

void Judge::State::measure(const Event& event) {
  Measurement out{text_of(event, "name"),
                  text_of(event, "requirement"),
                  text_of(event, "case"),
                  text_of(event, "device"),
                  text_of(event, "unit"),
                  {},
                  text_of(event, "of"),
                  {},
                  {}};
  const auto* one = field(event, "value");
  const auto* many = field(event, "values");
  if (one != nullptr && one->is_number()) out.values.push_back(one->get<double>());
  if (many != nullptr && many->is_array())
    for (const auto& value : *many)
      if (value.is_number()) out.values.push_back(value.get<double>());
  if (const auto* limit = field(event, "limit"); limit != nullptr && limit->is_number())
    out.limit = limit->get<double>();
  if (const auto* u = field(event, "u"); u != nullptr && u->is_number()) out.u = u->get<double>();
  measurements.push_back(std::move(out));
}

void Judge::State::deviation(const Event& event) {
  Occurrence seen{{text_of(event, "id"), text_of(event, "requirement"), text_of(event, "blamed")},
                  text_of(event, "summary"),
                  shown(event, "evidence"),
                  text_of(event, "device"),
                  number_of(event, "exchange"),
                  where_of(event),
                  text_of(event, "case")};
  if (seen.what.blamed.empty()) unprovoked.emplace(seen.what.id, seen.what.requirement);
  if (seen.where) {
    auto& of = at(*seen.where);
    of.deviations.push_back(seen.what);
    add_once(of.seen.deviations, seen.what.id);
  }
  occurrences.push_back(std::move(seen));
}

void Judge::State::unexplained(const Event& event) {
  if (const auto where = where_of(event)) at(*where).seen.unexplained.push_back(shown(event, "bytes"));
}

void Judge::State::counters(const Event& event) {
  auto& line = lines[text_of(event, "device")];
  const auto numbers = loss_numbers(event);
  const bool lost = flag_of(event, "lost") && (!has_numbers(event) || numbers != line.numbers);
  std::vector<Where> still;
  for (const auto where : line.since) {
    if (lost) at(where).seen.lost_bytes = true;
    if (!at(where).over) still.push_back(where);
  }
  for (auto i = line.occurrences; lost && i < occurrences.size(); ++i)
    if (!occurrences[i].where && occurrences[i].device == text_of(event, "device"))
      occurrences[i].lost_bytes = true;
  line = {numbers, std::move(still), occurrences.size()};
}

/// Nobody knows how many bytes went by while the link was away; the case that it left is over.
void Judge::State::gap(const Event& event) {
  auto& line = lines[text_of(event, "device")];
  for (const auto where : line.since) {
    if (at(where).over) continue;
    at(where).seen.lost_bytes = true;
    at(where).gap = text_of(event, "what");
  }
}

void Judge::State::fault(const Event& event) {
  faults.push_back({text_of(event, "fault"), text_of(event, "what"), text_of(event, "cure"),
                    text_of(event, "device"), true});
  stopped = stopped || faults.back().kind == "stopped";
}

}  // namespace attest::spec
