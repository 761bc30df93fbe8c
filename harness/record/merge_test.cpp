#include "harness/record/merge.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "harness/base/file.hpp"
#include "harness/record/chain.hpp"
#include "harness/record/reader.hpp"
#include "harness/record/testing.hpp"
#include "harness/record/writer.hpp"

namespace attest::record {
namespace {
using testing::ElementsAre;

class Merge : public testing::Test {
 protected:
  std::filesystem::path part(const std::string& name, const std::vector<Event>& events) {
    const auto path = folder_.path() / name;
    const auto writer = must(FileWriter::create(path, FileWriter::Durability::written));
    for (const auto& event : events) writer->append(event);
    writer->flush();
    return path;
  }

  /// Into a record of its own, between a run.begin and a run.end.
  Result<Merged> merged(const std::vector<std::filesystem::path>& parts) {
    const auto writer = must(FileWriter::create(whole(), FileWriter::Durability::written));
    auto done = merge(parts, {Instant(77), "run.begin", {{"schema", kSchema}}}, *writer);
    writer->append({Instant(999'000'000), "run.end", {{"reason", "done"}}});
    writer->flush();
    return done;
  }
  [[nodiscard]] std::filesystem::path whole() const { return folder_.path() / "whole.jsonl"; }

  std::vector<std::string> types_and_devices() {
    std::vector<std::string> out;
    for (const auto& event : must(read_all(whole())).events)
      out.push_back(event.type + " " + event.fields.value("device", "-"));
    return out;
  }

  TempDir folder_{"attest-merge"};
};

TEST_F(Merge, PutsLinesInTheOrderOfTimeUnderOneChain) {
  const auto one = part("one", Script()
                                   .run({}, {{"wall", "2026-01-02T03:04:05Z"}})
                                   .on("dut0")
                                   .begin("A.A", {"HC-01"})
                                   .wait(Nanos(3'500'000))
                                   .end("A.A")
                                   .done()
                                   .events());
  const auto two = part(
      "two",
      Script().run({}).on("dut1").begin("A.B", {"HC-02"}).wait(Nanos(500'000)).end("A.B").done().events());
  const auto done = merged({one, two});
  ASSERT_TRUE(done) << done.error().text();
  EXPECT_THAT(types_and_devices(), ElementsAre("run.begin -", "case.begin dut0", "case.begin dut1",
                                               "case.end dut1", "case.end dut0", "run.end -"));
  EXPECT_EQ(must(verify_chain(whole())).state, ChainResult::State::whole);
  EXPECT_EQ(done->parts, 2U);
  const auto head = must(read_all(whole())).events.front();
  EXPECT_EQ(head.at, Instant(1'000'000));
  EXPECT_EQ(head.fields.at("wall"), "2026-01-02T03:04:05Z");
  EXPECT_FALSE(done->cut || done->bench || done->stopped);
}

TEST_F(Merge, KeepsThePartsOwnOrderWhereTheirTimesGoBack) {
  const std::vector<Event> back{{Instant(1), "run.begin", {{"schema", kSchema}}},
                                {Instant(50), "exchange", {{"device", "dut0"}}},
                                {Instant(20), "tx", {{"device", "dut0"}}},
                                {Instant(60), "run.end", {{"reason", "done"}}}};
  ASSERT_TRUE(merged({part("one", back)}));
  EXPECT_THAT(types_and_devices(), ElementsAre("run.begin -", "exchange dut0", "tx dut0", "run.end -"));
}

TEST_F(Merge, TellsOfPartsThatWereCutOrHadABrokenBench) {
  const auto bench = part("bench", Script().run({}).passing("A.A", {"HC-01"}).done("bench").events());
  const auto cut = part("cut", Script().run({}).on("dut1").begin("A.B", {"HC-02"}).events());
  std::ofstream(cut, std::ios::app) << R"({"t":7,"e":"case.e)";
  const auto done = merged({bench, cut, folder_.path() / "never-written"});
  ASSERT_TRUE(done) << done.error().text();
  EXPECT_TRUE(done->bench);
  EXPECT_TRUE(done->cut);
  EXPECT_EQ(done->torn, 18U);
  EXPECT_EQ(done->parts, 2U);
}

TEST_F(Merge, RefusesWhatIsNoRecord) {
  const auto odd = folder_.path() / "odd";
  std::ofstream(odd) << "hello\n";
  const auto done = merged({odd});
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().fault, Fault::usage);
  EXPECT_THAT(done.error().what, testing::HasSubstr("odd:1"));
}

}  // namespace
}  // namespace attest::record
