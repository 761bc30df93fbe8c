#include "suites/support/owed.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "harness/base/bytes.hpp"
#include "suites/support/recorder.hpp"

namespace attest::suites {

std::string came_to(const at::Exchange& exchange) {
  if (exchange.final) return std::string(at::name_of(*exchange.final));
  if (exchange.outcome == at::Outcome::prompted) return "the prompt >";
  return fmt::format("no final result in {} ({})", human(exchange.duration()), at::name_of(exchange.outcome));
}

Owed& Owed::given(const at::Exchange& exchange) {
  exchange_ = exchange.number;
  const bool ended = exchange.outcome == at::Outcome::complete || exchange.outcome == at::Outcome::prompted;
  return only_if(ended, came_to(exchange));
}

Owed& Owed::only_if(bool known, std::string why_not) {
  if (!known && not_judged_.empty()) not_judged_ = std::move(why_not);
  return *this;
}

void Owed::ends(const at::Exchange& exchange, at::FinalCode code) {
  given(exchange);
  judge(exchange.final == code, std::string(at::name_of(code)), came_to(exchange));
}

void Owed::same_bytes(std::string_view got, std::string_view owed) {
  if (got == owed) return judge(true, fmt::format("{} bytes", owed.size()), "the same");
  const auto length = std::min(got.size(), owed.size());
  const auto differ = static_cast<std::size_t>(
      std::mismatch(got.begin(), got.begin() + static_cast<std::ptrdiff_t>(length), owed.begin()).first -
      got.begin());
  const auto around = [&](std::string_view bytes) {
    const auto from = differ < 16 ? 0 : differ - 16;
    return from < bytes.size() ? visible(bytes.substr(from, 48), 48) : std::string{};
  };
  judge(false, fmt::format("{} bytes, around byte {}: \"{}\"", owed.size(), differ, around(owed)),
        fmt::format("{} bytes, there: \"{}\"", got.size(), around(got)));
}

std::string Owed::quoted(std::string_view bytes) {
  return fmt::format("\"{}\"", visible(bytes));
}

std::string Owed::without_addresses(std::string text) {
  constexpr std::string_view kMark = " pointing to ";
  for (auto mark = text.find(kMark); mark != std::string::npos; mark = text.find(kMark, mark)) {
    const auto from = text.rfind("0x", mark);
    if (from == std::string::npos) break;
    text.erase(from, mark + kMark.size() - from);
    mark = from;
  }
  return text;
}

void Owed::judge(bool met, std::string owed, std::string got) {
  auto verdict = met ? record::Verdict::pass : record::Verdict::fail;
  if (!not_judged_.empty()) {
    verdict = record::Verdict::inconc;
    got = "not judged: " + not_judged_;
  }
  recorder_.check({requirement_, what_, std::move(owed), std::move(got), verdict, exchange_, alone_});
}

}  // namespace attest::suites
