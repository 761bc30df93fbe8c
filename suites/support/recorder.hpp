// Turns what the session, the server and the cases see into events of the record, each with the case it
// belongs to.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "harness/at/session.hpp"
#include "harness/lab/dut.hpp"
#include "harness/record/event.hpp"
#include "server/control/faults.hpp"
#include "server/control/names.hpp"
#include "server/control/origin.hpp"

namespace attest::suites {

/// A measurement, and the budget that it is to keep to, in the same unit.
struct Measured {
  struct Budget {
    std::string of;
    double limit = 0, u = 0;
  };
  std::string name, requirement, unit;
  std::vector<double> values;
  std::optional<Budget> budget;
};

struct Check {
  std::string requirement, what, owed, got;
  record::Verdict verdict = record::Verdict::none;
  std::uint64_t exchange = 0;
  bool alone = false;  ///< Owed::alone
};

/// Thread-safe where the server's threads call it (served); the rest is for the case host's thread.
class Recorder final : public at::Observer {
 public:
  Recorder(record::Sink& sink, const Clock& clock) : sink_(sink), clock_(clock) {}

  void begin_case(const std::string& id, int attempt, const std::vector<std::string>& requirements);
  void end_case(record::Verdict verdict, const std::string& reason);
  /// The running case is the first of a requirement that many others presume: what it finds decides what
  /// theirs is worth.
  [[nodiscard]] bool in_keystone() const { return in_keystone_; }
  /// The case that runs needs what the profile does not claim.
  void not_applicable(const std::string& reason);
  [[nodiscard]] bool in_case() const { return !case_.empty(); }
  /// The worst check of the running case, none if there was no check.
  [[nodiscard]] record::Verdict verdict() const { return verdict_; }

  void check(const Check& check);
  void step(const std::string& text);
  void note(const std::string& text);
  void measure(const Measured& measured);
  void fault(const Error& error);
  void rung(const lab::Rung& rung);
  /// The link broke: what the device said from then on, nobody knows.
  void gap(const Error& why);
  void counters(const transport::LineCounters& counters);
  void served(std::string_view event, Instant at, const server::Served& served);
  void relayed(std::string_view event, Instant at, const server::Relayed& connection);
  void asked(const server::Query& query);
  /// What the phone sees and does: `way` is "ble" or "airkiss". Thread-safe.
  void radio(std::string_view way, std::string_view event, Instant at, nlohmann::json fields);
  void put(std::string type, nlohmann::json fields) { put(clock_.now(), std::move(type), std::move(fields)); }

  /// The device has answered: from here on what it says is judged.
  void contact_made() {
    contact_ = true;
    held_.clear();
  }
  /// Silence, and what fails after it, is held back until it is known whether the device lives: a dead device
  /// is a bench fault, not a deviation.
  void device_lives();
  void device_is_dead();

  /// Until the case ends: deviations belong to this requirement, unless they are also seen unprovoked.
  void blame(std::string_view requirement) { blamed_ = requirement; }
  [[nodiscard]] bool blaming() const { return !blamed_.empty(); }
  /// While the device does something long of its own (an update), what it says of it is not in the manual.
  void chatter_is_right(bool yes) { chatter_is_right_ = yes; }
  void silence_is_right(bool yes) { silence_is_right_ = yes; }
  /// What is held back and what is right for a while ends here: a replay goes on with another case.
  void forget();

  void sent(Instant at, std::uint64_t exchange, std::string_view bytes) override;
  void received(Instant at, std::uint64_t stream_begin, std::string_view bytes) override;
  void settled(const at::Exchange& exchange) override;
  void between(std::uint64_t after, const at::Exchange& strays) override;
  void recovering(bool yes) override { recovering_ = yes; }

 private:
  void write(const Check& check);
  /// Whose fault it is if something is wrong with an exchange: its case's, and the requirement blamed for it.
  struct Owner {
    std::string of_case, blamed;
  };

  void put(Instant at, std::string type, nlohmann::json fields);
  void settle(const at::Exchange& exchange, std::uint64_t number, const Owner& owner, bool hold);
  void deviate(const at::Deviation& deviation, std::uint64_t exchange, const Owner& owner);

  struct Held {
    at::Deviation deviation;
    std::uint64_t exchange;
    Owner owner;
  };

  record::Sink& sink_;
  const Clock& clock_;
  mutable std::mutex mutex_;  ///< of case_ only
  std::string case_;
  bool in_keystone_ = false;
  std::set<std::string> keystones_seen_;
  record::Verdict verdict_ = record::Verdict::none;
  std::string blamed_;
  bool silence_is_right_ = false;
  bool recovering_ = false, chatter_is_right_ = false;
  bool contact_ = false;
  std::map<std::uint64_t, Owner> owners_;
  std::vector<Held> held_;
  bool silent_ = false;  ///< the last exchange was: what does not hold after it is held back as well
  std::vector<Check> held_checks_;
};

/// As long as it lives, what the device says while nobody asks is of what it does: an update, a network that
/// it joins.
class Chatter {
 public:
  explicit Chatter(Recorder& recorder) : recorder_(recorder) { recorder_.chatter_is_right(true); }
  ~Chatter() { recorder_.chatter_is_right(false); }
  Chatter(const Chatter&) = delete;
  Chatter& operator=(const Chatter&) = delete;

 private:
  Recorder& recorder_;
};

}  // namespace attest::suites
