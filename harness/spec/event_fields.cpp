#include "harness/spec/event_fields.hpp"

#include <algorithm>

#include "harness/base/bytes.hpp"

namespace attest::spec {

using record::Event;
using record::text_of;
using Json = nlohmann::json;

const Json* field(const Event& event, std::string_view name) {
  if (!event.fields.is_object()) return nullptr;
  const auto found = event.fields.find(name);
  return found == event.fields.end() ? nullptr : &*found;
}

std::uint64_t number_of(const Event& event, std::string_view name, std::uint64_t otherwise) {
  const auto* value = field(event, name);
  if (value == nullptr || !value->is_number_integer()) return otherwise;
  return value->is_number_unsigned() || value->get<std::int64_t>() >= 0 ? value->get<std::uint64_t>()
                                                                        : otherwise;
}

bool flag_of(const Event& event, std::string_view name) {
  const auto* value = field(event, name);
  return value != nullptr && value->is_boolean() && value->get<bool>();
}

std::vector<std::string> texts_in(const Json* list) {
  std::vector<std::string> out;
  if (list != nullptr && list->is_array())
    for (const auto& one : *list)
      if (one.is_string()) out.push_back(one.get<std::string>());
  return out;
}

Json json_of(const Event& event, std::string_view name) {
  const auto* value = field(event, name);
  return value == nullptr ? Json() : *value;
}

/// Bytes for people. What is printable already has been made visible by the one who wrote it, or needs it
/// not.
std::string shown(const Event& event, std::string_view name) {
  const auto* value = field(event, name);
  if (value == nullptr || !value->is_string()) return {};
  const auto& written = value->get_ref<const std::string&>();
  const auto bytes = from_latin1_json(written).value_or(written);
  const bool printable =
      std::all_of(bytes.begin(), bytes.end(), [](char c) { return c >= 0x20 && c < 0x7f; });
  return printable ? bytes : text_of(event, name) != written ? text_of(event, name) : visible(bytes, 400);
}

}  // namespace attest::spec
