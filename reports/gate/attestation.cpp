#include "reports/gate/attestation.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "harness/record/sha256.hpp"

namespace attest::reports {
namespace {

using Json = nlohmann::json;
using record::Verdict;
using State = record::ChainResult::State;

Json digest(const std::string& sha256) {
  return {{"sha256", sha256}};
}

Json record_json(const record::ChainResult& chain, const char* name) {
  const bool chained = chain.state == State::whole;
  return {{"name", name},
          {"digest", digest(chain.sha256)},
          {"annotations", {{"chain", chained ? Json(chain.head) : Json()}, {"lines", chain.lines}}}};
}

Json configuration(const Question& q) {
  Json out = Json::array();
  out.push_back({{"name", "policy"},
                 {"digest", digest(q.policy.sha256)},
                 {"annotations", {{"policy", q.policy.name}}}});
  if (!q.known.sha256.empty())
    out.push_back({{"name", "known-failures"}, {"digest", digest(q.known.sha256)}});
  out.push_back(record_json(q.candidate.chain, "record"));
  if (q.baseline) out.push_back(record_json(q.baseline->chain, "baseline"));
  return out;
}

/// passedTests, warnedTests, failedTests: what was not decided is warned of, and what did not run is in none.
void put_tests(Json& predicate, const spec::Judgement& judgement) {
  predicate["passedTests"] = predicate["warnedTests"] = predicate["failedTests"] = Json::array();
  for (const auto& one : judgement.cases) {
    if (one.verdict == Verdict::pass) predicate["passedTests"].push_back(one.id);
    if (one.verdict == Verdict::fail) predicate["failedTests"].push_back(one.id);
    if (one.verdict == Verdict::inconc || one.verdict == Verdict::error)
      predicate["warnedTests"].push_back(one.id);
  }
}

Json predicate(const Question& q, const Decision& decision) {
  Json out{{"result", decision.outcome == Outcome::go ? "PASSED" : "FAILED"},
           {"configuration", configuration(q)}};
  put_tests(out, q.candidate.judgement);
  const auto& run = q.candidate.judgement.run;
  out["attest"] = {{"version", run.attest},
                   {"firmware_version", q.firmware_version},
                   {"run", run.wall},
                   {"decided", date_text(q.today)},
                   {"decision", decision_json(decision)}};
  return out;
}

Status may_be_signed(const Question& q, const Decision& decision) {
  const auto refuse = [](std::string what, std::string cure) {
    return fail(Fault::usage, "no decision is signed on " + std::move(what), std::move(cure));
  };
  if (q.candidate.chain.state == State::broken || (q.baseline && q.baseline->chain.state == State::broken))
    return refuse("an edited record", "take the record as the run has written it");
  if (!is_complete(q.candidate)) return refuse("a record that is not whole", "let the run come to its end");
  if (decision.outcome == Outcome::undecided)
    return refuse("a run whose bench failed: nothing is known of the device", "mend the bench and run again");
  return {};
}

/// A text in a document of which only its signer is known; empty where there is none.
std::string text_at(const Json& document, const char* pointer) {
  const Json::json_pointer at(pointer);
  return document.contains(at) && document.at(at).is_string() ? document.at(at).get<std::string>() : "";
}

void take_configuration(Attested& out, const Json& statement) {
  const Json::json_pointer at("/predicate/configuration");
  if (!statement.contains(at)) return;
  for (const auto& one : statement.at(at)) {
    if (text_at(one, "/name") == "policy") out.policy = text_at(one, "/annotations/policy");
    if (text_at(one, "/name") != "record") continue;
    out.record_sha256 = text_at(one, "/digest/sha256");
    out.record_head = text_at(one, "/annotations/chain");
  }
}

}  // namespace

Result<Image> image_of(const std::string& path) {
  auto sha256 = record::sha256_of_file(path);
  if (!sha256) return tl::unexpected(sha256.error());
  return Image{std::filesystem::path(path).filename().string(), std::move(*sha256)};
}

Result<Json> statement(const Question& question, const Decision& decision, const Image& image) {
  if (auto may = may_be_signed(question, decision); !may) return tl::unexpected(may.error());
  Json subject{{"name", image.name}, {"digest", digest(image.sha256)}};
  if (!question.firmware_version.empty()) subject["annotations"] = {{"version", question.firmware_version}};
  return Json{{"_type", kStatementType},
              {"subject", Json::array({subject})},
              {"predicateType", kPredicateType},
              {"predicate", predicate(question, decision)}};
}

Result<std::string> attestation(const Question& question, const Decision& decision, const Image& image,
                                const Key& key) {
  const auto body = statement(question, decision, image);
  if (!body) return tl::unexpected(body.error());
  return sealed(kPayloadType, body->dump(-1, ' ', false, Json::error_handler_t::replace), key);
}

Result<Attested> verified(std::string_view envelope, const Key& key, const std::string& source) {
  const auto payload = opened(envelope, kPayloadType, key, source);
  if (!payload) return tl::unexpected(payload.error());
  const auto body = Json::parse(*payload, nullptr, false);
  const auto result = text_at(body, "/predicate/result");
  Attested out{text_at(body, "/subject/0/name"),
               text_at(body, "/subject/0/digest/sha256"),
               text_at(body, "/subject/0/annotations/version"),
               result == "PASSED",
               {},
               {},
               {},
               text_at(body, "/predicate/attest/decided")};
  take_configuration(out, body);
  const bool whole = text_at(body, "/_type") == kStatementType &&
                     text_at(body, "/predicateType") == kPredicateType && !out.image_sha256.empty() &&
                     !out.record_sha256.empty() && (result == "PASSED" || result == "FAILED") &&
                     body["subject"].size() == 1;
  if (!whole)
    return fail(Fault::usage, source + ": it is signed, but is no decision of attest gate",
                "give the envelope that attest gate --out has written");
  return out;
}

Status speaks_of(const Attested& attested, const std::optional<Image>& image,
                 const std::optional<record::ChainResult>& record, const std::string& source) {
  const auto wrong = [&](std::string_view what, std::string cure) {
    return fail(Fault::usage, fmt::format("{}: {}", source, what), std::move(cure));
  };
  if (image && image->sha256 != attested.image_sha256)
    return wrong(fmt::format("it is about {} with SHA-256 {}, and {} has {}", attested.image,
                             attested.image_sha256, image->name, image->sha256),
                 "give the image that was released");
  if (!record) return {};
  if (record->state == State::broken)
    return wrong(fmt::format("the record was edited: line {}: {}", record->wrong_line, record->what),
                 "give the record as the run has written it");
  if (record->head != attested.record_head || record->sha256 != attested.record_sha256)
    return wrong(fmt::format("it is about a record with SHA-256 {}, and this one has {}",
                             attested.record_sha256, record->sha256),
                 "give the record that the decision was made from");
  return {};
}

}  // namespace attest::reports
