// The claim of the gate, from a run's record to the exit status: a release whose AT is answered 2 ms later
// than its baseline's is stopped at 200 samples, and the same firmware is not. Where the machine is busy the
// times of a run are the machine's, so the record is a real one and the times in it are a seeded device's;
// suites/self/bench/release_gate.cpp does the same with the times as they are.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/measure/compare_testing.hpp"
#include "harness/record/reader.hpp"
#include "harness/record/writer.hpp"
#include "suites/self/support/program.hpp"

namespace attest::self {
namespace {
using namespace testing;
using nlohmann::json;

constexpr double kLater = 2;  // ms
const std::string kMeasurement = "AT to OK";

class Release : public Test {
 protected:
  static void SetUpTestSuite() {
    shared() = std::make_unique<TempDir>("attest-regression");
    auto arguments = in_a_hurry();
    arguments.insert(arguments.end(), {"--select", "GEN-14", "--repeat", "4"});
    const auto run = attest_run(arguments, shared()->path() / "run");
    ASSERT_EQ(run.said.exit, 0) << run.said.out << run.said.err;
  }
  static void TearDownTestSuite() { shared().reset(); }

  /// The record of the run, as a firmware would have left it whose AT takes as long as that device, and
  /// `later` (ms). Chained anew, as its writer does.
  [[nodiscard]] std::string firmware(std::uint64_t seed, double later) const {
    auto events = must(record::read_all(shared()->path() / "run" / "record.jsonl")).events;
    measure::Device device(seed);
    const auto path = own_.path() / (std::to_string(seed) + ".jsonl");
    const auto writer = must(record::FileWriter::create(path, record::FileWriter::Durability::written));
    for (auto& event : events) {
      if (event.type == "measure" && event.fields.at("name") == kMeasurement)
        event.fields["values"] =
            device.take(event.fields.at("values").size(), &measure::Device::stepped, later);
      writer->append(event);
    }
    writer->flush();
    return path;
  }

  static Said gate(const std::string& candidate, const std::string& baseline, const std::string& policy,
                   std::vector<std::string> more = {}) {
    more.insert(more.begin(),
                {built("attest"), "gate", candidate, "--baseline", baseline, "--policy", policy});
    return run_program(more);
  }
  static json decision(const Said& said) {
    auto parsed = json::parse(said.out, nullptr, false);
    EXPECT_TRUE(parsed.is_object()) << said.out << said.err;
    return parsed;
  }
  static std::set<std::string> stops(const json& decision) {
    std::set<std::string> words;
    for (const auto& one : decision.at("reasons"))
      if (one.at("stops")) words.insert(one.at("word"));
    return words;
  }

 private:
  static std::unique_ptr<TempDir>& shared() {
    static std::unique_ptr<TempDir> one;
    return one;
  }
  TempDir own_{"attest-regression"};
};

TEST_F(Release, ThatIsTwoMillisecondsSlowerIsStopped) {
  const auto said = gate(firmware(2, kLater), firmware(1, 0), "nightly", {"--json"});
  EXPECT_EQ(said.exit, 1) << said.err;
  const auto found = decision(said);
  EXPECT_EQ(found.at("outcome"), "no go");
  EXPECT_THAT(stops(found), ElementsAre("regressed"));
  const auto& reason = found.at("reasons").at(0);
  EXPECT_EQ(reason.at("subject"), "AT to OK (GEN-14)");
  EXPECT_THAT(reason.at("sentence").get<std::string>(), StartsWith("it is slower by"));
  EXPECT_THAT(reason.at("evidence").at(0).get<std::string>(),
              AllOf(StartsWith("shift +"), HasSubstr("interval +")));
}

TEST_F(Release, ThatIsTwoMillisecondsSlowerIsMeasuredToBe) {
  const auto found = decision(gate(firmware(2, kLater), firmware(1, 0), "nightly", {"--json"}));
  ASSERT_EQ(found.at("compared").size(), 1U);
  const auto& compared = found.at("compared").at(0);
  EXPECT_EQ(compared.at("samples"), 200);
  EXPECT_EQ(compared.at("baseline_samples"), 200);
  EXPECT_NEAR(compared.at("shift").get<double>(), kLater, 0.3);
  EXPECT_EQ(compared.at("matters"), 1);
  EXPECT_GT(compared.at("interval").at(0), 1);
  EXPECT_LE(compared.at("interval").at(0), kLater);
  EXPECT_GE(compared.at("interval").at(1), kLater);
}

TEST_F(Release, OfTheSameFirmwareIsNot) {
  const auto said = gate(firmware(2, 0), firmware(1, 0), "nightly", {"--json"});
  EXPECT_EQ(said.exit, 0) << said.out << said.err;
  const auto found = decision(said);
  EXPECT_THAT(stops(found), IsEmpty());
  const auto& compared = found.at("compared").at(0);
  EXPECT_LE(compared.at("interval").at(0), 0);
  EXPECT_GE(compared.at("interval").at(1), 0);
  EXPECT_LT(compared.at("smallest_visible"), 1);  // it could have been seen
}

/// Which stops a part of a run on a virtual device in any case.
TEST_F(Release, PolicyStopsItToo) {
  const auto baseline = firmware(1, 0);
  const auto same = gate(firmware(2, 0), baseline, "release", {"--json"}),
             slower = gate(firmware(3, kLater), baseline, "release", {"--json"});
  EXPECT_THAT(stops(decision(same)), UnorderedElementsAre("uncovered", "virtual-device"));
  EXPECT_THAT(stops(decision(slower)), UnorderedElementsAre("regressed", "uncovered", "virtual-device"));
}

TEST_F(Release, ThatIsSlowerIsToldToPeople) {
  const auto said = gate(firmware(2, kLater), firmware(1, 0), "nightly");
  EXPECT_THAT(said.out, AllOf(StartsWith("decision: no go"), HasSubstr("STOP regressed"),
                              HasSubstr("AT to OK (GEN-14): it is slower by"), HasSubstr("interval +")));
}

}  // namespace
}  // namespace attest::self
