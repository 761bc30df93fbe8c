// Noise on the line never becomes a wrong verdict: a correct device is not accused and a faulty one does not
// pass. ATTEST_CHAOS_RUNS is how many runs there are of each.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <iostream>

#include "harness/base/random.hpp"
#include "suites/self/support/program.hpp"

namespace attest::self {
namespace {

constexpr const char* kFaulty = "size-in-brackets";

std::uint64_t runs() {
  const char* given = std::getenv("ATTEST_CHAOS_RUNS");
  return given == nullptr ? 50 : std::strtoull(given, nullptr, 10);
}

/// Each run has troubles of its own, by its seed: some quiet, some loud, every fifth of the legal kind only.
std::string chaos_of(std::uint64_t seed) {
  Random random(seed);
  if (seed % 5 == 0) return fmt::format("chaos=seed:{},split:0.2,delay:0.05", seed);
  constexpr std::array<const char*, 3> kWays{"rx", "tx", "both"};
  const auto rate = [&] { return static_cast<double>(random.below(8)) * 0.00005; };
  const auto drop = rate(), duplicate = rate(), corrupt = rate();
  return fmt::format("chaos=seed:{},drop:{:.5f},duplicate:{:.5f},corrupt:{:.5f},split:0.05,unplug:{},on:{}",
                     seed, drop, duplicate, corrupt, seed % 10 == 1 ? "0.002" : "0", kWays[random.below(3)]);
}

struct Tally {
  std::uint64_t runs = 0, passed = 0, inconclusive = 0, faults = 0;
  std::vector<std::string> wrong;  ///< what must never be

  void add(const Tally& other) {
    runs += other.runs;
    passed += other.passed;
    inconclusive += other.inconclusive;
    faults += other.faults;
    wrong.insert(wrong.end(), other.wrong.begin(), other.wrong.end());
  }
};

/// What the last reading of the counters says was done.
std::uint64_t faults_in(const std::filesystem::path& record) {
  std::uint64_t out = 0;
  const auto text = read_file(record).value_or("");
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find('\n', at), text.size());
    const auto line = std::string_view(text).substr(at, end - at);
    at = end + 1;
    if (line.find("buffer_overruns") == line.npos) continue;
    const auto event = nlohmann::json::parse(line, nullptr, false);
    if (!event.is_object() || !event.contains("lost")) continue;
    out = event.at("overruns").get<std::uint64_t>() + event.at("framing").get<std::uint64_t>() +
          event.at("buffer_overruns").get<std::uint64_t>();
  }
  return out;
}

Tally one_run(std::uint64_t seed, bool faulty) {
  const TempDir dir("attest-chaos");
  const auto chaos = chaos_of(seed);
  auto arguments = in_a_hurry();
  arguments.insert(arguments.end(),
                   {"--quiet", "--link", "virtual?" + chaos, "--select", "GEN-03", "--select", "GEN-04",
                    "--select", "GEN-11", "--select", "GS-02", "--select", "HC-10"});
  if (faulty) arguments.insert(arguments.end(), {"--personality", kFaulty});
  const auto run = attest_run(arguments, dir.path() / "run");
  Tally out{.runs = 1, .faults = faults_in(dir.path() / "run" / "record.jsonl")};
  const auto wrong = [&](const std::string& what) {
    out.wrong.push_back(fmt::format("{}: {} {}", chaos, what, run.said.out + run.said.err));
  };
  if (!run.result.is_object()) {
    if (run.said.exit != 3) wrong(fmt::format("exit {} without a result", run.said.exit));
    return out;
  }
  out.passed = run.said.exit == (faulty ? 1 : 0) ? 1 : 0;
  out.inconclusive = run.cases("inconc").size();
  if (faulty && run.said.exit == 0) wrong("exit 0");
  if (faulty && run.requirements("pass").contains("HC-10")) wrong("HC-10 passes");
  if (!faulty && run.said.exit == 1) wrong("exit 1");
  for (const auto& one : run.cases("fail"))
    if (!faulty) wrong(one + " fails");
  for (const auto& one : run.requirements("fail"))
    if (!faulty || one != "HC-10") wrong(one + " fails");
  if (seed % 5 == 0 && out.passed == 0) wrong(fmt::format("exit {} for legal trouble", run.said.exit));
  return out;
}

/// Two at a time.
Tally all_runs(bool faulty) {
  const auto half = [faulty](std::uint64_t first) {
    Tally out;
    for (auto seed = first; seed <= runs(); seed += 2) out.add(one_run(seed, faulty));
    return out;
  };
  auto other = std::async(std::launch::async, half, 2);
  auto out = half(1);
  out.add(other.get());
  std::cout << fmt::format("{} runs, {} as without chaos, {} cases inconc, {} faults of bytes, {} wrong\n",
                           out.runs, out.passed, out.inconclusive, out.faults, out.wrong.size());
  return out;
}

class Chaos : public testing::TestWithParam<bool> {};

TEST_P(Chaos, MakesNoWrongVerdict) {
  const auto tally = all_runs(GetParam());
  EXPECT_THAT(tally.wrong, testing::IsEmpty());
  EXPECT_GT(tally.faults, 0U);
  EXPECT_GT(tally.inconclusive, 0U);
  EXPECT_GE(tally.passed * 5, tally.runs) << "so loud that nothing is told";
  EXPECT_LT(tally.passed, tally.runs);
}

INSTANTIATE_TEST_SUITE_P(Line, Chaos, testing::Bool(),
                         [](const auto& one) { return one.param ? "OfAFaultyDevice" : "OfACorrectDevice"; });

}  // namespace
}  // namespace attest::self
