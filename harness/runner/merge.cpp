#include "harness/runner/merge.hpp"

#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "harness/record/merge.hpp"

namespace attest::runner {
namespace {

/// Passes everything on, and remembers what became of whom.
class Followed final : public record::LineSink {
 public:
  explicit Followed(record::LineSink& to) : to_(to) {}
  void append(const record::Event& event) override { to_.append(event); }
  void pass(record::Line line) override {
    const auto type = line.type();
    if (type == "case.end") ++ended_;
    if (type == "case.begin" || type == "case.end" || type == "case.blocked" || type == "case.inapplicable")
      known_.insert(must(line.event()).fields.value("case", std::string()));
    to_.pass(std::move(line));
  }
  [[nodiscard]] bool knows(const std::string& id) const { return known_.contains(id); }
  [[nodiscard]] int ended() const { return ended_; }

 private:
  record::LineSink& to_;
  std::set<std::string> known_;
  int ended_ = 0;
};

}  // namespace

Status merge(const RunSetup& setup, const std::vector<Step>& plan,
             const std::vector<std::filesystem::path>& parts, record::LineSink& sink) {
  Followed followed(sink);
  const auto merged = record::merge(parts, {Instant(), "run.begin", head_of(setup, plan)}, followed);
  if (!merged) return tl::unexpected(merged.error());
  bool stopped = merged->stopped;
  for (const auto& step : plan) {
    if (followed.knows(step.entry.id)) continue;
    stopped = true;
    sink.append({merged->last,
                 "case.blocked",
                 {{"case", step.entry.id}, {"attempt", step.attempt}, {"reason", "stopped by the user"}}});
  }
  const auto* reason = stopped ? "stopped" : merged->bench ? "bench" : "done";
  sink.append({merged->last, "run.end", {{"reason", reason}, {"cases", followed.ended()}}});
  return {};
}

}  // namespace attest::runner
