#include "harness/record/reader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "harness/base/file.hpp"

namespace attest::record {
namespace {
using namespace testing;

const std::string kBegin = R"({"t":1,"e":"run.begin","schema":"attest-record-1","plan":[]})"
                           "\n";

class Reading : public Test {
 protected:
  Result<Recorded> of(const std::string& content) {
    must(write_file_whole(path_, content));
    return read_all(path_);
  }
  TempDir folder_;
  std::filesystem::path path_ = folder_.path() / "record.jsonl";
};

TEST_F(Reading, GivesEveryEventInOrder) {
  const auto got = of(kBegin + R"({"t":2,"e":"note","text":"a"})"
                               "\n"
                               R"({"t":3,"e":"run.end","reason":"done"})"
                               "\n");
  ASSERT_TRUE(got) << got.error().text();
  ASSERT_EQ(got->events.size(), 3U);
  EXPECT_EQ(got->events[1].fields["text"], "a");
  EXPECT_EQ(got->summary.events, 3U);
  EXPECT_FALSE(got->summary.torn());
}

TEST_F(Reading, TellsATornLastLineAndDoesNotTakeItForAnEvent) {
  const auto got = of(kBegin + R"({"t":2,"e":"note"})");  // whole JSON, but without its line end
  ASSERT_TRUE(got);
  EXPECT_EQ(got->events.size(), 1U);
  EXPECT_EQ(got->summary.torn_bytes, 18U);
}

TEST_F(Reading, RefusesACorruptLineInTheMiddleWithItsNumber) {
  const auto got = of(kBegin + "{\"t\":2,\"e\":\"no\n" +
                      R"({"t":3,"e":"note"})"
                      "\n");
  ASSERT_FALSE(got);
  EXPECT_THAT(got.error().what, HasSubstr("record.jsonl:2: "));
}

TEST_F(Reading, KeepsEventsOfTypesThatNobodyKnowsYet) {
  const auto got = of(kBegin + R"({"t":2,"e":"moon.phase","lit":0.5})"
                               "\n");
  ASSERT_TRUE(got);
  EXPECT_EQ(got->events[1].type, "moon.phase");
  EXPECT_EQ(got->events[1].fields["lit"], 0.5);
}

TEST_F(Reading, RefusesAnotherSchemaAndSaysWhoCanReadIt) {
  const auto got = of(R"({"t":1,"e":"run.begin","schema":"attest-record-9","attest":"9.1"})"
                      "\n");
  ASSERT_FALSE(got);
  EXPECT_THAT(got.error().what, AllOf(HasSubstr("attest-record-9"), HasSubstr("attest-record-1")));
  EXPECT_THAT(got.error().cure, HasSubstr("9.1"));
}

TEST_F(Reading, RefusesAnotherSchemaAlsoWhereARunWasContinued) {
  const auto got = of(kBegin + R"({"t":1,"e":"run.begin","schema":"attest-record-2"})"
                               "\n");
  ASSERT_FALSE(got);
  EXPECT_THAT(got.error().what, HasSubstr("record.jsonl:2: "));
}

TEST_F(Reading, RefusesWhatDoesNotBeginAsARecord) {
  EXPECT_FALSE(of(R"({"t":1,"e":"note"})"
                  "\n"));
  EXPECT_FALSE(of("\n"));
  EXPECT_FALSE(read_all(folder_.path() / "not-there"));
  EXPECT_FALSE(read_all(folder_.path()));
}

TEST_F(Reading, OfAnEmptyRecordGivesNoEvent) {
  const auto got = of("");
  ASSERT_TRUE(got);
  EXPECT_EQ(got->summary.events, 0U);
}

TEST_F(Reading, HandsOnWhatTheTakerThrows) {
  must(write_file_whole(path_, kBegin));
  EXPECT_THROW((void)read(path_, [](Event&&) { throw std::runtime_error("enough"); }), std::runtime_error);
}

TEST(LineSplitting, GivesTheSameLinesHoweverTheBytesAreCut) {
  const std::string bytes = "one\n\ntwo\nthree";
  for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
    LineSplitter splitter;
    std::vector<std::string> lines;
    const auto take = [&](std::string_view line) -> Status {
      lines.emplace_back(line);
      return {};
    };
    ASSERT_TRUE(splitter.feed(std::string_view(bytes).substr(0, cut), take));
    ASSERT_TRUE(splitter.feed(std::string_view(bytes).substr(cut), take));
    EXPECT_THAT(lines, ElementsAre("one", "", "two"));
    EXPECT_EQ(splitter.rest(), "three");
  }
}

TEST(LineSplitting, StopsAtTheFirstErrorOfTheTaker) {
  LineSplitter splitter;
  int taken = 0;
  const auto fed = splitter.feed("a\nb\n", [&](std::string_view) -> Status {
    ++taken;
    return fail(Fault::usage, "no", "");
  });
  EXPECT_FALSE(fed);
  EXPECT_EQ(taken, 1);
}

}  // namespace
}  // namespace attest::record
