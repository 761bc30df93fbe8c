#include "tools/cli/selftest.hpp"

#include <fmt/format.h>
#include <sys/wait.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <csignal>
#include <cstdio>
#include <iterator>
#include <mutex>
#include <numeric>
#include <set>
#include <sstream>
#include <thread>

#include "harness/base/bytes.hpp"
#include "harness/base/file.hpp"
#include "harness/base/subprocess.hpp"
#include "harness/lab/virtual_device.hpp"
#include "harness/runner/host.hpp"
#include "harness/runner/plan.hpp"
#include "harness/spec/catalogue.hpp"
#include "harness/spec/profile.hpp"
#include "tools/cli/slots.hpp"

namespace attest::cli {
namespace {
using namespace std::chrono_literals;

const std::vector<std::string> kInAHurry{"--hurry", "--devices", "1", "--quiet"};
const std::vector<std::string> kUnpaced{"--baud", "0"};
/// The commands have little in common but the line and the network, which the smoke looks at. What has to do
/// with one of them is held against its own cases and the smoke; `--whole` holds it against all.
std::vector<std::string> families_near(const std::string& area) {
  if (area == "SS" || area == "ST" || area == "provisioning") return {"SS", "ST"};
  if (area == "requests" || area == "GEN") return {"GEN", "HC", "GS", "CP", "CE", "OT"};
  if (area == "CE") return {"CE", "HC"};  // what certificates are for is HTTPCLIENT's
  return {area};
}

/// How long a run takes, as a rank: 0 for the longest. An oddity of provisioning, or of everything, goes
/// through all of that; where radio is looked for, or data are awaited in vain, deadlines pass.
int rank_of(const Subject& subject) {
  const bool provisions = subject.area.empty() || families_near(subject.area).front() == "SS";
  if (provisions) return subject.requirement.empty() ? 0 : 1;
  static const std::set<std::string> waiting{"CE", "CP", "GEN", "OT", "requests"};
  return waiting.contains(subject.area) ? 2 : 3;
}

/// A fault of slowness shows in what is measured, at an honest line rate; all other cases would only be slow.
const std::vector<std::string> kMeasured{"--select", "measure"};

/// Runs at a time, a core.
constexpr unsigned kLeastRuns = 10, kMostRuns = 64;
/// What five runs take of the inotify instances of their user: the bus of each has one, and its device
/// another until somebody has opened its pseudo-terminal.
constexpr unsigned kInotifyOfFive = 6;
/// Of what a run has said that left no result.
constexpr std::size_t kSaidAtMost = 300;

/// The device as it is by default.
constexpr const char* kCorrect = "correct";

nlohmann::json names(const std::string& what) {
  const auto list = nlohmann::json::parse(must(lab::list_of(beside("bk7238-virtual"), what)), nullptr, false);
  if (!list.is_object() || !list.contains(what))
    throw Failure(
        {Fault::bench, "the virtual device did not list its " + what, "build again: tools/dev/build"});
  return list.at(what);
}

std::set<std::string> covered_requirements() {
  std::set<std::string> ids;
  for (const auto& entry : must(runner::parse_cases(must(runner::list_cases(beside("attest-cases"))),
                                                    spec::Catalogue::embedded())))
    ids.insert(entry.requirements.begin(), entry.requirements.end());
  return ids;
}

/// A budget decides on it.
bool is_measured(const std::string& requirement) {
  static const auto profile = must(spec::load_profile("virtual"));
  return profile.budget(requirement) != nullptr;
}

bool wanted(const SelftestArguments& a, const std::string& name) {
  return a.only.empty() || std::find(a.only.begin(), a.only.end(), name) != a.only.end();
}

void add_oddity(std::vector<Subject>& to, const SelftestArguments& a, const std::string& name,
                const std::string& area = {}) {
  for (int i = 0; i < a.seeds; ++i) to.push_back({name, {}, area, a.seed + static_cast<std::uint64_t>(i)});
}

/// "keep-alive+chatty", "pauses=40": oddities together, or with a value.
bool is_mixture(const std::string& name) {
  return name.find_first_of("+=") != std::string::npos;
}

std::vector<Subject> subjects_of(const SelftestArguments& a) {
  std::vector<Subject> out;
  const auto covered = covered_requirements();
  for (const auto& one : names("personalities"))
    if (const auto requirement = one.value("requirement", "");
        wanted(a, one.value("name", "")) && covered.contains(requirement))
      out.push_back(
          {one.value("name", ""), requirement, requirement.substr(0, requirement.find('-')), a.seed});
  if (wanted(a, kCorrect)) add_oddity(out, a, kCorrect);
  for (const auto& one : names("habits"))
    if (wanted(a, one.value("name", ""))) add_oddity(out, a, one.value("name", ""), one.value("area", ""));
  for (const auto& name : a.only)
    if (is_mixture(name)) add_oddity(out, a, name);
  if (out.empty())
    throw Failure({Fault::usage, "no fault and no oddity has that name",
                   "attest personalities and attest habits list them"});
  return out;
}

/// `--personality NAME`, or `--habit` for each that is in the name.
std::vector<std::string> as_options(const Subject& subject) {
  if (!subject.requirement.empty()) return {"--personality", subject.name};
  std::vector<std::string> out;
  if (subject.name == kCorrect) return out;
  std::istringstream parts(subject.name);
  for (std::string one; std::getline(parts, one, '+');) out.insert(out.end(), {"--habit", one});
  return out;
}

class Selftest {
 public:
  Selftest(const SelftestArguments& a, std::vector<Subject> subjects)
      : a_(a), subjects_(std::move(subjects)), findings_(subjects_.size()) {}

  std::vector<Finding> go() {
    const auto all = order();
    const auto cores = std::max(1U, std::thread::hardware_concurrency());
    const auto jobs = static_cast<unsigned>(a_.jobs);
    const auto most = std::max(1U, std::min(kMostRuns * cores, 5 * inotify_for_runs() / kInotifyOfFive));
    // Most of a run is waiting for deadlines to pass.
    Slots slots(jobs > 0 ? jobs : std::min(kLeastRuns * cores, most), jobs > 0 ? jobs : most);
    go_through(all, slots);
    // Deadlines are short here, and a machine that is busy misses one now and then: what is off target is
    // made again when it is quiet. What is off target for a reason is so again.
    std::vector<std::size_t> again;
    std::copy_if(all.begin(), all.end(), std::back_inserter(again),
                 [this](std::size_t i) { return !findings_[i].on_target(); });
    Slots quiet(cores, cores);
    go_through(again, quiet);
    return std::move(findings_);
  }

 private:
  /// The longest go first, so that none is left alone at the end; and they wait most of the time, so after
  /// three of them comes one of those that compute, and the processors are busy throughout.
  [[nodiscard]] std::vector<std::size_t> order() const {
    std::vector<std::size_t> by_rank(subjects_.size()), all;
    std::iota(by_rank.begin(), by_rank.end(), 0);
    std::stable_sort(by_rank.begin(), by_rank.end(), [this](std::size_t a, std::size_t b) {
      return rank_of(subjects_[a]) < rank_of(subjects_[b]);
    });
    const auto computing = std::find_if(by_rank.begin(), by_rank.end(),
                                        [this](std::size_t i) { return rank_of(subjects_[i]) >= 2; });
    auto waits = by_rank.begin();
    for (auto computes = computing; waits != computing || computes != by_rank.end();) {
      for (int i = 0; i < 3 && waits != computing; ++i) all.push_back(*waits++);
      if (computes != by_rank.end()) all.push_back(*computes++);
    }
    return all;
  }

  void go_through(const std::vector<std::size_t>& which, Slots& slots) {
    next_ = 0;
    done_ = 0;
    working_ = std::min<std::size_t>(slots.most(), which.size());
    {
      std::vector<std::jthread> workers;
      for (std::size_t i = 0, count = working_; i < count; ++i)
        workers.emplace_back([this, &which, &slots] { work(which, slots); });
      watch(slots);
    }
    if (!broken_.empty()) throw Failure({Fault::bench, broken_, "the record of that run may say more"});
  }

  /// Until all workers are done.
  void watch(Slots& slots) {
    Processors processors;
    std::unique_lock lock(mutex_);
    while (!all_done_.wait_for(lock, 1s, [this] { return working_ == 0; })) slots.adjust(processors.idle());
  }

  void work(const std::vector<std::size_t>& which, Slots& slots) {
    std::string broken;
    try {
      go_on(which, slots);
    } catch (const std::exception& e) {
      broken = e.what();
    }
    const std::lock_guard lock(mutex_);
    if (!broken.empty()) broken_ = broken;
    --working_;
    all_done_.notify_one();
  }

  void go_on(const std::vector<std::size_t>& which, Slots& slots) {
    while (true) {
      const Slot slot(slots);
      const auto i = next_++;
      if (i >= which.size()) return;
      findings_[which[i]] = examine(subjects_[which[i]]);
      tell(findings_[which[i]], which.size());
    }
  }

  [[nodiscard]] std::vector<std::string> command_line(const Subject& subject,
                                                      const std::filesystem::path& out) const {
    std::vector<std::string> argv{beside("attest").string(),   "run", "--out", out.string(), "--seed",
                                  std::to_string(subject.seed)};
    const auto identity = as_options(subject);
    argv.insert(argv.end(), identity.begin(), identity.end());
    argv.insert(argv.end(), {"--keys", keys_.path().string()});
    argv.insert(argv.end(), kInAHurry.begin(), kInAHurry.end());
    const auto add = [&](const std::vector<std::string>& more) {
      argv.insert(argv.end(), more.begin(), more.end());
    };
    const bool measured = is_measured(subject.requirement);
    add(measured ? kMeasured : kUnpaced);
    if (!measured && !a_.whole && !subject.area.empty()) {
      for (const auto& family : families_near(subject.area)) add({"--select", family + "-*"});
      add({"--select", "quick"});
    }
    argv.insert(argv.end(), a_.run_options.begin(), a_.run_options.end());
    return argv;
  }

  [[nodiscard]] Finding examine(const Subject& subject) const {
    const auto folder =
        std::filesystem::path(a_.out) / "runs" / fmt::format("{}-{}", subject.name, subject.seed);
    const auto begun = steady_clock().now();
    auto run = must(
        Subprocess::start(command_line(subject, folder),
                          {.pipe_stdin = false, .pipe_stdout = true, .join_stderr = true, .pass_fds = {}}));
    const auto deadline = Deadline(begun + a_.limit);
    std::string said;
    while (auto line = run.read_line(deadline)) said += (said.empty() ? "" : " ") + *line;
    const auto status = run.wait(deadline);
    if (!status) run.signal(SIGKILL);
    const auto text = read_file(folder / "result.json");
    auto finding = finding_from(subject, status && WIFEXITED(*status) ? WEXITSTATUS(*status) : -1,
                                text ? nlohmann::json::parse(*text, nullptr, false) : nlohmann::json());
    if (!text && !said.empty()) finding.trouble += ": " + visible(said, kSaidAtMost);
    finding.seconds = std::chrono::duration<double>(steady_clock().now() - begun).count();
    if (finding.on_target() && !a_.keep) std::filesystem::remove_all(folder);
    return finding;
  }

  void tell(const Finding& finding, std::size_t of) {
    const std::lock_guard lock(mutex_);
    ++done_;
    if (a_.quiet) return;
    const auto said = !finding.trouble.empty() ? finding.trouble
                      : finding.is_fault()     ? finding.found() ? "found" : "MISSED"
                      : finding.failed.empty() ? "not accused"
                                               : "ACCUSED";
    fmt::print(stderr, "[{:>3}/{}] {:<34} {:<7} {}{}, {:.1f} s\n", done_, of, finding.subject.name,
               finding.subject.requirement, said,
               finding.collateral().empty() || !finding.is_fault()
                   ? ""
                   : fmt::format(" (and {})", fmt::join(finding.collateral(), " ")),
               finding.seconds);
  }

  const SelftestArguments& a_;
  const std::vector<Subject> subjects_;
  const TempDir keys_{"attest-keys"};  ///< most of what a run computes is RSA keys
  std::vector<Finding> findings_;
  std::atomic<std::size_t> next_ = 0;
  std::mutex mutex_;
  std::condition_variable all_done_;
  std::size_t done_ = 0, working_ = 0;
  std::string broken_;
};

}  // namespace

int selftest(const SelftestArguments& a) {
  auto subjects = subjects_of(a);
  const std::filesystem::path out(a.out);
  must(prepare_folder(out, "selftest.json"));
  const auto findings = Selftest(a, std::move(subjects)).go();
  const auto json = to_json(findings);
  must(write_file_whole(out / "selftest.json", json.dump(1) + "\n"));
  must(write_file_whole(out / "matrix.md", matrix_of(findings)));
  if (a.json)
    print_json(json);
  else
    fmt::print("\n{}{} has selftest.json and matrix.md, and the runs that are off target\n",
               summary_of(findings), out.string());
  return json.at("target_met").get<bool>() ? kPassed : kDeviceFailed;
}

}  // namespace attest::cli
