// What a lab keeps of its nights: a folder for each, which were good, which may go.
//
//     DIR/history.db           what all nights together say
//     DIR/runs/2026-11-27T02-00-00Z/   record.jsonl, report.html, result.json, junit.xml, decision.json
//     DIR/latest               a link to the last one
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "harness/base/clock.hpp"
#include "harness/base/file.hpp"
#include "harness/base/result.hpp"

namespace attest::job {

class Nights {
 public:
  /// Makes the folder, and is alone in it as long as this lives: a second night beside it is told so.
  [[nodiscard]] static Result<Nights> open(const std::filesystem::path& folder);

  [[nodiscard]] std::filesystem::path history() const { return folder_ / "history.db"; }
  /// A folder that is not there yet, named after the moment (UTC, ISO 8601 with '-' for ':').
  [[nodiscard]] std::filesystem::path next(const std::string& utc) const;
  /// Oldest first.
  [[nodiscard]] std::vector<std::filesystem::path> all() const;
  /// The latest before `run` whose decision was go.
  [[nodiscard]] std::optional<std::filesystem::path> last_good(const std::filesystem::path& run) const;
  /// Lets DIR/latest lead to it.
  [[nodiscard]] Status point_to(const std::filesystem::path& run) const;

  struct Keep {
    std::size_t latest = 14;  ///< so many nights, whatever came of them
    std::size_t failed = 60;  ///< and of those before them so many that were no go, or not decided
  };
  /// Removes what is not kept, and gives what it has removed. The last good one stays.
  [[nodiscard]] Result<std::vector<std::filesystem::path>> prune(const Keep& keep) const;

 private:
  Nights(std::filesystem::path folder, Fd lock) : folder_(std::move(folder)), lock_(std::move(lock)) {}
  std::filesystem::path folder_;
  Fd lock_;
};

/// What a process holds, for who lets it run for days.
struct Held {
  std::size_t memory = 0;       ///< resident, bytes
  std::size_t descriptors = 0;  ///< open
};
[[nodiscard]] Held held_now();

/// Rounds until the time is over, the last one to its end, or until one says that it is enough. How many.
[[nodiscard]] std::size_t rounds(const Clock& clock, Nanos length,
                                 const std::function<bool(std::size_t number)>& round);

}  // namespace attest::job
