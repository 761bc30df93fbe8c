#include "server/ota/rbl.hpp"

#include <gmock/gmock.h>

#include "harness/base/bytes.hpp"
#include "harness/base/random.hpp"
#include "harness/base/result.hpp"
#include "server/ota/gzip.hpp"

namespace attest::server::ota {
namespace {
using ::testing::AnyOf;

TEST(Sums, AreThoseOfTheirDefinitions) {
  EXPECT_EQ(crc32("123456789"), 0xCBF43926U);
  EXPECT_EQ(crc32(""), 0U);
  EXPECT_EQ(fnv1a32(""), 0x811C9DC5U);
  EXPECT_EQ(fnv1a32("a"), 0xE40C292CU);
  EXPECT_EQ(fnv1a32("foobar"), 0xBF9CF968U);
}

TEST(AnImage, IsTheseBytes) {
  const auto file = make_rbl({.raw = "123456789", .version = "2.0", .timestamp = 0x01020304});
  EXPECT_EQ(file.size(), 96U + 9U);
  EXPECT_EQ(hex(file.substr(0, 4)), "52424c00");
  EXPECT_EQ(hex(file.substr(4, 2)), "0000");
  EXPECT_EQ(hex(file.substr(6, 2)), "0000");
  EXPECT_EQ(hex(file.substr(8, 4)), "04030201");
  EXPECT_EQ(hex(file.substr(12, 16)), "61707000000000000000000000000000");
  EXPECT_EQ(hex(file.substr(28, 24)), "322e30000000000000000000000000000000000000000000");
  EXPECT_EQ(file.substr(52, 24), std::string("00010203040506070809") + std::string(4, '\0'));
  EXPECT_EQ(hex(file.substr(76, 4)), "2639f4cb");
  EXPECT_EQ(hex(file.substr(80, 4)), "1cb186bb") << "FNV-1a of 123456789";
  EXPECT_EQ(hex(file.substr(84, 4)), "09000000");
  EXPECT_EQ(hex(file.substr(88, 4)), "09000000");
  const auto crc = crc32(file.substr(0, 92));
  for (unsigned byte = 0; byte < 4; ++byte)
    EXPECT_EQ(static_cast<std::uint8_t>(file[92 + byte]), crc >> (8 * byte) & 0xFF);
  EXPECT_EQ(file.substr(96), "123456789");
}

TEST(AnImage, NamesItsCompressionInTheHighByteOfTheAlgorithm) {
  const auto file = make_rbl({.raw = std::string(1000, 'x'), .compression = Compression::gzip});
  EXPECT_EQ(hex(file.substr(4, 2)), "0001");
  EXPECT_EQ(hex(file.substr(84, 4)), "e8030000");
  EXPECT_EQ(hex(file.substr(96, 4)), "1f8b0800");
  EXPECT_LT(file.size(), 200U);
}

class BothWays : public ::testing::TestWithParam<Compression> {};

TEST_P(BothWays, AnImageComesBackAsItWas) {
  Random random(7238);
  for (const std::size_t size : {0, 1, 95, 96, 97, 16384, 16385, 200'000}) {
    const RblSpec spec{.raw = random.bytes(size),
                       .partition = random.word(16),
                       .version = random.word(24),
                       .current = random.word(random.below(25)),
                       .compression = GetParam(),
                       .timestamp = static_cast<std::uint32_t>(random.next())};
    const auto file = make_rbl(spec);
    EXPECT_EQ(file, make_rbl(spec));
    const auto got = parse_rbl(file, {.partition = spec.partition});
    ASSERT_TRUE(got) << name_of(got.error().check) << ": " << got.error().what;
    EXPECT_EQ(got->raw, spec.raw);
    EXPECT_EQ(got->partition, spec.partition);
    EXPECT_EQ(got->version, spec.version);
    EXPECT_EQ(got->current, spec.current);
    EXPECT_EQ(got->compression, spec.compression);
    EXPECT_EQ(got->timestamp, spec.timestamp);
    EXPECT_EQ(got->raw_size, size);
    EXPECT_EQ(got->package_size, file.size() - kHeaderSize);
    EXPECT_EQ(got->body, file.substr(kHeaderSize));
  }
}

TEST_P(BothWays, AnImageCutAnywhereIsRejected) {
  const auto file = make_rbl({.raw = Random(1).bytes(50), .compression = GetParam()});
  for (std::size_t size = 0; size < file.size(); ++size) {
    const auto got = parse_rbl(std::string_view(file).substr(0, size));
    ASSERT_FALSE(got);
    EXPECT_EQ(got.error().check, size < kHeaderSize ? Check::header : Check::cut);
  }
}

TEST_P(BothWays, AnyBitTurnedOverIsNoticed) {
  const auto file = make_rbl({.raw = Random(2).bytes(40), .compression = GetParam()});
  for (std::size_t bit = 0; bit < file.size() * 8; ++bit) {
    auto broken = file;
    broken[bit / 8] = static_cast<char>(broken[bit / 8] ^ (1 << bit % 8));
    const auto got = parse_rbl(broken);
    ASSERT_FALSE(got) << bit;
    EXPECT_THAT(got.error().check, AnyOf(Check::magic, Check::header_crc, Check::body_crc)) << bit;
  }
}

INSTANTIATE_TEST_SUITE_P(With, BothWays, ::testing::Values(Compression::none, Compression::gzip),
                         [](const auto& one) { return one.param == Compression::gzip ? "Gzip" : "None"; });

TEST(AnImage, ThatUnpacksToMoreThanItSaysIsNotUnpackedToTheEnd) {
  const auto packed = gzip(std::string(10'000'000, '\0'));
  EXPECT_EQ(gunzip(packed, 1000)->size(), 1001U);
  EXPECT_EQ(gunzip(packed, 10'000'000)->size(), 10'000'000U);
  EXPECT_FALSE(gunzip(packed + "x", 10'000'000));
  EXPECT_FALSE(gunzip(packed.substr(0, packed.size() - 1), 10'000'000));
}

TEST(AnImage, MustFitIntoItsTarget) {
  const auto file = make_rbl({.raw = std::string(1000, 'x'), .compression = Compression::gzip});
  EXPECT_TRUE(parse_rbl(file, {.capacity = 1000}));
  EXPECT_EQ(parse_rbl(file, {.capacity = 999}).error().check, Check::fits);
}

TEST(ASpec, WhoseTextsAreTooLongIsRefused) {
  EXPECT_THROW((void)make_rbl({.partition = std::string(17, 'x')}), Failure);
  EXPECT_THROW((void)make_rbl({.version = std::string(25, 'x')}), Failure);
  EXPECT_THROW((void)make_rbl({.current = std::string("a\0b", 3)}), Failure);
}

}  // namespace
}  // namespace attest::server::ota
