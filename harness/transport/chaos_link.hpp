// Trouble on the line, made on purpose and the same again by its seed: a link around another one.
#pragma once

#include "harness/base/random.hpp"
#include "harness/transport/link.hpp"

namespace attest::transport {

/// What was done to the bytes of a link, both directions together.
struct Troubles {
  std::uint64_t dropped = 0, duplicated = 0, corrupted = 0;
};

/// As `Chaos` says. `counters()` adds its own troubles to what the inner link counts: a dropped byte as an
/// overrun, a corrupted one as a framing error, a doubled one as a buffer overrun. Those of `tx` too, which
/// the device alone could count: a verdict that rests on them is none. `clock` must outlive the link.
class ChaosLink final : public Link {
 public:
  ChaosLink(std::unique_ptr<Link> inner, const Chaos& chaos, const Clock& clock);

  [[nodiscard]] Result<Arrived> read(std::span<char> into, Deadline deadline) override;
  [[nodiscard]] Result<Instant> write(std::string_view bytes, Deadline deadline) override;
  [[nodiscard]] Status set_line(const LineSettings& settings) override;
  [[nodiscard]] const LineSettings& line() const override { return inner_->line(); }
  [[nodiscard]] std::optional<LineCounters> counters() override;
  [[nodiscard]] const std::string& name() const override { return inner_->name(); }
  /// The longest delay is one more time that bytes may be held back.
  [[nodiscard]] Nanos hold_back() const override;
  void stop_on(int fd) override { inner_->stop_on(fd); }
  [[nodiscard]] Status set_modem_lines(std::optional<bool> dtr, std::optional<bool> rts) override {
    return gone_ ? tl::unexpected(gone()) : inner_->set_modem_lines(dtr, rts);
  }
  [[nodiscard]] std::string details() const override;

 private:
  /// The dice of one direction: one throw for each byte, and others for each call, so that the fate of a byte
  /// hangs on its offset alone.
  struct Direction {
    Direction(bool struck, std::uint64_t seed) : on(struck), bytes(seed), calls(~seed) {}
    bool on;
    Random bytes, calls;
  };

  [[nodiscard]] bool happens(Direction& direction, double probability);
  [[nodiscard]] bool unplugged(Direction& direction);
  [[nodiscard]] bool harms_bytes(const Direction& direction) const;
  void delay(Direction& direction, Deadline deadline);
  void put_through(Direction& direction, std::string_view bytes, std::string& out);
  [[nodiscard]] Arrived hand_out(std::span<char> into);
  [[nodiscard]] Error gone() const;

  std::unique_ptr<Link> inner_;
  Chaos chaos_;
  const Clock& clock_;
  Direction rx_, tx_;
  Troubles troubles_;
  bool gone_ = false;
  std::string waiting_;  ///< received and not yet handed out
  Instant waiting_since_{};
};

}  // namespace attest::transport
