#include "reports/console/paper.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <pty.h>
#include <unistd.h>

#include <cstdlib>

#include "harness/base/bytes.hpp"
#include "reports/console/columns.hpp"

namespace attest::reports {
namespace {
using namespace testing;
using record::Verdict;

TEST(OneLine, NeverLetsADeviceWriteOnTheTerminal) {
  EXPECT_EQ(one_line("a\x1b[31mb\rc\x7f"), "a\\x1b[31mb\\x0dc\\x7f");
  EXPECT_EQ(one_line("a\n  b\n\nc"), "a   b c");
  EXPECT_EQ(one_line("größer"), "größer");
}

TEST(Lengths, CountCharactersAndNotBytes) {
  EXPECT_EQ(length("größer…"), 7U);
  EXPECT_EQ(padded("größer", 8), "größer  ");
  EXPECT_EQ(padded("longer", 3), "longer");
  EXPECT_EQ(cut("größer", 6), "größer");
  EXPECT_EQ(cut("größer", 5), "größ…");
  EXPECT_EQ(cut("abc", 0), "");
}

TEST(Lengths, CountTwoColumnsForAWideCharacter) {
  EXPECT_EQ(length("漢字"), 4U);
  EXPECT_EQ(length("ok 🚀"), 5U);
  EXPECT_EQ(length("·…é"), 3U);
  EXPECT_EQ(cut("漢字", 4), "漢字");
  EXPECT_EQ(cut("漢字", 3), "漢…");
  EXPECT_EQ(cut("漢字漢", 4), "漢…");
  EXPECT_EQ(padded("漢字", 6), "漢字  ");
  EXPECT_THAT(wrapped("漢字漢字", 4), ElementsAre("漢字", "漢字"));
  EXPECT_THAT(wrapped("漢字", 1), ElementsAre("漢", "字"));
}

TEST(Characters, OfWhatIsNoUtf8AreSingleBytes) {
  for (const std::string_view broken :
       {"\xe2\x82", "\xc0\xaf", "\xff", "\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80"}) {
    EXPECT_FALSE(first_character(broken).whole) << visible(broken);
    EXPECT_EQ(first_character(broken).bytes, 1U) << visible(broken);
  }
  const std::string_view euro = "€";
  EXPECT_FALSE(first_character(euro.substr(0, 2)).whole) << "what stands behind a view is not looked at";
  EXPECT_EQ(first_character(euro).code, U'€');
  EXPECT_EQ(first_character("🚀").bytes, 4U);
}

TEST(Wrapping, BreaksAtBlanksAndLongWordsHard) {
  EXPECT_THAT(wrapped("the quick brown fox", 10), ElementsAre("the quick", "brown fox"));
  EXPECT_THAT(wrapped("abcdefghij", 4), ElementsAre("abcd", "efgh", "ij"));
  EXPECT_THAT(wrapped("äöüß äöüß", 4), ElementsAre("äöüß", "äöüß"));
  EXPECT_THAT(wrapped("", 4), ElementsAre(""));
  EXPECT_THAT(wrapped("ab", 0), ElementsAre("a", "b"));
}

TEST(Wrapping, LosesNothingAndIsNeverTooWide) {
  const std::string text =
      "It must be a pleasure to read, at whatever width: größer, kleiner, averyveryverylongword.";
  for (std::size_t width = 1; width < 100; ++width) {
    std::string all;
    for (const auto& line : wrapped(text, width)) {
      EXPECT_LE(length(line), width);
      all += line;
    }
    std::string bare = text;
    std::erase(bare, ' ');
    std::erase(all, ' ');
    EXPECT_EQ(all, bare) << width;
  }
}

TEST(SomeOf, NamesTheFirstAndCountsTheRest) {
  EXPECT_EQ(some_of({}, 2), "");
  EXPECT_EQ(some_of({"a", "b"}, 2), "a, b");
  EXPECT_EQ(some_of({"a", "b", "c"}, 2), "a, b, c");
  EXPECT_EQ(some_of({"a", "b", "c", "d"}, 2), "a, b and 2 more");
}

TEST(Colours, AreOnlyThereWhenAskedFor) {
  EXPECT_EQ((Paper{}.verdict(Verdict::fail, "FAIL")), "FAIL");
  EXPECT_EQ((Paper{.width = 80, .colours = true}.verdict(Verdict::pass, "PASS")), "\x1b[32mPASS\x1b[0m");
}

/// A real terminal of a given width.
struct Terminal {
  Terminal() {
    winsize size{24, 77, 0, 0};
    EXPECT_EQ(openpty(&far, &near, nullptr, nullptr, &size), 0);
    stream = fdopen(near, "w");
  }
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;
  ~Terminal() {
    if (stream != nullptr) std::fclose(stream);
    close(far);
  }
  int far = -1, near = -1;
  std::FILE* stream = nullptr;
};

TEST(ThePaper, OfATerminalIsAsWideAsItAndColouredUnlessTheUserWantsNone) {
  const Terminal terminal;
  setenv("TERM", "xterm", 1);
  unsetenv("NO_COLOR");
  EXPECT_TRUE(Paper::of(terminal.stream).colours);
  EXPECT_TRUE(Paper::of(terminal.stream).terminal);
  EXPECT_EQ(Paper::of(terminal.stream).width, 77U);
  setenv("NO_COLOR", "1", 1);
  EXPECT_FALSE(Paper::of(terminal.stream).colours);
  EXPECT_TRUE(Paper::of(terminal.stream).terminal);
  unsetenv("NO_COLOR");
  setenv("TERM", "dumb", 1);
  EXPECT_FALSE(Paper::of(terminal.stream).colours);
  EXPECT_FALSE(Paper::of(terminal.stream).terminal);
}

TEST(ThePaper, OfAFileIsPlain) {
  setenv("TERM", "xterm", 1);
  std::FILE* file = std::tmpfile();
  EXPECT_FALSE(Paper::of(file).terminal);
  EXPECT_FALSE(Paper::of(file).colours);
  EXPECT_EQ(Paper::of(file).width, 100U);
  std::fclose(file);
}

}  // namespace
}  // namespace attest::reports
