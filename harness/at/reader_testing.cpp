#include "harness/at/reader_testing.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "harness/base/bytes.hpp"

namespace attest::at::testing {
namespace {

Reading::After after_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::complete:
      return Reading::After::complete;
    case Outcome::prompted:
      return Reading::After::prompted;
    case Outcome::restarted:
      return Reading::After::restarted;
    default:
      return Reading::After::silent;
  }
}

std::string items_of(const Exchange& exchange) {
  std::string all;
  for (const auto& item : exchange.items)
    all += fmt::format("{}[{}..{}) ", name_of(item.kind), item.begin, item.end);
  return all;
}

std::string evidence_of(const Exchange& exchange) {
  std::string all;
  for (const auto& d : exchange.deviations)
    all += fmt::format("{}({}): {}\n", d.id, d.requirement, d.evidence);
  return all;
}

}  // namespace

Reading reply_to(std::string_view command, const Dialect& dialect) {
  Reading reading;
  reading.expectation = expectation_for(command, dialect);
  return reading;
}

Read read_all(const Reading& reading, std::string_view echo, std::string_view bytes,
              const std::vector<std::size_t>& cuts, const Dialect& dialect) {
  Reader reader(dialect);
  reader.expect_echo(echo);
  reader.begin(reading);
  std::size_t from = 0;
  for (const auto cut : cuts) {
    reader.feed(bytes.substr(from, cut - from), Instant(1000));
    from = cut;
  }
  reader.feed(bytes.substr(from), Instant(1000));
  Nanos told{};
  while (const auto patience = reader.patience(told)) {
    told = *patience;
    reader.quiet(told);
  }
  reader.finish();
  Read read;
  read.exchange = reader.take();
  Reading idle;
  idle.as = Reading::As::idle;
  idle.expectation = reading.expectation;
  idle.after = after_of(read.exchange.outcome);
  idle.restart_expected = reading.expectation.restarts && read.exchange.ok();
  reader.begin(idle);
  reader.finish();
  read.strays = reader.take();
  return read;
}

std::string kinds_of(const Read& read) {
  std::string all;
  for (const auto* exchange : {&read.exchange, &read.strays}) {
    if (exchange == &read.strays && !exchange->items.empty()) all += "| ";
    for (const auto& item : exchange->items) all += fmt::format("{} ", name_of(item.kind));
  }
  if (!all.empty()) all.pop_back();
  return all;
}

std::string deviations_of(const Read& read) {
  std::vector<std::string> all;
  for (const auto* exchange : {&read.exchange, &read.strays})
    for (const auto& d : exchange->deviations) all.push_back(fmt::format("{}({})", d.id, d.requirement));
  std::sort(all.begin(), all.end());
  return fmt::format("{}", fmt::join(all, " "));
}

std::string gist_of(const Read& read) {
  const auto& x = read.exchange;
  const auto payload = x.payload();
  return fmt::format("{}, {}, {}, infos {}, {}", name_of(x.outcome), x.final ? name_of(*x.final) : "no final",
                     payload ? fmt::format("{}:\"{}\"", payload->claimed, visible(payload->data)) : "no data",
                     x.count(Kind::info), deviations_of(read));
}

std::string whole_of(const Read& read) {
  return gist_of(read) + "\n" + items_of(read.exchange) + "| " + items_of(read.strays) + "\n" +
         evidence_of(read.exchange) + evidence_of(read.strays) + read.exchange.unexplained() +
         read.strays.unexplained();
}

std::string gaps_in(const Exchange& exchange) {
  std::size_t at = 0;
  for (const auto& item : exchange.items) {
    if (item.begin != at || item.end <= item.begin)
      return fmt::format("an item begins at {}, not {}", item.begin, at);
    at = item.end;
  }
  return at == exchange.received.size()
             ? ""
             : fmt::format("{} of {} bytes are covered", at, exchange.received.size());
}

}  // namespace attest::at::testing
