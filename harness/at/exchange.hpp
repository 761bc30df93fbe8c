// One command and everything that came of it: what was sent, what came, when, how each byte is attributed,
// and in which named ways the reply departs from the manual. First error sticks, ask once.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/clock.hpp"

namespace attest::at {

class Translation;

enum class Kind {
  echo,    ///< the command line coming back (E: general rules, ATE1)
  info,    ///< an information response line: `+NAME:…` or any line of a reply that is not a final result
           ///< (AT+GMR)
  data,    ///< the <data> of `+HTTPCLIENT:<size>,<data>`
  final,   ///< OK, ERROR, SEND OK, SEND FAIL, in the firmware's words
  prompt,  ///< `>`, or the firmware's own
  unsolicited,  ///< a line that the dialect names
  boot,         ///< a boot banner, with the noise before it
  framing,      ///< line breaks that belong to the framing (V.250: before a line; after data)
  unexplained   ///< everything else: a test with such bytes cannot pass
};

enum class FinalCode { ok, error, send_ok, send_fail };

/// A run of bytes of Exchange::received. Items stand in order, touch, and cover all of it.
struct Item {
  Kind kind = Kind::unexplained;
  std::size_t begin = 0, end = 0;
  Instant first, last;  ///< when its first and its last byte were read
};

/// One named way in which a reply departs from a requirement, with the bytes that show it.
struct Deviation {
  std::string id;           ///< given once and for ever: "size-in-brackets"
  std::string requirement;  ///< "HC-10"
  std::string summary;      ///< a sentence
  std::string evidence;     ///< the bytes, made visible
};

enum class Outcome {
  complete,   ///< a final result came
  prompted,   ///< the prompt came: data is awaited
  silent,     ///< the deadline passed
  restarted,  ///< the device started anew in the middle
  lost        ///< the link failed: `link_error` says how; nothing is known of the device
};

/// `+NAME:<size>,<data>` after lenient reading.
struct Payload {
  std::uint64_t claimed = 0;  ///< the size as the device wrote it
  std::string_view
      data;  ///< a view into Exchange::received; may be shorter or longer than claimed (a deviation)
};

/// Where the data of a `+NAME:<size>,<data>` stands in Exchange::received.
struct Sized {
  std::uint64_t claimed = 0;
  std::size_t begin = 0, end = 0;
};

struct Exchange {
  std::uint64_t number = 0;  ///< counted from 1 per session
  std::string sent;          ///< as the device got it, with its line end
  Instant sent_at;           ///< right before the first byte was written
  Instant ended_at;          ///< the last byte of the final result or prompt; else when waiting ended
  Outcome outcome = Outcome::silent;
  std::optional<FinalCode> final;
  std::string received;
  std::uint64_t stream_begin = 0;  ///< where `received` stands in all that the link has received
  std::vector<Item> items;
  std::vector<Deviation> deviations;
  std::string link_error;
  std::optional<Sized> sized;  ///< the first data of the reply; see payload()
  std::shared_ptr<const Translation> translation;  ///< of names, for info(); null: they are the manual's

  [[nodiscard]] bool ok() const { return final == FinalCode::ok; }
  [[nodiscard]] bool error() const { return final == FinalCode::error; }
  [[nodiscard]] std::string_view text(const Item& item) const;
  [[nodiscard]] std::size_t count(Kind kind) const;
  [[nodiscard]] bool deviates(std::string_view id) const;
  /// The first item of that kind, or nullptr.
  [[nodiscard]] const Item* find(Kind kind) const;
  /// What follows `+NAME:` on the first information line of that name (the manual's); its line end is not
  /// part of it.
  [[nodiscard]] std::optional<std::string_view> info(std::string_view name) const;
  /// Every information line, without line ends.
  [[nodiscard]] std::vector<std::string_view> infos() const;
  [[nodiscard]] std::optional<Payload> payload() const;
  /// Decimal number after `+HTTPGETSIZE:`, leniently read (brackets, blanks and so on are deviations).
  [[nodiscard]] std::optional<std::uint64_t> number_of(std::string_view name) const;
  /// The bytes that nothing explains, made visible; empty if there are none.
  [[nodiscard]] std::string unexplained() const;
  /// From the first byte sent to the last byte of the reply.
  [[nodiscard]] Nanos duration() const { return ended_at - sent_at; }
};

[[nodiscard]] std::string_view name_of(Kind kind);
[[nodiscard]] std::string_view name_of(FinalCode code);  ///< "OK", "SEND FAIL"
[[nodiscard]] std::string_view name_of(Outcome outcome);

}  // namespace attest::at
