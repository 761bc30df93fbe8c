#include "tools/job/job.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <thread>
#include <utility>

#include "harness/base/random.hpp"
#include "harness/runner/host.hpp"
#include "harness/spec/claims.hpp"
#include "harness/transport/ports.hpp"
#include "tools/job/gathering.hpp"
#include "tools/job/outputs.hpp"

namespace attest::job {
namespace {

namespace fs = std::filesystem;

/// Short times that change no behaviour: the device's own, and what is waited for it. Deadlines that a
/// correct device never reaches are long enough for a machine that runs eighty of these at once.
JobArguments hurried(JobArguments a) {
  if (!a.hurry) return a;
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

void check_misbehaviour(const lab::Bench& bench, const JobArguments& a) {
  if (!bench.is_virtual() && (!a.personalities.empty() || !a.habits.empty()))
    throw Failure(
        {Fault::usage, "--personality and --habit are for the virtual device", "leave out --link, or them"});
  if (!bench.is_virtual() && a.hurry)
    throw Failure({Fault::usage, "--hurry is for the virtual device: a board takes the time that it takes",
                   "leave it out, and --set single deadlines"});
}

/// A virtual one is started anew. Any other must be sure to be itself: what came back under a name of the
/// kernel's choice might be the next board, and its verdicts would be put down to this one.
bool found_again(const lab::Bench& bench) {
  if (bench.is_virtual()) return true;
  const auto address = transport::parse_link(bench.link);
  return address && transport::names_one_port(*address);
}

}  // namespace

nlohmann::json to_json(const JobArguments& a) {
  const auto whole = [](const std::string& path) {
    return path.empty() ? path : fs::absolute(path).lexically_normal().string();
  };
  return {{"link", a.link},
          {"bench", whole(a.bench)},
          {"profile", a.profile.ends_with(".toml") ? whole(a.profile) : a.profile},
          {"set", a.set},
          {"select", a.selection.select},
          {"exclude", a.selection.exclude},
          {"quick", a.selection.quick},
          {"repeat", a.repeat},
          {"shuffle", a.shuffle},
          {"key_log", a.key_log},
          {"keys", whole(a.keys)},
          {"hurry", a.hurry},
          {"utc", a.utc},
          {"devices", a.devices},
          {"baud", a.baud},
          {"personalities", a.personalities},
          {"habits", a.habits},
          {"virtual_options", a.virtual_options}};
}

void take_job(JobArguments& into, const nlohmann::json& json) {
  const auto take = [&](const char* key, auto& value) {
    if (json.contains(key)) json.at(key).get_to(value);
  };
  take("link", into.link);
  take("bench", into.bench);
  take("profile", into.profile);
  take("set", into.set);
  take("select", into.selection.select);
  take("exclude", into.selection.exclude);
  take("quick", into.selection.quick);
  take("repeat", into.repeat);
  take("shuffle", into.shuffle);
  take("key_log", into.key_log);
  take("keys", into.keys);
  take("hurry", into.hurry);
  take("utc", into.utc);
  take("devices", into.devices);
  take("baud", into.baud);
  take("personalities", into.personalities);
  take("habits", into.habits);
  take("virtual_options", into.virtual_options);
}

Job::Job(JobArguments arguments, fs::path programs)
    : given_(std::move(arguments)),
      arguments_(hurried(given_)),
      programs_(std::move(programs)),
      benches_(benches_from(arguments_)),
      profile_(profile_from(bench(), arguments_)),
      seed_(arguments_.seed.value_or(fresh_seed() % 1'000'000'000)) {
  for (const auto& one : benches_) check_misbehaviour(one, arguments_);
  if (!arguments_.personalities.empty() || !arguments_.habits.empty())
    must(lab::known_names(virtual_options(seed_)));
  const auto& catalogue = spec::Catalogue::embedded();
  const auto all = must(runner::parse_cases(must(runner::list_cases(programs_ / "attest-cases")), catalogue));
  chosen_ = must(runner::select(all, arguments_.selection));
  for (auto& entry : chosen_)
    entry.inapplicable = spec::unclaimed_requirement(profile_, entry.requirements, catalogue);
}

std::vector<runner::Step> Job::plan() const {
  return runner::order(chosen_, arguments_.repeat, arguments_.shuffle, seed_);
}

lab::VirtualOptions Job::virtual_options(std::uint64_t seed) const {
  const auto& a = arguments_;
  return {programs_ / "bk7238-virtual", a.personalities, a.habits, a.baud, seed, a.virtual_options, {}, {}};
}

/// By what the bench says, and by what it has: another of its devices may have the radio.
std::function<bool(const runner::CaseEntry&)> Job::taken_by(const lab::Bench& bench) const {
  const auto radio = [](const lab::Bench& of) {
    return of.ble_bus != lab::kNone || of.airkiss_to != lab::kNone;
  };
  const bool lacks_radio = !radio(bench) && std::any_of(benches_.begin(), benches_.end(), radio);
  const auto image = [](const lab::Bench& of) { return of.is_virtual() || !of.ota_image.empty(); };
  const bool lacks_image = !image(bench) && std::any_of(benches_.begin(), benches_.end(), image);
  std::set<std::string> chosen;
  if (!bench.takes.empty()) {
    // Words that fit nothing that is to be run are no mistake: the selection may be narrow.
    for (const auto& word : bench.takes)
      if (const auto fits = runner::select(chosen_, {{word}, {}, false}))
        for (const auto& entry : *fits) chosen.insert(entry.id);
  } else if (!lacks_radio && !lacks_image) {
    return {};
  }
  return [=, any = bench.takes.empty()](const runner::CaseEntry& entry) {
    if (lacks_radio && (entry.command == "CWSTARTSMART" || entry.command == "CWSTOPSMART")) return false;
    if (lacks_image && entry.command == "OTA") return false;
    return any || chosen.contains(entry.id);
  };
}

bool Job::named() const {
  return bench().name == arguments_.link || !(arguments_.bench.empty() || bench().is_virtual());
}

runner::DeviceUnderTest Job::device(std::size_t number) const {
  const bool one_bench = benches_.size() == 1;
  const auto& its = benches_.at(one_bench ? 0 : number);
  if (one_bench && number > 0 && !its.is_virtual())
    throw Failure({Fault::usage, fmt::format("bench {} has one device, and not {}", its.name, number + 1),
                   "give it more of them: [[device]]"});
  auto order = nlohmann::json::object();
  if (its.is_virtual()) order["virtual_device"] = lab::to_json(virtual_options(seed_ + number));
  if (!one_bench) order["bench"] = lab::to_json(its);
  const auto name = !one_bench || named() ? its.name : fmt::format("dut{}", number);
  const auto unfit = arguments_.unfit.find(name);
  return {name,
          std::move(order),
          lab::lease_name(its),
          taken_by(its),
          found_again(its) ? its.link_returns_within : Nanos(0),
          unfit == arguments_.unfit.end() ? std::nullopt : std::optional(unfit->second)};
}

std::vector<runner::DeviceUnderTest> Job::devices(std::size_t steps) const {
  const bool any_virtual =
      std::any_of(benches_.begin(), benches_.end(), [](const auto& one) { return one.is_virtual(); });
  if (any_virtual) (void)must(lab::VirtualDevice::start(virtual_options(seed_)));
  auto count = benches_.size();
  if (count == 1 && bench().is_virtual() && !named()) {
    // A device waits for its line most of the time, so two a core do no harm; a few cases pay for no second
    // one.
    const auto paying =
        std::min<std::size_t>(2 * std::max(1U, std::thread::hardware_concurrency()), steps / 8 + 1);
    count = arguments_.devices > 0 ? static_cast<std::size_t>(arguments_.devices) : paying;
  }
  std::vector<runner::DeviceUnderTest> out;
  for (std::size_t i = 0; i < count; ++i) out.push_back(device(i));
  return out;
}

runner::RunSetup Job::setup(std::vector<runner::DeviceUnderTest> devices) const {
  const auto& a = arguments_;
  runner::RunSetup setup;
  setup.host_program = programs_ / "attest-cases";
  setup.devices = std::move(devices);
  setup.host_order = {{"bench", lab::to_json(bench())},
                      {"virtual_device", lab::to_json(virtual_options(seed_))},
                      {"profile", profile_.to_json()},
                      {"seed", seed_}};
  if (a.key_log) setup.host_order["key_log"] = (fs::path(a.out) / "tls-keys.log").string();
  if (!a.keys.empty()) setup.host_order["keys"] = fs::absolute(a.keys).string();
  nlohmann::json options{{"select", a.selection.select}, {"exclude", a.selection.exclude},
                         {"quick", a.selection.quick},   {"repeat", a.repeat},
                         {"shuffle", a.shuffle},         {"personalities", a.personalities},
                         {"habits", a.habits},           {"baud", a.baud}};
  setup.head = {{"attest", ATTEST_VERSION},
                {"wall", now_utc()},
                {"seed", seed_},
                {"command", a.argv},
                {"options", std::move(options)},
                {"job", to_json(given_)},
                {"profile", profile_.to_json()},
                {"bench", lab::to_json(bench())}};
  return setup;
}

std::unique_ptr<record::FileWriter> Job::begin_record() const {
  if (arguments_.utc) {
    const auto utc = std::chrono::system_clock::now().time_since_epoch();
    shift_steady_clock(utc - Nanos(steady_clock().now().ns()) + steady_clock_shift());
  }
  must(prepare_folder(arguments_.out));
  return begin_record(fs::path(arguments_.out) / "record.jsonl");
}

std::unique_ptr<record::FileWriter> Job::begin_record(const fs::path& file) const {
  using Durability = record::FileWriter::Durability;
  return must(record::FileWriter::create(file, arguments_.hurry ? Durability::written : Durability::synced));
}

std::string Job::files() const {
  return arguments_.hurry ? "record.jsonl, result.json and junit.xml"
                          : "report.html, record.jsonl, result.json and junit.xml";
}

void Job::write_reports(const spec::Judgement& judgement) const {
  must(job::write_reports(judgement, arguments_.out));
  const auto devices = fs::path(arguments_.out) / "devices";
  std::error_code error;
  fs::remove_all(devices, error);  // of a run that is gone on with
  if (benches_.size() > 1) must(split_by_device(fs::path(arguments_.out) / "record.jsonl", devices));
  if (!arguments_.hurry) must(write_page_of(arguments_.out));
}

}  // namespace attest::job
