// Reads a record, event by event, in constant memory.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string_view>
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

/// A whole line, without its end, and where in the file it begins.
struct LineAt {
  std::uint64_t offset = 0;
  std::string_view text;
};

/// Reads a record that may still grow, and leaves it to the caller which of its lines are taken apart. Errors
/// are those of read(). Not thread-safe.
class Pursuit {
 public:
  explicit Pursuit(std::filesystem::path path);
  ~Pursuit();
  Pursuit(Pursuit&&) noexcept;
  Pursuit& operator=(Pursuit&&) noexcept;

  /// Hands over all whole lines that are there and were not handed over yet; the sum is of all of them.
  /// `take` calls event() or pass_over() for each. Stops at the first error that it gives, and gives that.
  [[nodiscard]] Result<ReadSummary> advance(const std::function<Status(const LineAt& line)>& take);
  [[nodiscard]] Result<Event> event(const LineAt& line);
  void pass_over(const LineAt& line);

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  struct State;
  [[nodiscard]] Status failed(const char* what) const;
  std::filesystem::path path_;
  std::unique_ptr<State> state_;
};

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
