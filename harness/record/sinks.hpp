// Sinks beside the file: into memory, and into several at once.
#pragma once

#include <mutex>
#include <utility>
#include <vector>

#include "harness/record/event.hpp"

namespace attest::record {

/// Keeps everything. Thread-safe.
class MemorySink final : public Sink {
 public:
  void append(const Event& event) override {
    const std::lock_guard lock(mutex_);
    events_.push_back(event);
  }
  [[nodiscard]] std::vector<Event> events() const {
    const std::lock_guard lock(mutex_);
    return events_;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<Event> events_;
};

/// Forwards each event to all, in their order, and so that all see the same order of events. The sinks must
/// outlive it. If one throws, those after it do not get the event: put the file first.
class TeeSink final : public Sink {
 public:
  explicit TeeSink(std::vector<Sink*> to) : to_(std::move(to)) {}
  void append(const Event& event) override {
    const std::lock_guard lock(mutex_);
    for (auto* sink : to_) sink->append(event);
  }

 private:
  std::mutex mutex_;
  std::vector<Sink*> to_;
};

}  // namespace attest::record
