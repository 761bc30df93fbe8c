// The record: one append-only JSON Lines file that everything else is read from. This page names its events.
//
// Every line is one JSON object: `t` (CLOCK_MONOTONIC nanoseconds), `e` (the event's type), the fields below,
// and last `h` (chain.hpp), which the file's writer adds and parse_line leaves out. Bytes are texts in which
// each character U+0000..U+00FF is one byte (harness/base/bytes.hpp).
// `device` and `case` are on every event that belongs to one; the runner adds `device`, the case host adds
// `case`.
//
// clang-format off
//   run.begin    schema "attest-record-1", attest (version), wall (UTC, ISO 8601), seed, command (argv), options,
//                plan [{case, requirements [id…], device}], profile {name, …values}, bench {…}, tape (its form: 1),
//                job {…} (all arguments, for who goes on with the run),
//                judged {wall, attest, record} (of a record that `attest judge` has made from that one)
//   run.end      reason "done" | "stopped" | "bench", cases
//   device       link, virtual (bool), firmware (text of AT+GMR, when known)
//   case.begin   attempt (1…), command ("HTTPCLIENT"), requirements [id…]
//   unfit        what: the device was found broken after this case, which failed; it is restarted, and the
//                case made again under the same number
//   case.end     verdict, reason (why it is not pass; empty for pass)
//   case.blocked reason: it was not run; its verdict is none
//   case.inapplicable
//                reason: the profile does not claim what the case needs; it names the key. Either the case
//                was not run, or this stands before its case.end, and what had passed by then is no pass
//   step         text: what the case is about to do, for people
//   check        requirement, verdict, what (the obligation), owed, got; exchange if it judges one; alone
//                (true: it presumes nothing of other requirements)
//   floor        unit, values [n…] (round trips of our own side), lateness [n…] (of its time stamps), hold_back (an
//                adapter's latency timer), adapter [n…] (if the bench measures it: beyond the wire's time), u
//   measure      name, requirement, unit, value | values [n…]; if a budget applies: of ("p95", …), limit, u
//   tx           exchange, bytes
//   rx           begin (bytes received by this session before these), bytes
//   exchange     exchange, sent, outcome, final, sent_at, ended_at, items [{kind, begin, end, first, last}]:
//                offsets are those of rx
//   deviation    id, requirement, summary, evidence, exchange; blamed: the requirement that it belongs to
//                instead if it is seen only where a case provoked it
//   unexplained  bytes, exchange
//   server       event "accept" | "head" | "body" | "response" | "close", connection, request, and of the
//                request what the journal knows: method, target, headers, body_sha256, bytes, …
//                (event "response": bytes of the body, head as it went out;
//                event "tls": version, suite, sni, alert, failure, and what was offered: versions [n…],
//                suites [name…])
//   relay        event "accept" | "strike" | "lift" | "leave" | "close", connection, peer, trouble
//   dns          name, type, answered, answered_at (nanoseconds like t; absent if no answer went out), peer
//   ble          event "advertisement" | "connected" | "services" | "write" | "disconnected" | …, and what is
//                known: name, address, rssi, size, … (never what was written)
//   ap           event "AP-STA-CONNECTED" | "AP-STA-DISCONNECTED", station: what hostapd tells, if the bench names it
//   airkiss      event "begin" | "answer" | "end", packets, rounds, byte, from
//   recover      rung "drain" | "fill" | "resync" | "restart" | "power" | "flash" | "reset", worked, detail
//   gap          what: the link broke in the middle; a device that is opened again comes with a new "device"
//   counters     overruns, framing, parity, breaks, buffer_overruns, lost (bool)
//   fault        fault "bench" | "device" | "usage" | "stopped", what, cure
//   reading      erratum ("E10"), found: which way the device goes there
//   note         text
//   tape         part "begin" (of a case host), "open" (its doors), "kept", "case" (after each): what the doors
//                answered beyond the other events (tape.hpp); answers, values [any…]; kept [[list, place, value]…];
//                of a case attempt, and mark {…}: what its host knew when it began
// clang-format on
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "harness/base/clock.hpp"
#include "harness/base/result.hpp"

namespace attest::record {

inline constexpr std::string_view kSchema = "attest-record-1";

struct Event {
  Instant at;
  std::string type;
  nlohmann::json fields = nlohmann::json::object();
};

/// One line without its line end, and the way back. A line that is not an event is an error that says why.
/// Never throws: what is not UTF-8 in a text (bytes have to go through to_latin1_json) is replaced by U+FFFD.
[[nodiscard]] std::string to_line(const Event& event);
[[nodiscard]] Result<Event> parse_line(std::string_view line);

/// A text of an event for people: bytes written as U+0000..U+00FF come back as the UTF-8 that they were; a
/// text that was not written so comes back as it stands. Empty if there is no such field, or it is not a
/// text.
[[nodiscard]] std::string text_of(const Event& event, std::string_view field);

/// Where events go: the file (runner), the pipe to the runner (case host), a vector (tests). Thread-safe.
class Sink {
 public:
  virtual ~Sink() = default;
  virtual void append(const Event& event) = 0;
};

/// none < pass < inconc < fail < error: folding takes the worse (TTCN-3).
enum class Verdict { none, pass, inconc, fail, error };

[[nodiscard]] constexpr Verdict worse(Verdict a, Verdict b) {
  return a < b ? b : a;
}
[[nodiscard]] std::string_view name_of(Verdict verdict);
[[nodiscard]] std::optional<Verdict> verdict_named(std::string_view name);

/// The JSON Schema of one line of a record, as shipped (record.schema.json).
[[nodiscard]] std::string_view schema();

}  // namespace attest::record
