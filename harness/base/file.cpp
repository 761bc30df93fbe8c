#include "harness/base/file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "harness/base/whole_file.hpp"

namespace attest {
void Fd::reset() {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

Result<std::string> read_file(const std::filesystem::path& path) {
  const Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return fail(Fault::usage, errno_text("open " + path.string(), errno));
  std::string out;
  char buffer[1 << 16];
  for (;;) {
    const ssize_t n = ::read(fd.get(), buffer, sizeof buffer);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return fail(Fault::usage, errno_text("read " + path.string(), errno));
    if (n == 0) return out;
    out.append(buffer, static_cast<std::size_t>(n));
  }
}

Status write_file_whole(const std::filesystem::path& path, std::string_view content) {
  auto file = WholeFile::create(path);
  if (!file) return tl::unexpected(file.error());
  (void)file->write(content);  // the first error sticks
  return file->finish();
}

TempDir::TempDir(std::string_view prefix) {
  std::string name = (std::filesystem::temp_directory_path() / fmt::format("{}-XXXXXX", prefix)).string();
  if (::mkdtemp(name.data()) == nullptr)
    throw Failure(
        {Fault::bench, errno_text("make a folder " + name, errno), "set TMPDIR to a writable folder"});
  path_ = name;
}

TempDir::~TempDir() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace attest
