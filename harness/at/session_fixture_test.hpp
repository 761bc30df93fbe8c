// A session on a scripted link and a clock that stands still, and all that its observer was told.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "harness/at/fake_link.hpp"
#include "harness/at/session.hpp"

namespace attest::at::testing {
using namespace std::chrono_literals;

/// Remembers everything.
struct Seen : Observer {
  std::string tx, rx;
  std::vector<Exchange> exchanges;
  std::vector<std::pair<std::uint64_t, Exchange>> strays;
  void sent(Instant, std::uint64_t, std::string_view bytes) override { tx += bytes; }
  void received(Instant, std::uint64_t stream_begin, std::string_view bytes) override {
    EXPECT_EQ(stream_begin, rx.size());
    rx += bytes;
  }
  void settled(const Exchange& exchange) override { exchanges.push_back(exchange); }
  void between(std::uint64_t after, const Exchange& exchange) override {
    strays.emplace_back(after, exchange);
  }

  /// All bytes of the record in order: exchanges and what was between them touch.
  std::string accounted() const {
    std::map<std::uint64_t, std::string> pieces;
    for (const auto& x : exchanges) pieces[x.stream_begin] += x.received;
    for (const auto& [after, x] : strays) pieces[x.stream_begin] += x.received;
    std::string all;
    for (const auto& [begin, bytes] : pieces) {
      if (!bytes.empty()) {
        EXPECT_EQ(begin, all.size());
      }
      all += bytes;
    }
    return all;
  }
};

/// "final-missing GEN-02", …
inline std::vector<std::string> ids(const Exchange& exchange) {
  std::vector<std::string> all;
  for (const auto& d : exchange.deviations) all.push_back(d.id + " " + d.requirement);
  return all;
}

class SessionTest : public ::testing::Test {
 protected:
  FakeClock clock;
  FakeLink link{clock};
  Dialect dialect;
  Seen seen;
  Session session{link, dialect, clock, &seen};

  /// The device answers the next writes with these, each after a millisecond.
  void answers(std::deque<std::string> replies) {
    link.on_write = [this, replies](std::string_view) mutable {
      if (replies.empty()) return;
      link.say(replies.front(), 1ms);
      replies.pop_front();
    };
  }
};

}  // namespace attest::at::testing
