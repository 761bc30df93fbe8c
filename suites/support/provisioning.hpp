// What cases about CWSTARTSMART and CWSTOPSMART share: the phone that gives the device a network's name and
// password, the access point that the network is, and what the device says and does from then on.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "harness/airkiss/disturb.hpp"
#include "harness/base/secret.hpp"
#include "harness/phone/phone.hpp"
#include "suites/support/case.hpp"
#include "suites/support/stage.hpp"

namespace attest::suites {

/// What fails on the bench's side says nothing of the device: CannotTell.
template <class T>
T or_cannot_tell(Result<T> result) {
  if (!result) throw CannotTell(result.error().text());
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

/// From the last byte of the credentials to the network, or to its failure.
struct Joining {
  std::string undelivered;         ///< why the credentials never got there; empty: they did
  bool refused = false;            ///< that was the device's doing: nothing was advertised, or no write taken
  bool can_command = false;        ///< what was written to takes writes without a response too
  std::optional<Instant> written;  ///< the last byte, where BLE was used
  std::vector<std::string> lines;  ///< all that the device said, but echoes
  std::optional<Instant> up;       ///< the line that tells of the network
  unsigned ups = 0, starts = 0;    ///< such lines; boot banners
  bool left = false;               ///< a line that tells of leaving a network
  bool told_failure = false;       ///< a line that is none of those that come with a network
  bool by_request = false;         ///< only the network of the credentials leads to the server
  bool reached = false;            ///< afterwards a request of the device came to the origin
  std::optional<Instant> at_ap;    ///< the access point has told of a station (network.hostapd)

  [[nodiscard]] bool joined() const { return reached; }
  /// It is in the network of the credentials: a line may be about another one.
  [[nodiscard]] bool moved() const { return by_request ? reached : ups > 0; }
  [[nodiscard]] std::string text() const;  ///< for people
};

/// What provisioning by AirKiss came to.
struct Kissed {
  airkiss::Outcome sent;
  Joining joining;
  std::uint8_t random = 0;  ///< what the device is to answer
  /// All that came from where the right byte came from was the right byte.
  [[nodiscard]] bool answered_well() const;
  [[nodiscard]] std::string text() const;  ///< the answers, for people
};

/// The base of every case about provisioning. Afterwards none is running, and the device is brought home
/// before a case needs the network.
class ProvisioningCase : public Case {
 protected:
  /// AT+CWSTARTSMART=<type>,0
  [[nodiscard]] at::Exchange start(int type);
  [[nodiscard]] at::Exchange start(const std::string& line);
  /// The device as after a start of its own, whatever the cases before have done to it.
  void anew() const;
  /// By the name that works (E2); `inconc` where neither does, which is ST-01's.
  [[nodiscard]] at::Exchange stop() const;
  [[nodiscard]] std::string stop_line() const;
  void know_stop_line(std::string line) const;

  /// A made-up network, which is there from here on, and no other; `inconc` where the bench can make none.
  [[nodiscard]] lab::Network network(std::size_t ssid = 12, std::size_t password = 13);
  /// The same, or the device's home where the bench can make none.
  [[nodiscard]] lab::Network any_network();
  void offer(const lab::Network& network);

  /// The bench's phone. The case is not applicable where the profile claims no such way, or the bench has
  /// none; `inconc` where it does not work.
  [[nodiscard]] phone::Phone& ble() const { return need(phone::Way::ble); }
  [[nodiscard]] phone::Phone& airkiss() const { return need(phone::Way::airkiss); }
  [[nodiscard]] bool has_ble() const;
  [[nodiscard]] bool has_airkiss() const;
  /// A scan for as long as it lives.
  [[nodiscard]] std::unique_ptr<phone::Watch> watch() const;
  /// By a scan of its own: within the profile's deadline, or no more for its advert_gone.
  [[nodiscard]] bool is_advertised() const;
  [[nodiscard]] bool is_not_advertised() const;
  /// The same, and again some seconds later.
  [[nodiscard]] bool stays_unadvertised() const;

  /// Those bytes over BLE: the advertisement, the connection, the write. A connection that fails is tried
  /// once more: radio is radio. Trouble is the device's.
  [[nodiscard]] ble::Delivered deliver(const std::string& payload, std::optional<bool> with_response = {});
  /// The same, and what comes of it.
  enum class Hope { network, failure };
  [[nodiscard]] Joining join_by_payload(const std::string& payload, std::optional<bool> with_response = {},
                                        Hope hope = Hope::network);
  [[nodiscard]] Joining join_by_ble(const lab::Network& network);
  /// With credentials that lead nowhere: whatever it chats, nothing is asked until all was heard.
  [[nodiscard]] Joining fail_by_ble(const lab::Network& network);
  /// With a byte of the case's own all answers are waited for, not only the first.
  [[nodiscard]] Kissed join_by_airkiss(const lab::Network& network,
                                       const airkiss::Disturbance& disturbance = {},
                                       std::optional<std::uint8_t> random_byte = {});
  /// AirKiss that nobody is to take, three rounds of it.
  [[nodiscard]] Joining burst_in_vain();
  /// What the device says from here on, until it is in the network, or tells of a failure by a line that the
  /// profile knows for one, or restarts, or `limit` passes. Lines that nobody knows end nothing: firmware may
  /// chat. The manual promises no line: where a request can tell, it decides whatever was said.
  [[nodiscard]] Joining await_join(Nanos limit, Hope hope = Hope::network) const;

  /// The device is on that network, as it and the world around it tell.
  void owe_join(std::string_view requirement, std::string_view obligation, const Joining& joining) const;
  /// SS-14: credentials that lead nowhere are told, and right ones work after them.
  void tell_of_failure(std::string_view what, const lab::Network& wrong, const lab::Network& right);

  /// What this device says of a wrong password and of an absent network, found out once.
  void know_failures(const lab::Network& there);
  enum class Attempt { none, unclear, made };
  /// Whether it has tried to join a network, as far as what it says tells: unclear where it has one line for
  /// all that goes wrong.
  [[nodiscard]] Attempt attempt_in(const Joining& joining) const;

  void TearDown() override;

 private:
  [[nodiscard]] phone::Phone& need(phone::Way way) const;
  void hear(Joining& joining, const at::Exchange& exchange) const;
  void hear_line(Joining& joining, const std::string& line, Instant at) const;
  [[nodiscard]] bool is_usual(std::string_view line) const;
  [[nodiscard]] bool is_declared_failure(std::string_view line) const;
  [[nodiscard]] bool reaches(Joining& joining, int tries) const;
  void note_station(Joining& joining, Instant since) const;
  void learn(const Joining& joining, bool of_absent) const;
  bool started_ = false, moved_ = false;
};

}  // namespace attest::suites
