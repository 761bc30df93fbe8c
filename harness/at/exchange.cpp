#include "harness/at/exchange.hpp"

#include <algorithm>

#include "harness/at/classify.hpp"
#include "harness/base/bytes.hpp"

namespace attest::at {
namespace {

std::string_view without_line_end(std::string_view line) {
  while (line.ends_with('\n') || line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

}  // namespace

std::string_view Exchange::text(const Item& item) const {
  return std::string_view(received).substr(item.begin, item.end - item.begin);
}

std::size_t Exchange::count(Kind kind) const {
  return static_cast<std::size_t>(
      std::count_if(items.begin(), items.end(), [&](const Item& i) { return i.kind == kind; }));
}

bool Exchange::deviates(std::string_view id) const {
  return std::any_of(deviations.begin(), deviations.end(), [&](const Deviation& d) { return d.id == id; });
}

const Item* Exchange::find(Kind kind) const {
  const auto it = std::find_if(items.begin(), items.end(), [&](const Item& i) { return i.kind == kind; });
  return it == items.end() ? nullptr : &*it;
}

std::optional<std::string_view> Exchange::info(std::string_view name) const {
  const auto owed = info_name(translation.get(), name);
  for (const auto line : infos())
    if (const auto found = named(line, owed)) return line.substr(found->value);
  return std::nullopt;
}

std::vector<std::string_view> Exchange::infos() const {
  std::vector<std::string_view> lines;
  for (const auto& item : items)
    if (item.kind == Kind::info) lines.push_back(without_line_end(text(item)));
  return lines;
}

std::optional<Payload> Exchange::payload() const {
  if (!sized) return std::nullopt;
  return Payload{sized->claimed, std::string_view(received).substr(sized->begin, sized->end - sized->begin)};
}

std::optional<std::uint64_t> Exchange::number_of(std::string_view name) const {
  const auto value = info(name);
  return value ? written_size(*value).value : std::nullopt;
}

std::string Exchange::unexplained() const {
  std::string all;
  for (const auto& item : items)
    if (item.kind == Kind::unexplained) all += text(item);
  return visible(all);
}

std::string_view name_of(Kind kind) {
  static constexpr std::string_view kNames[] = {"echo",        "info", "data",    "final",      "prompt",
                                                "unsolicited", "boot", "framing", "unexplained"};
  return kNames[static_cast<std::size_t>(kind)];
}

std::string_view name_of(FinalCode code) {
  static constexpr std::string_view kNames[] = {"OK", "ERROR", "SEND OK", "SEND FAIL"};
  return kNames[static_cast<std::size_t>(code)];
}

std::string_view name_of(Outcome outcome) {
  static constexpr std::string_view kNames[] = {"complete", "prompted", "silent", "restarted", "lost"};
  return kNames[static_cast<std::size_t>(outcome)];
}

}  // namespace attest::at
