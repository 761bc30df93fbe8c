// What a tape that replays knows of its record. Internal to tape*.cpp.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "suites/support/tape.hpp"

namespace attest::suites {

/// Of one host, and where in it the replay is.
struct Tape::Playback {
  std::vector<record::Event> events;
  record::TapedHost host;
  std::map<std::string, std::vector<std::size_t>> heads;  ///< the servers' `head` events, by head_key
  struct Kept : ListChange {
    std::size_t at = 0;  ///< the event that it stands in
  };
  std::map<std::string, std::vector<Kept>> kept;  ///< in the order in which it came about
  record::TapeReader reader;
  std::size_t from = 0, at = 0, end = 0;  ///< of the stretch, in `events`

  /// Finds heads and what is kept, in the events before `until`.
  void index(std::size_t until);
  void begin(std::size_t from, std::size_t tape);
  [[nodiscard]] bool is_ours(const record::Event& event) const;
  /// The next of the link's events in the stretch, or null.
  [[nodiscard]] const record::Event* traffic();

 private:
  void keep(const nlohmann::json& fields, std::size_t at);
};

/// Of a `tx` or `rx`.
[[nodiscard]] std::string bytes_of(const record::Event& event);
[[nodiscard]] std::string head_key(const nlohmann::json& peer, const nlohmann::json& connection,
                                   const nlohmann::json& request);

}  // namespace attest::suites
