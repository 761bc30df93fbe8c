#include "reports/history/fingerprint.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string_view>

#include "harness/base/file.hpp"
#include "harness/record/sha256.hpp"

namespace attest::reports {
namespace {

constexpr const char* kGiveARecord = "give the record.jsonl of a run";

/// Blocks of a file, wherever they are asked for. Throws a Failure.
class Reader {
 public:
  explicit Reader(const std::filesystem::path& path)
      : path_(path), fd_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
    if (!fd_) refuse("open");
  }
  [[nodiscard]] std::uint64_t size() const {
    struct stat seen {};
    if (::fstat(fd_.get(), &seen) != 0) refuse("look at");
    return static_cast<std::uint64_t>(seen.st_size);
  }
  /// At most 64 KiB of `length` bytes from there; empty at the end of the file.
  std::string_view block(std::uint64_t from, std::uint64_t length) {
    const auto most = std::min<std::uint64_t>(length, buffer_.size());
    ssize_t n = 0;
    do n = ::pread(fd_.get(), buffer_.data(), most, static_cast<off_t>(from));
    while (n < 0 && errno == EINTR);
    if (n < 0) refuse("read");
    return {buffer_.data(), static_cast<std::size_t>(n)};
  }

 private:
  [[noreturn]] void refuse(const char* tried) const {
    throw Failure({Fault::usage, errno_text(fmt::format("{} the record {}", tried, path_.string()), errno),
                   kGiveARecord});
  }
  std::filesystem::path path_;
  Fd fd_;
  std::array<char, 1 << 16> buffer_{};
};

/// Up to and with the last line end.
std::uint64_t whole_lines(Reader& reader, std::uint64_t size) {
  while (size > 0) {
    const auto from = size > (1 << 16) ? size - (1 << 16) : 0;
    const auto end = reader.block(from, size - from).rfind('\n');
    if (end != std::string_view::npos) return from + end + 1;
    size = from;
  }
  return 0;
}

struct Digests {
  std::string first_line, all;
};

Digests digests(Reader& reader, std::uint64_t bytes) {
  record::Sha256 all, first;
  bool in_first = true;
  for (std::uint64_t at = 0; at < bytes;) {
    const auto block = reader.block(at, bytes - at);
    if (block.empty()) break;
    all.update(block);
    const auto end = block.find('\n');
    if (in_first) first.update(block.substr(0, end));
    in_first = in_first && end == std::string_view::npos;
    at += block.size();
  }
  return {record::hex_of(first.finish()), record::hex_of(all.finish())};
}

}  // namespace

Result<Fingerprint> fingerprint(const std::filesystem::path& record) try {
  Reader reader(record);
  Fingerprint out;
  out.file_size = reader.size();
  out.bytes = whole_lines(reader, out.file_size);
  if (out.bytes == 0)
    return fail(
        Fault::usage,
        fmt::format("the record {} holds no whole line: its run was cut before it began", record.string()),
        kGiveARecord);
  auto [first_line, all] = digests(reader, out.bytes);
  out.key = std::move(first_line);
  out.digest = std::move(all);
  return out;
} catch (const Failure& failure) {
  return tl::unexpected(failure.error());
}

Result<std::string> digest_of_beginning(const std::filesystem::path& record, std::uint64_t bytes) try {
  Reader reader(record);
  return digests(reader, bytes).all;
} catch (const Failure& failure) {
  return tl::unexpected(failure.error());
}

}  // namespace attest::reports
