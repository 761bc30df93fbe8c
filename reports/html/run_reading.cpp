#include "reports/html/run_reading.hpp"

#include "harness/spec/catalogue.hpp"

namespace attest::reports {
namespace {

/// Of each command and ending: enough for its curve and its quantiles.
constexpr std::size_t kSamples = 2000;

bool is_taken_apart(std::string_view type) {
  return spec::Judge::heeds(type) || measure::Latencies::heeds(type) || type == "floor";
}

}  // namespace

RunReading::RunReading(std::filesystem::path record)
    : pursuit_(std::move(record)), judge_(spec::Catalogue::embedded()), latencies_(kSamples) {}

Result<record::ReadSummary> RunReading::advance() {
  return pursuit_.advance([this](const record::LineAt& line) { return take(line); });
}

Status RunReading::take(const record::LineAt& line) {
  const auto head = record::head_of(line.text);
  if (head && !is_taken_apart(head->type)) {
    timelines_.take(line, *head, nullptr);
    pursuit_.pass_over(line);
    return {};
  }
  const auto event = pursuit_.event(line);
  if (!event) return tl::unexpected(event.error());
  judge_.take(*event);
  latencies_.take(*event);
  if (event->type == "floor") floor_ = event->fields;
  timelines_.take(line, head.value_or(record::LineHead{event->at, event->type, {}}), &*event);
  return {};
}

}  // namespace attest::reports
