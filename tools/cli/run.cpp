// attest run: from the arguments to a record, and from the record to what is printed and written.
#include <fmt/format.h>

#include <cstdio>
#include <memory>
#include <optional>

#include "harness/base/subprocess.hpp"
#include "harness/runner/run.hpp"
#include "harness/spec/judgement.hpp"
#include "reports/console/progress.hpp"
#include "reports/console/summary.hpp"
#include "reports/live/live_page.hpp"
#include "tools/cli/commands.hpp"
#include "tools/cli/stop.hpp"
#include "tools/job/resume.hpp"

namespace attest::cli {
namespace {
using namespace std::chrono_literals;

int list(const std::vector<runner::CaseEntry>& chosen, bool json) {
  if (!json) {
    for (const auto& entry : chosen)
      fmt::print("{:<64} {:<11} {}{}{}\n", entry.id, entry.command, fmt::join(entry.requirements, " "),
                 entry.inapplicable.empty() ? "" : "  ", entry.inapplicable);
    fmt::print("{} cases\n", chosen.size());
    return kPassed;
  }
  auto cases = nlohmann::json::array();
  for (const auto& entry : chosen)
    cases.push_back({{"id", entry.id},
                     {"command", entry.command},
                     {"inapplicable", entry.inapplicable},
                     {"requirements", entry.requirements},
                     {"levels", entry.levels},
                     {"quick", entry.quick}});
  print_json({{"cases", std::move(cases)}});
  return kPassed;
}

/// Everything that is done with an event as it happens. It is written first.
class Watch final : public record::LineSink {
 public:
  Watch(record::LineSink& record, reports::Progress* progress, reports::LivePage* live, spec::Judge& judge)
      : record_(record), progress_(progress), live_(live), judge_(judge) {}
  void append(const record::Event& event) override {
    record_.append(event);
    look_at(event);
  }
  void pass(record::Line line) override {
    const bool heeded = reports::Progress::heeds(line.type()) || reports::LivePage::heeds(line.type());
    const auto event = heeded ? std::optional(must(line.event())) : std::nullopt;
    record_.pass(std::move(line));
    if (event) look_at(*event);
  }

 private:
  void look_at(const record::Event& event) {
    judge_.take(event);
    if (progress_ != nullptr) progress_->take(event);
    if (live_ != nullptr) live_->take(event);
  }

  record::LineSink& record_;
  reports::Progress* progress_;
  reports::LivePage* live_;
  spec::Judge& judge_;
};

/// Nothing unless it is asked for.
std::unique_ptr<reports::LivePage> live_page(const RunArguments& a, const std::filesystem::path& record,
                                             const reports::Estimate::Usual& usual) {
  if (!a.live) return nullptr;
  auto page = must(reports::LivePage::start(record, steady_clock(), usual, a.live_port));
  fmt::print(stderr, "live: {}\n", page->url());
  return page;
}

}  // namespace

namespace {

/// What is carried out, and the record that it goes into.
struct Begun {
  std::unique_ptr<job::Job> job;
  std::vector<runner::Step> plan;
  std::unique_ptr<record::FileWriter> writer;
};

Begun begun(const RunArguments& a) {
  Begun out;
  out.job = std::make_unique<job::Job>(a, program_folder());
  if (!a.list) out.plan = out.job->plan();
  return out;
}

Begun resumed(const RunArguments& a, spec::Judge& judge) {
  const auto before = must(job::unfinished_in(a.resume, a));
  Begun out;
  out.job = std::make_unique<job::Job>(before.arguments, program_folder());
  auto rest =
      must(job::go_on(before, *out.job,
                      a.interrupted == "error" ? job::Interrupted::error : job::Interrupted::repeat, judge));
  out.plan = std::move(rest.plan);
  out.writer = std::move(rest.writer);
  fmt::print(stderr, "resume: {} of {} cases are left\n", out.plan.size(), before.steps.size());
  return out;
}

}  // namespace

int run(const RunArguments& a) {
  spec::Judge judge(spec::Catalogue::embedded());
  auto [job, plan, writer] = a.resume.empty() ? begun(a) : resumed(a, judge);
  if (a.list) return list(job->chosen(), a.json);
  auto setup = job->setup(job->devices(plan.size()));
  setup.stop_fd = stop_on_signals();

  const auto usual = usual_durations(a);
  if (!writer) writer = job->begin_record();
  reports::Progress progress(stderr, usual);
  const auto live = live_page(a, writer->path(), usual);
  Watch watch(*writer, a.quiet || a.json ? nullptr : &progress, live.get(), judge);
  (void)runner::run(setup, plan, watch, steady_clock());
  writer->flush();
  if (live) live->end(3s);

  const auto judgement = judge.result();
  job->write_reports(judgement);
  if (a.json)
    print_json(dated_result(judgement));
  else
    fmt::print("{}", reports::summary(judgement, {.out = job->arguments().out,
                                                  .files = job->files(),
                                                  .paper = reports::Paper::of(stdout)}));
  return judgement.exit_code;
}

}  // namespace attest::cli
