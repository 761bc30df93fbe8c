// Where the time of one command went, from the record: what both ends saw, on one clock.
//
// The time from the first byte handed to the port to the last byte of the final result (or the prompt) is cut
// at the moments that the bench knows, and each piece belongs to one part:
//
//   command   the command on the wire: to its last byte's last bit (bytes x bits / baud). The pauses of a
//             command that is sent in pieces are in it.
//   device    the device, where nothing was seen of it in the network: all of its time
//   before    the device, before the network saw it: to the first DNS query, or where there is none to the
//             accepted connection (the round trip of the TCP handshake is in it: nobody tells of a SYN)
//   dns       a query is there and its answer is not out (`answered_at` of the event; where the record does
//             not have it, this is not known, and `connect` begins with the query)
//   connect   from an answer of DNS, or the accept of the bench's own relay, to the origin's accept: the
//   device
//             takes the answer in, and the TCP handshake
//   tls       from the accept to the end of the handshake, well or badly: the work of both, and the air
//   request   from the accept, or the end of the handshake, to the last byte of the request
//   server    from there to the last byte of the response that the server's kernel took: the origin's own
//             time, with the delays that a case asked for, and of a response larger than the buffers the air
//   between   the device, between two things that the network saw, where none of the above goes on: a retry,
//             the next hop of a redirect, a further query
//   after     the device, from the last thing that the network saw, to the end, without `reply`
//   reply     the reply on the wire: the bytes that came after the last thing that the network saw, without
//             echo (bytes x bits / baud), at most the time that there was. A reply that streams while the
//             response still comes is in `server` with what overlaps.
//
// A part that was not seen is std::nullopt, be it that it did not happen or that it cannot be known; the
// parts that are there are not negative, and their sum is the total, exactly. Where two go on at once, the
// first of server, tls, request, dns, connect has the time. A line without a rate (baud 0) takes no time.
//
// Uncertainty. A moment is taken right before a write to the port and right after a read; at the server after
// accept, after the read that completed a request, and after the send of the response's end. Each may be late
// by the time in which our side wakes up and gets there: at the port that is the floor's u of the record
// (with what an adapter holds back, which lies in `after`, or in `device`), at the server tens of
// microseconds on an idle machine. A part is cut by two moments, so it is wrong by at most the larger
// lateness of the two; what one part has too much its neighbour lacks. A line rate that is wrong shifts the
// wire's parts against the device's.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string_view>

#include "harness/base/clock.hpp"
#include "harness/record/event.hpp"

namespace attest::measure {

/// What the serial line runs at.
struct Line {
  unsigned baud = 0;            ///< bits per second; 0: none
  unsigned bits_per_byte = 10;  ///< start, data, parity and stop bits: 10 for 8N1
  [[nodiscard]] Nanos wire_time(std::uint64_t bytes) const;
  bool operator==(const Line&) const = default;
};

struct Split {
  using Part = std::optional<Nanos>;
  Part command, device, before, dns, connect, tls, request, server, between, after, reply;
  Nanos total{};
};

/// The parts by name, in the order of a command's life.
struct NamedPart {
  std::string_view name;
  Split::Part Split::*part;
};
[[nodiscard]] std::span<const NamedPart> parts();

/// `exchange` is an event of that type; `around` holds the tx, rx, server, relay and dns events of its
/// device, sorted by time (a server's thread may write an event later than the exchange that it belongs to):
/// those from before and after the exchange do no harm. Nothing where no final result and no prompt came, or
/// where the event lacks what it should have: there is no latency then.
[[nodiscard]] std::optional<Split> split(const record::Event& exchange, std::span<const record::Event> around,
                                         const Line& line);

}  // namespace attest::measure
