// Of a decision: whether the record can carry one at all.
#include <fmt/format.h>

#include <algorithm>

#include "reports/gate/gathering.hpp"

namespace attest::reports {
namespace {

using State = record::ChainResult::State;
using record::Verdict;

std::string what_is_missing(const Judged& record) {
  const auto& ended = record.judgement.run.ended;
  if (ended.empty()) return "it has no run.end: the run was cut";
  if (ended == "stopped") return "the user stopped the run";
  if (record.chain.torn_bytes > 0)
    return fmt::format("its last line is torn ({} bytes)", record.chain.torn_bytes);
  const auto& cases = record.judgement.cases;
  const auto forgotten = std::count_if(cases.begin(), cases.end(), [](const spec::CaseResult& one) {
    return one.attempts.empty() && !one.blocked && one.applicable;
  });
  return forgotten > 0 ? fmt::format("{} planned cases neither ran nor were blocked", forgotten) : "";
}

/// `prefix`: "" or "baseline-".
void say_of_record(Gathering& into, const Judged& record, const std::string& prefix) {
  const std::string subject = prefix.empty() ? "record" : "baseline";
  const auto& chain = record.chain;
  if (chain.state == State::broken)
    into.say(prefix + "edited", Weight::stop, subject,
             fmt::format("line {} is not as it was written", chain.wrong_line), {chain.what});
  if (chain.state == State::unchained)
    into.say(prefix + "unchained", into.policy().record.unchained, subject,
             "it has no hash chain, so nobody can tell whether it was edited");
  if (const auto missing = what_is_missing(record); !missing.empty())
    into.say(prefix + "incomplete", into.policy().record.incomplete, subject, missing);
}

void say_of_bench(Gathering& into) {
  const auto& judgement = into.judgement();
  bool told = false;
  for (const auto& fault : judgement.faults) {
    if (!fault.of_last_run || (fault.kind != "bench" && fault.kind != "usage")) continue;
    told = true;
    into.say("bench-fault", into.policy().bench.fault, fault.device.empty() ? "bench" : fault.device,
             fault.what, fault.cure.empty() ? std::vector<std::string>{} : std::vector{fault.cure});
  }
  if (!told && judgement.run.ended == "bench")
    into.say("bench-fault", into.policy().bench.fault, "bench", "the run says that the bench failed");
}

void say_of_device(Gathering& into, const spec::DeviceInfo& device) {
  const auto& version = into.question.firmware_version;
  if (device.is_virtual)
    into.say("virtual-device", into.policy().record.virtual_device, device.name,
             "it is a virtual device, which runs no firmware");
  if (!version.empty() && !device.firmware.empty() && device.firmware.find(version) == std::string::npos)
    into.say("other-firmware", into.policy().record.other_firmware, device.name,
             fmt::format("it told of another firmware than {}", version), {device.firmware});
}

bool anything_passed(const spec::Judgement& judgement) {
  return std::any_of(judgement.cases.begin(), judgement.cases.end(),
                     [](const spec::CaseResult& one) { return one.verdict == Verdict::pass; });
}

}  // namespace

bool is_complete(const Judged& record) {
  return what_is_missing(record).empty();
}

void gather_record(Gathering& into) {
  say_of_record(into, into.question.candidate, "");
  if (into.question.baseline) say_of_record(into, *into.question.baseline, "baseline-");
  say_of_bench(into);
  for (const auto& device : into.judgement().run.devices) say_of_device(into, device);
  if (!anything_passed(into.judgement()))
    into.say("nothing-passed", Weight::stop, "record", "no case passed, so nothing speaks for a release");
}

}  // namespace attest::reports
