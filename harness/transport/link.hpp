// A byte link to a device: the first of the three doors. Serial port, TCP or pseudo-terminal behind one
// interface.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "harness/base/clock.hpp"
#include "harness/base/result.hpp"

namespace attest::transport {

enum class Parity { none, odd, even };
enum class FlowControl { none, hardware, software };

/// Line settings, of the harness' end of the link only. 115200 8N1 is the firmware's default (general rules).
struct LineSettings {
  unsigned baud = 115200;
  unsigned data_bits = 8;  ///< 5..8
  unsigned stop_bits = 1;  ///< 1 or 2
  Parity parity = Parity::none;
  FlowControl flow = FlowControl::none;

  bool operator==(const LineSettings&) const = default;
  /// Bits on the wire for one byte, start bit included: 10 for 8N1.
  [[nodiscard]] unsigned bits_per_byte() const;
  /// How long so many bytes take on the wire; zero for baud 0 (a link without a line rate).
  [[nodiscard]] Nanos wire_time(std::size_t bytes) const;
};

/// What the driver counted since the port was opened. A link that lost bytes makes verdicts `inconc`.
struct LineCounters {
  std::uint64_t overruns = 0, framing = 0, parity = 0, breaks = 0, buffer_overruns = 0;
  bool operator==(const LineCounters&) const = default;
  [[nodiscard]] bool lost_bytes() const { return overruns + framing + parity + buffer_overruns > 0; }
};

struct Arrived {
  Instant at;             ///< taken right after the read that brought the bytes
  std::size_t count = 0;  ///< 0: the deadline passed first
};

[[nodiscard]] std::string without_modem_lines(const std::string& link);

/// Not thread-safe: one user at a time. All errors carry Fault::bench and end the link's usefulness.
class Link {
 public:
  virtual ~Link() = default;

  /// Waits for at least one byte and takes what is there, at most `into.size()`.
  [[nodiscard]] virtual Result<Arrived> read(std::span<char> into, Deadline deadline) = 0;

  /// Writes everything; the moment right before the first byte was handed over.
  [[nodiscard]] virtual Result<Instant> write(std::string_view bytes, Deadline deadline) = 0;

  /// Changes the harness' end (after AT+UART_CUR). A link without line settings takes them and ignores them.
  [[nodiscard]] virtual Status set_line(const LineSettings& settings) = 0;
  [[nodiscard]] virtual const LineSettings& line() const = 0;

  /// Nothing where the driver does not count (TCP, pseudo-terminals, some adapters).
  [[nodiscard]] virtual std::optional<LineCounters> counters() = 0;

  /// As the user wrote it: "serial:/dev/ttyUSB0?baud=115200".
  [[nodiscard]] virtual const std::string& name() const = 0;

  /// How long an adapter may hold bytes back before it hands them over (its latency timer); 0 where there is
  /// none or it is not known.
  [[nodiscard]] virtual Nanos hold_back() const { return Nanos(0); }

  /// Sets the modem lines of the harness' end; unset: as it is. An error where the link has none.
  [[nodiscard]] virtual Status set_modem_lines(std::optional<bool> dtr, std::optional<bool> rts) {
    (void)dtr;
    (void)rts;
    return fail(Fault::bench, without_modem_lines(name()), "reset the device another way: [reset] command");
  }

  /// From here on a read or write that waits ends with an error of Fault::stopped as soon as `fd` is
  /// readable, and the link stays as it is. -1: nothing stops it. Not every link can.
  virtual void stop_on(int fd) { (void)fd; }

  /// What was found on the way, for the record and for people: driver, low latency, lock, peer. May be empty.
  [[nodiscard]] virtual std::string details() const { return {}; }
};

/// Trouble that a link makes on purpose, to see how a host survives. As an option of any link's address:
/// `chaos=seed:7,drop:0.001,duplicate:0.0005,corrupt:0.001,split:0.05,delay:0.01,unplug:0.0001,on:rx`, in any
/// order, each at most once, each probability 0..1 and 0 where it is not given. The same seed and the same
/// bytes give the same fates of bytes, however reads and writes cut the stream.
struct Chaos {
  static constexpr std::chrono::milliseconds kLongestDelay{5};

  std::uint64_t seed = 1;
  /// For each byte, of which at most one comes true (so their sum is at most 1): it is lost; it comes twice;
  /// one of its bits is turned. `Link::counters()` counts them.
  double drop = 0, duplicate = 0, corrupt = 0;
  /// For each read or write, and legal: only a part is handed over at first; it is held up by at most
  /// `kLongestDelay` and never beyond its deadline.
  double split = 0, delay = 0;
  /// For each read or write: the port has gone away, and every one from then on fails with Fault::bench.
  double unplug = 0;
  bool rx = true, tx = true;  ///< on:rx, on:tx, on:both: to what is read, to what is written
};

/// `serial:PATH[?baud=N&bits=8&stop=1&parity=none|odd|even&flow=none|hardware|software&dtr=on|off&rts=on|off&lock=off]`,
/// `usb:SERIAL[:INTERFACE][?…]` and `usb-port:1-1.4[:INTERFACE][?…]`: the serial port of the USB adapter with
/// that serial number, or at that place of the bus, whatever the kernel calls it now;
/// `rfc2217://HOST:PORT[?…]`: a port of another machine with its line (RFC 2217), options as of serial but
/// lock; `tcp://HOST:PORT[?baud=N&bits=8&stop=1&parity=…]`, where the options say what the far side's line
/// runs at; without `baud` the line rate is 0, that is none. An IPv6 address stands in brackets. `virtual` is
/// not a link: harness/lab starts a virtual device and opens the link that it names. Any rate of 50..4000000
/// is taken, standard or not. Each takes `chaos=…`, too.
struct LinkAddress {
  enum class Kind { serial, tcp, rfc2217 };
  Kind kind = Kind::serial;
  std::string text;                  ///< as given
  std::string path;                  ///< serial: the device file; empty where the adapter is named instead
  std::string usb_serial, usb_port;  ///< of an adapter: one of them, or none
  std::optional<unsigned> usb_interface;
  std::string host;  ///< tcp, rfc2217
  std::uint16_t port = 0;
  LineSettings line;
  /// What to do to the modem lines on opening. Unset: leave them as they are, so that opening never resets a
  /// board.
  std::optional<bool> dtr, rts;
  bool lock = true;  ///< serial: refuse a port that another process has locked
  std::optional<Chaos> chaos;
};

/// Errors are Fault::usage and show the right form.
[[nodiscard]] Result<LinkAddress> parse_link(std::string_view text);

/// `virtual[?chaos=…]`: what may be said of the link to a device that is yet to be started. Errors as above.
[[nodiscard]] Status check_virtual_link(std::string_view text);

/// Opens and locks the port (a second run on it is told who holds it). `clock` must outlive the link.
///
/// Serial: nothing that was received before is thrown away: stale bytes are evidence, and the session's first
/// drain attributes them. Linux raises DTR and RTS whenever a port that nobody has open is opened, before any
/// program can say otherwise. `dtr=` and `rts=` are applied right after, and HUPCL is cleared, so closing
/// leaves the lines where they are: the first opening after plugging in may show the board an edge, later
/// ones do not, except that each makes a short pulse on a line that is kept `off`. Where the driver does not
/// know modem lines, counters or low latency (pseudo-terminals), they are not offered, which is no error;
/// `details()` tells.
///
/// RFC 2217: waits until the server has confirmed the line; one that takes another rate, or knows nothing of
/// lines, is an error. `counters()` tells where the server notifies of line errors.
///
/// TCP: the look-up of a name that outlasts the deadline goes on unseen, in a thread of its own, until the
/// resolver gives up.
[[nodiscard]] Result<std::unique_ptr<Link>> open_link(const LinkAddress& address, const Clock& clock,
                                                      Deadline deadline);

/// The same, for a link that was there before: one that is away is tried again until it is back or the
/// deadline passes. A serial port that returns under another name is found by what the address names: a path
/// of udev's
/// (/dev/serial/by-id/…), a serial number or a place on the bus. What can never succeed is told at once.
[[nodiscard]] Result<std::unique_ptr<Link>> await_link(const LinkAddress& address, const Clock& clock,
                                                       Deadline deadline);

}  // namespace attest::transport
