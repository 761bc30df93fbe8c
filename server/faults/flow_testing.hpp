// For the tests of the faults: a flow driven on a fake clock, and what came out of it when.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "harness/base/random.hpp"
#include "server/faults/course.hpp"

namespace attest::server::testing {

class Player {
 public:
  explicit Player(faults::Flow flow) : flow_(std::move(flow)) {}
  explicit Player(const NetFault& fault) : Player(faults::flow_of(fault, 0)) {}

  struct Piece {
    Nanos after{};  ///< since the beginning
    std::string bytes;
    bool operator==(const Piece&) const = default;
  };

  Player& take(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto count = std::min(bytes.size(), flow_.room());
      if (count == 0) return *this;  // the server is held up
      flow_.take(bytes.substr(0, count));
      bytes.remove_prefix(count);
      run();
    }
    return *this;
  }
  /// Cut at random places.
  Player& take_split(std::string_view bytes, Random& random) {
    while (!bytes.empty()) {
      const auto count = std::min<std::size_t>(bytes.size(), 1 + random.below(9));
      take(bytes.substr(0, count));
      bytes.remove_prefix(count);
    }
    return *this;
  }
  Player& end(faults::End how = faults::End::fin) {
    flow_.end(how);
    return run();
  }
  Player& advance(Nanos span) {
    clock_.advance(span);
    return run();
  }
  Player& lift() {
    flow_.lift();
    return run();
  }
  /// Goes on from one time to the next until nothing waits.
  Player& run_out() {
    while (due_) {
      clock_.set(*due_);
      run();
    }
    return *this;
  }

  [[nodiscard]] std::string bytes() const {
    std::string all;
    for (const auto& piece : pieces_) all += piece.bytes;
    return all;
  }
  [[nodiscard]] const std::vector<Piece>& pieces() const { return pieces_; }
  [[nodiscard]] std::string_view ended() const {
    return ended_;
  }  ///< "", "fin", "half-close", "cut", "reset"
  [[nodiscard]] bool waits() const { return due_.has_value(); }
  [[nodiscard]] faults::Flow& flow() { return flow_; }
  [[nodiscard]] Nanos elapsed() const { return clock_.now() - begun_; }

 private:
  Player& run() {
    using Do = faults::Step::Do;
    due_.reset();
    while (ended_.empty()) {
      auto step = flow_.next(clock_.now());
      switch (step.what) {
        case Do::rest:
          return *this;
        case Do::wait:
          due_ = step.until;
          return *this;
        case Do::pass:
          put(flow_.pass(step.bytes));
          break;
        case Do::add:
          put(std::move(step.extra));
          break;
        case Do::finish:
          ended_ = "fin";
          break;
        case Do::half_close:
          ended_ = "half-close";
          break;
        case Do::cut:
          ended_ = "cut";
          break;
        case Do::reset:
          ended_ = "reset";
          break;
      }
    }
    return *this;
  }
  void put(std::string bytes) { pieces_.push_back({elapsed(), std::move(bytes)}); }

  faults::Flow flow_;
  FakeClock clock_;
  const Instant begun_ = clock_.now();
  std::vector<Piece> pieces_;
  std::string_view ended_;
  std::optional<Instant> due_;
};

inline constexpr std::string_view kHead = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n";
inline constexpr std::string_view kWhole = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";

[[nodiscard]] constexpr Place at(std::uint64_t bytes) {
  return {Place::From::start, bytes};
}
[[nodiscard]] constexpr Place in_body(std::uint64_t bytes) {
  return {Place::From::body, bytes};
}

}  // namespace attest::server::testing
