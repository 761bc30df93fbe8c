#include "reports/html/timelines.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "harness/base/file.hpp"
#include "harness/measure/fields.hpp"
#include "reports/text/escape.hpp"

namespace attest::reports {
namespace {

using measure::text;

bool is_shown(std::string_view type) {
  return type != "tape";
}

/// A line as an element of the array: its hash, which is the last field, is left out.
std::string_view without_hash(std::string_view line) {
  const auto hash = line.rfind(R"(,"h":")");
  const bool last = hash != std::string_view::npos && line.find('"', hash + 6) == line.size() - 2;
  return last ? line.substr(0, hash) : line.substr(0, line.size() - 1);
}

/// Bytes [first, last) of a file, in pieces.
Status read_range(const std::filesystem::path& path, std::uint64_t first, std::uint64_t last,
                  const std::function<Status(std::string_view)>& take) {
  const Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  std::array<char, 1 << 16> buffer{};
  while (fd && first < last) {
    const auto size = std::min<std::uint64_t>(buffer.size(), last - first);
    const ssize_t n = ::pread(fd.get(), buffer.data(), size, static_cast<off_t>(first));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) break;
    if (n == 0) return fail(Fault::usage, path.string() + " was cut while it was read", "write it again");
    first += static_cast<std::uint64_t>(n);
    if (auto taken = take({buffer.data(), static_cast<std::size_t>(n)}); !taken) return taken;
  }
  if (fd && first >= last) return {};
  return fail(Fault::usage, errno_text("read the record " + path.string(), errno),
              "give the record.jsonl of a run");
}

/// Takes an attempt's lines out of those of all devices.
class Copy {
 public:
  Copy(const AttemptLines& attempt, const Limits& limits, const std::function<void(std::string_view)>& to)
      : attempt_(attempt), limits_(limits), to_(to) {}

  void line(std::string_view text) {
    const auto head = record::head_of(text);
    if (!head || !is_shown(head->type) || device_of(*head, text) != attempt_.device) return;
    const bool left_out = seen_ >= limits_.begin && seen_ + limits_.end < attempt_.bytes;
    seen_ += text.size() + 1;
    if (left_out) return;
    to_(count_++ == 0 ? "[" : ",\n");
    to_(json_in_html(without_hash(text)));
    to_("}");
  }
  void end() { to_(count_ == 0 ? "[]" : "]"); }

 private:
  static std::string device_of(const record::LineHead& head, std::string_view text_of_line) {
    if (!head.device.empty()) return std::string(head.device);
    const auto event = record::parse_line(text_of_line);
    return event ? text(event->fields, "device") : std::string();
  }

  const AttemptLines& attempt_;
  const Limits& limits_;
  const std::function<void(std::string_view)>& to_;
  std::uint64_t seen_ = 0, count_ = 0;
};

}  // namespace

void TimelineIndex::take(const record::LineAt& line, const record::LineHead& head,
                         const record::Event* event) {
  if (!is_shown(head.type)) return;
  if (head.type == "run.begin") open_.clear();
  std::string parsed;
  if (head.device.empty() && event == nullptr) {
    const auto own = record::parse_line(line.text);
    parsed = own ? text(own->fields, "device") : std::string();
  }
  const auto device = !head.device.empty() ? std::string(head.device)
                      : event != nullptr   ? text(event->fields, "device")
                                           : parsed;
  if (head.type == "case.begin" && event != nullptr) begin(line, *event, device);
  const auto open = open_.find(device);
  if (open == open_.end()) return;
  auto& attempt = attempts_[open->second];
  attempt.bytes += line.text.size() + 1;
  attempt.last = line.offset + line.text.size() + 1;
  attempt.end = std::max(attempt.end, head.at);
  if (head.type == "case.end") open_.erase(open);
}

void TimelineIndex::begin(const record::LineAt& line, const record::Event& event, std::string_view device) {
  open_[std::string(device)] = attempts_.size();
  attempts_.push_back({attempts_.size(), text(event.fields, "case"), std::string(device),
                       measure::whole(event.fields, "attempt").value_or(1), event.at, event.at, line.offset,
                       line.offset, 0});
}

Status copy_timeline(const std::filesystem::path& record, const AttemptLines& attempt, const Limits& limits,
                     const std::function<void(std::string_view)>& to) {
  Copy copy(attempt, limits, to);
  record::LineSplitter splitter;
  auto done = read_range(record, attempt.first, attempt.last, [&](std::string_view bytes) {
    return splitter.feed(bytes, [&](std::string_view line) -> Status {
      copy.line(line);
      return {};
    });
  });
  if (done) copy.end();
  return done;
}

}  // namespace attest::reports
