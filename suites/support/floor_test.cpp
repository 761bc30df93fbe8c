#include "suites/support/floor.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace attest::suites {
namespace {
using testing::Each;
using testing::Gt;
using testing::SizeIs;

TEST(Floor, IsARoundTripThatTakesTime) {
  const auto ours = own_round_trips(at::Dialect{}, steady_clock());
  ASSERT_TRUE(ours.has_value()) << ours.error().text();
  EXPECT_THAT(*ours, SizeIs(100));
  EXPECT_THAT(*ours, Each(Gt(Nanos(0))));
}

}  // namespace
}  // namespace attest::suites
