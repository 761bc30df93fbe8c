// Several processes with one history.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "reports/history/database.hpp"
#include "reports/history/history_testing.hpp"

namespace attest::reports {
namespace {
using namespace testing;

/// Imports them in a process of its own. Its exit status: 0, all went in.
pid_t importing(const Shelf& shelf, const std::vector<std::filesystem::path>& records) {
  const pid_t child = fork();
  if (child != 0) return child;
  auto history = History::open(shelf.db(), History::Access::write);
  bool good = history.has_value();
  for (const auto& record : records) good = good && history->import(record);
  if (history) history = tl::unexpected(Error{});  // closes it
  _exit(good ? 0 : 1);
}

void expect_success(pid_t child) {
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
}

std::vector<std::filesystem::path> forty_records(const Shelf& shelf) {
  std::vector<std::filesystem::path> out;
  for (int i = 0; i < 40; ++i) {
    auto run =
        a_run_of(1 + i % 28, fmt::format("1.{}", i), {{"A.A", "pass"}, {"A.B", "fail"}}, {{"number", i}});
    measure(run, "AT to OK", {1, 2, 3});
    out.push_back(shelf.keep(run, fmt::format("{}.jsonl", i)));
  }
  return out;
}

TEST(TwoProcesses, ThatImportTheSameRecordsAtOnceBothSucceedAndDoubleNothing) {
  const Shelf shelf;
  const auto records = forty_records(shelf);
  const auto one = importing(shelf, records);  // the file is not there yet: they also make it at once
  const auto other = importing(shelf, records);
  expect_success(one);
  expect_success(other);
  auto history = shelf.open();
  EXPECT_EQ(must(history.runs()).size(), 40U);
  EXPECT_EQ(must(history.trend("A.A")).size(), 40U);
  EXPECT_EQ(history.database().integer("SELECT count(*) FROM samples"), 120);
  EXPECT_EQ(history.database().text("PRAGMA integrity_check"), "ok");
  EXPECT_EQ(history.database().text("PRAGMA foreign_key_check"), "");
}

TEST(TwoProcesses, ThatImportDifferentRecordsAtOncePutThemAllIn) {
  const Shelf shelf;
  const auto records = forty_records(shelf);
  const auto one = importing(shelf, {records.begin(), records.begin() + 20});
  const auto other = importing(shelf, {records.begin() + 20, records.end()});
  expect_success(one);
  expect_success(other);
  auto history = shelf.open();
  EXPECT_EQ(must(history.runs()).size(), 40U);
}

TEST(AReader, SeesTheHistoryAsItIsWhileAnotherProcessWrites) {
  const Shelf shelf;
  auto writer = shelf.open();
  (void)import_all(writer, shelf, {a_run_of(1, "1.0", {{"A.A", "pass"}})});
  const Transaction half_way(writer.database());
  writer.database().execute("DELETE FROM runs");
  auto reader = must(History::open(shelf.db(), History::Access::read));
  EXPECT_EQ(must(reader.runs()).size(), 1U);
}

}  // namespace
}  // namespace attest::reports
