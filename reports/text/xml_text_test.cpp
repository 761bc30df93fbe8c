#include "reports/text/xml_text.hpp"

#include <gtest/gtest.h>

namespace attest::reports {
namespace {

TEST(XmlText, KeepsWhatXmlMayHold) {
  for (const char* text : {"", "plain", "tab\tnewline\ncr\r", "größer → 5 \U0001F600", "<&>\"'"})
    EXPECT_EQ(xml_text(text), text);
}

TEST(XmlText, ShowsWhatXmlForbids) {
  EXPECT_EQ(xml_text(std::string_view("a\0b", 3)), "a\\x00b");
  EXPECT_EQ(xml_text("\x01\x1b[0m"), "\\x01\\x1b[0m");
  EXPECT_EQ(xml_text("\x7f"), "\\x7f");
  EXPECT_EQ(xml_text("\xEF\xBF\xBF"), "\\xef\\xbf\\xbf");  // U+FFFF
  EXPECT_EQ(xml_text("\xED\xA0\x80"), "\\xed\\xa0\\x80");  // a surrogate
}

TEST(XmlText, ShowsBytesThatAreNoUtf8) {
  EXPECT_EQ(xml_text("a\xff"), "a\\xff");
  EXPECT_EQ(xml_text("\xC3"), "\\xc3");                             // cut
  EXPECT_EQ(xml_text("\xC3(\xB6"), "\\xc3(\\xb6");                  // torn
  EXPECT_EQ(xml_text("\xC0\x80"), "\\xc0\\x80");                    // overlong
  EXPECT_EQ(xml_text("\xE0\x80\x80"), "\\xe0\\x80\\x80");           // overlong
  EXPECT_EQ(xml_text("\xF4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80");  // past U+10FFFF
}

}  // namespace
}  // namespace attest::reports
