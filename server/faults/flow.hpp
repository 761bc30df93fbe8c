// One direction of a relayed connection between reading and writing: what is held, and what becomes of it
// next. Knows no sockets and no clock: it is fed, asked and told the time, so that every rule is tested on a
// fake one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "harness/base/clock.hpp"
#include "server/control/faults.hpp"

namespace attest::server::faults {

/// How a side ended its stream.
enum class End { none, fin, rst };

/// What has come and was not yet passed on.
struct Held {
  std::string_view bytes;
  End end = End::none;  ///< behind the bytes
};

/// What the relay is to do next.
struct Step {
  enum class Do {
    rest,        ///< nothing, until more comes or the fault is lifted
    wait,        ///< nothing, until `until`
    pass,        ///< the next `bytes` of what is held
    add,         ///< `extra`, which the server never sent
    finish,      ///< FIN: the server's own
    half_close,  ///< FIN; the other direction goes on
    cut,         ///< FIN, and the connection is over
    reset        ///< RST
  };
  Do what = Do::rest;
  std::size_t bytes = 0;
  std::string extra{};
  Instant until{};
};

/// What a fault does from its place on.
class Course {
 public:
  virtual ~Course() = default;
  /// Asked again when the step is done, and whenever something has come.
  [[nodiscard]] virtual Step next(const Held& held, Instant now) = 0;
  /// Told of the bytes that pass before the place.
  virtual void passing(std::string_view bytes) { (void)bytes; }
};

/// As if there were no fault.
[[nodiscard]] Step pass_on(const Held& held);

/// Where a course begins: at a place, or at the end that the server makes.
struct Where {
  Place place{};
  bool at_end = false;
};

class Flow {
 public:
  /// A direction holds no more: a peer that does not take keeps the other from sending.
  static constexpr std::size_t kMost = 64 * 1024;

  Flow() = default;  ///< passes all unchanged
  Flow(Where where, std::unique_ptr<Course> course) : where_(where), course_(std::move(course)) {}

  [[nodiscard]] std::size_t room() const { return kMost - held_.size(); }
  [[nodiscard]] bool ended() const { return end_ != End::none; }
  /// When the fault began.
  [[nodiscard]] std::optional<Instant> struck() const { return struck_; }

  void take(std::string_view bytes);  ///< at most room()
  void end(End how) { end_ = how; }
  [[nodiscard]] Step next(Instant now);
  /// Hands out what a Step::Do::pass was about.
  [[nodiscard]] std::string pass(std::size_t bytes);
  /// The fault is over; what it held back passes.
  void lift() { course_.reset(); }
  /// Nobody is left to pass to: what is held, and what will come, goes nowhere.
  void drop();

 private:
  [[nodiscard]] std::optional<std::uint64_t> place() const;
  [[nodiscard]] bool reached() const;
  [[nodiscard]] std::size_t before_place() const;
  void look_for_body(std::string_view bytes);

  Where where_;
  std::unique_ptr<Course> course_;
  std::string held_;
  End end_ = End::none;
  bool dropping_ = false;
  std::uint64_t passed_ = 0;
  std::uint64_t looked_at_ = 0;
  bool line_empty_ = false;  ///< so far; the first line of a head is not, whatever it is
  std::optional<std::uint64_t> body_;
  std::optional<Instant> struck_;
};

}  // namespace attest::server::faults
