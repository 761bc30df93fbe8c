#include "suites/support/case.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <stdexcept>

#include "harness/base/bytes.hpp"
#include "harness/measure/budget.hpp"
#include "suites/support/stage.hpp"

namespace attest::server {

void PrintTo(const Query& query, std::ostream* out) {
  *out << fmt::format("a query of type {} for {}, answered {}", query.type, query.name, query.answered);
}

}  // namespace attest::server

namespace attest::suites {
namespace {

std::vector<CaseInfo>& registered() {
  static std::vector<CaseInfo> all;
  return all;
}

std::vector<std::string>& smoke() {
  static std::vector<std::string> ids;
  return ids;
}

/// A network answer that the server has seen may still be on its way into the journal; this long is enough on
/// a loaded host, and is only waited for in full where nothing comes.
constexpr auto kMoment = 60ms;
/// A rate comes from a transfer that takes a hundred times what our own side adds.
constexpr double kRateUncertainty = 0.01;

}  // namespace

const std::vector<CaseInfo>& cases() {
  auto& all = registered();
  for (auto& info : all) info.quick = std::find(smoke().begin(), smoke().end(), info.id) != smoke().end();
  return all;
}

bool in_smoke(const std::vector<std::string>& ids) {
  smoke().insert(smoke().end(), ids.begin(), ids.end());
  return true;
}

namespace detail {
bool add(CaseInfo info, const std::function<Case*()>& make) {
  // GoogleTest's filter has meanings of its own for '-', ':' and '*'.
  if (info.id.find_first_of("-:*? ") != std::string::npos)
    throw std::logic_error("case id " + info.id + ": letters, digits, '_', '.' and '/' only");
  ::testing::RegisterTest(info.suite.c_str(), info.name.c_str(), nullptr, nullptr, info.file.c_str(),
                          info.line, make);
  registered().push_back(std::move(info));
  return true;
}
}  // namespace detail

Stage& Case::stage() const {
  return *Stage::current;
}
server::Origin& Case::origin() const {
  return stage().origin();
}
const spec::Profile& Case::profile() const {
  return stage().profile();
}
at::Session& Case::session() const {
  return stage().dut().session();
}

Random& Case::random() {
  if (!random_) {
    const auto* info = ::testing::UnitTest::GetInstance()->current_test_info();
    random_ = std::make_unique<Random>(stage().setup().seed ^
                                       fnv1a(std::string(info->test_suite_name()) + "." + info->name()));
  }
  return *random_;
}

at::Exchange Case::command(std::string_view line) const {
  return command(line, at::expectation_for(line, session().dialect()));
}

at::Exchange Case::command(std::string_view line, const at::Expectation& expectation) const {
  return stage().command(line, expectation);
}

at::Exchange Case::data(std::string_view bytes) const {
  at::Expectation due;
  due.deadline = session().dialect().network_deadline;
  return data(bytes, due);
}

at::Exchange Case::data(std::string_view bytes, const at::Expectation& expectation) const {
  return stage().data(bytes, expectation);
}

void Case::power_cycle() const {
  if (stage().power() == nullptr || !stage().power()->can_cut())
    throw CannotTell("this bench cannot cut the device's power: give [power] in the bench file");
  must(stage().dut().power_cycle());
}

void Case::restart() const {
  must(stage().dut().restart());
}

std::string Case::spoken(std::string_view line) const {
  stage().need(line);
  return session().spoken(line);
}

void Case::need_within(std::size_t size, std::uint64_t limit, std::string_view key) const {
  if (size > limit)
    throw NotApplicable(
        fmt::format("not applicable: profile {} claims no more than {} ({})", profile().name(), limit, key));
}

void Case::send_raw(std::string_view bytes) const {
  session().send_raw(bytes);
}

at::Exchange Case::await_reply_to(std::string_view line) const {
  auto exchange = session().await(at::expectation_for(line, session().dialect()));
  stage().dut().noticed(exchange);
  return exchange;
}

at::Exchange Case::listen(Nanos quiet, Nanos most) const {
  auto heard = session().listen(quiet, most);
  stage().dut().heard(heard);
  return heard;
}

at::Exchange Case::await_anything(Nanos quiet, Nanos most) const {
  auto heard = session().await_anything(quiet, most);
  stage().dut().heard(heard);
  return heard;
}

void Case::blame(std::string_view requirement) const {
  stage().recorder().blame(requirement);
}

at::Exchange Case::await_if_any(Nanos patience) const {
  at::Expectation anything;
  anything.deadline = patience;
  stage().recorder().silence_is_right(true);
  auto exchange = session().await(anything);
  stage().recorder().silence_is_right(false);
  if (exchange.outcome != at::Outcome::silent) stage().dut().noticed(exchange);
  return exchange;
}

void Case::pause(Nanos span) const {
  stage().pause(span);
}

const Clock& Case::clock() const {
  return stage().clock();
}

std::unique_ptr<server::Resource> Case::serve(server::Response response, std::string_view suffix) const {
  need_network();
  return origin().add(std::move(response), suffix);
}

void Case::need_network() const {
  stage().come_home();
  if (stage().unreachable()) throw CannotTell(stage().unreachable()->what);
}

std::unique_ptr<server::Resource> Case::serve_securely(server::Leaf leaf, server::Response response,
                                                       server::TlsTrouble trouble,
                                                       std::string_view suffix) const {
  stage().need_feature("tls");
  need_network();
  return stage().secure_origin(leaf, trouble).add(std::move(response), suffix);
}

server::Origin& Case::secure_origin() const {
  return stage().secure_origin();
}

const server::Pki& Case::pki() const {
  return stage().pki();
}

server::Relay& Case::relay() const {
  need_network();
  return stage().relay();
}

std::unique_ptr<server::Relay::Applied> Case::disturb(server::NetFault fault) const {
  // One that is kept open from before would lead past it.
  if (relay().end_open() > 0) pause(kMoment);
  return relay().apply(std::move(fault));
}

HeldPort Case::refusing_port() const {
  return stage().refusing_port();
}

bool Case::has_names() const {
  return stage().names() != nullptr;
}

server::Names& Case::names() const {
  stage().need_feature("dns");
  need_network();
  if (stage().names() == nullptr)
    throw CannotTell(
        "this bench has no name server: give dns.listen in the bench file, and let the device ask there");
  return *stage().names();
}

std::unique_ptr<server::Names::Record> Case::name(std::string name) const {
  return this->name(std::move(name), {.addresses = {origin().advertised_host()}});
}

std::unique_ptr<server::Names::Record> Case::name(std::string name, server::NameAnswer answer) const {
  return names().answer(std::move(name), std::move(answer));
}

bool Case::has_standard_ports() const {
  return stage().has_standard_ports();
}

void Case::need_standard_ports() const {
  need_network();
  if (!has_standard_ports())
    throw CannotTell("the bench's origin is not on ports 80 and 443: give origin.http_port and https_port");
}

std::unique_ptr<server::Resource> Case::serve_at_standard_port(std::string path,
                                                               server::Response response) const {
  need_standard_ports();
  return must(origin().add_at(std::move(response), std::move(path)));
}

std::unique_ptr<server::Resource> Case::serve_securely_at_standard_port(std::string path, server::Leaf leaf,
                                                                        server::Response response) const {
  stage().need_feature("tls");
  need_standard_ports();
  return must(
      stage().secure_origin(leaf, server::TlsTrouble::none).add_at(std::move(response), std::move(path)));
}

server::Served Case::request_of(const server::Resource& resource) const {
  (void)resource.wait_for(1, Deadline::in(clock(), 2s));
  (void)resource.wait_answered(1, Deadline::in(clock(), kMoment));
  const auto all = resource.requests();
  return all.empty() ? server::Served{} : all.front();
}

std::size_t Case::requests_of(const server::Resource& resource) const {
  (void)resource.wait_for(1, Deadline::in(clock(), kMoment));
  return resource.requests().size();
}

Owed Case::owe(std::string_view requirement, std::string_view obligation) const {
  return {stage().recorder(), requirement, obligation};
}

void Case::step(std::string text) const {
  stage().recorder().step(text);
}

const spec::Budget* Case::budget_of(const Measured& measured) {
  const auto fits = [&](const spec::Budget& budget) {
    return measure::in_unit(budget.limit, budget.unit, measured.unit).has_value();
  };
  const auto* by_name = profile().budget(measured.requirement + " " + measured.name);
  if (by_name != nullptr && fits(*by_name)) return by_name;
  const auto* by_id = profile().budget(measured.requirement);
  if (by_id == nullptr || !fits(*by_id) || !budgeted_.insert(measured.requirement).second) return nullptr;
  return by_id;
}

void Case::measure(std::string_view name, std::string_view requirement, std::string_view unit,
                   const std::vector<double>& values) {
  Measured measured{std::string(name), std::string(requirement), std::string(unit), values, {}};
  const auto* budget = values.empty() ? nullptr : budget_of(measured);
  if (budget != nullptr) {
    const double u = measure::is_time(unit)
                         ? measure::in_unit(stage().uncertainty_ms(), "ms", unit).value_or(0)
                         : kRateUncertainty * measure::statistic(values, budget->of).value_or(0);
    measured.budget = {budget->of, measure::in_unit(budget->limit, budget->unit, unit).value_or(0), u};
  }
  stage().recorder().measure(measured);
  if (budget != nullptr) judge_budget(measured, *budget);
}

void Case::judge_budget(const Measured& measured, const spec::Budget& budget) {
  const auto& [of, limit, u] = *measured.budget;
  const bool at_most = measure::is_time(measured.unit);
  const double value = measure::statistic(measured.values, of).value_or(0);
  const auto standing = measure::standing(value, limit, u, at_most);
  owe(measured.requirement, fmt::format("{}: {} keeps to {}", measured.name, of,
                                        budget.ours ? "attest's own budget" : "its budget"))
      .only_if(standing != measure::Standing::too_close,
               fmt::format("{:.4g} is too close to the limit of {:.4g} {} to tell: the uncertainty is {:.2g}",
                           value, limit, measured.unit, u))
      .met(standing == measure::Standing::kept,
           fmt::format("{} {:.4g} {}", at_most ? "at most" : "at least", limit, measured.unit),
           fmt::format("{:.4g} {}", value, measured.unit));
}

void Case::reads(std::string_view erratum, std::string found) const {
  stage().recorder().put("reading", {{"erratum", erratum}, {"found", to_latin1_json(found)}});
}

void Case::found(std::string text) const {
  stage().recorder().note(text);
}

void Case::TestBody() {
  try {
    body();
  } catch (const std::exception& exception) {
    stage().broke(exception);
  }
}

}  // namespace attest::suites
