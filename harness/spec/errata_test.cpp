#include "harness/spec/errata.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "harness/spec/catalogue.hpp"

namespace attest::spec {
namespace {

TEST(Errata, AreFourteenWithIdsInOrder) {
  ASSERT_EQ(errata().size(), 14U);
  for (std::size_t i = 0; i < errata().size(); ++i) EXPECT_EQ(errata()[i].id, fmt::format("E{}", i + 1));
}

TEST(Errata, DecideRequirementsThatThereAre) {
  for (const auto& one : errata()) {
    EXPECT_FALSE(one.reading.empty()) << one.id;
    for (const auto& id : one.requirements)
      EXPECT_NE(Catalogue::embedded().find(id), nullptr) << one.id << " " << id;
  }
}

TEST(Errata, AreFoundByTheirIds) {
  ASSERT_NE(erratum("E10"), nullptr);
  EXPECT_EQ(erratum("E10")->where, "HTTPCLIENT");
  EXPECT_EQ(erratum("E99"), nullptr);
}

}  // namespace
}  // namespace attest::spec
