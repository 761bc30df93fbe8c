// Damaged records, by seed: reading never crashes, and never takes a damaged line for something that it is
// not.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "harness/base/file.hpp"
#include "harness/base/random.hpp"
#include "harness/record/reader.hpp"

namespace attest::record {
namespace {

const std::string& sound() {
  static const std::string text =
      to_line({Instant(1),
               "run.begin",
               {{"schema", kSchema}, {"plan", {{{"case", "A.B"}, {"requirements", {"HC-01"}}}}}}}) +
      "\n" + to_line({Instant(2), "tx", {{"exchange", 1}, {"bytes", "AT\r\n"}}}) + "\n" +
      to_line({Instant(3), "rx", {{"begin", 0}, {"bytes", "\u00ff\u0000OK\r\n"}}}) + "\n" +
      to_line({Instant(4), "measure", {{"name", "n"}, {"values", {1.5, 2, 1e300}}}}) + "\n";
  return text;
}

std::string damaged(Random& random) {
  std::string out = sound();
  for (auto hits = 1 + random.below(4); hits > 0 && !out.empty(); --hits) {
    const auto at = random.below(out.size());
    switch (random.below(4)) {
      case 0:
        out[at] = static_cast<char>(random.below(256));
        break;
      case 1:
        out.erase(at, 1 + random.below(8));
        break;
      case 2:
        out.insert(at, random.bytes(1 + random.below(4)));
        break;
      default:
        out.resize(at);
        break;
    }
  }
  return out;
}

TEST(DamagedRecords, AreReadOrRefusedAndWhatIsReadSurvivesTheWayBack) {
  Random random(7238);
  for (int i = 0; i < 5000; ++i) {
    LineSplitter splitter;
    (void)splitter.feed(damaged(random), [&](std::string_view line) -> Status {
      const auto event = parse_line(line);
      if (!event) return {};
      const auto again = parse_line(to_line(*event));
      EXPECT_TRUE(again) << line;
      if (again) {
        EXPECT_EQ(again->at, event->at);
        EXPECT_EQ(again->type, event->type);
        EXPECT_EQ(again->fields, event->fields) << line;
      }
      return {};
    });
  }
}

TEST(DamagedRecords, CutAnywhereGiveTheWholeLinesBeforeTheCut) {
  const TempDir folder;
  const auto path = folder.path() / "r";
  for (std::size_t cut = 0; cut <= sound().size(); ++cut) {
    const auto left = sound().substr(0, cut);
    must(write_file_whole(path, left));
    const auto got = read_all(path);
    ASSERT_TRUE(got) << cut << ": " << got.error().text();
    const auto lines = static_cast<std::size_t>(std::count(left.begin(), left.end(), '\n'));
    EXPECT_EQ(got->events.size(), lines);
    EXPECT_EQ(got->summary.torn(), !left.empty() && left.back() != '\n');
  }
}

TEST(NestingWithoutEnd, IsRefusedWithoutUsingUpTheStack) {
  EXPECT_FALSE(parse_line(std::string(1'000'000, '[')));
  EXPECT_FALSE(parse_line(R"({"t":1,"e":"x","v":)" + std::string(1'000'000, '[')));
}

}  // namespace
}  // namespace attest::record
