#include "server/http/workers.hpp"

#include <gtest/gtest.h>

#include <future>
#include <set>

namespace attest::server {
namespace {

TEST(Workers, ServeAJobWhileAllOthersIdle) {
  std::promise<void> end;
  const auto ended = end.get_future().share();
  std::promise<void> served;
  Workers workers(100);
  for (int i = 0; i < 50; ++i) workers.run([ended] { ended.wait(); });
  workers.run([&] { served.set_value(); });
  EXPECT_EQ(served.get_future().wait_for(std::chrono::seconds(20)), std::future_status::ready);
  end.set_value();
}

TEST(Workers, UseAThreadAgain) {
  std::set<std::thread::id> ids;  // written by one job at a time
  {
    Workers workers(1);
    for (int i = 0; i < 20; ++i) workers.run([&] { ids.insert(std::this_thread::get_id()); });
  }
  EXPECT_EQ(ids.size(), 1U);
}

TEST(Workers, DoEveryJobBeforeTheyEnd) {
  std::atomic<int> done = 0;
  {
    Workers workers(3);
    for (int i = 0; i < 100; ++i) workers.run([&] { ++done; });
  }
  EXPECT_EQ(done, 100);
}

}  // namespace
}  // namespace attest::server
