#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reports/history/history_testing.hpp"

namespace attest::reports {
namespace {
using namespace testing;
using Verdicts = std::vector<std::pair<std::string, std::string>>;

const nlohmann::json kQuick{{"select", {"quick"}}};

TEST(HistoryChanges, NameWhatIsNewAndWhatHasVanished) {
  const Shelf shelf;
  auto history = shelf.open();
  const auto last =
      import_all(history, shelf,
                 {a_run_of(1, "1.0", Verdicts{{"A.A", "pass"}, {"A.B", "pass"}}),
                  a_run_of(2, "1.0", Verdicts{{"A.B", "pass"}, {"A.C", "fail"}, {"A.D", "pass"}})});
  const auto changes = must(history.changes());
  EXPECT_EQ(changes.run.id, last);
  EXPECT_THAT(changes.fresh, ElementsAre("A.C", "A.D"));
  EXPECT_THAT(changes.vanished, ElementsAre("A.A"));
  EXPECT_EQ(changes.baseline->began, "2024-05-01T07:08:09Z");
}

TEST(HistoryChanges, DoNotCallNewWhatAnyEarlierRunHad) {
  const Shelf shelf;
  auto history = shelf.open();
  (void)import_all(history, shelf,
                   {a_run_of(1, "1.0", {{"A.A", "pass"}}), a_run_of(2, "1.0", {{"A.B", "pass"}}),
                    a_run_of(3, "1.0", {{"A.A", "pass"}})});
  EXPECT_THAT(must(history.changes()).fresh, IsEmpty());
}

TEST(HistoryChanges, GoByTheTimeOfTheRunsNotOfTheImports) {
  const Shelf shelf;
  auto history = shelf.open();
  const auto first = import_all(
      history, shelf, {a_run_of(5, "1.0", {{"A.A", "pass"}}), a_run_of(1, "1.0", {{"A.A", "pass"}})});
  EXPECT_THAT(must(history.changes(first)).fresh, ElementsAre("A.A"));
  EXPECT_THAT(must(history.changes()).fresh, IsEmpty());
}

TEST(HistoryChanges, DoNotCallVanishedWhatWasNotSelected) {
  const Shelf shelf;
  auto history = shelf.open();
  const auto whole =
      import_all(history, shelf, {a_run_of(1, "1.0", Verdicts{{"A.A", "pass"}, {"A.B", "pass"}})});
  (void)import_all(history, shelf, {a_run_of(2, "1.0", {{"A.A", "pass"}}, kQuick)});
  const auto first_quick = must(history.changes());
  EXPECT_FALSE(first_quick.baseline);
  EXPECT_THAT(first_quick.vanished, IsEmpty());
  EXPECT_THAT(must(history.changes(0, whole)).vanished, ElementsAre("A.B")) << "unless that is asked for";
  (void)import_all(history, shelf, {a_run_of(3, "1.0", {{"A.B", "pass"}}, kQuick)});
  EXPECT_THAT(must(history.changes()).vanished, ElementsAre("A.A"));
}

TEST(HistoryChanges, RefuseARunThatIsNotThere) {
  const Shelf shelf;
  auto history = shelf.open();
  (void)import_all(history, shelf, {a_run_of(1, "1.0", {{"A.A", "pass"}})});
  EXPECT_THAT(history.changes(77).error().what, HasSubstr("no run 77"));
  EXPECT_EQ(history.changes(0, 77).error().fault, Fault::usage);
}

}  // namespace
}  // namespace attest::reports
