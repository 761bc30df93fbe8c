// attest judge: the cases of a record once more, through its tape instead of a bench.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <map>
#include <set>

#include "harness/record/chain.hpp"
#include "harness/record/reader.hpp"
#include "harness/record/sinks.hpp"
#include "harness/record/writer.hpp"
#include "harness/runner/host.hpp"
#include "harness/runner/plan.hpp"
#include "harness/runner/replay.hpp"
#include "harness/spec/catalogue.hpp"
#include "harness/spec/judgement.hpp"
#include "reports/console/summary.hpp"
#include "tools/cli/commands.hpp"
#include "tools/cli/outputs.hpp"
#include "tools/cli/stop.hpp"

namespace attest::cli {
namespace {

namespace fs = std::filesystem;

/// The head of its chain. What does not follow from what was written is not judged.
std::string chain_of(const fs::path& file) {
  const auto chain = must(record::verify_chain(file));
  if (chain.state == record::ChainResult::State::broken)
    throw Failure(
        {Fault::usage,
         fmt::format("{}:{}: the hash chain is broken: {}", file.string(), chain.wrong_line, chain.what),
         "the record was changed after it was written: judge the one that the run left"});
  return chain.head;
}

/// Who writes a tape writes a chain.
void refuse_unchained(const fs::path& file, const std::string& head, const record::Recorded& recorded) {
  if (head.empty() && !recorded.events.empty() && recorded.events.front().fields.contains("tape"))
    throw Failure({Fault::usage, fmt::format("{}: its hash chain was taken away", file.string()),
                   "the record was changed after it was written: judge the one that the run left"});
}

record::Recorded read(const fs::path& file) {
  auto recorded = must(record::read_all(file));
  if (recorded.summary.torn())
    fmt::print(stderr, "attest: {}: the last line is torn ({} bytes): the run was killed\n", file.string(),
               recorded.summary.torn_bytes);
  return recorded;
}

spec::Judgement judgement_of(const std::vector<record::Event>& events) {
  spec::Judge judge(spec::Catalogue::embedded());
  for (const auto& event : events) judge.take(event);
  return judge.result();
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
std::function<bool(const std::string&)> wanted(const std::vector<std::string>& words) {
  if (words.empty()) return {};
  const auto all = must(
      runner::parse_cases(must(runner::list_cases(beside("attest-cases"))), spec::Catalogue::embedded()));
  std::vector<std::string> ids;
  for (const auto& entry : must(runner::select(all, {.select = words, .exclude = {}, .quick = false})))
    ids.push_back(entry.id);
  return [ids](const std::string& id) { return std::find(ids.begin(), ids.end(), id) != ids.end(); };
}

/// One line, and one more for each case whose verdict is another now.
std::string compared(const spec::Judgement& before, const spec::Judgement& now,
                     const std::set<std::string>& again) {
  std::map<std::string, const spec::CaseResult*> recorded;
  for (const auto& one : before.cases) recorded[one.id] = &one;
  std::string differing;
  int count = 0;
  for (const auto& one : now.cases) {
    const auto found = recorded.find(one.id);
    if (found != recorded.end() && found->second->verdict == one.verdict) continue;
    ++count;
    differing += fmt::format("  {}: {} recorded, {} now{}{}\n", one.id,
                             found == recorded.end() ? "nothing" : record::name_of(found->second->verdict),
                             record::name_of(one.verdict), one.reason.empty() ? "" : ": ", one.reason);
  }
  const auto stand = std::count_if(now.cases.begin(), now.cases.end(), [&](const auto& one) {
    return !again.contains(one.id) && one.verdict != record::Verdict::none;
  });
  const auto rest = stand == 0 ? "" : fmt::format(" ({} stand as recorded)", stand);
  if (again.empty()) return fmt::format("judged again: no case{}\n", rest);
  if (count == 0)
    return fmt::format("judged again: {} cases, and all verdicts are as recorded{}\n", again.size(), rest);
  return fmt::format("judged again: {} of {} cases have another verdict than recorded{}\n{}", count,
                     again.size(), rest, differing);
}

void tell(const JudgeArguments& a, const spec::Judgement& judgement, reports::SummaryOptions options) {
  options.paper = reports::Paper::of(stdout);
  if (a.json)
    print_json(dated_result(judgement));
  else
    fmt::print("{}", reports::summary(judgement, options));
}

int sum_up(const JudgeArguments& a, const fs::path& file) {
  const auto head = chain_of(file);
  const auto recorded = read(file);
  refuse_unchained(file, head, recorded);
  const auto judgement = judgement_of(recorded.events);
  if (!a.out.empty()) {
    must(prepare_folder(a.out, "result.json"));
    must(write_reports(judgement, a.out));
  }
  tell(a, judgement, {.out = a.out, .files = "result.json and junit.xml"});
  return judgement.exit_code;
}

}  // namespace

int judge(const JudgeArguments& a) {
  const auto file = record_in(a.record);
  if (a.as_recorded) return sum_up(a, file);
  const auto head = chain_of(file);
  const auto recorded = read(file);
  refuse_unchained(file, head, recorded);
  runner::ReplaySetup setup{beside("attest-cases"), file, {}, wanted(a.select), stop_on_signals()};
  setup.judged = {{"wall", now_utc()}, {"attest", ATTEST_VERSION}, {"record", head}};
  const auto replayed = must(runner::replay(setup, recorded.events));

  const auto out = a.out.empty() ? fs::absolute(file).parent_path() / "judged" : fs::path(a.out);
  must(prepare_folder(out));
  const auto writer =
      must(record::FileWriter::create(out / "record.jsonl", record::FileWriter::Durability::written));
  spec::Judge again(spec::Catalogue::embedded());
  Judging judging(again);
  record::TeeSink sink({writer.get(), &judging});
  replayed.write(recorded.events, sink);
  writer->flush();
  const auto judgement = again.result();
  must(write_reports(judgement, out));
  must(write_page_of(out));
  tell(a, judgement, {.out = out.string()});
  fmt::print(a.json ? stderr : stdout, "{}",
             compared(judgement_of(recorded.events), judgement, replayed.cases));
  return judgement.exit_code;
}

}  // namespace attest::cli
