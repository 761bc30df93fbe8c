// Fields of an event, read without trust. Internal to reports/pcapng.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "harness/base/bytes.hpp"
#include "harness/record/event.hpp"

namespace attest::reports::pcapng {

/// As it stands; empty where there is none.
[[nodiscard]] inline std::string text(const record::Event& event, const char* name) {
  const auto found = event.fields.find(name);
  return found != event.fields.end() && found->is_string() ? found->get<std::string>() : std::string();
}

/// The bytes that it stands for; a text that stands for none as it is.
[[nodiscard]] inline std::string bytes(const record::Event& event, const char* name) {
  return record::text_of(event, name);
}

[[nodiscard]] inline std::optional<std::int64_t> whole(const record::Event& event, const char* name) {
  const auto found = event.fields.find(name);
  if (found == event.fields.end() || !found->is_number_integer()) return {};
  return found->get<std::int64_t>();
}

}  // namespace attest::reports::pcapng
