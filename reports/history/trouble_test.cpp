// What a history does with a full disk, and with files that it cannot be.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <filesystem>

#include "harness/base/file.hpp"
#include "reports/history/database.hpp"
#include "reports/history/history_testing.hpp"

namespace attest::reports {
namespace {
using namespace testing;
namespace fs = std::filesystem;

/// While it lives, no file may grow beyond so many bytes: what a write meets then is what it meets on a full
/// disk.
class NoRoom {
 public:
  explicit NoRoom(rlim_t bytes) : signal_(std::signal(SIGXFSZ, SIG_IGN)) {
    getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit now{bytes, before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &now);
  }
  NoRoom(const NoRoom&) = delete;
  NoRoom& operator=(const NoRoom&) = delete;
  ~NoRoom() {
    setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, signal_);
  }

 private:
  rlimit before_{};
  void (*signal_)(int);
};

record::Script a_long_run(int day) {
  std::vector<std::pair<std::string, std::string>> verdicts;
  for (int i = 0; i < 3000; ++i) verdicts.emplace_back(fmt::format("A.Case{}", i), "pass");
  return a_run_of(day, "1.0", verdicts);
}

void expect_only_the_first_run(History& history) {
  EXPECT_EQ(must(history.runs()).size(), 1U);
  EXPECT_EQ(must(history.trend("A.A")).size(), 1U);
  EXPECT_EQ(history.database().integer("SELECT count(*) FROM results"), 1);
  EXPECT_EQ(history.database().text("PRAGMA integrity_check"), "ok");
  EXPECT_EQ(history.database().text("PRAGMA foreign_key_check"), "");
}

TEST(AFullDisk, LeavesTheHistoryAsItWasAndSaysWhy) {
  const Shelf shelf;
  auto history = shelf.open();
  (void)must(history.import(shelf.keep(a_run_of(1, "1.0", {{"A.A", "pass"}}))));
  const auto long_one = shelf.keep(a_long_run(2), "long.jsonl");
  {
    const NoRoom limit(256 << 10);
    const auto refused = history.import(long_one);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().fault, Fault::bench);
    EXPECT_THAT(refused.error().what, AllOf(HasSubstr(shelf.db().string()), HasSubstr("File too large")));
    EXPECT_NE(refused.error().cure, "");
    expect_only_the_first_run(history);
  }
  expect_only_the_first_run(history);
  auto again = shelf.open();
  expect_only_the_first_run(again);
  EXPECT_EQ(must(again.import(long_one)).what, Import::added) << "with room, the same import works";
}

TEST(AFullDisk, AtTheFirstImportLeavesNoHalfOfAHistory) {
  const Shelf shelf;
  {
    const NoRoom limit(8 << 10);
    EXPECT_EQ(History::open(shelf.db(), History::Access::write).error().fault, Fault::bench);
  }
  auto history = shelf.open();
  EXPECT_TRUE(must(history.runs()).empty());
}

/// Neither asking nor importing touches it.
void expect_refused(const Shelf& shelf, const std::string& why) {
  const auto before = must(read_file(shelf.db()));
  const auto record = shelf.keep(a_run_of(2, "1.0", {{"A.A", "pass"}}));
  for (const auto access : {History::Access::read, History::Access::write}) {
    auto history = History::open(shelf.db(), access);
    const auto error = history ? history->import(record).error() : history.error();
    EXPECT_EQ(error.fault, Fault::usage) << error.text();
    EXPECT_THAT(error.what, AllOf(HasSubstr(shelf.db().string()), HasSubstr(why)));
    EXPECT_NE(error.cure, "");
  }
  EXPECT_EQ(must(read_file(shelf.db())), before);
}

TEST(AFileThatIsNoHistory, IsRefusedAndLeftAsItIs) {
  const Shelf shelf;
  shelf.keep("these are notes of mine, and there are many of them\n", "history.db");
  expect_refused(shelf, "not an SQLite database");
  shelf.keep("SQLite format 3", "history.db");
  expect_refused(shelf, "cut after 15 bytes");
}

TEST(AFileThatIsNoHistory, MayBeTheDatabaseOfAnotherProgram) {
  const Shelf shelf;
  Database::open(shelf.db(), true)->execute("CREATE TABLE cookies(id); PRAGMA user_version = 1");
  expect_refused(shelf, "of another program");
}

TEST(AFileThatIsNoHistory, MayBeAFolderOrNotThere) {
  const Shelf shelf;
  EXPECT_THAT(History::open(shelf.db(), History::Access::read).error().text(),
              AllOf(HasSubstr("no history at"), HasSubstr("attest history import")));
  EXPECT_FALSE(fs::exists(shelf.db())) << "asking makes no file";
  fs::create_directory(shelf.db());
  EXPECT_THAT(History::open(shelf.db(), History::Access::write).error().what, HasSubstr("folder"));
}

TEST(AHistory, OfANewerVersionIsRefused) {
  const Shelf shelf;
  shelf.open().database().execute("PRAGMA user_version = 2");
  expect_refused(shelf, "version 2");
}

TEST(AHistory, ThatIsTornIsRefusedWhereverItIsCut) {
  const Shelf shelf;
  {
    auto history = shelf.open();
    (void)must(history.import(shelf.keep(a_long_run(1))));
  }
  const auto whole = must(read_file(shelf.db()));
  ASSERT_GT(whole.size(), 200'000U);
  for (const std::size_t size :
       {std::size_t{4096}, std::size_t{5000}, whole.size() / 2, whole.size() - 4096}) {
    must(write_file_whole(shelf.db(), whole.substr(0, size)));
    expect_refused(shelf, "damaged");
  }
}

TEST(AHistory, OverwrittenInItsMiddleTakesInNothingMore) {
  const Shelf shelf;
  {
    auto history = shelf.open();
    (void)must(history.import(shelf.keep(a_long_run(1))));
  }
  auto bytes = must(read_file(shelf.db()));
  bytes.replace(bytes.size() / 8192 * 4096, 8192, std::string(8192, '\xa5'));
  must(write_file_whole(shelf.db(), bytes));
  const auto refused = History::open(shelf.db(), History::Access::write);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().fault, Fault::usage);
  EXPECT_THAT(refused.error().text(), AllOf(HasSubstr("damaged"), HasSubstr("the records hold everything")));
  EXPECT_EQ(must(read_file(shelf.db())), bytes);
}

}  // namespace
}  // namespace attest::reports
