// What a command owes by its name, and how it is written.
#include "harness/at/session_fixture_test.hpp"

namespace attest::at::testing {
namespace {
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST(Expectation, GoesByTheNameOfTheCommand) {
  const Dialect d;
  using Shape = Expectation::Shape;
  EXPECT_EQ(expectation_for("AT+HTTPCLIENT=2,0,u,,,1", d).shape, Shape::sized_data);
  EXPECT_EQ(expectation_for("at+httpclient =2", d).info, "HTTPCLIENT");
  EXPECT_EQ(expectation_for("AT+HTTPCLIENT=2", d).deadline, d.network_deadline);
  EXPECT_EQ(expectation_for("AT+HTTPGETSIZE=u", d).shape, Shape::number);
  EXPECT_EQ(expectation_for("AT+HTTPGETSIZE=u", d).size_requirement, "GS-01");
  EXPECT_TRUE(expectation_for("AT+HTTPCPOST=u,5", d).prompt);
  EXPECT_TRUE(expectation_for("AT+HTTPCPOST=u,5", d).prompt_required);
  EXPECT_FALSE(expectation_for("AT+HTTPSCERT=1,5", d).prompt_required);
  EXPECT_TRUE(expectation_for("AT+GMR", d).any_lines);
  EXPECT_TRUE(expectation_for("AT+UART_CUR?", d).any_lines);
  EXPECT_FALSE(expectation_for("AT+HTTPCLIENT=2,0,http://h/?", d).any_lines);
  EXPECT_TRUE(expectation_for("AT+RST", d).restarts);
  EXPECT_EQ(expectation_for("AT+HTTPCLIENTX=2", d).shape, Shape::lines);
  EXPECT_EQ(expectation_for("AT", d).deadline, d.command_deadline);
}

TEST(Command, EscapesItsParameters) {
  EXPECT_EQ(escaped(R"(a,b "c" \d)"), R"(a\,b \"c\" \\d)");
  EXPECT_EQ(command("HTTPCLIENT", {"2", "0", "http://h/", "", "", "1"}), "AT+HTTPCLIENT=2,0,http://h/,,,1");
  EXPECT_EQ(command("HTTPCPOST", {"u", R"({"a":1,"b":2})"}), R"(AT+HTTPCPOST=u,{\"a\":1\,\"b\":2})");
  EXPECT_EQ(command("GMR", {}), "AT+GMR");
}

}  // namespace
}  // namespace attest::at::testing
