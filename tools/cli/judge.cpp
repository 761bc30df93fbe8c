// attest judge: the cases of a record once more, through its tape instead of a bench.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <map>
#include <set>

#include "harness/base/subprocess.hpp"
#include "reports/console/summary.hpp"
#include "tools/cli/commands.hpp"
#include "tools/cli/stop.hpp"
#include "tools/job/replaying.hpp"

namespace attest::cli {
namespace {

namespace fs = std::filesystem;
using job::judge_again, job::read_sound_record, job::SoundRecord;

void tell_torn(const SoundRecord& one) {
  if (one.recorded.summary.torn())
    fmt::print(stderr, "attest: {}: the last line is torn ({} bytes): the run was killed\n",
               one.file.string(), one.recorded.summary.torn_bytes);
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

int sum_up(const JudgeArguments& a, const SoundRecord& record) {
  const auto judgement = record.judgement();
  if (!a.out.empty()) {
    must(prepare_folder(a.out, "result.json"));
    must(write_reports(judgement, a.out));
  }
  tell(a, judgement, {.out = a.out, .files = "result.json and junit.xml"});
  return judgement.exit_code;
}

}  // namespace

int judge(const JudgeArguments& a) {
  const auto record = read_sound_record(record_in(a.record));
  tell_torn(record);
  if (a.as_recorded) return sum_up(a, record);
  const auto out = a.out.empty() ? fs::absolute(record.file).parent_path() / "judged" : fs::path(a.out);
  const auto again = judge_again(record, {out, a.select, stop_on_signals()}, program_folder());
  tell(a, again.judgement, {.out = out.string()});
  fmt::print(a.json ? stderr : stdout, "{}", compared(record.judgement(), again.judgement, again.cases));
  return again.judgement.exit_code;
}

}  // namespace attest::cli
