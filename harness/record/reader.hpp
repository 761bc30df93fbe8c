// Reads a record, event by event, in constant memory.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <vector>

#include "harness/record/event.hpp"

namespace attest::record {

struct ReadSummary {
  std::uint64_t events = 0;
  /// Bytes of a last line without its line end, which a killed run leaves behind; such a line is not an
  /// event.
  std::uint64_t torn_bytes = 0;
  [[nodiscard]] bool torn() const { return torn_bytes > 0; }
};

/// Hands each event to `take`, in the order of the file. Types of events that this version does not know are
/// handed over as they are. Errors (Fault::usage), each with file and line: a file that cannot be read, a
/// whole line that is not an event, a first event that is not run.begin, a run.begin of another schema than
/// kSchema, a line of more than 64 MiB. What `take` throws goes through.
[[nodiscard]] Result<ReadSummary> read(const std::filesystem::path& path,
                                       const std::function<void(Event&&)>& take);

struct Recorded {
  std::vector<Event> events;
  ReadSummary summary;
};
[[nodiscard]] Result<Recorded> read_all(const std::filesystem::path& path);

/// Lines that arrive in pieces: whole ones go to `take`, the last half of one is kept. For pipes and files
/// alike.
class LineSplitter {
 public:
  /// Stops at the first error that `take` gives, and gives that.
  [[nodiscard]] Status feed(std::string_view bytes, const std::function<Status(std::string_view line)>& take);
  /// What came after the last line end.
  [[nodiscard]] std::string_view rest() const { return rest_; }

 private:
  std::string rest_;
};

}  // namespace attest::record
