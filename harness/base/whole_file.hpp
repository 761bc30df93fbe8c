// A file that is written in pieces and appears whole or not at all; write_file_whole() is for one text.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "harness/base/file.hpp"

namespace attest {

/// Not thread-safe. Errors are Fault::bench and name the file. One that is not finished leaves nothing
/// behind.
class WholeFile {
 public:
  [[nodiscard]] static Result<WholeFile> create(std::filesystem::path path);
  WholeFile(WholeFile&&) noexcept;
  WholeFile& operator=(WholeFile&&) = delete;
  ~WholeFile();

  /// The first error sticks: every later call gives it again.
  Status write(std::string_view bytes);
  [[nodiscard]] Status finish();

 private:
  WholeFile(std::filesystem::path path, std::string temporary, Fd fd);
  void write_out();
  void put(std::string_view rest);

  std::filesystem::path path_;
  std::string temporary_;  ///< empty: finished, or moved from
  Fd fd_;
  std::string held_;
  Status so_far_;
};

}  // namespace attest
