#include "harness/base/whole_file.hpp"

#include <gtest/gtest.h>

#include <fstream>

namespace attest {
namespace {

std::size_t files_in(const std::filesystem::path& folder) {
  return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(folder), {}));
}

TEST(WholeFile, AppearsWithAllOfItsPieces) {
  const TempDir folder;
  const auto path = folder.path() / "a";
  auto file = WholeFile::create(path).value();
  std::string all;
  for (int i = 0; i < 1000; ++i) {
    const std::string piece(static_cast<std::size_t>(i), static_cast<char>('a' + i % 26));
    all += piece;
    ASSERT_TRUE(file.write(piece));
  }
  EXPECT_FALSE(std::filesystem::exists(path));
  ASSERT_TRUE(file.finish());
  EXPECT_EQ(read_file(path).value(), all);
  EXPECT_EQ(files_in(folder.path()), 1U);
}

TEST(WholeFile, LeavesNothingWhereItIsNotFinished) {
  const TempDir folder;
  std::ofstream(folder.path() / "a") << "old";
  {
    auto file = WholeFile::create(folder.path() / "a").value();
    ASSERT_TRUE(file.write("new"));
    const auto moved = std::move(file);
  }
  EXPECT_EQ(read_file(folder.path() / "a").value(), "old");
  EXPECT_EQ(files_in(folder.path()), 1U);
}

TEST(WholeFile, KeepsToItsFirstError) {
  const TempDir folder;
  EXPECT_EQ(WholeFile::create(folder.path() / "no" / "a").error().fault, Fault::bench);
  const auto path = folder.path() / "folder";
  std::filesystem::create_directories(path / "full");
  auto file = WholeFile::create(path).value();  // its name is a folder's that is not empty
  EXPECT_FALSE(file.finish());
  EXPECT_FALSE(file.write("x"));
}

}  // namespace
}  // namespace attest
