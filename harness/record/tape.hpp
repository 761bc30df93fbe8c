// The tape: what the doors of a case host answered, in order, as far as the record does not hold it already.
// With it a case can be run again without a bench (attest judge). This page is its form; what is asked is the
// affair of who asks (suites/support/tape.hpp).
//
// A stretch of answers is the opening of a host's doors, or one order to run a case. `answers` is a text of
// tokens without anything between them:
//   [A-Za-z0-9_-]+   a time read from the clock: nanoseconds since the one before, the first since 0; digits
//                    of five bits, the lowest first, of which all but the last come from the upper half
//   <  ~  >          of the link: the bytes of the next `rx`; nothing by the deadline; the next `tx`
//   =Q+  =Q-         question Q (one letter) is answered yes, or no
//   =Q@              … by the next of `values`
//   =Q.              … as it was the last time in this stretch
// `kept` is what more than one case may need: [list, place, value], in the order in which it came about.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/base/clock.hpp"
#include "harness/record/event.hpp"

namespace attest::record {

/// Of run.begin's `tape`.
inline constexpr int kTapeForm = 1;

/// What a token is, beside a time and a question.
inline constexpr char kRead = '<', kNothing = '~', kWritten = '>', kQuestion = '=';
/// How a question is answered.
inline constexpr char kYes = '+', kNo = '-', kValue = '@', kAsBefore = '.';

/// Not thread-safe.
class TapeWriter {
 public:
  void time(Instant at);
  void token(char kind) { answers_ += kind; }
  void answer(char question, char how);
  void answer(char question, nlohmann::json value);
  void keep(std::string_view list, std::size_t place, nlohmann::json value);
  /// The fields `answers` and `values` of all since the last call.
  [[nodiscard]] nlohmann::json take();
  /// The field `kept` of all since the last call; empty if there is nothing.
  [[nodiscard]] nlohmann::json take_kept();

 private:
  std::string answers_;
  nlohmann::json values_ = nlohmann::json::array(), kept_ = nlohmann::json::array();
  std::int64_t last_ = 0;
};

/// Reads one stretch. Each call gives nothing, and moves nothing, where the tape goes on with something else.
class TapeReader {
 public:
  TapeReader() = default;
  /// From a `tape` event's fields; what is not there is empty.
  explicit TapeReader(const nlohmann::json& fields);
  [[nodiscard]] std::optional<Instant> time();
  [[nodiscard]] bool token(char kind);
  struct Answer {
    char how = kNo;
    nlohmann::json value;  ///< where `how` is kValue
  };
  [[nodiscard]] std::optional<Answer> answer(char question);
  [[nodiscard]] bool over() const { return left().empty(); }
  /// What comes next: a kind, a question's letter, 't' for a time; 0 at the end.
  struct Next {
    bool question = false;
    char what = 0;
  };
  [[nodiscard]] Next next() const;

 private:
  [[nodiscard]] std::string_view left() const { return std::string_view(answers_).substr(at_); }

  std::string answers_;
  nlohmann::json values_ = nlohmann::json::array();
  std::size_t at_ = 0, value_ = 0;
  std::int64_t last_ = 0;
};

/// One order to run a case, as a record holds it: indices into its events.
struct TapedCase {
  std::string id;
  int attempt = 1;
  std::size_t begin = 0;            ///< its case.begin
  std::size_t end = 0;              ///< its `tape`, or what comes after its last event
  std::optional<std::size_t> tape;  ///< none: somebody has taken it away
};

/// One case host of a record: from its `tape` "begin" on.
struct TapedHost {
  std::string device;
  std::size_t begin = 0;
  std::optional<std::size_t> open;  ///< its `tape` "open"; none: it never got so far
  std::vector<TapedCase> cases;     ///< those that came to their end
};

/// All hosts of a record, in the order of their begins. The last case of a host that has no tape is in none
/// of its cases: the host crashed in it, or was killed.
[[nodiscard]] std::vector<TapedHost> hosts_in(const std::vector<Event>& events);

/// Whether an event comes from elsewhere than the case host's own thread: a server, the radio, the tape.
/// Where it stands between the others is a fact, which no case decides.
[[nodiscard]] bool is_from_around(const Event& event);

}  // namespace attest::record
