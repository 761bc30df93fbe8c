// The fields of an event as the fold needs them: what is missing or of another type is as good as not said,
// and nothing throws. Internal to harness/spec.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "harness/record/event.hpp"

namespace attest::spec {

/// Null if there is no such field.
[[nodiscard]] const nlohmann::json* field(const record::Event& event, std::string_view name);
/// A whole number that is not negative, or `otherwise`.
[[nodiscard]] std::uint64_t number_of(const record::Event& event, std::string_view name,
                                      std::uint64_t otherwise = 0);
[[nodiscard]] bool flag_of(const record::Event& event, std::string_view name);
/// The texts of a list; what is no text in it is left out.
[[nodiscard]] std::vector<std::string> texts_in(const nlohmann::json* list);
/// The field as it is, or null.
[[nodiscard]] nlohmann::json json_of(const record::Event& event, std::string_view name);
/// Bytes for people. What is printable already has been made visible by the one who wrote it, or needs it
/// not.
[[nodiscard]] std::string shown(const record::Event& event, std::string_view name);

}  // namespace attest::spec
