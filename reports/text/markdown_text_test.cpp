#include "reports/text/markdown_text.hpp"

#include <gtest/gtest.h>

namespace attest::reports {
namespace {

TEST(CodeSpan, IsInertWhateverItSays) {
  EXPECT_EQ(code_span("<img src=x> @somebody **b** [a](b)"), "`<img src=x> @somebody **b** [a](b)`");
  EXPECT_EQ(code_span("a`b"), "``a`b``");
  EXPECT_EQ(code_span("``` x"), "```` ``` x ````");
  EXPECT_EQ(code_span("x`"), "`` x` ``");
  EXPECT_EQ(code_span("a\n\n# heading\r\x1b[2J"), "`a\\n\\n# heading\\r\\x1b[2J`");
  EXPECT_EQ(code_span("\xff\xe2\x80\xae"), "`\\xff\\xe2\\x80\\xae`");
  EXPECT_EQ(code_span(""), "` (nothing) `");
}

TEST(CodeSpan, IsShort) {
  EXPECT_LT(code_span(std::string(1 << 20, '`')).size(), 1000U);
  EXPECT_LT(code_span(std::string(1 << 20, 'x'), 40).size(), 100U);
}

TEST(CodeLink, EndsWhereItShould) {
  EXPECT_EQ(code_link("a]b", "report.html#case/a)b"), "[`a]b`](<report.html#case/a)b>)");
  EXPECT_EQ(code_link("a", "x>)\n<y"), "[`a`](<x)y>)");
}

}  // namespace
}  // namespace attest::reports
