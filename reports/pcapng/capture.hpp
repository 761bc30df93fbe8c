// The file as it is written: interfaces that appear when they are needed, packets in the order of their
// coming. Internal to reports/pcapng.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/clock.hpp"
#include "harness/base/whole_file.hpp"
#include "reports/pcapng/blocks.hpp"

namespace attest::reports::pcapng {

inline constexpr std::uint16_t kRawIp = 101, kUpperPdu = 252;

class Capture {
 public:
  explicit Capture(WholeFile& file) : file_(file) {}

  void begin(std::string_view about, std::string_view program);
  void secrets(std::string_view key_log) { put(tls_secrets(key_log)); }
  /// From then on `at` is that many milliseconds after 1970.
  void set_time(Instant at, std::int64_t epoch_ms);

  /// Bytes of a line, cut into packets of a size that every reader takes.
  void lines(const std::string& interface, Instant at, Direction direction, std::string_view bytes);
  void ip(Instant at, Direction direction, const std::string& packet, std::uint64_t left_out = 0,
          std::vector<std::string> comments = {});

  [[nodiscard]] std::uint64_t packets() const { return packets_; }

 private:
  [[nodiscard]] std::uint32_t interface(const std::string& name, std::uint16_t type, std::string_view about);
  void put(std::string_view block) {
    (void)file_.write(block);
  }  // the first error sticks, and finish() tells
  void put(const Packet& one);
  [[nodiscard]] std::uint64_t time(Instant at) const;

  WholeFile& file_;
  std::int64_t offset_ = 0;
  std::map<std::string, std::uint32_t> interfaces_;
  std::uint64_t packets_ = 0;
};

}  // namespace attest::reports::pcapng
