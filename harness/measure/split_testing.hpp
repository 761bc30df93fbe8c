// For tests of what reads times: made-up events with the times that a test gives, in microseconds.
#pragma once

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "harness/base/bytes.hpp"
#include "harness/record/event.hpp"

namespace attest::measure {

class Scene {
 public:
  using Json = nlohmann::json;

  Scene& put(std::int64_t us, const std::string& type, Json fields) {
    fields["device"] = device_;
    events_.push_back({Instant(us * 1000), type, std::move(fields)});
    return *this;
  }
  Scene& on(std::string device) {
    device_ = std::move(device);
    return *this;
  }
  Scene& tx(std::int64_t us, const std::string& bytes) {
    sent_at_ = sent_.empty() ? us : sent_at_;
    sent_ += bytes;
    return put(us, "tx", {{"exchange", number_}, {"bytes", to_latin1_json(bytes)}});
  }
  /// As an item of that kind.
  Scene& rx(std::int64_t us, const std::string& bytes, const std::string& kind = "final") {
    put(us, "rx", {{"begin", received_}, {"bytes", to_latin1_json(bytes)}});
    const auto begin = received_;
    received_ += static_cast<std::int64_t>(bytes.size());
    items_.push_back(
        {{"kind", kind}, {"begin", begin}, {"end", received_}, {"first", us * 1000}, {"last", us * 1000}});
    return *this;
  }
  Scene& server(std::int64_t us, const std::string& event, const std::string& peer = "10.0.0.2:4000") {
    return put(us, "server", {{"event", event}, {"peer", peer}, {"complete", true}});
  }
  Scene& relay(std::int64_t us, const std::string& event) {
    return put(us, "relay", {{"event", event}, {"peer", "10.0.0.2:5000"}});
  }
  Scene& dns(std::int64_t us, std::int64_t answered_us = 0) {
    Json fields{{"name", "a.test"}, {"type", 1}, {"answered", "A 10.0.0.1"}};
    if (answered_us != 0) fields["answered_at"] = answered_us * 1000;
    return put(us, "dns", std::move(fields));
  }
  /// All that was sent and came since the last one.
  Scene& settle(std::int64_t us, const std::string& outcome = "complete", const std::string& final = "OK") {
    put(us, "exchange",
        {{"exchange", number_++},
         {"sent", to_latin1_json(std::exchange(sent_, {}))},
         {"sent_at", sent_at_ * 1000},
         {"ended_at", us * 1000},
         {"outcome", outcome},
         {"final", final},
         {"items", std::exchange(items_, Json::array())}});
    return *this;
  }

  [[nodiscard]] const std::vector<record::Event>& events() const { return events_; }
  [[nodiscard]] const record::Event& last() const { return events_.back(); }

 private:
  std::vector<record::Event> events_;
  std::string device_ = "dut0", sent_;
  Json items_ = Json::array();
  std::int64_t sent_at_ = 0, received_ = 0;
  std::uint64_t number_ = 1;
};

}  // namespace attest::measure
