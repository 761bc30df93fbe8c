// Files that appear whole or not at all, descriptors that close themselves, folders that go away.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

#include "harness/base/result.hpp"

namespace attest {

/// Owns a file descriptor.
class Fd {
 public:
  Fd() = default;
  explicit Fd(int fd) : fd_(fd) {}
  Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Fd& operator=(Fd&& other) noexcept {
    if (this != &other) {
      reset();
      fd_ = std::exchange(other.fd_, -1);
    }
    return *this;
  }
  ~Fd() { reset(); }
  [[nodiscard]] int get() const { return fd_; }
  [[nodiscard]] explicit operator bool() const { return fd_ >= 0; }
  [[nodiscard]] int release() { return std::exchange(fd_, -1); }
  void reset();

 private:
  int fd_ = -1;
};

[[nodiscard]] Result<std::string> read_file(const std::filesystem::path& path);

/// Writes beside `path`, syncs, renames over it: a reader sees the old file or the new one, never half of one.
[[nodiscard]] Status write_file_whole(const std::filesystem::path& path, std::string_view content);

/// A private folder under the system's temporary one, removed with all in it at the end.
class TempDir {
 public:
  explicit TempDir(std::string_view prefix = "attest");
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;
  ~TempDir();
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace attest
