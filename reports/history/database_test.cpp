#include "reports/history/database.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/base/file.hpp"

namespace attest::reports {
namespace {
using namespace testing;
using namespace std::chrono_literals;

class TheDatabase : public Test {
 protected:
  [[nodiscard]] std::filesystem::path path() const { return folder_.path() / "x.db"; }
  std::unique_ptr<Database> made() const {
    auto out = Database::open(path(), true);
    out->execute("CREATE TABLE t(a, b)");
    return out;
  }
  TempDir folder_;
};

Error error_of(const std::function<void()>& work) {
  try {
    work();
  } catch (const Failure& failure) {
    return failure.error();
  }
  return {Fault::bench, "nothing was thrown", {}};
}

TEST_F(TheDatabase, GivesBackWhatWasBound) {
  const auto database = made();
  auto& insert = database->prepared("INSERT INTO t VALUES (?, ?)");
  insert.with(std::int64_t{-7}, std::string("z\0y", 3)).run();
  insert.with(0.5, std::optional<double>()).run();
  auto& row = database->prepared("SELECT a, b FROM t ORDER BY rowid");
  ASSERT_TRUE(row.step());
  EXPECT_EQ(row.integer(0), -7);
  EXPECT_EQ(row.text(1), std::string("z\0y", 3));
  ASSERT_TRUE(row.step());
  EXPECT_EQ(row.real(0), 0.5);
  EXPECT_TRUE(row.null(1));
  EXPECT_FALSE(row.maybe_real(1));
  EXPECT_FALSE(row.step());
}

TEST_F(TheDatabase, UndoesWhatWasNotCommitted) {
  const auto database = made();
  {
    Transaction transaction(*database);
    database->execute("INSERT INTO t VALUES (1, 1)");
  }
  EXPECT_EQ(database->integer("SELECT count(*) FROM t"), 0);
  Transaction transaction(*database);
  database->execute("INSERT INTO t VALUES (1, 1)");
  transaction.commit();
  EXPECT_EQ(database->integer("SELECT count(*) FROM t"), 1);
}

TEST_F(TheDatabase, SaysThatNoRoomIsLeft) {
  const auto database = made();
  database->execute("PRAGMA max_page_count = 4");
  const auto error = error_of([&] {
    for (int i = 0; i < 1000; ++i)
      database->prepared("INSERT INTO t VALUES (?, ?)").with(i, std::string(500, 'x')).run();
  });
  EXPECT_EQ(error.fault, Fault::bench);
  EXPECT_THAT(error.what, AllOf(HasSubstr(path().string()), HasSubstr("no room is left")));
  EXPECT_THAT(error.cure, HasSubstr("make room"));
}

TEST_F(TheDatabase, SaysThatAnotherProcessHoldsIt) {
  const auto database = made();
  const auto other = Database::open(path(), false, 20ms);
  const Transaction transaction(*database);
  const auto error = error_of([&] { const Transaction late(*other); });
  EXPECT_EQ(error.fault, Fault::bench);
  EXPECT_THAT(error.what, HasSubstr("another process has held"));
}

TEST_F(TheDatabase, SaysThatAFolderIsMissing) {
  const auto error = error_of([&] { (void)Database::open(folder_.path() / "no" / "x.db", true); });
  EXPECT_EQ(error.fault, Fault::usage);
  EXPECT_THAT(error.what, HasSubstr("No such file or directory"));
}

TEST_F(TheDatabase, HoldsForeignKeys) {
  const auto database = made();
  database->execute("CREATE TABLE p(id INTEGER PRIMARY KEY); CREATE TABLE c(p REFERENCES p(id))");
  EXPECT_THROW(database->execute("INSERT INTO c VALUES (1)"), Failure);
}

}  // namespace
}  // namespace attest::reports
