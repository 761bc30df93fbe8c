// What a case's doors answer: written down while a run goes on, and read out of its record when it is judged
// again. A door asks the tape with a question and with the way to the real answer; which of the two answers,
// no case can tell.
//
// Everything on the case host's thread that no case decides goes through here: what the servers, the radio
// and the supply say, what the link brings, and each time that is read from the clock. What other threads
// write into the record is no question: nobody is told of it but by asking.
//
// A replay whose case asks for something else than the record holds ends in Diverged: the case is `inconc`,
// and the next one starts at its own place. Nothing waits, and a clock without a time on the tape runs on by
// a second each time, so that what waits for a deadline comes to it.
//
// Used from the case host's thread only.
#pragma once

#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/clock.hpp"
#include "harness/record/tape.hpp"
#include "suites/support/setup.hpp"

namespace attest::suites {

/// Its letter on the tape, and its words for people.
struct Question {
  char letter;
  std::string_view words;
};

/// The record holds no answer. Not a Failure: nobody is to make anything of it but the listener.
class Diverged : public std::exception {
 public:
  explicit Diverged(std::string why) : why_(std::move(why)) {}
  [[nodiscard]] const char* what() const noexcept override { return why_.c_str(); }

 private:
  std::string why_;
};

/// A list that only grows, of things that change: requests, connections, handshakes.
struct ListChange {
  std::size_t place = 0;
  nlohmann::json value;
};

class Tape {
 public:
  /// Writes into `sink`; the times are of `clock`.
  Tape(record::Sink& sink, const Clock& clock);
  /// Reads what that record holds of that host. A record that cannot be read is a usage error.
  [[nodiscard]] static Result<std::unique_ptr<Tape>> of(const Replay& replay, record::Sink& sink);
  ~Tape();
  Tape(const Tape&) = delete;
  Tape& operator=(const Tape&) = delete;

  [[nodiscard]] bool replays() const { return playback_ != nullptr; }
  [[nodiscard]] Instant now();

  /// `real` is called while a run goes on, and not called in a replay.
  template <class Real>
  [[nodiscard]] bool yes(const Question& question, Real&& real) {
    if (replays()) return played_yes(question);
    const bool answer = real();
    writer_.answer(question.letter, answer ? record::kYes : record::kNo);
    return answer;
  }
  template <class Real>
  [[nodiscard]] nlohmann::json value(const Question& question, Real&& real) {
    if (replays()) return played_value(question);
    nlohmann::json answer = real();
    writer_.answer(question.letter, answer);
    return answer;
  }
  /// What holds for a whole host, under a name: asked for once, found wherever the record has it.
  template <class Real>
  [[nodiscard]] nlohmann::json kept(const std::string& list, std::size_t place, Real&& real) {
    if (replays()) return played_kept(list, place);
    auto& known = kept_[list];
    const auto found = known.find(place);
    return found != known.end() ? found->second : keep(list, place, real());
  }
  /// One of few values that come again and again, as a number; and the way back.
  [[nodiscard]] std::size_t number_of(const std::string& list, const nlohmann::json& value);
  [[nodiscard]] nlohmann::json of_number(const std::string& list, std::size_t number);

  /// The answer to a question for such a list: how long it is now, and what has changed in it since the last
  /// time that this list was asked for. `name` is its own in this host.
  struct ListAnswer {
    std::size_t size = 0;
    std::vector<ListChange> changes;
  };
  template <class Real>
  [[nodiscard]] ListAnswer list(const Question& question, const std::string& name, Real&& real) {
    if (replays()) return played_list(question, name);
    auto answer = real();
    write_list(question, name, answer);
    return answer;
  }

  /// The link: what is an event of the record itself. Of a run, the link says which of them it was.
  void note(char kind) { writer_.token(kind); }
  void note_sent(std::string_view bytes) { sent_ += bytes; }
  /// In a replay: nothing by the deadline, or the bytes of the next `rx`; null if neither is what comes next.
  [[nodiscard]] const record::Event* played_read(bool& nothing);
  /// The next `tx`, which has to be of these bytes. Null: the writing failed.
  [[nodiscard]] const record::Event* played_write(std::string_view bytes);
  /// In a replay: the next event of that type in the opening of the doors.
  [[nodiscard]] const record::Event& played_event(std::string_view type);
  /// All that went out in this stretch, for who wants to point into it.
  [[nodiscard]] const std::string& sent() const { return sent_; }
  /// In a replay: the fields of a server's `head` event, wherever it stands.
  [[nodiscard]] const nlohmann::json& played_head(const std::string& peer, std::uint64_t connection,
                                                  std::uint64_t request);

  /// The doors are being opened; and they are open.
  void begin_opening();
  void end_opening();
  /// A case is run; `place` (of a replay) is which of the host's. Gives the mark that was made of what the
  /// host knew then: of a run that which is given.
  [[nodiscard]] nlohmann::json begin_case(const std::string& id, int attempt, std::size_t place,
                                          const std::function<nlohmann::json()>& mark);
  /// Writes the stretch into the record. In a replay: what was not asked for is a divergence too.
  void end_case();
  /// Why the stretch cannot be gone through to its end; the first reason.
  [[nodiscard]] const std::optional<std::string>& diverged() const { return diverged_; }
  /// From here on there is no answer, for that reason.
  void doubt(std::string why);
  /// Ends the case, and everything that it asks from here on.
  [[noreturn]] void diverge(const std::string& asked, const std::string& why);

 private:
  struct Playback;
  explicit Tape(std::unique_ptr<Playback> playback, record::Sink& sink);
  [[nodiscard]] bool played_yes(const Question& question);
  [[nodiscard]] nlohmann::json played_value(const Question& question);
  [[nodiscard]] nlohmann::json played_kept(const std::string& list, std::size_t place);
  [[nodiscard]] ListAnswer played_list(const Question& question, const std::string& name);
  [[nodiscard]] record::TapeReader::Answer played(const Question& question);
  void write_list(const Question& question, const std::string& name, const ListAnswer& answer);
  const nlohmann::json& keep(const std::string& list, std::size_t place, nlohmann::json value);
  void go_on_if_possible() const;
  [[nodiscard]] std::string what_comes_next() const;
  void put(nlohmann::json fields);

  record::Sink& sink_;
  const Clock& clock_;
  record::TapeWriter writer_;
  std::map<std::string, std::map<std::size_t, nlohmann::json>> kept_;
  std::map<std::string, std::map<std::string, std::size_t>> numbers_;
  struct List {
    std::size_t version = 0, size = 0;
    bool told = false;  ///< in this stretch
  };
  std::map<std::string, List> lists_;
  std::string sent_;
  Instant last_;
  nlohmann::json stretch_;  ///< the fields that say what the stretch is
  std::optional<std::string> diverged_;
  std::unique_ptr<Playback> playback_;
};

/// Reads the machine's clock, or the tape's.
class TapeClock final : public Clock {
 public:
  explicit TapeClock(Tape& tape) : tape_(tape) {}
  [[nodiscard]] Instant now() const override { return tape_.now(); }

 private:
  Tape& tape_;
};

}  // namespace attest::suites
