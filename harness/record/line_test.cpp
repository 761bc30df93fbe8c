#include "harness/record/line.hpp"

#include <gtest/gtest.h>

namespace attest::record {
namespace {

TEST(LineOfARecord, IsReadByItsBeginning) {
  const Event event{Instant(1'234'567), "rx", {{"begin", 7}, {"bytes", "OK\r\n"}}};
  const auto line = Line::read(to_line(event));
  ASSERT_TRUE(line);
  EXPECT_EQ(line->at(), event.at);
  EXPECT_EQ(line->type(), "rx");
  EXPECT_EQ(line->text(), to_line(event));
  EXPECT_EQ(line->event()->fields, event.fields);
}

TEST(LineOfARecord, TakesAnotherField) {
  for (const auto& fields : {nlohmann::json{{"text", "x"}}, nlohmann::json::object()}) {
    auto line = Line::read(to_line({Instant(-3), "note", fields}));
    ASSERT_TRUE(line);
    line->add("device", "dut\"0\xff");
    EXPECT_EQ(line->type(), "note");
    const auto event = line->event();
    ASSERT_TRUE(event) << line->text();
    EXPECT_EQ(event->at, Instant(-3));
    auto owed = fields;
    owed["device"] = "dut\"0\xEF\xBF\xBD";
    EXPECT_EQ(event->fields, owed);
  }
}

TEST(LineOfARecord, IsNothingElse) {
  for (const char* text :
       {"", "{", "}", "{}", R"({"t":1})", R"({"t":1,"e":"rx")", R"({"t":,"e":"rx"})", R"({"t":"1","e":"rx"})",
        R"({"t":1,"e":""})", R"({"t":1,"e":"r\u0078"})", R"({"t":1,"e":3})", R"({"e":"rx","t":1})",
        R"({"t":1.5,"e":"rx"})", R"({"t":99999999999999999999,"e":"rx"})", R"({"t":1,"e":"rx"x})",
        R"({"t":1,"e":"rx}")", R"( {"t":1,"e":"rx"})"})
    EXPECT_FALSE(Line::read(text)) << text;
}

TEST(HeadOf, TellsTheDeviceWhereTheRunnerPutsIt) {
  auto line = Line::read(R"({"t":5,"e":"rx","begin":0})").value();
  line.add("device", "dut0");
  const auto head = head_of(line.text()).value();
  EXPECT_EQ(head.at.ns(), 5);
  EXPECT_EQ(head.type, "rx");
  EXPECT_EQ(head.device, "dut0");
  EXPECT_EQ(head_of(R"({"t":5,"e":"rx","begin":0,"device":"dut0"})").value().device, "");
  EXPECT_EQ(head_of(R"({"t":5,"e":"rx","device":"a\"b"})").value().device, "");
  EXPECT_EQ(head_of(R"({"t":5,"e":"rx"})").value().device, "");
  EXPECT_FALSE(head_of(R"({"t":5,"e":"rx)"));
  EXPECT_FALSE(head_of(R"({"e":"rx","t":5})"));
}

}  // namespace
}  // namespace attest::record
