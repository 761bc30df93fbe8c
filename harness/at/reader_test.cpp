#include "harness/at/reader.hpp"

#include <gtest/gtest.h>

#include "harness/at/session.hpp"

namespace attest::at {
namespace {

TEST(Reader, ReadsOk) {
  Reader reader{Dialect{}};
  reader.begin({});
  reader.feed("\r\nOK\r\n", Instant(5));
  ASSERT_TRUE(reader.done());
  const auto x = reader.take();
  EXPECT_TRUE(x.ok());
  EXPECT_EQ(x.items.size(), 2U);
}

}  // namespace
}  // namespace attest::at
