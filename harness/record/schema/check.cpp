#include "harness/record/schema/check.hpp"

#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

namespace attest::record {

using Adapter = valijson::adapters::NlohmannJsonAdapter;

struct SchemaCheck::Held {
  nlohmann::json text;
  valijson::Schema schema;
};

SchemaCheck::SchemaCheck(std::string_view schema) : held_(std::make_unique<Held>()) {
  held_->text = nlohmann::json::parse(schema);
  const Adapter adapter(held_->text);
  valijson::SchemaParser parser;
  parser.populateSchema(adapter, held_->schema);
}

SchemaCheck::~SchemaCheck() = default;

std::string SchemaCheck::faults_of(const nlohmann::json& document) const {
  valijson::Validator validator;
  valijson::ValidationResults results;
  const Adapter adapter(document);
  if (validator.validate(held_->schema, adapter, &results)) return {};
  std::string out;
  for (const auto& fault : results) {
    for (const auto& step : fault.context) out += step;
    out += ": " + fault.description + "\n";
  }
  return out.empty() ? "does not fit\n" : out;
}

}  // namespace attest::record
