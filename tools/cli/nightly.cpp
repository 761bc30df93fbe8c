// attest nightly: a whole night of a bench, from flashing to the decision, in a folder that a lab keeps. This
// file reads its part of the command line, too.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>

#include "harness/base/subprocess.hpp"
#include "harness/lab/power.hpp"
#include "harness/spec/profile.hpp"
#include "reports/console/summary.hpp"
#include "reports/history/history.hpp"
#include "tools/cli/commands.hpp"
#include "tools/cli/stop.hpp"
#include "tools/job/gathering.hpp"
#include "tools/job/night.hpp"
#include "tools/job/replaying.hpp"

namespace attest::cli {
namespace {
namespace fs = std::filesystem;

/// Of several devices those that could not be flashed are left out, and the record says why.
std::map<std::string, Error> flashed(const NightlyArguments& a) {
  std::map<std::string, Error> unfit;
  const auto benches = job::benches_from(a.run);
  for (const auto& bench : benches) {
    if (bench.flash_command.empty())
      throw Failure({Fault::usage,
                     fmt::format("--flash: the bench has no command that flashes {}", bench.name),
                     "give [flash] command in the bench file"});
    fmt::print(stderr, "flash: {}\n", bench.name);
    const auto done = lab::carry_out("flash " + bench.name, bench.flash_command, "flash", bench.flash_within);
    if (done) continue;
    if (benches.size() == 1) throw Failure(done.error());
    unfit.emplace(bench.name, done.error());
  }
  return unfit;
}

/// The record of the night in its folder: run here, or gathered from those who ran it.
int carried_out(const NightlyArguments& a, const fs::path& out) {
  auto run = a.run;
  run.out = out.string();
  if (a.parts.empty() && a.expected.empty()) {
    if (a.flash) run.unfit = flashed(a);
    return cli::run(run);
  }
  must(prepare_folder(out));
  std::vector<fs::path> parts;
  for (const auto& part : a.parts) parts.push_back(record_in(part));
  must(job::gather(parts, a.expected, out / "record.jsonl"));
  const auto judgement = job::read_sound_record(out / "record.jsonl").judgement();
  must(write_reports(judgement, out));
  fmt::print("{}",
             reports::summary(judgement, {.out = out.string(),
                                          .files = "report.html, record.jsonl, result.json and junit.xml",
                                          .paper = reports::Paper::of(stdout)}));
  return judgement.exit_code;
}

fs::path baseline_of(const NightlyArguments& a, const job::Nights& nights, const fs::path& out) {
  if (a.baseline == "none") return {};
  if (a.baseline != "last") return a.baseline;
  return nights.last_good(out).value_or(fs::path());
}

void remember(const job::Nights& nights, const fs::path& out) {
  auto history = must(reports::History::open(nights.history(), reports::History::Access::write));
  const auto imported = must(history.import(out / "record.jsonl"));
  fmt::print(stderr, "history: run {} {}\n", imported.run, reports::name_of(imported.what));
}

/// The decision, written beside the record and printed.
int decided(const NightlyArguments& a, const fs::path& out, const fs::path& baseline) {
  (void)cli::report({.record = out.string(),
                     .out = (out / "report.html").string(),
                     .baseline = baseline.string(),
                     .policy = baseline.empty() ? std::string() : a.policy,
                     .markdown = (out / "summary.md").string()});
  return cli::gate({.record = out.string(),
                    .policy = a.policy,
                    .known_failures = a.known_failures,
                    .baseline = baseline.string(),
                    .decision = (out / "decision.json").string()});
}

int one_night(const NightlyArguments& a, const job::Nights& nights) {
  const auto out = nights.next(now_utc());
  const int ran = carried_out(a, out);
  remember(nights, out);
  must(nights.point_to(out));
  if (ran == kStopped) return kStopped;
  const auto baseline = baseline_of(a, nights, out);
  if (baseline.empty()) fmt::print(stderr, "baseline: none\n");
  const int outcome = decided(a, out, baseline);
  for (const auto& gone : must(nights.prune(a.keep))) fmt::print(stderr, "removed: {}\n", gone.string());
  fmt::print("night: {}\n", out.string());
  return outcome;
}

/// A device that was not known to fail in one round may in another: the worst tells, and no go before the
/// rest.
int worse(int one, int other) {
  static constexpr int kOrder[] = {kPassed, kBench, kDeviceFailed, kUsage, kStopped};
  const auto* const a = std::find(std::begin(kOrder), std::end(kOrder), one);
  const auto* const b = std::find(std::begin(kOrder), std::end(kOrder), other);
  return *std::max(a, b);
}

int soak(const NightlyArguments& a, const job::Nights& nights) {
  const auto length = spec::parse_span(a.soak);
  if (!length)
    throw Failure({Fault::usage, fmt::format("--soak {}: it is no length of time with its unit", a.soak),
                   "write it as 8h is written: 480min"});
  auto round = a;
  int outcome = kPassed;
  const auto count = job::rounds(steady_clock(), *length, [&](std::size_t number) {
    if (a.run.seed) round.run.seed = *a.run.seed + number - 1;
    round.run.quiet = true;
    outcome = worse(outcome, one_night(round, nights));
    const auto held = job::held_now();
    fmt::print("soak: round {}: exit {}, {:.1f} MiB, {} descriptors\n", number, outcome,
               static_cast<double>(held.memory) / (1 << 20), held.descriptors);
    std::fflush(stdout);
    return outcome != kStopped && outcome != kUsage;
  });
  fmt::print("soak: {} rounds\n", count);
  return outcome;
}

}  // namespace

void add_nightly(CLI::App& app, NightlyArguments& a) {
  app.add_option("-d,--dir", a.dir, "The folder that the lab keeps: runs/, history.db, latest")
      ->capture_default_str();
  app.add_option("--policy", a.policy, "A shipped policy's name or a file")->capture_default_str();
  app.add_option("--baseline", a.baseline, "`last`: the last night whose decision was go; a run; or `none`")
      ->capture_default_str();
  app.add_option("--known-failures", a.known_failures, "As of `attest gate`")->check(CLI::ExistingFile);
  app.add_option("--keep", a.keep.latest, "Keep so many nights, whatever came of them")
      ->check(CLI::Range(1, 100000))
      ->capture_default_str();
  app.add_option("--keep-failed", a.keep.failed,
                 "And of those before them so many that were no go, or undecided")
      ->check(CLI::Range(0, 100000))
      ->capture_default_str();
  auto* flash =
      app.add_flag("--flash", a.flash, "First run the bench file's [flash] command, for each device");
  auto* from =
      app.add_option("--from", a.parts,
                     "Run nothing: put these records of other hosts together (record.jsonl, or folders)")
          ->check(CLI::ExistingPath)
          ->excludes(flash);
  app.add_option("--expect", a.expected,
                 "With --from: a device that a record must have come from; without any --from, none has")
      ->excludes(flash);
  app.add_option("--soak", a.soak,
                 "Night after night without a pause, for so long (30min, 8h); the seed counts up")
      ->excludes(from);
}

int nightly(const NightlyArguments& a) {
  const auto nights = must(job::Nights::open(a.dir));
  return a.soak.empty() ? one_night(a, nights) : soak(a, nights);
}

}  // namespace attest::cli
