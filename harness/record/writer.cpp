#include "harness/record/writer.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string_view>

namespace attest::record {
namespace {

constexpr std::size_t kHeldAtMost = std::size_t{64} << 10;

/// After these nothing before them may get lost.
bool worth_syncing(std::string_view type) {
  static constexpr std::array<std::string_view, 6> kTypes{"run.begin", "run.end", "case.end",
                                                          "device",    "fault",   "case.blocked"};
  return std::find(kTypes.begin(), kTypes.end(), type) != kTypes.end();
}

/// Where the last line end before `size` is, and one further; 0: there is none.
Result<std::uint64_t> end_of_last_line(int fd, std::uint64_t size, const std::string& name) {
  std::array<char, 1 << 16> buffer{};
  while (size > 0) {
    const auto piece = std::min<std::uint64_t>(size, buffer.size());
    const ssize_t n = ::pread(fd, buffer.data(), piece, static_cast<off_t>(size - piece));
    if (n < 0 && errno == EINTR) continue;
    if (n != static_cast<ssize_t>(piece))
      return fail(Fault::bench, errno_text("read the record " + name, n < 0 ? errno : EIO),
                  "is the disk well?");
    const auto at = std::string_view(buffer.data(), piece).rfind('\n');
    if (at != std::string_view::npos) return size - piece + at + 1;
    size -= piece;
  }
  return 0;
}

Status sync_folder_of(const std::filesystem::path& path) {
  const auto folder = path.parent_path().empty() ? std::filesystem::path(".") : path.parent_path();
  const Fd fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd || (::fsync(fd.get()) != 0 && errno != EINVAL))
    return fail(Fault::bench, errno_text("sync the folder " + folder.string(), errno), "is the disk well?");
  return {};
}

}  // namespace

Result<std::unique_ptr<FileWriter>> FileWriter::create(const std::filesystem::path& path,
                                                       Durability durability) {
  Fd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0644));
  if (!fd && errno == EEXIST)
    return fail(Fault::usage, fmt::format("create the record {}: there is one already", path.string()),
                "choose another folder, or continue that record with --resume");
  if (!fd)
    return fail(Fault::bench, errno_text("create the record " + path.string(), errno),
                "is the folder there and writable?");
  std::unique_ptr<FileWriter> writer(new FileWriter(path, std::move(fd)));
  writer->durability_ = durability;
  if (auto locked = writer->lock(); !locked) return tl::unexpected(locked.error());
  if (auto synced = sync_folder_of(path); !synced) return tl::unexpected(synced.error());
  return writer;
}

Result<std::unique_ptr<FileWriter>> FileWriter::resume(const std::filesystem::path& path) {
  Fd fd(::open(path.c_str(), O_RDWR | O_APPEND | O_CLOEXEC));
  if (!fd)
    return fail(Fault::usage, errno_text("open the record " + path.string(), errno),
                "give the folder of a run that has a record");
  std::unique_ptr<FileWriter> writer(new FileWriter(path, std::move(fd)));
  if (auto locked = writer->lock(); !locked) return tl::unexpected(locked.error());
  if (auto cut = writer->cut_torn_line(); !cut) return tl::unexpected(cut.error());
  if (auto taken = writer->take_up_chain(); !taken) return tl::unexpected(taken.error());
  return writer;
}

Status FileWriter::lock() {
  if (::flock(fd_.get(), LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK) return {};
  return fail(Fault::usage, fmt::format("write the record {}: another run is writing it", path_.string()),
              "wait for that run to end, or choose another folder");
}

Status FileWriter::cut_torn_line() {
  struct stat about {};
  if (::fstat(fd_.get(), &about) != 0)
    return fail(Fault::bench, errno_text("look at the record " + path_.string(), errno), "is the disk well?");
  const auto size = static_cast<std::uint64_t>(about.st_size);
  const auto whole = end_of_last_line(fd_.get(), size, path_.string());
  if (!whole) return tl::unexpected(whole.error());
  if (*whole < size && ::ftruncate(fd_.get(), static_cast<off_t>(*whole)) != 0)
    return fail(Fault::bench, errno_text("cut the torn last line off " + path_.string(), errno),
                "is the file writable?");
  size_ = *whole;
  repaired_ = size - *whole;
  return {};
}

/// Its end is enough: the h stands last in a line.
Status FileWriter::take_up_chain() {
  if (size_ == 0) return {};
  const auto begin = end_of_last_line(fd_.get(), size_ - 1, path_.string());
  if (!begin) return tl::unexpected(begin.error());
  std::array<char, 128> buffer{};
  const auto length = std::min<std::uint64_t>(size_ - 1 - *begin, buffer.size());
  const ssize_t n = ::pread(fd_.get(), buffer.data(), length, static_cast<off_t>(size_ - 1 - length));
  if (n != static_cast<ssize_t>(length))
    return fail(Fault::bench, errno_text("read the record " + path_.string(), n < 0 ? errno : EIO),
                "is the disk well?");
  const auto own = chained({buffer.data(), length});
  chain_ = own ? std::optional<Chain>(Chain(*own)) : std::nullopt;
  return {};
}

FileWriter::~FileWriter() {
  try {
    if (!broken_) flush();
  } catch (const Failure&) {  // told to those who call flush()
  }
}

void FileWriter::append(const Event& event) {
  write(to_line(event), event.type);  // made outside the lock: it is most of the work
}

void FileWriter::pass(Line line) {
  write(line.text(), line.type());
}

void FileWriter::write(std::string line, std::string_view type) {
  const std::lock_guard lock(mutex_);
  if (broken_) throw Failure(*broken_);
  if (chain_) chain_->link(line);
  held_ += line;
  held_ += '\n';
  const bool now = worth_syncing(type);
  // What a kill of this process must not take: which case it was in, and what a finished one can be judged by
  // again.
  const bool soon = type == "case.begin" || type == "tape";
  if (now || soon || held_.size() >= kHeldAtMost) write_out();
  if (now) sync();
}

void FileWriter::flush() {
  const std::lock_guard lock(mutex_);
  if (broken_) throw Failure(*broken_);
  write_out();
  sync();
}

void FileWriter::write_out() {
  std::string_view left = held_;
  while (!left.empty()) {
    const ssize_t n = ::write(fd_.get(), left.data(), left.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) {
      const int number = errno;
      const auto whole = std::string_view(held_).substr(0, held_.size() - left.size()).rfind('\n');
      size_ += whole == std::string_view::npos ? 0 : whole + 1;
      give_up(number);
    }
    left.remove_prefix(static_cast<std::size_t>(n));
  }
  size_ += held_.size();
  held_.clear();
}

void FileWriter::sync() {
  if (durability_ == Durability::written) return;
  // A file system, or a thing that is no file, may have nothing to sync; that is no loss.
  if (::fdatasync(fd_.get()) != 0 && errno != EINVAL && errno != EROFS) give_up(errno);
}

void FileWriter::give_up(int number) {
  if (::ftruncate(fd_.get(), static_cast<off_t>(size_)) != 0) {
    // Then the last line stays torn; readers cope with one.
  }
  held_.clear();
  broken_ = Error{Fault::bench, errno_text("write the record " + path_.string(), number),
                  "free some disk space, then continue with --resume"};
  throw Failure(*broken_);
}

}  // namespace attest::record
