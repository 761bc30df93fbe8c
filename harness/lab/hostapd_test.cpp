#include "harness/lab/hostapd.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio.hpp>
#include <future>
#include <thread>

#include "harness/base/file.hpp"

namespace attest::lab {
namespace {
using namespace std::chrono_literals;
using Datagrams = boost::asio::local::datagram_protocol;

TEST(StationEvents, AreFoundInWhatHostapdSays) {
  const auto event = station_event_in("<3>AP-STA-CONNECTED 02:00:00:00:01:00 auth_alg=open", Instant(7));
  ASSERT_TRUE(event);
  EXPECT_EQ(event->event, "AP-STA-CONNECTED");
  EXPECT_EQ(event->station, "02:00:00:00:01:00");
  EXPECT_EQ(event->at, Instant(7));
  EXPECT_EQ(station_event_in("AP-STA-DISCONNECTED 02:00:00:00:01:00\n", Instant(7))->event,
            "AP-STA-DISCONNECTED");
}

TEST(StationEvents, AreNothingElse) {
  for (const char* message : {"", "<", "<3>", "<3>AP-STA-CONNECTEDLY x", "<3>CTRL-EVENT-TERMINATING", "OK\n",
                              "<3> AP-STA-CONNECTED x"})
    EXPECT_FALSE(station_event_in(message, Instant())) << message;
}

/// The other end of a control socket, as hostapd has it.
class Hostapd : public testing::Test {
 protected:
  std::string heard() {
    char text[64];
    return {text, socket_.receive_from(boost::asio::buffer(text), from_)};
  }
  void say(std::string_view text) { socket_.send_to(boost::asio::buffer(text), from_); }
  auto attach(StationWatch::Listener listener) {
    auto watch = std::async(std::launch::async,
                            [&] { return StationWatch::attach(path_, steady_clock(), std::move(listener)); });
    EXPECT_EQ(heard(), "ATTACH");
    say("OK\n");
    return watch.get();
  }

  TempDir folder_{"attest-fake-hostapd"};
  std::filesystem::path path_ = folder_.path() / "wlan0";
  boost::asio::io_context io_;
  Datagrams::socket socket_{io_, Datagrams::endpoint(path_.string())};
  Datagrams::endpoint from_;
};

TEST_F(Hostapd, TellsOfStationsUntilDetached) {
  std::promise<StationEvent> told;
  auto watch = attach([&](const StationEvent& event) { told.set_value(event); });
  ASSERT_TRUE(watch) << watch.error().what;
  const auto before = steady_clock().now();
  EXPECT_FALSE((*watch)->connected_since(Instant()));
  say("<3>AP-STA-CONNECTED 02:00:00:00:01:00");
  auto event = told.get_future();
  ASSERT_EQ(event.wait_for(10s), std::future_status::ready);
  EXPECT_EQ(event.get().station, "02:00:00:00:01:00");
  const auto found = (*watch)->connected_since(before);
  ASSERT_TRUE(found);
  EXPECT_FALSE((*watch)->connected_since(found->at + 1ns));
  watch->reset();
  EXPECT_EQ(heard(), "DETACH");
}

TEST_F(Hostapd, ThatRefusesIsABenchFault) {
  auto watch =
      std::async(std::launch::async, [&] { return StationWatch::attach(path_, steady_clock(), {}); });
  EXPECT_EQ(heard(), "ATTACH");
  say("FAIL\n");
  const auto refused = watch.get();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().fault, Fault::bench);
  EXPECT_THAT(refused.error().what, testing::HasSubstr("does not accept ATTACH"));
}

TEST(StationWatchTest, WithoutHostapdSaysWhatToDo) {
  const auto watch = StationWatch::attach("/nonexistent/wlan0", steady_clock(), {});
  ASSERT_FALSE(watch);
  EXPECT_EQ(watch.error().fault, Fault::bench);
  EXPECT_THAT(watch.error().cure, testing::HasSubstr("ctrl_interface"));
}

TEST(StationWatchTest, WithAPathThatNoSocketCanHaveIsUsage) {
  const auto watch = StationWatch::attach(std::string(200, 'x'), steady_clock(), {});
  ASSERT_FALSE(watch);
  EXPECT_EQ(watch.error().fault, Fault::usage);
}

}  // namespace
}  // namespace attest::lab
