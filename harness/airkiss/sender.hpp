// Sends AirKiss: paced UDP packets, and an ear for the device's answer.
#pragma once

#include <cstdint>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "harness/airkiss/disturb.hpp"
#include "harness/airkiss/encoder.hpp"
#include "harness/base/clock.hpp"

namespace attest::airkiss {

/// A device that has joined broadcasts its random byte to this port, some 20 times, 10 ms apart.
inline constexpr std::uint16_t kAnswerPort = 10000;

struct Plan {
  std::string ssid;
  Secret password;
  std::uint8_t random = 0;
  std::string to;      ///< "address:port" that the packets go to: a broadcast address, or a virtual device's
  std::string listen;  ///< our own address on that network
  Nanos pace = std::chrono::milliseconds(4);  ///< between two packets
  Nanos limit = std::chrono::seconds(60);
  Nanos listen_on{};  ///< for more answers after the right one; nothing is sent any more
  Disturbance disturbance;
  std::optional<Key> key;
};

struct Answer {
  std::vector<std::uint8_t> bytes;  ///< the first 16
  std::string from;
  Instant at;
};

struct Outcome {
  Instant begun, ended;
  std::optional<Instant> answered;  ///< the random byte, alone in its datagram
  std::uint64_t packets = 0;
  unsigned rounds = 0;          ///< whole bursts
  std::vector<Answer> answers;  ///< the first 64, the right one among them if it was the last
};

/// "begin" | "answer" | "end", what is known then, and when. Called from the thread that sends.
using Observer = std::function<void(std::string_view event, Instant at, nlohmann::json fields)>;

/// Sends burst after burst until the answer comes, or `stop` is asked for, or the limit passes: none of these
/// is an error. Errors are the bench's (the port is taken, the network is not there) or the caller's (what
/// AirKiss cannot say). Blocks; what the clock tells must be the machine's monotonic time.
[[nodiscard]] Result<Outcome> send(const Plan& plan, const Clock& clock, const Observer& observer = {},
                                   const std::stop_token& stop = {});

/// The time that so many bursts take at the plan's pace.
[[nodiscard]] Result<Nanos> time_of(const Plan& plan, unsigned bursts);

}  // namespace attest::airkiss
