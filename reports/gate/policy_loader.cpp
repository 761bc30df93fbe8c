#include "reports/gate/policy_loader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>
#include <variant>

#include "reports/gate/page.hpp"

namespace attest::reports {
namespace {

constexpr const char* kUnitForm =
    "write the unit and a number, such as ms = 0.5, or a share of the baseline, such as \"B/s\" = { share = "
    "0.04 }; units are ms, s, us, ns, B/s, %, 1 (a share), baud, bytes";
constexpr const char* kNameForm = "write it as { shift = 0.5, unit = \"ms\" } or { share = 0.04 }";

constexpr std::array<std::string_view, 9> kUnits{"ns", "us", "ms", "s", "B/s", "%", "1", "baud", "bytes"};

bool is_unit(std::string_view word) {
  return std::find(kUnits.begin(), kUnits.end(), word) != kUnits.end();
}

/// From 0 to 1; a confidence is above a half, and never certain.
struct Share {
  double* into;
  bool confidence;
};

struct Key {
  std::string_view table, key;
  std::variant<Weight*, Share, std::size_t*> place;
};

std::vector<Key> keys_of(Policy& p) {
  std::vector<Key> out;
  const auto verdicts = [&](std::string_view table, Policy::Verdicts& into) {
    out.insert(out.end(),
               {{table, "fail", &into.fail}, {table, "inconc", &into.inconc}, {table, "none", &into.none}});
  };
  verdicts("levels.must", p.levels["must"]);
  verdicts("levels.should", p.levels["should"]);
  verdicts("levels.measure", p.levels["measure"]);
  verdicts("cases", p.cases);
  const std::vector<Key> rest{{"record", "incomplete", &p.record.incomplete},
                              {"record", "unchained", &p.record.unchained},
                              {"record", "virtual_device", &p.record.virtual_device},
                              {"record", "other_firmware", &p.record.other_firmware},
                              {"bench", "fault", &p.bench.fault},
                              {"bench", "error", &p.bench.error},
                              {"budgets", "over", &p.budgets.over},
                              {"budgets", "too_close", &p.budgets.too_close},
                              {"known_failures", "unexpected_pass", &p.known.unexpected_pass},
                              {"known_failures", "expired", &p.known.expired},
                              {"known_failures", "vanished", &p.known.vanished},
                              {"known_failures", "unseen", &p.known.unseen},
                              {"baseline", "missing", &p.baseline.missing},
                              {"baseline", "vanished_case", &p.baseline.vanished_case},
                              {"baseline", "new_case", &p.baseline.new_case},
                              {"baseline", "vanished_measurement", &p.baseline.vanished_measurement},
                              {"regressions", "regressed", &p.regressions.regressed},
                              {"regressions", "too_few", &p.regressions.too_few},
                              {"regressions", "blind", &p.regressions.blind},
                              {"regressions", "confidence", Share{&p.regressions.confidence, true}},
                              {"regressions", "fewest", &p.regressions.fewest},
                              {"flakiness", "flaky", &p.flakiness.flaky},
                              {"flakiness", "tolerated", Share{&p.flakiness.tolerated, false}},
                              {"flakiness", "confidence", Share{&p.flakiness.confidence, true}}};
  out.insert(out.end(), rest.begin(), rest.end());
  return out;
}

/// The last word of a dotted name that lies directly in `table`; empty if it does not.
std::string_view child_of(std::string_view table, std::string_view full) {
  if (table.empty()) return full.substr(0, full.find('.'));
  if (!full.starts_with(table) || full.size() <= table.size() || full[table.size()] != '.') return {};
  const auto rest = full.substr(table.size() + 1);
  return rest.substr(0, rest.find('.'));
}

/// NaN for what is no number: no comparison holds for it.
double number_of(const toml::node* node) {
  constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
  return node != nullptr && node->is_number() ? node->value<double>().value_or(kNone) : kNone;
}

bool is_shift(double value) {
  return std::isfinite(value) && value >= 0;
}

class Loader {
 public:
  Loader(Policy& into, const std::string& source) : policy_(into), source_(source), keys_(keys_of(into)) {}

  Status table(const std::string& name, const toml::table& table) {
    for (const auto& [key, node] : table) {
      const std::string full = name.empty() ? std::string(key.str()) : name + "." + std::string(key.str());
      if (auto done = entry(name, full, key, node); !done) return done;
    }
    return {};
  }

 private:
  Status entry(const std::string& table_name, const std::string& full, const toml::key& key,
               const toml::node& node) {
    if (full == "name") return name(node);
    if (full == "regressions.by_unit") return each(full, node, &Loader::by_unit);
    if (full == "regressions.by_name") return each(full, node, &Loader::by_name);
    for (const auto& one : keys_)
      if (one.table == table_name && one.key == key.str())
        return std::visit([&](auto into) { return take(full, into, node); }, one.place);
    const bool is_table = std::any_of(keys_.begin(), keys_.end(), [&](const Key& one) {
      return one.table == full || one.table.starts_with(full + ".");
    });
    if (!is_table) return page::unknown(source_, key, table_name, known_in(table_name));
    if (!node.is_table())
      return page::wrong(source_, node, fmt::format("{} is not a table", full),
                         fmt::format("write [{}]", full));
    return table(full, *node.as_table());
  }

  [[nodiscard]] std::vector<std::string> known_in(std::string_view table_name) const {
    std::vector<std::string> out;
    const auto add = [&](std::string_view word) {
      if (!word.empty() && std::find(out.begin(), out.end(), word) == out.end()) out.emplace_back(word);
    };
    if (table_name.empty()) add("name");
    for (const auto& one : keys_) add(child_of(table_name, fmt::format("{}.{}", one.table, one.key)));
    if (table_name == "regressions") out.insert(out.end(), {"by_unit", "by_name"});
    return out;
  }

  Status name(const toml::node& node) {
    const auto text = node.value_exact<std::string>();
    if (!text || text->empty()) return page::wrong(source_, node, "name is not a text", "put it in quotes");
    policy_.name = *text;
    return {};
  }

  Status take(const std::string& full, Weight* into, const toml::node& node) {
    const auto word = node.value_exact<std::string>();
    if (word != "stop" && word != "list")
      return page::wrong(source_, node, fmt::format("{} is neither \"stop\" nor \"list\"", full),
                         "\"stop\" makes it no release, \"list\" only tells of it");
    *into = word == "stop" ? Weight::stop : Weight::list;
    return {};
  }

  Status take(const std::string& full, Share share, const toml::node& node) {
    const double value = number_of(&node);
    if (!(share.confidence ? value > 0.5 && value < 1 : value >= 0 && value <= 1))
      return page::wrong(source_, node,
                         fmt::format("{} is not a number {}", full,
                                     share.confidence ? "above 0.5 and below 1" : "from 0 to 1"),
                         "0.95 is 95 %");
    *share.into = value;
    return {};
  }

  Status take(const std::string& full, std::size_t* into, const toml::node& node) {
    const auto value = node.value_exact<std::int64_t>();
    if (!value || *value <= 0)
      return page::wrong(source_, node, fmt::format("{} is not a positive whole number", full),
                         "give a count of samples");
    *into = static_cast<std::size_t>(*value);
    return {};
  }

  Status each(const std::string& full, const toml::node& node,
              Status (Loader::*take_one)(const std::string&, const toml::node&)) {
    if (!node.is_table())
      return page::wrong(source_, node, full + " is not a table", fmt::format("write [{}]", full));
    for (const auto& [key, inner] : *node.as_table())
      if (auto done = (this->*take_one)(std::string(key.str()), inner); !done) return done;
    return {};
  }

  /// `{ share = 0.04 }`, of the baseline: nothing for a table that is none, or has no such share in it.
  [[nodiscard]] static std::optional<Policy::Shift> share_in(const toml::table* table) {
    const double share = table != nullptr && table->size() == 1 ? number_of(table->get("share")) : -1;
    return share >= 0 && share <= 1 ? std::optional(Policy::Shift{share, {}, true}) : std::nullopt;
  }

  Status by_unit(const std::string& unit, const toml::node& node) {
    const double value = number_of(&node);
    const auto share = share_in(node.as_table());
    if (!is_unit(unit) || (!is_shift(value) && !share))
      return page::wrong(source_, node, fmt::format("regressions.by_unit: '{}' has no shift", unit),
                         kUnitForm);
    policy_.regressions.by_unit[unit] = share.value_or(Policy::Shift{value});
    return {};
  }

  Status by_name(const std::string& measurement, const toml::node& node) {
    const auto* table = node.as_table();
    const auto bad = [&](std::string_view what) {
      return page::wrong(source_, node, fmt::format("regressions.by_name: \"{}\" {}", measurement, what),
                         kNameForm);
    };
    if (table == nullptr) return bad("is not a table");
    if (const auto share = share_in(table)) {
      policy_.regressions.by_name[measurement] = *share;
      return {};
    }
    for (const auto& [key, inner] : *table)
      if (key.str() != "shift" && key.str() != "unit")
        return key.str() == "share"
                   ? bad("has no share from 0 to 1 that stands alone")
                   : page::unknown(source_, key, "regressions.by_name", {"share", "shift", "unit"});
    const double shift = number_of(table->get("shift"));
    const auto unit = (*table)["unit"].value_exact<std::string>().value_or("");
    if (!is_shift(shift)) return bad("has no number 'shift'");
    if (!is_unit(unit)) return bad("has no known 'unit'");
    policy_.regressions.by_name[measurement] = {shift, unit};
    return {};
  }

  Policy& policy_;
  const std::string& source_;
  std::vector<Key> keys_;
};

}  // namespace

Status fill(Policy& into, const toml::table& root, const std::string& source) {
  return Loader(into, source).table("", root);
}

}  // namespace attest::reports
