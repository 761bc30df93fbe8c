#include "harness/record/reader.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

#include "harness/base/bytes.hpp"
#include "harness/base/file.hpp"

namespace attest::record {
namespace {

constexpr std::size_t kLongestLine = std::size_t{64} << 20;

/// What a record's lines have to be, beside events.
class Checked {
 public:
  Checked(std::string name, const std::function<void(Event&&)>& take) : name_(std::move(name)), take_(take) {}

  Status line(std::string_view text) {
    ++number_;
    auto event = parse_line(text);
    if (!event) return wrong(event.error().what, event.error().cure);
    if (number_ == 1 && event->type != "run.begin")
      return wrong(fmt::format("a record begins with run.begin, not {}", visible(event->type, 40)),
                   "give the record.jsonl of a run");
    if (auto known = known_schema(*event); !known) return known;
    take_(std::move(*event));
    return {};
  }

  [[nodiscard]] std::uint64_t events() const { return number_; }
  [[nodiscard]] tl::unexpected<Error> wrong(const std::string& what, const std::string& cure) const {
    return fail(Fault::usage, fmt::format("{}:{}: {}", name_, number_, what), cure);
  }

 private:
  Status known_schema(const Event& event) const {
    if (event.type != "run.begin") return {};
    const auto schema = text_of(event, "schema");
    if (schema == kSchema) return {};
    const auto by = text_of(event, "attest");
    return wrong(
        fmt::format("a record of schema '{}', and this attest reads '{}'", visible(schema, 40), kSchema),
        by.empty() ? "read it with the attest that wrote it"
                   : fmt::format("read it with the attest that wrote it: {}", visible(by, 40)));
  }

  std::string name_;
  const std::function<void(Event&&)>& take_;
  std::uint64_t number_ = 0;
};

}  // namespace

Status LineSplitter::feed(std::string_view bytes, const std::function<Status(std::string_view)>& take) {
  for (std::size_t end; (end = bytes.find('\n')) != std::string_view::npos; bytes.remove_prefix(end + 1)) {
    Status taken;
    if (rest_.empty()) {
      taken = take(bytes.substr(0, end));
    } else {
      rest_.append(bytes.substr(0, end));
      taken = take(rest_);
      rest_.clear();
    }
    if (!taken) return taken;
  }
  rest_.append(bytes);
  return {};
}

Result<ReadSummary> read(const std::filesystem::path& path, const std::function<void(Event&&)>& take) {
  const Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd)
    return fail(Fault::usage, errno_text("open the record " + path.string(), errno),
                "give the record.jsonl of a run");
  Checked checked(path.string(), take);
  LineSplitter splitter;
  std::array<char, 1 << 16> buffer{};
  for (;;) {
    const ssize_t n = ::read(fd.get(), buffer.data(), buffer.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0)
      return fail(Fault::usage, errno_text("read the record " + path.string(), errno),
                  "give the record.jsonl of a run");
    if (n == 0) return ReadSummary{checked.events(), splitter.rest().size()};
    auto fed = splitter.feed({buffer.data(), static_cast<std::size_t>(n)},
                             [&](std::string_view line) { return checked.line(line); });
    if (!fed) return tl::unexpected(fed.error());
    if (splitter.rest().size() > kLongestLine)
      return checked.wrong("the line after this one has no end within 64 MiB",
                           "give the record.jsonl of a run");
  }
}

Result<Recorded> read_all(const std::filesystem::path& path) {
  Recorded out;
  auto summary = read(path, [&](Event&& event) { out.events.push_back(std::move(event)); });
  if (!summary) return tl::unexpected(summary.error());
  out.summary = *summary;
  return out;
}

}  // namespace attest::record
