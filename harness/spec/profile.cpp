#include "harness/spec/profile.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "harness/base/file.hpp"
#include "harness/base/text.hpp"
#include "harness/spec/profile_loader.hpp"

namespace attest::spec {

namespace embedded {
std::string_view file(std::string_view name);  // made by attest_embed
}

namespace {

using Json = nlohmann::json;
namespace fs = std::filesystem;

constexpr std::array<std::string_view, 2> kShipped{"bk7238", "virtual"};
/// A profile that builds on itself would never end.
constexpr int kDeepest = 8;

std::string_view shipped_text(std::string_view name) {
  return embedded::file(std::string(name) + ".toml");
}

bool is_path(std::string_view name) {
  return name.find('/') != std::string_view::npos || name.ends_with(".toml");
}

tl::unexpected<Error> no_such_profile(const std::string& where, const std::string& name) {
  const auto near = nearest(name, shipped_profiles());
  return fail(Fault::usage, fmt::format("{}no profile '{}' is shipped", where, name),
              near.empty() ? fmt::format("shipped are {}; a file of your own is named by its path",
                                         joined(shipped_profiles(), ", "))
                           : fmt::format("did you mean '{}'?", near));
}

/// Debian's toml++ reports errors by exception only.
Result<toml::table> parsed_toml(std::string_view text, const std::string& source) {
  try {
    return toml::parse(text, source);
  } catch (const toml::parse_error& error) {
    return fail(Fault::usage, fmt::format("{}: {}", place(source, error.source()), error.description()),
                "mend the TOML there");
  }
}

struct Source {
  std::string text;  ///< the document
  std::string name;  ///< for errors
  fs::path folder;   ///< of a file; empty: none
  Author author;
};

Result<Source> source_named(const std::string& name, const fs::path& folder, const std::string& where) {
  if (!is_path(name)) {
    if (shipped_text(name).empty()) return no_such_profile(where, name);
    return Source{std::string(shipped_text(name)), name + ".toml", {}, Author::attest};
  }
  const fs::path path = fs::path(name).is_absolute() ? fs::path(name) : folder / name;
  auto text = read_file(path);
  if (!text)
    return fail(Fault::usage, where + "profile: " + text.error().what,
                "name a shipped profile (bk7238, virtual) or a file that is there");
  return Source{std::move(*text), path.string(), path.parent_path().empty() ? "." : path.parent_path(),
                Author::user};
}

Status fill(Profile& profile, const Source& source, int depth) {
  auto table = parsed_toml(source.text, source.name);
  if (!table) return tl::unexpected(table.error());
  if (const auto* extends = table->get("extends")) {
    const auto where = place(source.name, extends->source()) + ": ";
    const auto base = extends->value_exact<std::string>();
    if (!base) return fail(Fault::usage, where + "extends is not a text", "put the profile's name in quotes");
    if (depth >= kDeepest)
      return fail(Fault::usage, where + "profiles extend each other without end", "break the ring");
    auto below = source_named(*base, source.folder, where);
    if (!below) return tl::unexpected(below.error());
    if (auto filled = fill(profile, *below, depth + 1); !filled) return filled;
  } else if (source.author == Author::user) {
    // A file that says nothing of it builds on the default, budgets included.
    if (auto filled = fill(profile, *source_named("bk7238", {}, ""), depth + 1); !filled) return filled;
  }
  return ProfileLoader(profile, source.name, source.author).document(*table);
}

Result<Profile> filled_from(const Source& source) {
  Profile profile;
  if (auto filled = fill(profile, source, 0); !filled) return tl::unexpected(filled.error());
  return profile;
}

struct ToJson {
  Json operator()(const Nanos* at) const { return span_text(*at); }
  Json operator()(const std::optional<bool>* at) const { return *at ? Json(**at) : Json("unknown"); }
  Json operator()(const std::optional<std::uint64_t>* at) const { return *at ? Json(**at) : Json("unknown"); }
  template <class T>
  Json operator()(const T* at) const {
    return *at;
  }
};

void insert_into(toml::table& table, const std::string& key, const Json& value);

toml::table table_from(const Json& object) {
  toml::table out;
  for (const auto& [key, value] : object.items()) insert_into(out, key, value);
  return out;
}

toml::array array_from(const Json& list) {
  toml::array out;
  for (const auto& one : list) out.push_back(one.is_string() ? one.get<std::string>() : one.dump());
  return out;
}

void insert_into(toml::table& table, const std::string& key, const Json& value) {
  if (value.is_object()) {
    table.insert_or_assign(key, table_from(value));
  } else if (value.is_array()) {
    table.insert_or_assign(key, array_from(value));
  } else if (value.is_string()) {
    table.insert_or_assign(key, value.get<std::string>());
  } else if (value.is_boolean()) {
    table.insert_or_assign(key, value.get<bool>());
  } else if (value.is_number_integer()) {
    table.insert_or_assign(key, value.get<std::int64_t>());
  } else if (value.is_number()) {
    table.insert_or_assign(key, value.get<double>());
  }
}

}  // namespace

std::map<std::string, std::string, std::less<>> names_of_the_manual() {
  std::map<std::string, std::string, std::less<>> out;
  for (const auto* name : {"HTTPCLIENT", "HTTPGETSIZE", "HTTPCPOST", "HTTPCERT", "HTTPSCERT", "OTA",
                           "CWSTARTSMART", "CWSTOPSMART", "CWSTOPTSMART", "GMR", "RST", "UART_CUR"})
    out.emplace(name, name);
  return out;
}

const Budget* Profile::budget(std::string_view key) const {
  const auto found = budgets_.find(std::string(key));
  return found == budgets_.end() ? nullptr : &found->second;
}

std::vector<std::string> Profile::keys() {
  Profile any;
  std::vector<std::string> out;
  for (const auto& setting : settings_of(any.deadlines_, any.lines_, any.facts_, any.words_, any.names_,
                                         any.claims_, any.provisioning_))
    out.push_back(setting.full());
  return out;
}

Status Profile::set(std::string_view key, std::string_view value) {
  const std::string source = fmt::format("--set {}={}", key, value);
  const auto parsed = parsed_toml(fmt::format("v = {}", value), source);
  auto table = parsed ? *parsed : toml::table{{"v", value}};
  // Of "a\nb = 1" only a text is meant, not a second key.
  if (table.size() != 1) table = toml::table{{"v", value}};
  Profile changed = *this;
  auto done = ProfileLoader(changed, source, Author::user).value(key, *table.get("v"));
  if (!done) {
    // Line and column within a value from the command line help nobody.
    auto error = std::move(done.error());
    if (const auto at = error.what.find(": "); at != std::string::npos)
      error.what = source + error.what.substr(at);
    return tl::unexpected(std::move(error));
  }
  *this = std::move(changed);
  return {};
}

nlohmann::json Profile::to_json() const {
  Profile copy = *this;
  Json out{{"name", name_}, {"budgets", Json::object()}, {"set_by_user", by_user_}};
  for (const auto& setting : settings_of(copy.deadlines_, copy.lines_, copy.facts_, copy.words_, copy.names_,
                                         copy.claims_, copy.provisioning_))
    out[std::string(setting.table)][std::string(setting.key)] = std::visit(ToJson{}, setting.place);
  for (const auto& [id, budget] : budgets_)
    out["budgets"][id] = {
        {"limit", budget.limit}, {"unit", budget.unit}, {"of", budget.of}, {"ours", budget.ours}};
  return out;
}

Result<Profile> Profile::from_json(const nlohmann::json& json) {
  if (!json.is_object()) return fail(Fault::usage, "profile: no JSON object", "give what to_json gave");
  Json bare = json;
  const auto by_user = bare.value("set_by_user", Json::array());
  bare.erase("set_by_user");
  if (bare.contains("budgets"))
    for (auto& budget : bare["budgets"])
      if (budget.is_object()) budget.erase("ours");
  Profile out;
  if (auto done = ProfileLoader(out, "profile", Author::attest).document(table_from(bare)); !done)
    return tl::unexpected(done.error());
  for (const auto& key : by_user)
    if (key.is_string()) out.by_user_.insert(key.get<std::string>());
  for (auto& [id, budget] : out.budgets_) budget.ours = !out.set_by_user("budgets." + id);
  return out;
}

std::vector<std::string> shipped_profiles() {
  return {kShipped.begin(), kShipped.end()};
}

Result<Profile> load_profile(const std::string& name_or_path) {
  auto source = source_named(name_or_path, {}, "");
  if (!source) return tl::unexpected(source.error());
  return filled_from(*source);
}

Result<Profile> parse_profile(std::string_view toml, const std::string& source, const fs::path& folder) {
  return filled_from({std::string(toml), source, folder, Author::user});
}

}  // namespace attest::spec
