// What the gate says of a real run against a real run: of the same firmware again, and of one whose replies
// come 2 ms later. And how often two parts of one run are told apart, which are of one device. The device is
// the virtual BK7238 behind a pseudo-terminal that hands its bytes on; what is later is later there.
//
// The chance of a false alarm is promised for samples that are independent of each other, and those of a busy
// host are not: what is slow now is slow in a moment. So a run is parted in two ways. Shuffled, the times are
// real ones and the promise can be seen; a hundred against the next hundred differ by the host's moods as
// well, and it is the smallest shift that matters that keeps them quiet.
//
//     release_gate [REPEAT] [REPEAT_OF_PARTED]  prints tables; exit 0 unless something did not work at all
#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <cstdlib>
#include <span>
#include <thread>
#include <vector>

#include "harness/base/random.hpp"
#include "harness/lab/virtual_device.hpp"
#include "harness/measure/compare.hpp"
#include "harness/record/reader.hpp"
#include "harness/transport/pty.hpp"
#include "suites/self/support/program.hpp"

namespace {
using namespace attest;
using namespace std::chrono_literals;
using measure::Comparison;
using nlohmann::json;
using Samples = std::vector<double>;

constexpr double kLevel = 0.05, kMatters = 1;  // ms, as the shipped policies have it
constexpr std::size_t kSide = 100;

/// A line to the device on which its bytes come later.
class Later {
 public:
  explicit Later(Nanos by) : by_(by), thread_([this] { run(); }) {}
  ~Later() { over_ = true; }
  [[nodiscard]] std::string link() const { return pty_.address() + "?lock=off"; }

 private:
  void run() {
    std::array<pollfd, 2> ends{pollfd{pty_.far_fd(), POLLIN, 0}, pollfd{device_.get(), POLLIN, 0}};
    while (!over_) {
      if (::poll(ends.data(), ends.size(), 100) <= 0) continue;
      if (ends[0].revents != 0) hand_on(ends[0].fd, ends[1].fd, 0ns);
      if (ends[1].revents != 0) hand_on(ends[1].fd, ends[0].fd, by_);
    }
  }
  static void hand_on(int from, int to, Nanos later) {
    std::array<char, 4096> bytes{};
    const auto count = ::read(from, bytes.data(), bytes.size());
    if (later > 0ns) std::this_thread::sleep_for(later);
    if (count > 0) (void)!::write(to, bytes.data(), static_cast<std::size_t>(count));
  }

  Nanos by_;
  std::atomic<bool> over_ = false;
  transport::PtyPair pty_ = must(transport::PtyPair::open(steady_clock()));
  lab::VirtualDevice virtual_ =
      must(lab::VirtualDevice::start({.program = self::built("bk7238-virtual"), .baud = 0}));
  transport::LinkAddress address_ = must(transport::parse_link(virtual_.link()));
  /// Makes the terminal a bare line.
  std::unique_ptr<transport::Link> raw_ =
      must(transport::open_link(address_, steady_clock(), Deadline::in(steady_clock(), 5s)));
  Fd device_{::open(address_.path.c_str(), O_RDWR | O_NOCTTY | O_CLOEXEC)};
  std::jthread thread_;
};

/// The folder of a run that passed; throws where it did not.
std::string measured(std::vector<std::string> more, int repeat, const std::filesystem::path& out) {
  for (const auto* one : {"--select", "GEN-14", "--repeat"}) more.emplace_back(one);
  more.push_back(std::to_string(repeat));
  const auto run = self::attest_run(more, out);
  if (run.said.exit != 0)
    throw Failure({Fault::bench, "the run did not pass: " + run.said.out + run.said.err, "see there"});
  return out;
}

std::string firmware(Nanos later, int repeat, const std::filesystem::path& out) {
  const Later line(later);
  return measured({"--link", line.link(), "--profile", "virtual"}, repeat, out);
}

bool row_of_gate(const char* name, const std::string& candidate, const std::string& baseline) {
  const auto said = self::run_program(
      {self::built("attest"), "gate", candidate, "--baseline", baseline, "--policy", "nightly", "--json"});
  const auto found = json::parse(said.out, nullptr, false);
  if (!found.is_object() || found.at("compared").size() != 1) return false;
  const auto& one = found.at("compared").at(0);
  std::string why;
  for (const auto& reason : found.at("reasons"))
    if (reason.at("stops")) why += ": " + reason.at("word").get<std::string>();
  fmt::print("{:<18}{:>8}{:>10.3f}{:>10}{:>10}{:>12.2g}{:>6}  {}{}\n", name, one.at("samples").dump(),
             one.at("shift").get<double>(), fmt::format("{:.3f}", one.at("interval").at(0).get<double>()),
             fmt::format("{:.3f}", one.at("interval").at(1).get<double>()),
             one.at("p_adjusted").get<double>(), said.exit, found.at("outcome").get<std::string>(), why);
  return said.exit == 0 || said.exit == 1;
}

bool gate(const std::filesystem::path& folder, int repeat) {
  const auto baseline = firmware(0ns, repeat, folder / "baseline");
  const auto again = firmware(0ns, repeat, folder / "again"), later = firmware(2ms, repeat, folder / "later");
  fmt::print("{:<18}{:>8}{:>10}{:>10}{:>10}{:>12}{:>6}\n", "AT to OK, ms", "samples", "shift", "from", "to",
             "p", "exit");
  return row_of_gate("the same again", again, baseline) && row_of_gate("2 ms later", later, baseline);
}

Samples samples_of(const std::string& folder) {
  Samples all;
  (void)must(record::read(folder + "/record.jsonl", [&](record::Event&& event) {
    if (event.type != "measure" || event.fields.at("name") != "AT to OK") return;
    const auto values = event.fields.at("values").get<Samples>();
    all.insert(all.end(), values.begin(), values.end());
  }));
  return all;
}

/// A pair for each two hundred: one hundred against the next.
std::vector<Comparison> pairs(const Samples& all) {
  std::vector<Comparison> out;
  for (auto rest = std::span(all); rest.size() >= 2 * kSide; rest = rest.subspan(2 * kSide))
    if (const auto found = measure::compare(rest.first(kSide), rest.subspan(kSide, kSide)))
      out.push_back(*found);
  measure::holm(out);
  return out;
}

void row_of_pairs(const char* name, const std::vector<Comparison>& all) {
  const auto count = [&](auto which) { return std::count_if(all.begin(), all.end(), which); };
  const auto regressed = [](const Comparison& one) {
    return one.p_adjusted < kLevel && one.interval.low > kMatters;
  };
  double widest = 0;
  for (const auto& one : all) widest = std::max(widest, std::abs(one.shift));
  fmt::print("{:<32}{:>8}{:>10}{:>10}{:>12}{:>14.3f}\n", name, all.size(),
             count([](const Comparison& one) { return one.p < kLevel; }),
             count([](const Comparison& one) { return one.p_adjusted < kLevel; }), count(regressed), widest);
}

bool parted(const std::filesystem::path& folder, int repeat) {
  auto all = samples_of(measured(self::in_a_hurry(), repeat, folder / "parted"));
  const auto as_they_came = pairs(all);
  Random(1).shuffle(all);
  const auto shuffled = pairs(all);
  if (as_they_came.empty()) return false;
  fmt::print("\nOne run of {} AT, {} against {} of the same device; by chance {:.1f} alone, none by Holm\n",
             all.size(), kSide, kSide, kLevel * static_cast<double>(shuffled.size()));
  fmt::print("{:<32}{:>8}{:>10}{:>10}{:>12}{:>14}\n", "told apart", "pairs", "alone", "by Holm", "regressed",
             "most shift ms");
  row_of_pairs("shuffled", shuffled);
  row_of_pairs("as they came", as_they_came);
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const TempDir folder("attest-release-gate");
    const bool worked = gate(folder.path(), argc > 1 ? std::atoi(argv[1]) : 4) &&
                        parted(folder.path(), argc > 2 ? std::atoi(argv[2]) : 200);
    return worked ? 0 : 1;
  } catch (const Failure& failure) {
    fmt::print(stderr, "release_gate: {}\n", failure.what());
    return 1;
  }
}
