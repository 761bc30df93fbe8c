// Fields of an event, read without trust: what is not there, or is of another kind, is nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "harness/record/event.hpp"

namespace attest::measure {

[[nodiscard]] inline std::optional<std::int64_t> whole(const nlohmann::json& of, std::string_view name) {
  const auto found = of.find(name);
  if (found == of.end() || !found->is_number_integer()) return {};
  return found->get<std::int64_t>();
}

[[nodiscard]] inline std::string text(const nlohmann::json& of, std::string_view name) {
  const auto found = of.find(name);
  return found != of.end() && found->is_string() ? found->get<std::string>() : std::string();
}

/// Empty where there is none.
[[nodiscard]] inline nlohmann::json object(const nlohmann::json& of, std::string_view name) {
  const auto found = of.find(name);
  return found != of.end() && found->is_object() ? *found : nlohmann::json::object();
}

[[nodiscard]] inline bool is_true(const nlohmann::json& of, std::string_view name) {
  const auto found = of.find(name);
  return found != of.end() && *found == true;
}

/// How many bytes a text of bytes (harness/base/bytes.hpp) stands for: its characters.
[[nodiscard]] inline std::uint64_t bytes_in(const nlohmann::json& of, std::string_view name) {
  std::uint64_t count = 0;
  for (const char c : text(of, name)) count += (static_cast<unsigned char>(c) & 0xC0) != 0x80 ? 1 : 0;
  return count;
}

}  // namespace attest::measure
