#include <gtest/gtest.h>

#include "harness/base/random.hpp"
#include "harness/base/result.hpp"
#include "server/ota/rbl.hpp"

namespace attest::server::ota {
namespace {

class Each : public ::testing::TestWithParam<Damage> {};

const Target kSmall{.partition = "app", .capacity = 20'000};

TEST_P(Each, IsCaughtByItsCheckAndNoOther) {
  Random random(7238);
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    const auto compression =
        seed % 2 == 0 || GetParam() == Damage::stream ? Compression::gzip : Compression::none;
    const auto sound = make_rbl({.raw = random.bytes(1 + random.below(3000)), .compression = compression});
    const auto broken = damage(sound, GetParam(), seed, kSmall);
    const auto got = parse_rbl(broken, kSmall);
    ASSERT_FALSE(got) << seed;
    ASSERT_EQ(name_of(got.error().check), name_of(check_against(GetParam())))
        << seed << ": " << got.error().what;
    EXPECT_EQ(broken, damage(sound, GetParam(), seed, kSmall));
  }
}

INSTANTIATE_TEST_SUITE_P(Damage, Each, ::testing::ValuesIn(kDamages), [](const auto& kind) {
  std::string name(name_of(kind.param));
  std::erase(name, '-');
  return name;
});

/// The checks come in an order; what stands behind the damage must be right all the same, so that a device
/// without the one check has no other reason to refuse.
TEST(ADamagedImage, IsRightInAllThatIsNotDamaged) {
  const auto sound = make_rbl({.raw = Random(1).bytes(500)});
  const auto other = damage(sound, Damage::partition, 3);
  EXPECT_FALSE(parse_rbl(other));
  EXPECT_TRUE(parse_rbl(other, {.partition = other.substr(12, other.find('\0', 12) - 12)}));
  const auto large = damage(sound, Damage::too_large, 3, kSmall);
  EXPECT_FALSE(parse_rbl(large, kSmall));
  EXPECT_TRUE(parse_rbl(large));
  for (const auto kind :
       {Damage::magic, Damage::hash, Damage::raw_size, Damage::body_crc, Damage::encryption}) {
    const auto broken = damage(sound, kind, 4);
    EXPECT_EQ(broken.substr(kHeaderSize), sound.substr(kHeaderSize)) << name_of(kind);
    std::uint32_t crc = 0;
    for (std::size_t byte = 4; byte-- > 0;) crc = crc << 8 | static_cast<std::uint8_t>(broken[92 + byte]);
    EXPECT_EQ(crc, crc32(broken.substr(0, 92))) << name_of(kind);
  }
  EXPECT_EQ(damage(sound, Damage::header_crc, 5).substr(0, 92), sound.substr(0, 92));
}

TEST(ADamagedImage, DiffersBySeed) {
  const auto sound = make_rbl({.raw = Random(1).bytes(500)});
  EXPECT_NE(damage(sound, Damage::hash, 1), damage(sound, Damage::hash, 2));
}

TEST(Damage, ThatAnImageCannotHaveIsRefused) {
  const auto empty = make_rbl({});
  EXPECT_THROW((void)damage(empty, Damage::cut, 1), Failure);
  EXPECT_THROW((void)damage(empty, Damage::stream, 1), Failure);
  EXPECT_THROW((void)damage("RBL", Damage::hash, 1), Failure);
}

}  // namespace
}  // namespace attest::server::ota
