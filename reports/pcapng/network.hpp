// The journal's events as packets. Internal to reports/pcapng.
#pragma once

#include <map>
#include <string>
#include <utility>

#include "harness/record/event.hpp"
#include "reports/pcapng/capture.hpp"
#include "reports/pcapng/flows.hpp"

namespace attest::reports::pcapng {

class Network {
 public:
  explicit Network(Capture& capture) : capture_(capture) {}
  void server(const record::Event& event);
  void dns(const record::Event& event);
  [[nodiscard]] std::uint64_t requests() const { return requests_; }
  [[nodiscard]] std::uint64_t responses() const { return responses_; }

 private:
  struct Connection {
    TcpFlow flow;
    std::string head;  ///< of a request whose body is not done
    Instant head_at;
    std::string tls;  ///< what to say of its handshake
  };
  using Key = std::pair<std::string, std::int64_t>;  // device, connection
  /// Connections that never end would be kept for ever.
  static constexpr std::size_t kOpenAtMost = 1024;

  void open(const Key& key, const record::Event& event);
  void close(std::map<Key, Connection>::iterator one, Instant at);
  void request(Connection& one, std::uint64_t body, std::vector<std::string> comments);
  void message(Connection& one, TcpFlow::From from, Instant at, const std::string& head, std::uint64_t body,
               std::vector<std::string> comments);

  Capture& capture_;
  std::map<Key, Connection> open_;
  std::uint16_t dns_id_ = 0;
  std::uint64_t requests_ = 0, responses_ = 0;
};

}  // namespace attest::reports::pcapng
