#include "harness/record/chain.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "harness/base/file.hpp"
#include "harness/record/reader.hpp"

namespace attest::record {
namespace {

constexpr std::size_t kLongestLine = std::size_t{64} << 20;  // as for read()
constexpr std::size_t kKept = 16;                            // bytes of a digest
constexpr std::string_view kBefore = R"(,"h":")", kAfter = R"("})";
constexpr std::size_t kTail = kBefore.size() + 2 * kKept + kAfter.size();

bool is_hex(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

/// What one h is: of the one before, and of a line whose last '}' is not in `body`.
std::string next_head(Sha256& hash, std::string_view head, std::string_view body) {
  hash.update(head);
  hash.update(body);
  hash.update("}");
  return hex_of(hash.finish(), kKept);
}

/// Follows a chain that somebody else has written.
class Follower {
 public:
  void line(std::string_view text) {
    ++out_.lines;
    if (out_.wrong_line != 0) return;
    const auto own = chained(text);
    if (out_.lines == 1 && !own) return;  // unchained, unless a later line has one
    if (!own && head_ == kChainStart) return;
    if (!own) return wrong("it has no h, and the lines before it have");
    if (out_.lines > 1 && head_ == kChainStart) return wrong("it has an h, and the lines before it have not");
    head_ = next_head(hash_, head_, text.substr(0, text.size() - kTail));
    if (head_ != *own)
      wrong("it is not the line that was written here: changed, moved, put in, or the one before it is gone");
  }

  ChainResult result() {
    using State = ChainResult::State;
    out_.state = out_.wrong_line != 0   ? State::broken
                 : head_ == kChainStart ? State::unchained
                                        : State::whole;
    if (out_.state == State::whole) out_.head = head_;
    return out_;
  }

 private:
  void wrong(std::string_view what) {
    out_.wrong_line = out_.lines;
    out_.what = what;
  }

  ChainResult out_;
  Sha256 hash_;
  std::string head_{kChainStart};
};

}  // namespace

void Chain::link(std::string& line) {
  line.pop_back();
  head_ = next_head(hash_, head_, line);
  line.append(kBefore).append(head_).append(kAfter);
}

std::optional<std::string_view> chained(std::string_view line) {
  if (line.size() <= kTail || !line.ends_with(kAfter)) return std::nullopt;
  const auto tail = line.substr(line.size() - kTail);
  const auto own = tail.substr(kBefore.size(), 2 * kKept);
  if (!tail.starts_with(kBefore) || !is_hex(own)) return std::nullopt;
  return own;
}

Result<ChainResult> verify_chain(const std::filesystem::path& path) {
  const auto wrong = [&](const char* tried) {
    return fail(Fault::usage, errno_text(tried + path.string(), errno), "give the record.jsonl of a run");
  };
  const Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return wrong("open the record ");
  Follower follower;
  Sha256 whole;
  LineSplitter splitter;
  std::array<char, 1 << 16> buffer{};
  for (ssize_t n = 0; (n = ::read(fd.get(), buffer.data(), buffer.size())) != 0;) {
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return wrong("read the record ");
    const std::string_view piece(buffer.data(), static_cast<std::size_t>(n));
    whole.update(piece);
    (void)splitter.feed(piece, [&](std::string_view line) -> Status {
      follower.line(line);
      return {};
    });
    if (splitter.rest().size() > kLongestLine)
      return fail(Fault::usage, path.string() + ": a line has no end within 64 MiB",
                  "give the record.jsonl of a run");
  }
  auto out = follower.result();
  out.torn_bytes = splitter.rest().size();
  out.sha256 = hex_of(whole.finish());
  return out;
}

}  // namespace attest::record
