// Where in a record each attempt's lines stand, so that a timeline can be copied out of the file without
// reading the rest.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "harness/record/line.hpp"
#include "harness/record/reader.hpp"

namespace attest::reports {

/// One attempt, from its case.begin to its case.end, or as far as the record goes.
struct AttemptLines {
  std::size_t key = 0;  ///< its place among all
  std::string case_id, device;
  std::int64_t number = 1;
  Instant begin, end;
  std::uint64_t first = 0, last = 0;  ///< bytes of the file: where its first line begins, and behind its last
  std::uint64_t bytes = 0;            ///< of its own lines
};

/// Fed with every line in the order of the file. What the tape keeps for judging again is nobody's timeline.
class TimelineIndex {
 public:
  /// `event`: the line taken apart, where somebody has done so; needed for case.begin.
  void take(const record::LineAt& line, const record::LineHead& head, const record::Event* event);
  [[nodiscard]] const std::vector<AttemptLines>& attempts() const { return attempts_; }

 private:
  void begin(const record::LineAt& line, const record::Event& event, std::string_view device);

  std::vector<AttemptLines> attempts_;
  std::map<std::string, std::size_t, std::less<>> open_;  ///< by device: the attempt
};

/// How much of a long one is copied: its begin and its end.
struct Limits {
  std::uint64_t begin = std::uint64_t{3} << 20, end = std::uint64_t{1} << 20;
};

/// The attempt's lines as a JSON array for inside of HTML: without their hashes, `<` as \u003c. Handed over
/// in pieces.
[[nodiscard]] Status copy_timeline(const std::filesystem::path& record, const AttemptLines& attempt,
                                   const Limits& limits, const std::function<void(std::string_view)>& to);

}  // namespace attest::reports
