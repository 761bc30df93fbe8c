#include "harness/base/whole_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

namespace attest {
namespace {
constexpr std::size_t kHeld = std::size_t{1} << 18;
}

Result<WholeFile> WholeFile::create(std::filesystem::path path) {
  std::string temporary = path.string() + ".XXXXXX";
  Fd fd(::mkostemp(temporary.data(), O_CLOEXEC));
  if (!fd)
    return fail(Fault::bench, errno_text("create " + temporary, errno), "is the folder there and writable?");
  return WholeFile(std::move(path), std::move(temporary), std::move(fd));
}

WholeFile::WholeFile(std::filesystem::path path, std::string temporary, Fd fd)
    : path_(std::move(path)), temporary_(std::move(temporary)), fd_(std::move(fd)) {}

WholeFile::WholeFile(WholeFile&& other) noexcept
    : path_(std::move(other.path_)),
      temporary_(std::exchange(other.temporary_, {})),
      fd_(std::move(other.fd_)),
      held_(std::move(other.held_)),
      so_far_(std::move(other.so_far_)) {}

WholeFile::~WholeFile() {
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

Status WholeFile::write(std::string_view bytes) {
  if (held_.size() + bytes.size() < kHeld) {
    held_ += bytes;
  } else {
    write_out();
    put(bytes);
  }
  return so_far_;
}

void WholeFile::write_out() {
  put(held_);
  held_.clear();
}

void WholeFile::put(std::string_view rest) {
  while (so_far_ && !rest.empty()) {
    const ssize_t n = ::write(fd_.get(), rest.data(), rest.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0)
      so_far_ = fail(Fault::bench, errno_text("write " + temporary_, errno), "free some disk space");
    else
      rest.remove_prefix(static_cast<std::size_t>(n));
  }
}

Status WholeFile::finish() {
  write_out();
  if (!so_far_) return so_far_;
  if (::fchmod(fd_.get(), 0644) != 0 || ::fsync(fd_.get()) != 0 ||
      ::rename(temporary_.c_str(), path_.c_str()) != 0)
    return so_far_ = fail(Fault::bench, errno_text("write " + path_.string(), errno));
  temporary_.clear();
  return {};
}

}  // namespace attest
