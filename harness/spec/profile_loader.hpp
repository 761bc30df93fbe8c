// Fills a profile from TOML, key by key. Internal to harness/spec: what it takes is in profile.hpp.
#pragma once

#include <toml++/toml.h>

#include <string>
#include <string_view>
#include <vector>

#include "harness/spec/settings.hpp"

namespace attest::spec {

/// Whose words are read: a file of the user's (or --set), or one that is shipped.
enum class Author { attest, user };

class ProfileLoader {
 public:
  ProfileLoader(Profile& into, std::string source, Author author)
      : profile_(into),
        source_(std::move(source)),
        author_(author),
        settings_(settings_of(into.deadlines_, into.lines_, into.facts_, into.words_, into.names_,
                              into.claims_, into.provisioning_)) {}

  /// A whole document without its `extends`.
  [[nodiscard]] Status document(const toml::table& table);
  /// One value by its full key.
  [[nodiscard]] Status value(std::string_view key, const toml::node& node);

 private:
  [[nodiscard]] Status table(std::string_view name, const toml::node& node);
  [[nodiscard]] Status name(const toml::node& node);
  [[nodiscard]] Status budgets(const toml::node& node);
  [[nodiscard]] Status budget(std::string_view id, const toml::node& node);
  [[nodiscard]] Status among_choices(const Setting& setting, const std::string& text,
                                     const toml::node& node) const;
  [[nodiscard]] Status of_its_form(const Setting& setting, const std::string& text,
                                   const toml::node& node) const;
  [[nodiscard]] Status unambiguous(const toml::node& node) const;
  [[nodiscard]] Status assign(const Setting& setting, const toml::node& node);
  [[nodiscard]] Status take(const Setting&, Nanos* into, const toml::node& node);
  [[nodiscard]] Status take(const Setting&, std::string* into, const toml::node& node);
  [[nodiscard]] Status take(const Setting&, std::vector<std::string>* into, const toml::node& node);
  [[nodiscard]] Status take(const Setting&, bool* into, const toml::node& node);
  [[nodiscard]] Status take(const Setting&, std::optional<bool>* into, const toml::node& node);
  [[nodiscard]] Status take(const Setting&, std::uint64_t* into, const toml::node& node);
  [[nodiscard]] Status take(const Setting& setting, std::optional<std::uint64_t>* into,
                            const toml::node& node);
  [[nodiscard]] tl::unexpected<Error> wrong(const toml::node& node, const std::string& what,
                                            std::string cure) const;
  [[nodiscard]] tl::unexpected<Error> unknown(const toml::node& node, std::string_view key,
                                              std::string_view where,
                                              const std::vector<std::string>& known) const;
  void mark(const std::string& key);

  Profile& profile_;
  std::string source_;
  Author author_;
  std::vector<Setting> settings_;
};

/// "bk7238.toml:3:7"
[[nodiscard]] std::string place(const std::string& source, const toml::source_region& where);

}  // namespace attest::spec
