// The link with a tape: the first of the three doors.
#pragma once

#include "harness/transport/link.hpp"
#include "suites/support/tape.hpp"

namespace attest::suites {

/// What comes and goes is in the record already, as `rx` and `tx`: the tape says only when which of them was
/// next. `real` is null in a replay.
class TapedLink final : public transport::Link {
 public:
  TapedLink(Tape& tape, transport::Link* real);

  Result<transport::Arrived> read(std::span<char> into, Deadline deadline) override;
  Result<Instant> write(std::string_view bytes, Deadline deadline) override;
  Status set_line(const transport::LineSettings& settings) override;
  const transport::LineSettings& line() const override { return line_; }
  std::optional<transport::LineCounters> counters() override;
  const std::string& name() const override { return name_; }
  Nanos hold_back() const override { return hold_back_; }
  std::string details() const override { return details_; }

 private:
  [[nodiscard]] Result<transport::Arrived> played(std::span<char> into);

  Tape& tape_;
  transport::Link* real_;
  transport::LineSettings line_;
  std::string name_, details_;
  Nanos hold_back_{};
};

}  // namespace attest::suites
