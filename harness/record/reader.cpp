#include "harness/record/reader.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>
#include <utility>

#include "harness/base/bytes.hpp"
#include "harness/base/file.hpp"

namespace attest::record {
namespace {

constexpr std::size_t kLongestLine = std::size_t{64} << 20;

/// What a record's lines have to be, beside events.
class Checked {
 public:
  explicit Checked(std::string name) : name_(std::move(name)) {}

  Result<Event> event(std::string_view text) {
    ++number_;
    auto event = parse_line(text);
    if (!event) return wrong(event.error().what, event.error().cure);
    if (number_ == 1 && event->type != "run.begin")
      return wrong(fmt::format("a record begins with run.begin, not {}", visible(event->type, 40)),
                   "give the record.jsonl of a run");
    if (auto known = known_schema(*event); !known) return tl::unexpected(known.error());
    return event;
  }
  /// Of a line that nobody takes apart.
  void pass_over() { ++number_; }

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

struct Pursuit::State {
  explicit State(const std::filesystem::path& path) : checked(path.string()) {}
  Fd fd;
  Checked checked;
  LineSplitter splitter;
  std::uint64_t next_line = 0;  ///< where it begins
};

Pursuit::Pursuit(std::filesystem::path path)
    : path_(std::move(path)), state_(std::make_unique<State>(path_)) {}
Pursuit::~Pursuit() = default;
Pursuit::Pursuit(Pursuit&&) noexcept = default;
Pursuit& Pursuit::operator=(Pursuit&&) noexcept = default;

Result<Event> Pursuit::event(const LineAt& line) {
  return state_->checked.event(line.text);
}

void Pursuit::pass_over(const LineAt&) {
  state_->checked.pass_over();
}

Status Pursuit::failed(const char* what) const {
  return fail(Fault::usage, errno_text(std::string(what) + " the record " + path_.string(), errno),
              "give the record.jsonl of a run");
}

Result<ReadSummary> Pursuit::advance(const std::function<Status(const LineAt&)>& take) {
  auto& s = *state_;
  if (!s.fd) s.fd = Fd(::open(path_.c_str(), O_RDONLY | O_CLOEXEC));
  if (!s.fd) return tl::unexpected(failed("open").error());
  const auto one = [&](std::string_view text) {
    const LineAt line{s.next_line, text};
    s.next_line += text.size() + 1;
    return take(line);
  };
  std::array<char, 1 << 16> buffer{};
  for (;;) {
    const ssize_t n = ::read(s.fd.get(), buffer.data(), buffer.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return tl::unexpected(failed("read").error());
    if (n == 0) return ReadSummary{s.checked.events(), s.splitter.rest().size()};
    if (auto fed = s.splitter.feed({buffer.data(), static_cast<std::size_t>(n)}, one); !fed)
      return tl::unexpected(fed.error());
    if (s.splitter.rest().size() > kLongestLine)
      return s.checked.wrong("the line after this one has no end within 64 MiB",
                             "give the record.jsonl of a run");
  }
}

Result<ReadSummary> read(const std::filesystem::path& path, const std::function<void(Event&&)>& take) {
  Pursuit pursuit(path);
  return pursuit.advance([&](const LineAt& line) -> Status {
    auto event = pursuit.event(line);
    if (!event) return tl::unexpected(event.error());
    take(std::move(*event));
    return {};
  });
}

Result<Recorded> read_all(const std::filesystem::path& path) {
  Recorded out;
  auto summary = read(path, [&](Event&& event) { out.events.push_back(std::move(event)); });
  if (!summary) return tl::unexpected(summary.error());
  out.summary = *summary;
  return out;
}

}  // namespace attest::record
