#include "harness/record/event.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <string>
#include <thread>
#include <vector>

#include "harness/base/bytes.hpp"
#include "harness/record/sinks.hpp"

namespace attest::record {
namespace {
using namespace testing;

TEST(EventLine, IsOneCompactObjectWithTimeAndTypeFirst) {
  EXPECT_EQ(to_line({Instant(12), "note", {{"text", "a\nb"}}}), R"({"t":12,"e":"note","text":"a\nb"})");
  EXPECT_EQ(to_line({Instant(-3), "run.end", nlohmann::json::object()}), R"({"t":-3,"e":"run.end"})");
}

TEST(EventLine, ComesBackAsTheSameEvent) {
  std::string all;
  for (int i = 0; i < 256; ++i) all += static_cast<char>(i);
  const Event event{
      Instant(std::numeric_limits<std::int64_t>::max()),
      "rx",
      {{"begin", std::uint64_t{1} << 53}, {"bytes", to_latin1_json(all)}, {"nested", {{"t", 1}}}}};
  const auto back = parse_line(to_line(event));
  ASSERT_TRUE(back) << back.error().text();
  EXPECT_EQ(back->at, event.at);
  EXPECT_EQ(back->type, event.type);
  EXPECT_EQ(back->fields, event.fields);
  EXPECT_EQ(from_latin1_json(back->fields["bytes"].get<std::string>()).value(), all);
}

TEST(EventLine, NeverHasTwoTimesOrTwoTypes) {
  EXPECT_EQ(to_line({Instant(1), "note", {{"t", 99}, {"e", "x"}, {"k", 1}}}), R"({"t":1,"e":"note","k":1})");
}

TEST(EventLine, ReplacesWhatIsNotTextInsteadOfThrowing) {
  EXPECT_THAT(to_line({Instant(1), "note", {{"text", "\xff"}}}), HasSubstr("\xEF\xBF\xBD"));
  EXPECT_THAT(to_line({Instant(1), "\xff", {}}), HasSubstr("\xEF\xBF\xBD"));
}

TEST(EventLine, WithFieldsThatAreNoObjectStillIsAnEvent) {
  EXPECT_TRUE(parse_line(to_line({Instant(1), "note", nlohmann::json(7)})));
  EXPECT_TRUE(parse_line(to_line({Instant(1), "note", nullptr})));
}

class NotAnEvent : public TestWithParam<std::pair<const char*, const char*>> {};

TEST_P(NotAnEvent, IsRefusedWithTheReason) {
  const auto event = parse_line(GetParam().first);
  ASSERT_FALSE(event);
  EXPECT_EQ(event.error().fault, Fault::usage);
  EXPECT_THAT(event.error().what, HasSubstr(GetParam().second));
  EXPECT_THAT(event.error().cure, Not(IsEmpty()));
}

INSTANTIATE_TEST_SUITE_P(Lines, NotAnEvent,
                         Values(std::pair{"", "no JSON"}, std::pair{"{\"t\":1,\"e\":\"no", "no JSON"},
                                std::pair{"[1]", "no JSON object"}, std::pair{R"({"e":"note"})", "no time"},
                                std::pair{R"({"t":1.5,"e":"note"})", "no time"},
                                std::pair{R"({"t":18446744073709551615,"e":"note"})", "no time"},
                                std::pair{R"({"t":1})", "no event type"},
                                std::pair{R"({"t":1,"e":""})", "no event type"},
                                std::pair{R"({"t":1,"e":7})", "no event type"}));

TEST(EventLine, IsNotNestedDeeperThanAnythingIsWritten) {
  const auto nested = [](int depth) {
    return R"({"t":1,"e":"note","x":)" + std::string(depth, '[') + std::string(depth, ']') + "}";
  };
  EXPECT_TRUE(parse_line(nested(63)));
  const auto deep = parse_line(nested(100'000));
  ASSERT_FALSE(deep);
  EXPECT_THAT(deep.error().what, HasSubstr("too deep"));
  const auto text = to_line({Instant(1), "note", {{"text", std::string(1000, '[') + "\\\"{{{"}}});
  EXPECT_TRUE(parse_line(text)) << "what stands in a text is no nesting";
}

TEST(EventText, IsTheTextThatWasWrittenWhicheverWayItWasWritten) {
  EXPECT_EQ(text_of({{}, "note", {{"text", to_latin1_json("größer → 5")}}}, "text"), "größer → 5");
  EXPECT_EQ(text_of({{}, "note", {{"text", "größer → 5"}}}, "text"), "größer → 5");
  EXPECT_EQ(text_of({{}, "note", {{"text", "größer"}}}, "text"), "größer");
  EXPECT_EQ(text_of({{}, "note", {{"text", 5}}}, "text"), "");
  EXPECT_EQ(text_of({{}, "note", nullptr}, "text"), "");
}

TEST(Verdicts, FoldToTheWorse) {
  EXPECT_EQ(worse(Verdict::none, Verdict::pass), Verdict::pass);
  EXPECT_EQ(worse(Verdict::inconc, Verdict::pass), Verdict::inconc);
  EXPECT_EQ(worse(Verdict::inconc, Verdict::fail), Verdict::fail);
  EXPECT_EQ(worse(Verdict::error, Verdict::fail), Verdict::error);
}

TEST(Verdicts, HaveNamesThatLeadBack) {
  for (const auto v : {Verdict::none, Verdict::pass, Verdict::inconc, Verdict::fail, Verdict::error})
    EXPECT_EQ(verdict_named(name_of(v)), v);
  EXPECT_EQ(verdict_named("passed"), std::nullopt);
}

TEST(TeeSinkOfTwo, GivesBothTheSameEventsInTheSameOrderFromManyThreads) {
  MemorySink first, second;
  TeeSink tee({&first, &second});
  std::vector<std::thread> writers;
  for (int w = 0; w < 4; ++w)
    writers.emplace_back([&tee, w] {
      for (int i = 0; i < 100; ++i) tee.append({Instant(w * 1000 + i), "note", {}});
    });
  for (auto& writer : writers) writer.join();
  const auto a = first.events(), b = second.events();
  ASSERT_EQ(a.size(), 400U);
  ASSERT_EQ(b.size(), 400U);
  for (std::size_t i = 0; i < a.size(); ++i) EXPECT_EQ(a[i].at, b[i].at);
}

}  // namespace
}  // namespace attest::record
