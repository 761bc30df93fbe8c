// For tests of what reads records: made-up records, written as the runner and the case host write them.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "harness/base/bytes.hpp"
#include "harness/record/event.hpp"

namespace attest::record {

/// Each call appends one event, a millisecond after the one before.
class Script {
 public:
  using Json = nlohmann::json;
  using Ids = std::vector<std::string>;

  Script& put(const std::string& type, Json fields) {
    events_.push_back({Instant(now_ += 1'000'000), type, std::move(fields)});
    return *this;
  }
  /// A case is planned by its id and what it declares.
  Script& run(const std::vector<std::pair<std::string, Ids>>& plan, Json more = Json::object()) {
    Json list = Json::array();
    for (const auto& [id, requirements] : plan)
      list.push_back({{"case", id}, {"requirements", requirements}});
    more.update({{"schema", kSchema}, {"plan", std::move(list)}});
    return put("run.begin", std::move(more));
  }
  Script& done(const std::string& reason = "done") { return put("run.end", {{"reason", reason}}); }
  Script& wait(Nanos span) {
    now_ += span.count();
    return *this;
  }
  Script& on(std::string device) {
    device_ = std::move(device);
    return *this;
  }
  Script& begin(const std::string& id, const Ids& requirements, int attempt = 1) {
    return of(id, "case.begin", {{"attempt", attempt}, {"requirements", requirements}});
  }
  Script& check(const std::string& id, const std::string& requirement, const std::string& verdict = "pass",
                const std::string& owed = "OK", const std::string& got = "OK") {
    return of(id, "check",
              {{"requirement", requirement},
               {"verdict", verdict},
               {"what", "the final result"},
               {"owed", to_latin1_json(owed)},
               {"got", to_latin1_json(got)},
               {"exchange", 3}});
  }
  Script& deviation(const std::string& id, const std::string& deviation, const std::string& requirement,
                    const std::string& evidence = "+HTTPCLIENT:(5),hello") {
    return of(id, "deviation",
              {{"id", deviation},
               {"requirement", requirement},
               {"summary", "the size stands in brackets"},
               {"evidence", evidence},
               {"exchange", 3}});
  }
  Script& unexplained(const std::string& id, const std::string& bytes = "garbage") {
    return of(id, "unexplained", {{"bytes", to_latin1_json(bytes)}, {"exchange", 3}});
  }
  Script& step(const std::string& id, const std::string& text) { return of(id, "step", {{"text", text}}); }
  Script& end(const std::string& id, const std::string& verdict = "pass", const std::string& reason = "") {
    return of(id, "case.end", {{"verdict", verdict}, {"reason", reason}});
  }
  Script& blocked(const std::string& id, const std::string& reason) {
    return of(id, "case.blocked", {{"reason", reason}});
  }
  Script& counters(unsigned overruns, bool lost) {
    return of("", "counters",
              {{"overruns", overruns},
               {"framing", 0},
               {"parity", 0},
               {"breaks", 0},
               {"buffer_overruns", 0},
               {"lost", lost}});
  }
  /// A whole case with one check for each requirement.
  Script& passing(const std::string& id, const Ids& requirements, int attempt = 1) {
    begin(id, requirements, attempt);
    for (const auto& one : requirements) check(id, one);
    return end(id);
  }

  [[nodiscard]] const std::vector<Event>& events() const { return events_; }

 private:
  Script& of(const std::string& id, const std::string& type, Json fields) {
    if (!id.empty()) fields["case"] = id;
    if (!device_.empty()) fields["device"] = device_;
    return put(type, std::move(fields));
  }

  std::vector<Event> events_;
  std::int64_t now_ = 0;
  std::string device_ = "dut0";
};

}  // namespace attest::record
