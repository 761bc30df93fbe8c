// What the air makes of packets on their way: some are lost, some come twice, some are not ours.
#pragma once

#include <cstdint>
#include <vector>

namespace attest::airkiss {

struct Disturbance {
  double loss = 0, repeat = 0, foreign = 0;  ///< shares of all packets, 0 … 1
  std::uint64_t seed = 0;

  [[nodiscard]] bool any() const { return loss > 0 || repeat > 0 || foreign > 0; }
};

struct Packet {
  std::uint16_t length = 0;
  bool foreign = false;  ///< to be sent by somebody else

  bool operator==(const Packet&) const = default;
};

/// The same for the same seed and round.
[[nodiscard]] std::vector<Packet> disturbed(const std::vector<std::uint16_t>& lengths,
                                            const Disturbance& disturbance, unsigned round);

}  // namespace attest::airkiss
