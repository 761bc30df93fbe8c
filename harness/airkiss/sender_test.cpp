#include "harness/airkiss/sender.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fmt/format.h>
#include <boost/asio.hpp>
#include <thread>

namespace attest::airkiss {
namespace {
using boost::asio::ip::udp;
using namespace std::chrono_literals;
using testing::HasSubstr;

/// No other test has it: by process, and by a number in it.
std::string address_of_our_own() {
  static unsigned tests = 0;
  const auto number = static_cast<unsigned>(::getpid()) & 0x3FFFFFU;
  return fmt::format("127.{}.{}.{}", 192U + ((number >> 16U) ^ (tests++ & 31U)), (number >> 8U) & 255U,
                     number & 255U);
}

/// Hears lengths, and answers as it is told.
class Ear {
 public:
  explicit Ear(const std::string& address)
      : at_(boost::asio::ip::make_address_v4(address)), socket_(io_, udp::endpoint(at_, 0)) {}

  [[nodiscard]] std::string where() const {
    return fmt::format("{}:{}", at_.to_string(), socket_.local_endpoint().port());
  }
  std::size_t next() {
    std::array<char, 1000> bytes{};
    return socket_.receive_from(boost::asio::buffer(bytes), from_);
  }
  [[nodiscard]] const udp::endpoint& from() const { return from_; }
  void say(std::string_view bytes) {
    socket_.send_to(boost::asio::buffer(bytes), udp::endpoint(at_, kAnswerPort));
  }

 private:
  boost::asio::io_context io_;
  boost::asio::ip::address_v4 at_;
  udp::socket socket_;
  udp::endpoint from_;
};

Plan plan_to(const std::string& address, const Ear& ear) {
  Plan plan;
  plan.ssid = "net";
  plan.password = Secret("password");
  plan.random = 77;
  plan.to = ear.where();
  plan.listen = address;
  plan.pace = 100us;
  return plan;
}

TEST(AirKissSender, SendsTheBurstInOrderUntilTheAnswerComes) {
  const auto address = address_of_our_own();
  Ear ear(address);
  const auto plan = plan_to(address, ear);
  std::vector<std::uint16_t> heard;
  std::jthread device([&] {
    for (int i = 0; i < 100; ++i) heard.push_back(static_cast<std::uint16_t>(ear.next()));
    ear.say("wrong");
    ear.say("x");
    ear.say(std::string(1, 77));
  });
  std::vector<std::string> events;
  const auto outcome =
      must(send(plan, steady_clock(), [&](std::string_view event, Instant, const nlohmann::json& fields) {
        events.push_back(std::string(event));
        EXPECT_THAT(fields.dump(), Not(HasSubstr("password")));
      }));
  device.join();
  const auto all = packets_of(must(encode(plan.ssid, plan.password, plan.random)));
  EXPECT_EQ(heard, std::vector(all.begin(), all.begin() + 100));
  ASSERT_TRUE(outcome.answered);
  ASSERT_EQ(outcome.answers.size(), 3U);
  EXPECT_EQ(outcome.answers.back().bytes, std::vector<std::uint8_t>{77});
  EXPECT_GE(outcome.packets, 100U);
  EXPECT_THAT(events, testing::ElementsAre("begin", "answer", "answer", "answer", "end"));
}

TEST(AirKissSender, ListensOnForAsLongAsItIsToldAndSendsNothing) {
  const auto address = address_of_our_own();
  Ear ear(address);
  auto plan = plan_to(address, ear);
  plan.listen_on = 300ms;
  std::jthread device([&] {
    (void)ear.next();
    ear.say(std::string(1, 77));
    ear.say("x");
    ear.say(std::string(1, 77));
  });
  const auto outcome = must(send(plan, steady_clock()));
  EXPECT_EQ(outcome.answers.size(), 3U);
  EXPECT_EQ(outcome.answered, outcome.answers.front().at);
  EXPECT_GE(outcome.ended - *outcome.answered, 300ms);
}

TEST(AirKissSender, GivesUpAtTheLimitAndWhenToldTo) {
  const auto address = address_of_our_own();
  const Ear ear(address);
  auto plan = plan_to(address, ear);
  plan.limit = 20ms;
  EXPECT_FALSE(must(send(plan, steady_clock())).answered);
  plan.limit = 1h;
  std::stop_source stop;
  std::jthread teller([&] { stop.request_stop(); });
  EXPECT_FALSE(must(send(plan, steady_clock(), {}, stop.get_token())).answered);
}

TEST(AirKissSender, SendsForeignPacketsFromAnotherPort) {
  const auto address = address_of_our_own();
  Ear ear(address);
  auto plan = plan_to(address, ear);
  plan.disturbance = {.foreign = 0.5, .seed = 3};
  std::set<unsigned> ports;
  std::jthread device([&] {
    for (int i = 0; i < 50; ++i) (void)ear.next(), ports.insert(ear.from().port());
    ear.say(std::string(1, 77));
  });
  (void)must(send(plan, steady_clock()));
  device.join();
  EXPECT_EQ(ports.size(), 2U);
}

TEST(AirKissSender, TellsOfATakenPortAndABadAddress) {
  const auto address = address_of_our_own();
  const Ear ear(address);
  boost::asio::io_context io;
  const udp::socket taken(io, udp::endpoint(boost::asio::ip::make_address_v4(address), kAnswerPort));
  const auto sent = send(plan_to(address, ear), steady_clock());
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().fault, Fault::bench);
  EXPECT_THAT(sent.error().text(), HasSubstr(":10000 for AirKiss: Address already in use"));
  auto plan = plan_to(address, ear);
  plan.to = "nowhere";
  EXPECT_THAT(send(plan, steady_clock()).error().text(), HasSubstr("'nowhere'"));
}

TEST(AirKissSender, KnowsHowLongABurstTakes) {
  Plan plan;
  plan.ssid = "net";
  EXPECT_EQ(must(time_of(plan, 2)), 2 * must(time_of(plan, 1)));
  EXPECT_GT(must(time_of(plan, 1)), 1s);
}

}  // namespace
}  // namespace attest::airkiss
