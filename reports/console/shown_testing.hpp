// For tests of what writes to a stream.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <string>

namespace attest::reports {

/// A stream, and what it has been told.
class Shown {
 public:
  Shown() : stream_(open_memstream(&text_, &size_)) {}
  Shown(const Shown&) = delete;
  Shown& operator=(const Shown&) = delete;
  ~Shown() {
    std::fclose(stream_);
    std::free(text_);
  }
  [[nodiscard]] std::FILE* stream() const { return stream_; }
  [[nodiscard]] std::string text() const {
    std::fflush(stream_);
    return {text_, size_};
  }

 private:
  char* text_ = nullptr;
  std::size_t size_ = 0;
  std::FILE* stream_;
};

}  // namespace attest::reports
