#include "suites/support/listener.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "suites/support/case.hpp"

namespace attest::suites {
using record::Verdict;

void Listener::OnTestStart(const ::testing::TestInfo& info) {
  const std::string id = fmt::format("{}.{}", info.test_suite_name(), info.name());
  const auto& all = cases();
  const auto known = std::find_if(all.begin(), all.end(), [&](const CaseInfo& c) { return c.id == id; });
  verdict_ = Verdict::none;
  reason_.clear();
  inapplicable_ = false;
  stage_.recorder().begin_case(id, attempt_,
                               known == all.end() ? std::vector<std::string>{} : known->requirements);
}

void Listener::OnTestPartResult(const ::testing::TestPartResult& result) {
  if (!result.failed()) return;
  // An assertion that names no requirement says nothing of the device.
  verdict_ = record::worse(verdict_, Verdict::error);
  reason_ = fmt::format("{}:{}: {}", result.file_name() == nullptr ? "?" : result.file_name(),
                        result.line_number(), result.message());
}

void Listener::broke(const std::exception& exception) {
  auto& tape = stage_.tape();
  if (tape.replays() && dynamic_cast<const nlohmann::json::exception*>(&exception) != nullptr)
    tape.doubt(fmt::format("the record holds an answer that cannot be understood: {}", exception.what()));
  if (tape.diverged()) return;
  if (dynamic_cast<const NotApplicable*>(&exception) != nullptr) {
    inapplicable_ = true;
    reason_ = exception.what();
    return stage_.recorder().not_applicable(reason_);
  }
  const bool cannot_tell = dynamic_cast<const CannotTell*>(&exception) != nullptr;
  const auto* lost = dynamic_cast<const lab::LinkLost*>(&exception);
  const bool undecided = cannot_tell || lost != nullptr;
  verdict_ = record::worse(verdict_, undecided ? Verdict::inconc : Verdict::error);
  reason_ = exception.what();
  if (const auto* failure = dynamic_cast<const Failure*>(&exception)) dead_ = failure->error();
  if (lost == nullptr || lost_) return;
  lost_ = true;
  stage_.recorder().gap(lost->error());
}

void Listener::tidy() {
  try {
    stage_.tidy();
  } catch (const std::exception& exception) {
    broke(exception);
  }
}

void Listener::OnTestEnd(const ::testing::TestInfo&) {
  if (!dead_ && !stage_.tape().diverged()) tidy();
  auto& recorder = stage_.recorder();
  if (dead_) recorder.device_is_dead();
  auto verdict = record::worse(verdict_, recorder.verdict());
  // What it had passed until then is no pass.
  if (inapplicable_ && verdict == Verdict::pass) verdict = Verdict::none;
  if (verdict == Verdict::none && !inapplicable_) {
    verdict = Verdict::error;
    reason_ = "the case ended without judging anything";
  }
  recorder.end_case(verdict, reason_);
}

}  // namespace attest::suites
