// Records of several hosts in one, and what is not put together.
#include "tools/job/gathering.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/base/file.hpp"
#include "harness/record/writer.hpp"
#include "tools/job/replaying.hpp"

namespace attest::job {
namespace {
using namespace std::chrono_literals;
using namespace testing;
using nlohmann::json;
namespace fs = std::filesystem;

constexpr std::int64_t kBegin = 1'767'323'045'000'000'000;  // 2026-01-02T03:04:05Z

class Gathering : public Test {
 protected:
  struct Night {
    std::string device = "left", verdict = "pass", profile = "p", attest = "1";
    std::int64_t clock = kBegin;
    bool ends = true;
  };

  fs::path delivered(const Night& night) {
    const auto file = dir_.path() / (night.device + std::to_string(++files_) + ".jsonl");
    const auto writer = must(record::FileWriter::create(file, record::FileWriter::Durability::written));
    auto at = Instant(night.clock);
    const auto put = [&](const char* type, json fields) {
      writer->append({at, type, std::move(fields)});
      at = at + 1ms;
    };
    put("run.begin",
        {{"schema", record::kSchema},
         {"attest", night.attest},
         {"wall", "2026-01-02T03:04:05Z"},
         {"profile", {{"name", night.profile}}},
         {"plan", json::array({{{"case", "A.B"}, {"requirements", {"HC-01"}}, {"attempt", 1}}})}});
    put("device", {{"device", night.device}, {"link", "x"}, {"virtual", true}, {"firmware", "1"}});
    put("case.begin",
        {{"device", night.device}, {"case", "A.B"}, {"attempt", 1}, {"requirements", {"HC-01"}}});
    put("check", {{"device", night.device},
                  {"case", "A.B"},
                  {"requirement", "HC-01"},
                  {"verdict", night.verdict},
                  {"what", "w"},
                  {"owed", "o"},
                  {"got", "g"}});
    put("case.end", {{"device", night.device}, {"case", "A.B"}, {"verdict", night.verdict}, {"reason", "r"}});
    if (night.ends) put("run.end", {{"reason", "done"}, {"cases", 1}});
    writer->flush();
    return file;
  }

  spec::Judgement gathered(const std::vector<fs::path>& parts,
                           const std::vector<std::string>& expected = {}) {
    const auto out = dir_.path() / ("out" + std::to_string(++files_) + ".jsonl");
    must(gather(parts, expected, out));
    return read_sound_record(out).judgement();
  }
  Error refusal(const std::vector<fs::path>& parts) {
    const auto done = gather(parts, {}, dir_.path() / ("no" + std::to_string(++files_) + ".jsonl"));
    return done ? Error{} : done.error();
  }

  TempDir dir_{"attest-gathering"};
  int files_ = 0;
};

TEST_F(Gathering, OfTwoHostsHasBothDevicesAndTheWorseVerdict) {
  const auto both = gathered(
      {delivered({.device = "left"}), delivered({.device = "right", .verdict = "fail"})}, {"left", "right"});
  EXPECT_THAT(both.run.devices, SizeIs(2));
  ASSERT_THAT(both.cases, SizeIs(1));
  EXPECT_THAT(both.cases[0].attempts, SizeIs(2));
  EXPECT_EQ(both.cases[0].verdict, record::Verdict::fail);
  EXPECT_EQ(both.exit_code, 1);
  EXPECT_EQ(gathered({delivered({.device = "left"}), delivered({.device = "right"})}).exit_code, 0);
}

TEST_F(Gathering, NamesTheDeviceThatDeliveredNothing) {
  const auto one = gathered({delivered({.device = "left"})}, {"left", "right"});
  EXPECT_EQ(one.exit_code, 3) << "of the other one nothing is known";
  ASSERT_THAT(one.faults, SizeIs(1));
  EXPECT_EQ(one.faults[0].device, "right");
  EXPECT_THAT(one.faults[0].what, HasSubstr("right"));
}

TEST_F(Gathering, OfNothingAtAllIsABenchFaultAndNoPass) {
  EXPECT_EQ(gathered({}, {"left"}).exit_code, 3);
}

TEST_F(Gathering, NamesTheDeviceWhoseRunWasCutOff) {
  const auto both = gathered({delivered({.device = "left"}), delivered({.device = "right", .ends = false})});
  EXPECT_EQ(both.exit_code, 3);
  ASSERT_THAT(both.faults, SizeIs(1));
  EXPECT_THAT(both.faults[0].what, AllOf(HasSubstr("right"), HasSubstr("no end")));
}

TEST_F(Gathering, IsUndoneDeviceByDevice) {
  const auto out = dir_.path() / "both.jsonl";
  must(gather({delivered({.device = "left"}), delivered({.device = "right", .verdict = "fail"})}, {}, out));
  must(split_by_device(out, dir_.path() / "devices"));
  const auto left = read_sound_record(dir_.path() / "devices" / "left.jsonl").judgement();
  const auto right = read_sound_record(dir_.path() / "devices" / "right.jsonl").judgement();
  EXPECT_THAT(left.run.devices, SizeIs(1));
  EXPECT_EQ(left.exit_code, 0);
  EXPECT_EQ(right.exit_code, 1);
}

TEST_F(Gathering, DoesNotMixWhatDoesNotBelongTogether) {
  const auto left = delivered({.device = "left"});
  EXPECT_THAT(refusal({left, delivered({.device = "left"})}).what, HasSubstr("same name, left"));
  EXPECT_THAT(refusal({left, delivered({.device = "b", .profile = "q"})}).what, HasSubstr("profile"));
  EXPECT_THAT(refusal({left, delivered({.device = "c", .attest = "2"})}).what, HasSubstr("attest"));
  EXPECT_THAT(refusal({left, delivered({.device = "d", .clock = 17})}).text(),
              AllOf(HasSubstr("clock"), HasSubstr("--utc")));
  EXPECT_EQ(refusal({left, dir_.path() / "none.jsonl"}).fault, Fault::usage);
}

}  // namespace
}  // namespace attest::job
