#include "tools/job/replaying.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "harness/record/chain.hpp"
#include "harness/record/sinks.hpp"
#include "harness/record/writer.hpp"
#include "harness/runner/host.hpp"
#include "harness/runner/plan.hpp"
#include "harness/runner/replay.hpp"
#include "harness/spec/catalogue.hpp"
#include "tools/job/outputs.hpp"

namespace attest::job {
namespace {

namespace fs = std::filesystem;
constexpr const char* kJudgeTheRuns =
    "the record was changed after it was written: judge the one that the run left";

std::string chain_of(const fs::path& file) {
  const auto chain = must(record::verify_chain(file));
  if (chain.state == record::ChainResult::State::broken)
    throw Failure(
        {Fault::usage,
         fmt::format("{}:{}: the hash chain is broken: {}", file.string(), chain.wrong_line, chain.what),
         kJudgeTheRuns});
  return chain.head;
}

/// Who writes a tape writes a chain.
void refuse_unchained(const SoundRecord& one) {
  const auto& events = one.recorded.events;
  if (one.head.empty() && !events.empty() && events.front().fields.contains("tape"))
    throw Failure(
        {Fault::usage, fmt::format("{}: its hash chain was taken away", one.file.string()), kJudgeTheRuns});
}

/// Judges a record while it is written.
class Judging final : public record::Sink {
 public:
  explicit Judging(spec::Judge& judge) : judge_(judge) {}
  void append(const record::Event& event) override { judge_.take(event); }

 private:
  spec::Judge& judge_;
};

/// Those of this attest that fit, whether the record has them or not.
std::function<bool(const std::string&)> wanted(const std::vector<std::string>& words,
                                               const fs::path& case_host) {
  if (words.empty()) return {};
  const auto all =
      must(runner::parse_cases(must(runner::list_cases(case_host)), spec::Catalogue::embedded()));
  std::vector<std::string> ids;
  for (const auto& entry : must(runner::select(all, {.select = words, .exclude = {}, .quick = false})))
    ids.push_back(entry.id);
  return [ids](const std::string& id) { return std::find(ids.begin(), ids.end(), id) != ids.end(); };
}

}  // namespace

spec::Judgement SoundRecord::judgement() const {
  return spec::judge(recorded.events, spec::Catalogue::embedded());
}

SoundRecord read_sound_record(const fs::path& file) {
  SoundRecord out{file, chain_of(file), must(record::read_all(file))};
  refuse_unchained(out);
  return out;
}

JudgedAgain judge_again(const SoundRecord& record, const ReplayArguments& a, const fs::path& programs) {
  const auto case_host = programs / "attest-cases";
  runner::ReplaySetup setup{case_host, record.file, {}, wanted(a.select, case_host), a.stop_fd};
  setup.judged = {{"wall", now_utc()}, {"attest", ATTEST_VERSION}, {"record", record.head}};
  const auto replayed = must(runner::replay(setup, record.recorded.events));

  must(prepare_folder(a.out));
  const auto writer =
      must(record::FileWriter::create(a.out / "record.jsonl", record::FileWriter::Durability::written));
  spec::Judge again(spec::Catalogue::embedded());
  Judging judging(again);
  record::TeeSink sink({writer.get(), &judging});
  replayed.write(record.recorded.events, sink);
  writer->flush();
  JudgedAgain out{again.result(), replayed.cases};
  must(write_reports(out.judgement, a.out));
  must(write_page_of(a.out));
  return out;
}

}  // namespace attest::job
