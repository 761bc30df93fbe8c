#include "server/http/body.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "harness/base/bytes.hpp"

namespace attest::server {
namespace {
constexpr std::size_t kLongestLine = 4096;
}

BodyReader::BodyReader(const Head& head) : step_(head.chunked ? Step::size_line : Step::counted) {
  length_ = left_ = head.chunked ? 0 : head.content_length.value_or(0);
  if (step_ == Step::counted && left_ == 0) step_ = Step::done;
}

std::size_t BodyReader::take(std::string_view bytes) {
  std::size_t taken = 0;
  while (step_ != Step::done) {
    const auto rest = bytes.substr(taken);
    std::size_t more = 0;
    if (step_ == Step::counted)
      more = take_counted(rest, Step::done);
    else if (step_ == Step::chunk)
      more = take_counted(rest, Step::chunk_end);
    else
      more = take_line(rest);
    if (more == 0) break;
    taken += more;
  }
  return taken;
}

std::size_t BodyReader::take_counted(std::string_view bytes, Step then) {
  const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size()));
  body_.append(bytes.substr(0, count));
  left_ -= count;
  if (left_ == 0) step_ = then;
  return count;
}

std::size_t BodyReader::take_line(std::string_view bytes) {
  const auto end = bytes.find('\n');
  if (end == std::string_view::npos) {
    if (bytes.size() > kLongestLine) break_off("chunk line without an end");
    return 0;
  }
  auto line = bytes.substr(0, end);
  if (line.ends_with('\r'))
    line.remove_suffix(1);
  else if (fault_.empty())
    fault_ = "bare LF in the chunks";
  read_line(line);
  return end + 1;
}

void BodyReader::read_line(std::string_view line) {
  if (step_ == Step::trailer && line.empty()) step_ = Step::done;
  if (step_ == Step::size_line) return read_size(line);
  if (step_ != Step::chunk_end) return;
  if (!line.empty())
    return break_off(fmt::format("chunk of another size than it says, followed by {}", visible(line, 40)));
  step_ = Step::size_line;
}

void BodyReader::read_size(std::string_view line) {
  const auto digits = trimmed(line.substr(0, line.find(';')));
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), left_, 16);
  if (digits.empty() || error != std::errc{} || end != digits.data() + digits.size())
    return break_off(fmt::format("chunk size that is none: {}", visible(line, 40)));
  step_ = left_ == 0 ? Step::trailer : Step::chunk;
}

void BodyReader::break_off(std::string why) {
  fault_ = std::move(why);
  step_ = Step::done;
}

std::string BodyReader::lacking() const {
  if (step_ == Step::counted)
    return fmt::format("Content-Length is {}, and {} bytes came", length_, length_ - left_);
  return fmt::format("the connection ended inside a chunked body, after {} bytes of it", body_.size());
}

}  // namespace attest::server
