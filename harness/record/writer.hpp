// The record's file: append-only JSON Lines, written so that a kill -9 loses at most the running case.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "harness/base/file.hpp"
#include "harness/record/chain.hpp"
#include "harness/record/line.hpp"

namespace attest::record {

/// Buffers lines; each flush is one write(). Written out and synced to the disk after run.begin, device,
/// fault, case.end, case.blocked and run.end; written out after case.begin and tape, and at the latest when
/// 64 KiB are held. One writer per file: it is locked. Each line carries its h (chain.hpp). Thread-safe.
class FileWriter final : public LineSink {
 public:
  /// `written` leaves the syncing to the system: for a record that nobody keeps.
  enum class Durability { synced, written };
  /// A new record. A file that is there already is a usage error: records are never overwritten.
  [[nodiscard]] static Result<std::unique_ptr<FileWriter>> create(const std::filesystem::path& path,
                                                                  Durability durability = Durability::synced);

  /// Goes on with an existing record. A last line that a killed run left torn is cut off: `repaired` tells.
  /// The chain goes on from the last whole line; a record without one stays without.
  [[nodiscard]] static Result<std::unique_ptr<FileWriter>> resume(const std::filesystem::path& path);

  FileWriter(const FileWriter&) = delete;
  FileWriter& operator=(const FileWriter&) = delete;
  /// Writes out what is held. An error there goes unseen: call flush() first.
  ~FileWriter() override;

  /// Throws Failure (Fault::bench) when the disk is full or gone. The file then ends with its last whole
  /// line, and every later append throws the same: the first error sticks.
  void append(const Event& event) override;
  void pass(Line line) override;
  /// Writes out and syncs. Throws as append does.
  void flush();

  /// How many bytes of a torn last line `resume` has cut off; 0: none.
  [[nodiscard]] std::uint64_t repaired() const { return repaired_; }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  FileWriter(std::filesystem::path path, Fd fd) : path_(std::move(path)), fd_(std::move(fd)) {}
  [[nodiscard]] Status lock();
  [[nodiscard]] Status cut_torn_line();
  [[nodiscard]] Status take_up_chain();
  void write(std::string line, std::string_view type);
  void write_out();
  void sync();
  [[noreturn]] void give_up(int number);

  std::filesystem::path path_;
  Fd fd_;
  Durability durability_ = Durability::synced;
  std::uint64_t size_ = 0;  ///< of the file, which ends there with a whole line
  std::uint64_t repaired_ = 0;
  std::mutex mutex_;
  std::string held_;
  std::optional<Chain> chain_ = Chain();
  std::optional<Error> broken_;
};

}  // namespace attest::record
