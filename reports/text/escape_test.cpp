#include "reports/text/escape.hpp"

#include <gtest/gtest.h>

namespace attest::reports {
namespace {

TEST(HtmlText, IsInertWhateverItSays) {
  EXPECT_EQ(html_text("<script>alert('&')</script>\""),
            "&lt;script&gt;alert(&#39;&amp;&#39;)&lt;/script&gt;&quot;");
  EXPECT_EQ(html_text("\x1b[31m\r\x00\x7f"), "\\x1b[31m\\r");
  EXPECT_EQ(html_text(std::string_view("a\0b", 3)), "a\\x00b");
  EXPECT_EQ(html_text("caf\xc3\xa9 \xff"), "caf\xc3\xa9 \\xff");
  EXPECT_EQ(html_text("abc\xe2\x80\xaegpj"), "abc\\xe2\\x80\\xaegpj");
  EXPECT_EQ(html_text("\xd8\x9c\xe2\x81\xa6\xe2\x81\xaa"), "\\xd8\\x9c\\xe2\\x81\\xa6\xe2\x81\xaa");
}

TEST(HtmlText, IsCutBetweenCharacters) {
  EXPECT_EQ(html_text("ab\xc3\xa9"
                      "cd",
                      3),
            "ab … and 4 more bytes");
  EXPECT_LT(html_text(std::string(1 << 20, 'x')).size(), 5000U);
}

TEST(JsonInHtml, EndsNoScript) {
  EXPECT_EQ(json_in_html(R"(["</script><!--"])"), R"(["\u003c/script>\u003c!--"])");
  EXPECT_EQ(json_in_html("<"), "\\u003c");
  EXPECT_EQ(json_in_html(""), "");
}

TEST(UriComponent, IsThatOfJavaScript) {
  EXPECT_EQ(uri_component("A.B/c d#%"), "A.B%2Fc%20d%23%25");
  EXPECT_EQ(uri_component("(a)*'!~\xc3\xa9"), "(a)*'!~%C3%A9");
}

}  // namespace
}  // namespace attest::reports
