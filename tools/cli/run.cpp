// attest run: from the arguments to a record, and from the record to what is printed and written.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <optional>
#include <thread>

#include "harness/base/random.hpp"
#include "harness/lab/bench.hpp"
#include "harness/lab/virtual_device.hpp"
#include "harness/record/writer.hpp"
#include "harness/runner/host.hpp"
#include "harness/runner/run.hpp"
#include "harness/spec/catalogue.hpp"
#include "harness/spec/claims.hpp"
#include "harness/spec/judgement.hpp"
#include "harness/spec/profile.hpp"
#include "reports/console/progress.hpp"
#include "reports/console/summary.hpp"
#include "reports/live/live_page.hpp"
#include "tools/cli/commands.hpp"
#include "tools/cli/outputs.hpp"
#include "tools/cli/stop.hpp"

namespace attest::cli {
namespace {
using namespace std::chrono_literals;

void check_misbehaviour(const lab::Bench& bench, const RunArguments& a) {
  if (!bench.is_virtual() && (!a.personalities.empty() || !a.habits.empty()))
    throw Failure(
        {Fault::usage, "--personality and --habit are for the virtual device", "leave out --link, or them"});
  if (!bench.is_virtual() && a.hurry)
    throw Failure({Fault::usage, "--hurry is for the virtual device: a board takes the time that it takes",
                   "leave it out, and --set single deadlines"});
}

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

lab::VirtualOptions virtual_options(const RunArguments& a, std::uint64_t seed) {
  return {beside("bk7238-virtual"), a.personalities, a.habits, a.baud, seed, a.virtual_options, {}, {}};
}

/// Short times that change no behaviour: the device's own, and what is waited for it. Deadlines that a
/// correct device never reaches are long enough for a machine that runs eighty of these at once.
RunArguments hurried(RunArguments a) {
  const std::vector<std::string> device{"--http-timeout-ms=700", "--data-timeout-ms=400", "--boot-ms=50",
                                        "--join-ms=50"};
  const std::vector<std::string> deadlines{
      "deadlines.command=4s",    "deadlines.network=3s",         "deadlines.network_up=1s",
      "deadlines.data_wait=3s",  "deadlines.data_gap=300ms",     "deadlines.update=6s",
      "deadlines.advert=1500ms", "deadlines.advert_gone=1200ms", "deadlines.join=2s",
      "deadlines.airkiss=4s",    "deadlines.quiet=10ms",         "deadlines.line_gap=60ms",
      "provisioning.pace=800us"};
  a.virtual_options.insert(a.virtual_options.begin(), device.begin(), device.end());
  a.set.insert(a.set.begin(), deadlines.begin(), deadlines.end());
  return a;
}

/// Each host starts a virtual device of its own. One is started here as well, so that a wrong name is told
/// before anything begins.
std::vector<runner::DeviceUnderTest> virtual_devices(const RunArguments& a, std::size_t steps,
                                                     std::uint64_t seed) {
  (void)must(lab::VirtualDevice::start(virtual_options(a, seed)));
  // A device waits for its line most of the time, so two a core do no harm; a few cases pay for no second
  // one.
  const auto paying =
      std::min<std::size_t>(2 * std::max(1U, std::thread::hardware_concurrency()), steps / 8 + 1);
  const std::size_t count = a.devices > 0 ? static_cast<std::size_t>(a.devices) : paying;
  std::vector<runner::DeviceUnderTest> out;
  for (std::size_t i = 0; i < count; ++i)
    out.push_back(
        {fmt::format("dut{}", i), {{"virtual_device", lab::to_json(virtual_options(a, seed + i))}}});
  return out;
}

runner::RunSetup setup_from(const RunArguments& a, const lab::Bench& bench, const spec::Profile& profile,
                            std::uint64_t seed) {
  runner::RunSetup setup;
  setup.host_program = beside("attest-cases");
  setup.host_order = {{"bench", lab::to_json(bench)},
                      {"virtual_device", lab::to_json(virtual_options(a, seed))},
                      {"profile", profile.to_json()},
                      {"seed", seed}};
  if (a.key_log) setup.host_order["key_log"] = (std::filesystem::path(a.out) / "tls-keys.log").string();
  if (!a.keys.empty()) setup.host_order["keys"] = std::filesystem::absolute(a.keys).string();
  nlohmann::json options{{"select", a.selection.select}, {"exclude", a.selection.exclude},
                         {"quick", a.selection.quick},   {"repeat", a.repeat},
                         {"shuffle", a.shuffle},         {"personalities", a.personalities},
                         {"habits", a.habits},           {"baud", a.baud}};
  setup.head = {{"attest", ATTEST_VERSION},
                {"wall", now_utc()},
                {"seed", seed},
                {"command", a.argv},
                {"options", std::move(options)},
                {"profile", profile.to_json()},
                {"bench", lab::to_json(bench)}};
  setup.stop_fd = stop_on_signals();
  return setup;
}

reports::SummaryOptions summary_options(const RunArguments& a) {
  reports::SummaryOptions options{.out = a.out, .paper = reports::Paper::of(stdout)};
  if (a.hurry) options.files = "record.jsonl, result.json and junit.xml";
  return options;
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

int run(const RunArguments& arguments) {
  const auto a = arguments.hurry ? hurried(arguments) : arguments;
  const auto& catalogue = spec::Catalogue::embedded();
  const auto bench = bench_from(a);
  check_misbehaviour(bench, a);
  const auto profile = profile_from(bench, a);
  const auto all = must(runner::parse_cases(must(runner::list_cases(beside("attest-cases"))), catalogue));
  auto chosen = must(runner::select(all, a.selection));
  for (auto& entry : chosen)
    entry.inapplicable = spec::unclaimed_requirement(profile, entry.requirements, catalogue);
  if (a.list) return list(chosen, a.json);

  const auto seed = a.seed.value_or(fresh_seed() % 1'000'000'000);
  const auto plan = runner::order(chosen, a.repeat, a.shuffle, seed);
  auto setup = setup_from(a, bench, profile, seed);
  setup.devices = bench.is_virtual()
                      ? virtual_devices(a, plan.size(), seed)
                      : std::vector<runner::DeviceUnderTest>{{"dut0", nlohmann::json::object()}};

  const auto usual = usual_durations(a);
  must(prepare_folder(a.out));
  const std::filesystem::path out(a.out);
  auto writer = must(
      record::FileWriter::create(out / "record.jsonl", a.hurry ? record::FileWriter::Durability::written
                                                               : record::FileWriter::Durability::synced));
  spec::Judge judge(catalogue);
  reports::Progress progress(stderr, usual);
  const auto live = live_page(a, writer->path(), usual);
  Watch watch(*writer, a.quiet || a.json ? nullptr : &progress, live.get(), judge);
  (void)runner::run(setup, plan, watch, steady_clock());
  writer->flush();
  if (live) live->end(3s);

  const auto judgement = judge.result();
  must(write_reports(judgement, out));
  if (!a.hurry) must(write_page_of(out));
  if (a.json)
    print_json(dated_result(judgement));
  else
    fmt::print("{}", reports::summary(judgement, summary_options(a)));
  return judgement.exit_code;
}

}  // namespace attest::cli
