#include "harness/base/file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

namespace attest {
namespace {

Status write_all(int fd, std::string_view content, const std::string& name) {
  while (!content.empty()) {
    const ssize_t n = ::write(fd, content.data(), content.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return fail(Fault::bench, errno_text("write " + name, errno), "free some disk space");
    content.remove_prefix(static_cast<std::size_t>(n));
  }
  return {};
}

}  // namespace

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
  std::string temporary = path.string() + ".XXXXXX";
  Fd fd(::mkostemp(temporary.data(), O_CLOEXEC));
  if (!fd)
    return fail(Fault::bench, errno_text("create " + temporary, errno), "is the folder there and writable?");
  auto done = write_all(fd.get(), content, temporary);
  if (done && (::fchmod(fd.get(), 0644) != 0 || ::fsync(fd.get()) != 0 ||
               ::rename(temporary.c_str(), path.c_str()) != 0))
    done = fail(Fault::bench, errno_text("write " + path.string(), errno));
  if (!done) ::unlink(temporary.c_str());
  return done;
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
