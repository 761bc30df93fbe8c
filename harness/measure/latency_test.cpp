#include "harness/measure/latency.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/measure/split_testing.hpp"

namespace attest::measure {
namespace {

Scene begun(const nlohmann::json& more = nlohmann::json::object()) {
  Scene scene;
  scene.put(0, "run.begin", more);
  scene.put(0, "device", {{"link", "serial:/dev/ttyUSB0?baud=10000"}, {"virtual", false}});
  return scene;
}

/// "AT OK 2; HTTPCLIENT ERROR 1; "
std::string told(const std::vector<CommandLatency>& all) {
  std::string out;
  for (const auto& one : all)
    out += one.command + " " + one.ending + " " + std::to_string(one.samples.size()) + "; ";
  return out;
}

TEST(Latencies, AreByCommandAndByItsEnd) {
  auto scene = begun();
  scene.tx(1000, "AT\r\n").rx(11'000, "OK\r\n").settle(11'000);
  scene.tx(20'000, "AT\r\n").rx(31'000, "OK\r\n").settle(31'000);
  scene.tx(40'000, "AT+HTTPCLIENT =1\r\n").rx(70'000, "ERROR\r\n").settle(70'000, "complete", "ERROR");
  scene.tx(80'000, "noise\r\n").rx(99'000, "ERROR\r\n").settle(99'000, "complete", "ERROR");
  scene.tx(100'000, "AT\r\n").settle(200'000, "silent", "");
  const auto found = latencies(scene.events());
  EXPECT_EQ(told(found), "AT OK 2; HTTPCLIENT ERROR 1; ");
  EXPECT_EQ(found[0].total(), (std::vector<double>{10e6, 11e6}));
  EXPECT_EQ(found[0].part(&Split::device), (std::vector<double>{2e6, 3e6}));
  EXPECT_EQ(found[0].part(&Split::server), (std::vector<double>{}));
  EXPECT_EQ(found[0].samples[1].exchange, 2U);
}

TEST(Latencies, KnowWhatIsSentAfterAPrompt) {
  auto scene = begun();
  scene.tx(0, "AT+HTTPCPOST=u,4\r\n").rx(900, "OK\r\n>", "prompt").settle(900, "prompted");
  scene.settle(950, "silent", "");  // what came between: nothing was sent
  scene.tx(1000, "ATE0").rx(2000, "SEND OK\r\n").settle(2000, "complete", "SEND OK");
  scene.tx(3000, "ATE0\r\n").rx(4000, "OK\r\n").settle(4000);
  EXPECT_EQ(told(latencies(scene.events())), "ATE0 OK 1; HTTPCPOST prompt 1; HTTPCPOST data SEND OK 1; ");
}

TEST(Latencies, FindWhatTheServerWroteLate) {
  auto scene = begun();
  scene.tx(0, "AT+X\r\n").server(7000, "accept").server(8000, "body").rx(20'000, "OK\r\n").settle(20'000);
  scene.server(9000, "response");
  const auto found = latencies(scene.events());
  ASSERT_EQ(told(found), "X OK 1; ");
  EXPECT_EQ(found[0].part(&Split::server), std::vector<double>{1e6});
  EXPECT_EQ(found[0].part(&Split::after), std::vector<double>{7e6});
}

TEST(Latencies, SpeakTheManualsLanguage) {
  auto scene =
      begun({{"profile", {{"dialect", {{"command_prefix", "AT%"}}}, {"names", {{"HTTPCLIENT", "REQ"}}}}}});
  scene.tx(0, "AT%REQ=1\r\n").rx(900, "OK\r\n").settle(900);
  EXPECT_EQ(told(latencies(scene.events())), "HTTPCLIENT OK 1; ");
}

TEST(Latencies, KeepTheDevicesOfARecordApart) {
  auto scene = begun();
  scene.tx(0, "AT+X\r\n").rx(9000, "OK\r\n").settle(9000);
  scene.on("dut1").server(3000, "accept");
  const auto found = latencies(scene.events());
  ASSERT_EQ(told(found), "X OK 1; ");
  EXPECT_TRUE(found[0].samples[0].split.device);
}

TEST(Latencies, FollowTheRateThatIsSetUntilARestart) {
  auto scene = begun();
  const auto at = [&](std::int64_t us) { scene.tx(us, "AT\r\n").rx(us + 9000, "OK\r\n").settle(us + 9000); };
  scene.tx(0, "AT+UART_CUR=1000000,8,1,0,0\r\n").rx(50'000, "OK\r\n").settle(50'000);
  at(100'000);
  scene.put(150'000, "recover", {{"rung", "restart"}, {"worked", true}});
  at(200'000);
  const auto found = latencies(scene.events());
  ASSERT_EQ(told(found), "AT OK 2; UART_CUR OK 1; ");
  EXPECT_EQ(found[0].part(&Split::command), (std::vector<double>{4e4, 4e6}));
}

TEST(Latencies, OfAVirtualDeviceWithoutARateHaveNoWire) {
  auto scene = begun({{"options", {{"baud", 0}}}});
  scene.put(1, "device", {{"link", "serial:/dev/pts/0?baud=115200"}, {"virtual", true}});
  scene.tx(10, "AT\r\n").rx(9000, "OK\r\n").settle(9000);
  EXPECT_EQ(latencies(scene.events()).at(0).part(&Split::reply), std::vector<double>{0});
}

TEST(Latencies, SurviveARecordOfOtherKinds) {
  auto scene = begun({{"profile", 7}, {"options", "none"}});
  scene.put(1, "exchange", {{"sent", 4}});
  scene.put(2, "exchange", nlohmann::json::object());
  EXPECT_EQ(told(latencies(scene.events())), "");
  EXPECT_EQ(told(latencies({})), "");
}

/// A GET a hundredth of a second, the last of whose server events is written two exchanges late.
std::vector<record::Event> many_gets(int count) {
  auto scene = begun();
  std::vector<record::Event> out, late;
  for (int i = 0; i < count; ++i) {
    const std::int64_t us = 1000 + i * 10'000;
    scene.tx(us, "AT+HTTPCLIENT=1\r\n").server(us + 2000, "accept").server(us + 3000, "body");
    scene.server(us + 4000 + i % 7, "response").rx(us + 6000, "OK\r\n").settle(us + 6000);
  }
  for (const auto& event : scene.events()) {
    if (event.fields.value("event", "") == "response")
      late.push_back(event);
    else
      out.push_back(event);
    if (event.type == "exchange" && late.size() > 2) {
      out.push_back(late.front());
      late.erase(late.begin());
    }
  }
  out.insert(out.end(), late.begin(), late.end());
  return out;
}

TEST(Latencies, OfALongRecordAreThoseOfAShortOne) {
  const auto found = latencies(many_gets(3000));
  ASSERT_EQ(told(found), "HTTPCLIENT OK 3000; ");
  const auto server = found[0].part(&Split::server);
  ASSERT_EQ(server.size(), 3000U);
  for (std::size_t i = 0; i < server.size(); ++i)
    ASSERT_EQ(server[i], 1e6 + static_cast<double>(i % 7) * 1000);
}

TEST(Latencies, KeepSomeOfManyEvenly) {
  Latencies some(100);
  for (const auto& event : many_gets(3000)) some.take(event);
  const auto found = some.result();
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].count, 3000U);
  EXPECT_THAT(found[0].samples.size(), ::testing::AllOf(::testing::Ge(100U), ::testing::Lt(200U)));
  const auto step = found[0].samples[1].exchange - found[0].samples[0].exchange;
  for (std::size_t i = 1; i < found[0].samples.size(); ++i)
    ASSERT_EQ(found[0].samples[i].exchange - found[0].samples[i - 1].exchange, step);
  EXPECT_EQ(found[0].samples.front().exchange, 1U);
}

TEST(Latencies, SayNothingOfAnExchangeThatIsTooLongToFollow) {
  auto scene = begun();
  scene.tx(1000, "AT+HTTPCLIENT=1\r\n").server(2000, "accept").server(3000, "body").server(4000, "response");
  for (int i = 0; i < 100'000; ++i) scene.put(10'000 + i * 1000, "rx", {{"begin", 0}, {"bytes", "x"}});
  scene.settle(200'000'000);
  scene.tx(300'000'000, "AT\r\n").rx(300'010'000, "OK\r\n").settle(300'010'000);
  EXPECT_EQ(told(latencies(scene.events())), "AT OK 1; ");
}

TEST(LineOf, ReadsTheNameOfALink) {
  EXPECT_EQ(line_of("serial:/dev/ttyUSB0"), (Line{115200, 10}));
  EXPECT_EQ(line_of("serial:/dev/ttyUSB0?baud=9600&parity=even&stop=2"), (Line{9600, 12}));
  EXPECT_EQ(line_of("tcp://h:1"), (Line{0, 10}));
  EXPECT_EQ(line_of("tcp://h:1?baud=921600&bits=7"), (Line{921600, 9}));
  EXPECT_EQ(line_of("serial:/dev/ttyUSB0?baud=fast"), (Line{115200, 10}));
}

TEST(Quantiles, HaveAnIntervalWhereTheSamplesAreEnough) {
  std::vector<double> samples;
  for (int i = 1; i <= 100; ++i) samples.push_back(i);
  const auto found = quantiles(samples).value();
  EXPECT_EQ(found.count, 100U);
  EXPECT_EQ(found.p50.value, 50);
  EXPECT_EQ(found.p50.interval->low, 40);
  EXPECT_EQ(found.p50.interval->high, 61);
  EXPECT_EQ(found.p95.value, 95);
  EXPECT_TRUE(found.p95.interval);
  EXPECT_EQ(found.p99.value, 99);
  EXPECT_FALSE(found.p99.interval);
  EXPECT_FALSE(quantiles({}));
}

}  // namespace
}  // namespace attest::measure
