// Events to the runner, one a line, over a pipe.
#pragma once

#include <mutex>
#include <string>

#include "harness/record/event.hpp"

namespace attest::suites {

/// Thread-safe. Holds lines back until a moment at which nobody waits for the device (flush), so that writing
/// them costs no latency; a host killed before that loses at most the running case's last exchange.
class PipeSink final : public record::Sink {
 public:
  explicit PipeSink(int fd) : fd_(fd) {}
  void append(const record::Event& event) override;
  void flush();

 private:
  void write_out();

  int fd_;
  std::mutex mutex_;
  std::string held_;
};

}  // namespace attest::suites
