#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "harness/record/event.hpp"
#include "harness/record/schema/check.hpp"

namespace attest::record {
namespace {
using namespace testing;
using nlohmann::json;

const SchemaCheck& check() {
  static const SchemaCheck one(schema());
  return one;
}

/// One of each, as the contract names them.
std::vector<Event> one_of_each() {
  const Instant t(5);
  return {
      {t, "run.begin",
       json::parse(R"({"schema":"attest-record-1","attest":"0.1.0","wall":"2024-05-06T07:08:09Z","seed":7,
        "command":["attest","run"],"options":{},"plan":[{"case":"A.B","requirements":["HC-01"],"device":"dut0","attempt":1}],
        "profile":{"name":"bk7238"},"bench":{}})")},
      {t,
       "device",
       {{"device", "dut0"}, {"link", "serial:/dev/pts/3"}, {"virtual", true}, {"firmware", "1.0\u00ff"}}},
      {t,
       "case.begin",
       {{"case", "A.B"}, {"attempt", 1}, {"command", "HTTPCLIENT"}, {"requirements", {"HC-01"}}}},
      {t, "step", {{"case", "A.B"}, {"text", "ask"}}},
      {t, "tx", {{"case", "A.B"}, {"exchange", 1}, {"bytes", "AT\r\n"}}},
      {t, "rx", {{"case", "A.B"}, {"begin", 0}, {"bytes", "OK\r\n"}}},
      {t, "exchange",
       json::parse(
           R"({"exchange":1,"sent":"AT\r\n","outcome":"complete","final":"OK","sent_at":1,"ended_at":2,
        "items":[{"kind":"final","begin":0,"end":4,"first":1,"last":2}]})")},
      {t, "check",
       json::parse(
           R"({"case":"A.B","requirement":"HC-01","verdict":"pass","what":"w","owed":"o","got":"g","exchange":1})")},
      {t,
       "floor",
       {{"unit", "ms"},
        {"values", {0.1, 0.2}},
        {"lateness", {0.01}},
        {"hold_back", 0},
        {"adapter", {1.1}},
        {"u", 1.3}}},
      {t,
       "measure",
       {{"name", "n"},
        {"requirement", "GEN-14"},
        {"unit", "ns"},
        {"values", {1, 2.5}},
        {"of", "p95"},
        {"limit", 9},
        {"u", 0.2}}},
      {t, "deviation",
       json::parse(R"({"id":"x","requirement":"HC-10","summary":"s","evidence":"e","exchange":1})")},
      {t, "unexplained", {{"bytes", "\u00fe"}, {"exchange", 1}}},
      {t, "server", {{"event", "head"}, {"connection", 1}, {"request", 1}, {"method", "GET"}}},
      {t, "recover", {{"rung", "drain"}, {"worked", true}, {"detail", ""}}},
      {t, "counters", {{"overruns", 0}, {"framing", 1}, {"lost", true}}},
      {t, "gap", {{"what", "the link broke"}}},
      {t, "fault", {{"fault", "bench"}, {"what", "w"}, {"cure", "c"}}},
      {t, "note", {{"text", "n"}}},
      {t, "case.end", {{"case", "A.B"}, {"verdict", "pass"}, {"reason", ""}}},
      {t, "unfit", {{"case", "A.A"}, {"what", "AT is answered ERROR"}}},
      {t, "reading", {{"erratum", "E10"}, {"found", "HEAD reports no data"}}},
      {t,
       "relay",
       {{"event", "strike"}, {"connection", 1}, {"peer", "127.0.0.1:40212"}, {"trouble", "reset"}}},
      {t,
       "dns",
       {{"name", "httpbin.org"},
        {"type", 1},
        {"answered", "A 127.0.0.1"},
        {"answered_at", 1000},
        {"peer", "127.0.0.1:40213"}}},
      {t, "case.blocked", {{"case", "A.C"}, {"reason", "gone"}}},
      {t,
       "case.inapplicable",
       {{"case", "A.D"}, {"reason", "not applicable: profile p does not claim OTA (claims.commands)"}}},
      {t, "tape",
       json::parse(
           R"({"device":"dut0","case":"A.B","part":"case","attempt":1,"answers":"kF~=a@","values":[["/p",1]],
        "kept":[["origin",0,{"port":1}]],"mark":{"exchange":1}})")},
      {t, "run.end", {{"reason", "done"}, {"cases", 1}}},
      {t, "moon.phase", {{"lit", 0.5}}},
  };
}

TEST(RecordSchema, TakesOneOfEveryEventAsItIsWritten) {
  for (const auto& event : one_of_each())
    EXPECT_EQ(check().faults_of(json::parse(to_line(event))), "") << event.type;
}

/// Each required field, taken away, makes the event wrong: the schema says something of every type.
TEST(RecordSchema, MissesEveryFieldThatItRequires) {
  const auto text = json::parse(schema());
  int tried = 0;
  for (const auto& event : one_of_each()) {
    for (const auto& rule : text["allOf"]) {
      if (rule["if"]["properties"]["e"]["const"] != event.type) continue;
      for (const auto& field : rule["then"]["required"]) {
        auto line = json::parse(to_line(event));
        if (line.erase(field.get<std::string>()) == 0) continue;
        EXPECT_NE(check().faults_of(line), "") << event.type << " without " << field;
        ++tried;
      }
    }
  }
  EXPECT_GT(tried, 30);
}

TEST(RecordSchema, NamesEveryTypeOfTheContract) {
  std::vector<std::string> named, known;
  const auto text = json::parse(schema());
  for (const auto& rule : text["allOf"]) named.push_back(rule["if"]["properties"]["e"]["const"]);
  for (const auto& event : one_of_each())
    if (event.type != "moon.phase") known.push_back(event.type);
  EXPECT_THAT(named, UnorderedElementsAreArray(known));
}

TEST(RecordSchema, RefusesWhatIsNotAnEvent) {
  for (const char* wrong :
       {R"({"e":"note","text":""})", R"({"t":1,"text":""})", R"({"t":1.5,"e":"note","text":""})",
        R"({"t":1,"e":"run.begin","schema":"attest-record-2","plan":[]})",
        R"({"t":1,"e":"case.end","case":"A.B","verdict":"passed","reason":""})",
        R"({"t":1,"e":"rx","begin":-1,"bytes":""})", R"({"t":1,"e":"run.end","reason":"bored"})"})
    EXPECT_NE(check().faults_of(json::parse(wrong)), "") << wrong;
}

}  // namespace
}  // namespace attest::record
