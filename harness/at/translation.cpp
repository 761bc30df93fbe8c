#include "harness/at/translation.hpp"

#include "harness/base/bytes.hpp"

namespace attest::at {
namespace {

constexpr std::string_view kPrefix = "AT+";

}  // namespace

Translation::Translation(const Dialect& dialect) : dialect_(dialect) {}

const std::string* Translation::other_name(std::string_view manual) const {
  const auto found = dialect_.names.find(manual);
  return found == dialect_.names.end() ? nullptr : &found->second;
}

std::string Translation::line(std::string_view manual) const {
  if (manual == "ATE0") return dialect_.echo_off;
  if (manual == "ATE1") return dialect_.echo_on;
  if (!manual.starts_with(kPrefix)) return std::string(manual);
  const auto rest = manual.substr(kPrefix.size());
  const auto name = rest.substr(0, rest.find_first_of("=? "));
  const auto* other = other_name(name);
  std::string out = dialect_.command_prefix;
  out += other == nullptr ? name : std::string_view(*other);
  return out += rest.substr(name.size());
}

InfoName Translation::info(std::string_view manual) const {
  const auto* other = other_name(manual);
  return {dialect_.reply_prefix, other == nullptr ? std::string(manual) : *other};
}

std::shared_ptr<const Translation> translation_for(const Dialect& dialect) {
  const Dialect manual;
  const bool same = dialect.names.empty() && dialect.command_prefix == manual.command_prefix &&
                    dialect.reply_prefix == manual.reply_prefix && dialect.echo_on == manual.echo_on &&
                    dialect.echo_off == manual.echo_off;
  return same ? nullptr : std::make_shared<const Translation>(dialect);
}

InfoName info_name(const Translation* translation, std::string_view manual) {
  return translation == nullptr ? InfoName{"+", std::string(manual)} : translation->info(manual);
}

std::string name_in(std::string_view line) {
  line = trimmed(line);
  if (!same_ignoring_case(line.substr(0, 2), "AT")) return {};
  line.remove_prefix(2);
  if (line.starts_with('+')) line.remove_prefix(1);
  std::string name;
  for (const char c : trimmed(line.substr(0, line.find_first_of("=?"))))
    name += c >= 'a' && c <= 'z' ? static_cast<char>(c - ('a' - 'A')) : c;
  return name;
}

}  // namespace attest::at
