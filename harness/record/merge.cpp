#include "harness/record/merge.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <optional>
#include <queue>

#include "harness/record/chain.hpp"

namespace attest::record {
namespace {

namespace fs = std::filesystem;

/// A part, at one of its lines.
class Part {
 public:
  explicit Part(const fs::path& path) : path_(path), file_(path, std::ios::binary) {}

  /// Goes on to the next whole line; false at the end, and from an error on.
  [[nodiscard]] Result<bool> advance() {
    line_.reset();
    std::string text;
    if (!std::getline(file_, text)) return false;
    ++number_;
    if (file_.eof()) {  // without a line end: a run that was killed leaves half of one
      torn_ = text.size();
      return false;
    }
    unchain(text);
    line_ = Line::read(text);
    if (!line_)
      return fail(Fault::usage, fmt::format("{}:{}: no event of a record", path_.string(), number_),
                  "the file was changed after it was written, or is no record");
    return true;
  }

  [[nodiscard]] const Line& line() const { return *line_; }
  [[nodiscard]] Line take() { return std::move(*line_); }
  [[nodiscard]] std::uint64_t torn() const { return torn_; }

 private:
  static void unchain(std::string& line) {
    const auto own = chained(line);
    if (!own) return;
    constexpr std::string_view kBefore = R"(,"h":")";
    line.resize(static_cast<std::size_t>(own->data() - line.data()) - kBefore.size());
    line += '}';
  }

  fs::path path_;
  std::ifstream file_;
  std::optional<Line> line_;
  std::uint64_t number_ = 0, torn_ = 0;
};

struct Later {
  const std::vector<Part>& parts;
  bool operator()(std::size_t a, std::size_t b) const {
    const auto ours = parts[a].line().at(), theirs = parts[b].line().at();
    return ours != theirs ? ours > theirs : a > b;
  }
};

/// A run begins when the first of its parts does.
void begin_as(const Line& first, Event& head) {
  head.at = first.at();
  const auto event = first.event();
  if (event && event->fields.contains("wall")) head.fields["wall"] = event->fields["wall"];
}

void end_of(const Line& line, Merged& out) {
  const auto event = line.event();
  const auto reason = event ? event->fields.value("reason", nlohmann::json()) : nlohmann::json();
  out.bench = out.bench || reason == "bench";
  out.stopped = out.stopped || reason == "stopped";
}

}  // namespace

Result<Merged> merge(const std::vector<fs::path>& paths, Event head, LineSink& into) {
  std::vector<Part> parts;
  for (const auto& path : paths)
    if (fs::exists(path)) parts.emplace_back(path);
  Merged out;
  std::size_t ended = 0;
  std::priority_queue<std::size_t, std::vector<std::size_t>, Later> next(Later{parts});
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto more = parts[i].advance();
    if (!more) return tl::unexpected(more.error());
    if (*more) next.push(i);
  }
  out.parts = next.size();
  if (!next.empty()) begin_as(parts[next.top()].line(), head);
  into.append(head);
  while (!next.empty()) {
    const auto i = next.top();
    next.pop();
    out.last = std::max(out.last, parts[i].line().at());
    if (parts[i].line().type() == "run.end") {
      end_of(parts[i].line(), out);
      ++ended;
    } else if (parts[i].line().type() != "run.begin") {
      into.pass(parts[i].take());
    }
    const auto more = parts[i].advance();
    if (!more) return tl::unexpected(more.error());
    if (*more) next.push(i);
  }
  for (const auto& part : parts) out.torn += part.torn();
  out.cut = ended < out.parts;
  return out;
}

}  // namespace attest::record
