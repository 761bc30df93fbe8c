#include "reports/history/runs_in_time.hpp"

#include "reports/history/rows.hpp"

namespace attest::reports {

RunsInTime::RunsInTime(Database& database) {
  auto& row = database.prepared(
      "SELECT r.id, r.began, f.name FROM runs r JOIN firmwares f ON f.id = r.firmware_id ORDER BY r.began, "
      "r.id");
  while (row.step()) {
    runs.push_back(run_at(row));
    place.emplace(runs.back().id, runs.size() - 1);
  }
}

}  // namespace attest::reports
