// A line of a record on its way to the file, of which only the beginning has been read: most lines decide
// nothing, and whoever only carries them need not take them apart.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "harness/record/event.hpp"

namespace attest::record {

/// What can be told of a line without taking it apart. The views are of the text.
struct LineHead {
  Instant at;
  std::string_view type;
  std::string_view device;  ///< empty unless it stands right behind the type, as the runner puts it
};

/// Nothing unless the line begins as to_line() writes it, and ends as an object does.
[[nodiscard]] std::optional<LineHead> head_of(std::string_view text);

class Line {
 public:
  /// Nothing unless it begins as to_line() writes it, and ends as an object does. What stands between is not
  /// looked at.
  [[nodiscard]] static std::optional<Line> read(std::string_view text);

  [[nodiscard]] Instant at() const { return at_; }
  [[nodiscard]] std::string_view type() const {
    return std::string_view(text_).substr(type_begin_, type_size_);
  }
  /// Puts a field before all others. The line must have none of that name.
  void add(std::string_view name, std::string_view value);
  [[nodiscard]] const std::string& text() const { return text_; }
  /// All of it; an error where it is no event.
  [[nodiscard]] Result<Event> event() const { return parse_line(text_); }

 private:
  Line() = default;
  std::string text_;
  Instant at_;
  std::size_t type_begin_ = 0, type_size_ = 0;
};

/// A sink that also takes lines as they are. Thread-safe.
class LineSink : public Sink {
 public:
  virtual void pass(Line line) = 0;
};

}  // namespace attest::record
