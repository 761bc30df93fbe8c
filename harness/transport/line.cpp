#include "harness/transport/link.hpp"

namespace attest::transport {

unsigned LineSettings::bits_per_byte() const {
  return 1 + data_bits + (parity == Parity::none ? 0U : 1U) + stop_bits;
}

Nanos LineSettings::wire_time(std::size_t bytes) const {
  if (baud == 0) return Nanos(0);
  const std::uint64_t bits = std::uint64_t{bytes} * bits_per_byte();
  // Whole seconds apart, so that the product with 10^9 cannot overflow.
  const std::uint64_t ns = bits / baud * 1'000'000'000 + bits % baud * 1'000'000'000 / baud;
  return Nanos(static_cast<std::int64_t>(ns));
}

std::string without_modem_lines(const std::string& link) {
  return link + " has no modem lines";
}

}  // namespace attest::transport
