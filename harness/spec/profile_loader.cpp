#include "harness/spec/profile_loader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <set>

#include "harness/base/text.hpp"
#include "harness/spec/catalogue.hpp"

namespace attest::spec {
namespace {

constexpr std::array<std::string_view, 5> kUnits{"ms", "s", "us", "B/s", "%"};
constexpr std::array<std::string_view, 6> kOf{"p50", "p95", "p99", "max", "min", "mean"};

template <class Range>
std::string listed(const Range& words) {
  std::vector<std::string> quoted;
  for (const auto& word : words) quoted.push_back(fmt::format("\"{}\"", word));
  return joined(quoted, ", ");
}

template <class Range>
bool among(const Range& known, std::string_view word) {
  return std::find(known.begin(), known.end(), word) != known.end();
}

}  // namespace

std::string place(const std::string& source, const toml::source_region& where) {
  if (where.begin.line == 0) return source;
  return fmt::format("{}:{}:{}", source, where.begin.line, where.begin.column);
}

tl::unexpected<Error> ProfileLoader::wrong(const toml::node& node, const std::string& what,
                                           std::string cure) const {
  return fail(Fault::usage, fmt::format("{}: {}", place(source_, node.source()), what), std::move(cure));
}

tl::unexpected<Error> ProfileLoader::unknown(const toml::node& node, std::string_view key,
                                             std::string_view where,
                                             const std::vector<std::string>& known) const {
  const auto near = nearest(key, known);
  return wrong(node,
               fmt::format("unknown key '{}'{}", key, where.empty() ? "" : fmt::format(" in [{}]", where)),
               near.empty() ? "known here: " + joined(known, ", ") : fmt::format("did you mean '{}'?", near));
}

void ProfileLoader::mark(const std::string& key) {
  if (author_ == Author::user) profile_.by_user_.insert(key);
}

Status ProfileLoader::document(const toml::table& root) {
  std::vector<std::string> known{"name", "extends", "budgets"};
  known.insert(known.end(), std::begin(kTables), std::end(kTables));
  for (const auto& [key, node] : root) {
    if (key.str() == "extends") continue;
    Status done;
    if (key.str() == "name") {
      done = name(node);
    } else if (key.str() == "budgets") {
      done = budgets(node);
    } else if (among(known, key.str())) {
      done = table(key.str(), node);
    } else {
      done = unknown(node, key.str(), "", known);
    }
    if (!done) return done;
  }
  return unambiguous(root);
}

Status ProfileLoader::name(const toml::node& node) {
  const auto text = node.value_exact<std::string>();
  if (!text || text->empty()) return wrong(node, "name is not a text", "put it in quotes");
  profile_.name_ = *text;
  return {};
}

Status ProfileLoader::table(std::string_view name, const toml::node& node) {
  if (!node.is_table())
    return wrong(node, fmt::format("{} is not a table", name), fmt::format("write [{}]", name));
  for (const auto& [key, inner] : *node.as_table()) {
    const auto setting =
        std::find_if(settings_.begin(), settings_.end(),
                     [&, k = key.str()](const Setting& one) { return one.table == name && one.key == k; });
    if (setting == settings_.end()) {
      std::vector<std::string> known;
      for (const auto& one : settings_)
        if (one.table == name) known.emplace_back(one.key);
      return unknown(inner, key.str(), name, known);
    }
    if (auto done = assign(*setting, inner); !done) return done;
  }
  return {};
}

Status ProfileLoader::value(std::string_view key, const toml::node& node) {
  constexpr std::string_view kBudgets = "budgets.";
  if (key == "name") return name(node);
  if (key.starts_with(kBudgets)) return budget(key.substr(kBudgets.size()), node);
  for (const auto& setting : settings_)
    if (setting.full() == key) {
      if (auto done = assign(setting, node); !done) return done;
      return unambiguous(node);
    }
  return unknown(node, key, "", Profile::keys());
}

Status ProfileLoader::assign(const Setting& setting, const toml::node& node) {
  auto done = std::visit([&](auto* into) { return take(setting, into, node); }, setting.place);
  if (done) mark(setting.full());
  return done;
}

Status ProfileLoader::take(const Setting& setting, Nanos* into, const toml::node& node) {
  const auto text = node.value_exact<std::string>();
  const auto span = text ? parse_span(*text) : std::nullopt;
  if (!span)
    return wrong(node, fmt::format("{} is not a length of time with its unit", setting.full()),
                 "write it as \"5s\", \"250ms\" or \"2min\"");
  *into = *span;
  return {};
}

Status ProfileLoader::take(const Setting& setting, std::string* into, const toml::node& node) {
  const auto text = node.value_exact<std::string>();
  if (!text) return wrong(node, fmt::format("{} is not a text", setting.full()), "put it in quotes");
  if (auto ok = among_choices(setting, *text, node); !ok) return ok;
  if (auto ok = of_its_form(setting, *text, node); !ok) return ok;
  *into = *text;
  return {};
}

Status ProfileLoader::among_choices(const Setting& setting, const std::string& text,
                                    const toml::node& node) const {
  if (setting.choices.empty() || among(setting.choices, text)) return {};
  return wrong(node, fmt::format("{} cannot be \"{}\"", setting.full(), text),
               "it is one of " + listed(setting.choices));
}

Status ProfileLoader::of_its_form(const Setting& setting, const std::string& text,
                                  const toml::node& node) const {
  const auto all = [&](auto fits) { return !text.empty() && std::all_of(text.begin(), text.end(), fits); };
  if (setting.form == Form::name &&
      !all([](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }))
    return wrong(node, fmt::format("{} cannot be \"{}\"", setting.full(), text),
                 "a command's name is of letters, digits and '_', without its prefix");
  if (setting.form == Form::word &&
      (!all([](char c) { return c >= 0x20 && c < 0x7f; }) || text.front() == ' ' || text.back() == ' '))
    return wrong(node, fmt::format("{} cannot be \"{}\"", setting.full(), text),
                 "it is printable text, not empty and without blanks around it");
  return {};
}

/// Two things that are said in the same way could not be told apart.
Status ProfileLoader::unambiguous(const toml::node& node) const {
  const auto& w = profile_.words_;
  const std::set<std::string> finals{w.ok, w.error, w.send_ok, w.send_fail};
  if (finals.size() != 4)
    return wrong(node, "two final results of [dialect] are the same word",
                 "give ok, error, send_ok and send_fail a word each");
  for (const auto& final : finals)
    if (final.starts_with(w.prompt))
      return wrong(node,
                   fmt::format("the final result \"{}\" begins with dialect.prompt \"{}\"", final, w.prompt),
                   "give the prompt as the device writes it");
  std::set<std::string> own;
  for (const auto& [manual, name] : profile_.names_.own)
    if (!own.insert(name).second)
      return wrong(node, fmt::format("two commands of [names] are called {}", name),
                   "a command that the firmware has not is left out of claims.commands instead");
  return {};
}

Status ProfileLoader::take(const Setting& setting, std::vector<std::string>* into, const toml::node& node) {
  const auto* array = node.as_array();
  if (array == nullptr || !(array->empty() || array->is_homogeneous<std::string>()))
    return wrong(node, fmt::format("{} is not a list of texts", setting.full()),
                 "write it as [\"one\", \"two\"]");
  for (const auto& one : *array)
    if (auto ok = among_choices(setting, *one.value_exact<std::string>(), one); !ok) return ok;
  into->clear();
  for (const auto& one : *array) into->push_back(*one.value_exact<std::string>());
  return {};
}

Status ProfileLoader::take(const Setting& setting, bool* into, const toml::node& node) {
  const auto value = node.value_exact<bool>();
  if (!value)
    return wrong(node, fmt::format("{} is not true or false", setting.full()), "write true or false");
  *into = *value;
  return {};
}

Status ProfileLoader::take(const Setting& setting, std::optional<bool>* into, const toml::node& node) {
  if (node.value_exact<std::string>() == "unknown") {
    into->reset();
    return {};
  }
  const auto value = node.value_exact<bool>();
  if (!value)
    return wrong(node, fmt::format("{} is not true, false or \"unknown\"", setting.full()),
                 "write true, false or \"unknown\"");
  *into = *value;
  return {};
}

Status ProfileLoader::take(const Setting& setting, std::uint64_t* into, const toml::node& node) {
  const auto value = node.value_exact<std::int64_t>();
  if (!value || *value <= 0)
    return wrong(node, fmt::format("{} is not a positive whole number", setting.full()),
                 "give a count of bytes");
  *into = static_cast<std::uint64_t>(*value);
  return {};
}

Status ProfileLoader::take(const Setting& setting, std::optional<std::uint64_t>* into,
                           const toml::node& node) {
  if (node.value_exact<std::string>() == "unknown") {
    into->reset();
    return {};
  }
  std::uint64_t bytes = 0;
  if (auto done = take(setting, &bytes, node); !done) return done;
  *into = bytes;
  return {};
}

Status ProfileLoader::budgets(const toml::node& node) {
  if (!node.is_table()) return wrong(node, "budgets is not a table", "write [budgets]");
  for (const auto& [id, inner] : *node.as_table())
    if (auto done = budget(id.str(), inner); !done) return done;
  return {};
}

Status ProfileLoader::budget(std::string_view id, const toml::node& node) {
  static constexpr const char* kForm = "write it as { limit = 50, unit = \"ms\", of = \"p95\" }";
  const auto& catalogue = Catalogue::embedded();
  if (catalogue.find(id.substr(0, id.find(' '))) == nullptr)
    return unknown(node, id, "budgets", catalogue.ids());
  const auto* table = node.as_table();
  if (table == nullptr) return wrong(node, fmt::format("budgets.{} is not a table", id), kForm);
  for (const auto& [key, inner] : *table)
    if (key.str() != "limit" && key.str() != "unit" && key.str() != "of")
      return unknown(inner, key.str(), fmt::format("budgets.{}", id), {"limit", "unit", "of"});
  const auto limit = (*table)["limit"].value<double>();
  const auto unit = (*table)["unit"].value_exact<std::string>();
  const auto of = table->contains("of") ? (*table)["of"].value_exact<std::string>() : "p95";
  if (!limit || !std::isfinite(*limit) || *limit < 0 || (*table)["limit"].is_boolean())
    return wrong(node, fmt::format("budgets.{} has no number 'limit'", id), kForm);
  if (!unit || !among(kUnits, *unit))
    return wrong(node, fmt::format("budgets.{} has no known 'unit'", id), "it is one of " + listed(kUnits));
  if (!of || !among(kOf, *of))
    return wrong(node, fmt::format("budgets.{}: 'of' is not known", id), "it is one of " + listed(kOf));
  profile_.budgets_[std::string(id)] = {*limit, *unit, *of, author_ == Author::attest};
  mark(fmt::format("budgets.{}", id));
  return {};
}

}  // namespace attest::spec
