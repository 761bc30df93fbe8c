// For tests: is this document what that JSON Schema says? Says where it is not.
#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace attest::record {

class SchemaCheck {
 public:
  /// Throws where the text is not a JSON Schema (draft 7).
  explicit SchemaCheck(std::string_view schema);
  ~SchemaCheck();

  /// Empty if the document fits, else one line per way in which it does not.
  [[nodiscard]] std::string faults_of(const nlohmann::json& document) const;

 private:
  struct Held;
  std::unique_ptr<Held> held_;
};

}  // namespace attest::record
