// attest gate and attest verify: a release decided from a record, signed, and checked elsewhere.
#include <fmt/format.h>

#include <chrono>
#include <cstdio>

#include "harness/base/file.hpp"
#include "harness/record/reader.hpp"
#include "reports/gate/attestation.hpp"
#include "tools/cli/commands.hpp"

namespace attest::cli {
namespace {

struct Run {
  spec::Judgement judgement;
  record::ChainResult chain;
  [[nodiscard]] reports::Judged judged() const { return {judgement, chain}; }
};

Run judged(const std::string& path) {
  const auto file = record_in(path);
  spec::Judge judge(spec::Catalogue::embedded());
  (void)must(record::read(file, [&](record::Event&& event) { judge.take(event); }));
  return {judge.result(), must(record::verify_chain(file))};
}

reports::Date day_of(const std::string& text) {
  if (text.empty()) return std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now());
  const auto date = reports::parse_date(text);
  if (!date)
    throw Failure({Fault::usage, fmt::format("--date {}: it is not a day", text), "write it as 2026-12-31"});
  return *date;
}

int exit_of(reports::Outcome outcome) {
  if (outcome == reports::Outcome::go) return kPassed;
  return outcome == reports::Outcome::no_go ? kDeviceFailed : kBench;
}

void complain(const Error& error) {
  fmt::print(stderr, "attest: {}\n        {}\n", error.what, error.cure);
}

/// Whether it is written. What must not be signed is no reason to keep the decision back: it is printed.
bool write_signed(const GateArguments& a, const reports::Question& question,
                  const reports::Decision& decision, const reports::Key& key) {
  const auto envelope = reports::attestation(question, decision, must(reports::image_of(a.firmware)), key);
  if (!envelope) {
    complain(envelope.error());
    return false;
  }
  must(write_file_whole(a.out, *envelope));
  return true;
}

}  // namespace

int gate(const GateArguments& a) {
  const auto policy = must(reports::load_policy(a.policy));
  const auto known = a.known_failures.empty() ? reports::KnownFailures{}
                                              : must(reports::load_known_failures(a.known_failures));
  std::optional<reports::Key> key;
  if (!a.key.empty()) key = must(reports::Key::read_private(a.key));
  const auto today = day_of(a.date);
  const auto run = judged(a.record);
  std::optional<Run> baseline;
  if (!a.baseline.empty()) baseline = judged(a.baseline);
  reports::Question question{run.judged(), {}, policy, known, today, a.firmware_version};
  if (baseline) question.baseline.emplace(baseline->judged());
  const auto decision = reports::decide(question);
  if (!a.decision.empty())
    must(write_file_whole(a.decision, reports::decision_json(decision).dump(1) + "\n"));
  if (a.json)
    print_json(reports::decision_json(decision));
  else
    fmt::print("{}", reports::decision_text(decision));
  const bool kept_back = key && !write_signed(a, question, decision, *key);
  return kept_back && decision.outcome == reports::Outcome::go ? kUsage : exit_of(decision.outcome);
}

int verify(const VerifyArguments& a) {
  const auto key = must(reports::Key::read_public(a.key));
  const auto attested = reports::verified(must(read_file(a.envelope)), key, a.envelope);
  if (!attested) {
    complain(attested.error());
    return kDeviceFailed;
  }
  std::optional<reports::Image> image;
  std::optional<record::ChainResult> record;
  if (!a.firmware.empty()) image = must(reports::image_of(a.firmware));
  if (!a.record.empty()) record = must(record::verify_chain(record_in(a.record)));
  if (const auto fits = reports::speaks_of(*attested, image, record, a.envelope); !fits) {
    complain(fits.error());
    return kDeviceFailed;
  }
  fmt::print("{}: {} {} (SHA-256 {}), by policy {} on {}\n", attested->passed ? "PASSED" : "FAILED",
             attested->image, attested->version, attested->image_sha256, attested->policy, attested->decided);
  return attested->passed ? kPassed : kDeviceFailed;
}

}  // namespace attest::cli
