#include "harness/lab/lease.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstdlib>

#include "harness/base/bytes.hpp"

namespace attest::lab {
namespace {
namespace fs = std::filesystem;

/// Readable as far as a file's name may be, and never that of another.
std::string file_name(const std::string& name) {
  constexpr std::size_t kShown = 80;
  std::string shown = name.substr(name.size() > kShown ? name.size() - kShown : 0);
  std::replace_if(
      shown.begin(), shown.end(),
      [](unsigned char c) { return std::isalnum(c) == 0 && c != '.' && c != '-'; }, '_');
  return fmt::format("{}-{:08x}.lease", shown, static_cast<std::uint32_t>(fnv1a(name)));
}

/// For all users of this host: a file that another has made is opened, and never waited for.
Result<Fd> lease_file(const fs::path& folder, const fs::path& file) {
  std::error_code error;
  if (fs::create_directories(folder, error))
    fs::permissions(folder, fs::perms::all | fs::perms::sticky_bit, error);
  Fd fd(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666));
  if (fd) {
    (void)::fchmod(fd.get(),
                   0666);  // whatever the umask is; refused where it is another's, and then done already
    return fd;
  }
  return fail(Fault::bench, errno_text("open the lease " + file.string(), errno),
              "set ATTEST_LEASES to a folder that all users of this host's devices can write to");
}

bool still_there(int fd, const fs::path& file) {
  struct stat ours {
  }, theirs{};
  return ::fstat(fd, &ours) == 0 && ::stat(file.c_str(), &theirs) == 0 && ours.st_ino == theirs.st_ino &&
         ours.st_dev == theirs.st_dev;
}

std::string holder_in(int fd) {
  char text[256] = {};
  const ssize_t n = ::pread(fd, text, sizeof text - 1, 0);
  return n > 0 ? std::string(trimmed(std::string_view(text, static_cast<std::size_t>(n))))
               : std::string("another process");
}

}  // namespace

fs::path Lease::default_folder() {
  const char* own = std::getenv("ATTEST_LEASES");
  if (own != nullptr && *own != '\0') return own;
  std::error_code error;
  const fs::path shared("/run/lock");
  if (fs::is_directory(shared, error) && ::access(shared.c_str(), W_OK) == 0) return shared / "attest";
  return fs::temp_directory_path(error) / "attest-leases";
}

Lease::~Lease() {
  // While it is locked, so that nobody can hold what is taken away here.
  if (fd_) ::unlink(file_.c_str());
}

Result<Lease> Lease::take(const std::string& name, const fs::path& folder) {
  const auto file = folder / file_name(name);
  for (;;) {
    auto fd = lease_file(folder, file);
    if (!fd) return tl::unexpected(fd.error());
    if (::flock(fd->get(), LOCK_EX | LOCK_NB) != 0) {
      if (errno != EWOULDBLOCK) return fail(Fault::bench, errno_text("lock " + file.string(), errno));
      return fail(Fault::bench, fmt::format("the device {} is in use by {}", name, holder_in(fd->get())),
                  "wait for that run to end, or choose another device");
    }
    if (!still_there(fd->get(), file)) continue;  // its last holder has just taken it away
    const auto us = fmt::format("pid {} ({})\n", ::getpid(), program_invocation_short_name);
    if (::ftruncate(fd->get(), 0) != 0 || ::pwrite(fd->get(), us.data(), us.size(), 0) < 0) {
      // For people only: the lock is what counts.
    }
    return Lease(std::move(*fd), file);
  }
}

}  // namespace attest::lab
