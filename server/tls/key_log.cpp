#include "server/tls/key_log.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace attest::server {
namespace {

/// A file that was there before may have been made for all to read.
bool for_nobody_else(int file) {
  struct stat found {};
  if (::fstat(file, &found) != 0) return false;
  return !S_ISREG(found.st_mode) || (found.st_mode & 0777) == 0600 || ::fchmod(file, 0600) == 0;
}

}  // namespace

KeyLog::KeyLog(const std::filesystem::path& path) {
  if (path.empty()) return;
  file_ = Fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  if (!file_ || !for_nobody_else(file_.get()))
    throw Failure({Fault::usage, errno_text("keep a key log in " + path.string(), errno),
                   "name a file of yours in a folder where you may write"});
}

void KeyLog::append(std::string line) const {
  line += '\n';
  // One write to a file opened for appending: lines of several threads, and of several origins, stay whole.
  // What a full disk does not take is lost; the handshake shall not fail for it.
  while (::write(file_.get(), line.data(), line.size()) < 0 && errno == EINTR) {
  }
}

}  // namespace attest::server
