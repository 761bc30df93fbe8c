// The incremental reader: bytes and the moments they came in; items, deviations and an outcome out. No I/O
// and no clock.
//
// Cutting the same bytes differently gives the same result, because every decision depends on bytes only, or
// on a silence that the caller reports (quiet, finish). Never throws (but std::bad_alloc) and never loops,
// whatever comes.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/at/classify.hpp"
#include "harness/at/dialect.hpp"
#include "harness/at/exchange.hpp"
#include "harness/at/expectation.hpp"

namespace attest::at {

/// What the bytes to come are to be read as.
struct Reading {
  enum class As {
    reply,  ///< the reply to a command line
    data,   ///< what follows data given after a prompt: SEND OK and SEND FAIL are final too
    idle,   ///< nobody asked
    boot    ///< nobody asks: a boot banner ends it
  } as = As::reply;
  Expectation expectation;  ///< idle: that of the exchange before
  /// How the exchange before ended; `nothing`: there was none, so nobody knows what is still on the line.
  enum class After { nothing, complete, prompted, silent, restarted } after = After::nothing;
  /// Results that may come without being one too many: of command lines sent raw and not yet awaited.
  unsigned finals_due = 0;
  bool restart_expected = false;  ///< a boot banner is no news: AT+RST or AT+OTA was given
  bool sent_blank_lines = false;  ///< raw noise was sent: its echo may be blank lines
  /// A final result read before this moment cannot be the reply: the line had not yet carried the command.
  Instant earliest;
};

/// Not thread-safe.
class Reader {
 public:
  /// More than this, in one exchange, is no reply any more.
  static constexpr std::size_t kMostBytes = std::size_t{4} << 20, kMostItems = std::size_t{1} << 17;

  explicit Reader(const Dialect& dialect);

  /// Of command lines and names; null: the firmware says all as the manual does.
  [[nodiscard]] const std::shared_ptr<const Translation>& translation() const { return translation_; }

  /// Starts anew with the bytes that the exchange before has left.
  void begin(const Reading& reading);
  /// Lines that may come back, beside those still awaited.
  void expect_echo(std::string_view sent);
  void forget_echo();

  /// Bytes after the end of an exchange are kept for the next.
  void feed(std::string_view bytes, Instant at);
  /// Final result, prompt, or restart: the exchange has its end.
  [[nodiscard]] bool done() const { return done_; }
  /// The final result came before the command was there: what is here is a stray of the exchange before.
  [[nodiscard]] bool early() const { return early_; }
  /// Bytes that could mean different things, depending on what follows or on silence.
  [[nodiscard]] bool undecided() const { return held_from() < x_.received.size(); }
  [[nodiscard]] bool empty() const { return x_.received.empty(); }
  /// After how much silence, more than `told` already, quiet() may decide something; none: silence says
  /// nothing.
  [[nodiscard]] std::optional<Nanos> patience(Nanos told = {}) const;
  /// Nothing has come for so long.
  void quiet(Nanos span);
  /// The wait is over: everything that is there is attributed.
  void finish();

  /// The exchange so far, with the fields that come from bytes filled in. Unless finished, what is undecided
  /// stays.
  [[nodiscard]] Exchange take();

  /// As it is now: strays use up what was owed.
  [[nodiscard]] const Reading& reading() const { return reading_; }
  /// The size of the reply's data, 0 as long as none is known: the line needs time to carry it.
  [[nodiscard]] std::uint64_t claimed() const {
    if (in_data_) return known_ ? claimed_ : 0;
    return x_.sized ? x_.sized->claimed : 0;
  }
  /// Bytes received before those of the running exchange.
  [[nodiscard]] std::uint64_t stream_begin() const { return x_.stream_begin; }
  /// So many bytes were read before by another one. Before the first byte.
  void goes_on_after(std::uint64_t bytes) { x_.stream_begin = bytes; }

 private:
  /// What can end data is a line no longer than this.
  static constexpr std::size_t kLongestEnd = 256;
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);
  enum class Ending { crlf, lf, cr, cr_crlf };
  enum class Answer { no, yes, wait };
  struct Line {
    std::size_t stop, end;  ///< where its text ends, and where its line end does
    Ending ending;
  };
  /// Remembers how far a character has been looked for, so that nothing is searched twice.
  struct Search {
    std::size_t at = 0;
    bool found = false;
  };
  struct Chunk {
    std::size_t end;
    Instant at;
  };
  struct LastLine {
    std::size_t begin, stop;
  };
  struct Candidate {
    std::size_t item, deviations;  ///< where it stands, and how many had been found by then
    MeantResult meant;
  };

  // reader.cpp: the bytes
  [[nodiscard]] std::string_view view(std::size_t begin, std::size_t end) const {
    return std::string_view(x_.received).substr(begin, end - begin);
  }
  [[nodiscard]] std::size_t size() const { return x_.received.size(); }
  [[nodiscard]] char at(std::size_t i) const { return x_.received[i]; }
  [[nodiscard]] std::size_t held_from() const;
  void advance();
  [[nodiscard]] bool step();
  std::size_t search(Search& search, char what, std::size_t from);
  [[nodiscard]] std::optional<Line> line_from(std::size_t from);
  void emit(Kind kind, std::size_t end);
  void push(Kind kind, std::size_t begin, std::size_t end);
  void overflow();

  // reader_lines.cpp: one line
  [[nodiscard]] bool step_line();
  [[nodiscard]] bool step_blank();
  [[nodiscard]] Answer at_prompt() const;
  [[nodiscard]] bool step_prompt();
  [[nodiscard]] bool step_after_prompt();
  [[nodiscard]] Answer step_head();
  void take_line(const Line& line);
  void take_info_line(const Line& line);
  [[nodiscard]] bool open_break(std::size_t from) const;
  [[nodiscard]] Line break_at(std::size_t from) const;
  [[nodiscard]] bool take_meant(std::string_view text, const Line& line);
  [[nodiscard]] bool take_information(std::string_view text, const Line& line);
  [[nodiscard]] bool take_after_garbage(std::string_view text, const Line& line);
  void take_unexplained(std::string_view text, const Line& line);
  void take_unsolicited(const Line& line);
  void note_ending(const Line& line);
  void count_blanks(bool of_reply);
  void note_size(const WrittenSize& size, const NamedLine& name, std::string_view evidence);

  // reader_echo.cpp
  [[nodiscard]] std::string_view next_echo() const;
  void echo_came(std::size_t length);
  [[nodiscard]] bool take_echo(std::string_view text, const Line& line);
  void take_echo_until(std::size_t end);
  [[nodiscard]] bool take_echo_piece(std::string_view text, const Line& line);
  [[nodiscard]] bool take_altered_echo(std::string_view text, const Line& line);

  // reader_final.cpp: what ends an exchange
  [[nodiscard]] bool asked() const;    ///< a reply is owed
  [[nodiscard]] bool answers() const;  ///< information may come, perhaps late
  [[nodiscard]] bool prompts() const;  ///< `>` at the beginning of a line is a prompt
  [[nodiscard]] bool is_final_here(FinalCode code) const;
  void take_final(FinalCode code, const Line& line);
  void after_final(FinalCode code);
  void stray_final();
  void take_boot(const Line& line);
  void absorb_boot_noise();
  void end(Outcome outcome);
  void adopt_candidate();
  void settle_unended();
  void settle_tail();
  void settle_deviations();
  void note_strays();

  // reader_data.cpp: +NAME:<size>,<data>
  void begin_data(const SizedHead& head);
  [[nodiscard]] bool step_data();
  [[nodiscard]] Answer ends_at(std::size_t from, bool& glued) const;
  [[nodiscard]] Answer clean_break(std::size_t from) const;
  [[nodiscard]] std::optional<Line> short_line(std::size_t from) const;
  [[nodiscard]] bool ends_data(std::string_view line) const;
  [[nodiscard]] bool scan_for_end();
  [[nodiscard]] std::size_t before_breaks(std::size_t line, std::size_t least) const;
  [[nodiscard]] Answer more_follows(std::size_t from) const;
  [[nodiscard]] Answer overlaps_final(std::size_t end);
  [[nodiscard]] std::optional<LastLine> last_line(std::size_t least) const;
  void accept_data(std::size_t begin, std::size_t end, bool glued);
  [[nodiscard]] bool settle_data();
  [[nodiscard]] bool settle_glued();
  void give_up_data();

  const LineSet unsolicited_, boot_, boot_noise_;
  const ResultWords results_;
  const std::string prompt_;
  const std::shared_ptr<const Translation> translation_;
  const KnownInformation information_;
  const Nanos line_gap_, data_gap_;

  Reading reading_;
  InfoName info_;  ///< of the reply owed, in the firmware's words; its name is empty if none is owed
  Exchange x_;
  std::vector<Chunk> chunks_;
  std::size_t chunk_ = 0;  ///< that of the next item's first byte
  std::size_t pos_ = 0;    ///< all before is attributed, but for garbage
  std::size_t garbage_ = kNone;
  Search lf_, cr_;
  bool done_ = false, early_ = false, finished_ = false, cr_ends_ = false, full_ = false;

  bool prompt_open_ = false;  ///< a space or a line break may follow `>`
  bool prompt_seen_ = false;  ///< in this exchange
  bool had_info_ = false;
  std::optional<Candidate> candidate_;
  std::size_t blank_run_ = 0, blanks_ = 0, blanks_allowed_ = 1;
  Instant ended_at_;

  std::string echo_;  ///< sent and not yet come back
  std::size_t echo_at_ = 0;
  bool echoed_ = false;

  bool in_data_ = false, known_ = true;
  std::uint64_t claimed_ = 0;
  std::size_t head_end_ = 0, data_ = 0, scan_ = kNone;
};

}  // namespace attest::at
