#include "reports/markdown/markdown.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reports/schema/golden.hpp"
#include "reports/schema/made_up_run.hpp"

namespace attest::reports {
namespace {
using namespace testing;
using record::Script;

spec::Judgement judged(const Script& script) {
  return spec::judge(script.events(), spec::Catalogue::embedded());
}

TEST(Markdown, IsAsItIsKept) {
  const auto text = markdown_summary(judged(made_up_run()));
  EXPECT_EQ(text, golden(ATTEST_SOURCE_DIR "/reports/markdown/golden/made_up_run.md", text));
}

TEST(Markdown, CountsWhatItLeavesOut) {
  Script run;
  run.run({});
  for (int i = 0; i < 25; ++i) {
    const auto id = fmt::format("A.{}", i);
    run.begin(id, {"HC-11"})
        .check(id, "HC-11", "fail")
        .deviation(id, fmt::format("d{}", i), "HC-10")
        .end(id, "fail");
  }
  const auto text =
      markdown_summary(judged(run.done()), {.page = "https://ci.example/7/report.html", .most = 3});
  EXPECT_THAT(text, HasSubstr("- and 22 more\n"));
  EXPECT_THAT(text, HasSubstr("[`A.0`](<https://ci.example/7/report.html#case/A.0>)"));
  std::size_t lines = 0;
  for (auto at = text.find("\n- "); at != std::string::npos; at = text.find("\n- ", at + 1)) ++lines;
  EXPECT_EQ(lines, 8U);
}

/// Lines, each of which begins as this writer begins them, with all that a device said in code spans.
TEST(Markdown, IsInertWhateverTheDeviceSaid) {
  const std::string evil =
      "</summary>\n# @all `<script>` | [x](http://evil.example) \x1b[31m\xe2\x80\xae\xff" +
      std::string(1 << 20, 'A');
  Script run;
  run.run({{evil, {}}})
      .put("device", {{"device", "dut0"}, {"link", evil}, {"firmware", to_latin1_json(evil)}});
  run.begin(evil, {"GEN-01"}).check(evil, "GEN-01", "fail", evil, evil).deviation(evil, evil, "HC-10", evil);
  run.end(evil, "fail", evil).put("fault", {{"fault", "device"}, {"what", evil}, {"cure", evil}}).done();
  const auto text = markdown_summary(judged(run));
  EXPECT_LT(text.size(), 6000U);
  EXPECT_THAT(text, Not(HasSubstr("\n# ")));
  for (const auto* raw : {"\x1b", "\xff", "\xe2\x80\xae"}) EXPECT_THAT(text, Not(HasSubstr(raw)));
  std::string outside;  // of the spans
  for (std::size_t at = 0; at < text.size();) {
    const auto tick = std::min(text.find('`', at), text.size());
    outside += text.substr(at, tick - at);
    const auto fence = text.substr(tick, text.find_first_not_of('`', tick) - tick);
    auto end = tick + fence.size();
    while (end < text.size()) {
      const auto next = text.find('`', end);
      if (next == std::string::npos) break;
      const auto size = text.find_first_not_of('`', next) - next;
      end = next + size;
      if (size == fence.size()) break;
    }
    at = end;
  }
  for (const auto* what : {"@all", "<script", "](http", "</summary>"})
    EXPECT_THAT(outside, Not(HasSubstr(what))) << what;
}

TEST(Markdown, OfNothingSaysSo) {
  EXPECT_THAT(markdown_summary(judged(Script())), HasSubstr("nothing is known of the device"));
}

}  // namespace
}  // namespace attest::reports
