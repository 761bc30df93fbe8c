#include "reports/history/store.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

namespace attest::reports {
namespace {
using spec::Verdict;

int number_of(Verdict verdict) {
  return static_cast<int>(verdict);
}

/// Texts of a record may hold what is no UTF-8 (harness/record); in the history they are always text.
std::string utf8(const std::string& text) {
  const auto ascii = [](char c) { return static_cast<unsigned char>(c) < 0x80; };
  if (std::all_of(text.begin(), text.end(), ascii)) return text;
  const auto dumped = nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  return nlohmann::json::parse(dumped).get<std::string>();
}

/// The profile's name: the record has the whole of it.
std::string profile_name(const spec::RunInfo& run) {
  if (!run.profile.is_object() || !run.profile.contains("name") || !run.profile["name"].is_string())
    return {};
  return run.profile["name"].get<std::string>();
}

/// What of the catalogue the run was asked for: two runs are of the same kind if it is the same.
std::string selection_of(const spec::RunInfo& run) {
  auto out = nlohmann::json::object();
  for (const char* key : {"select", "exclude"})
    if (run.options.is_object() && run.options.contains(key) && !run.options[key].empty())
      out[key] = run.options[key];
  return out.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::size_t count_of(const spec::Counts& counts, Verdict verdict) {
  const auto found = counts.find(verdict);
  return found == counts.end() ? 0 : found->second;
}

/// Whether the attempt says something of the case, and what. Nothing: interrupted, stopped, or about the
/// bench.
std::optional<bool> failed(const spec::Attempt& attempt) {
  if (attempt.interrupted || attempt.disowned) return std::nullopt;
  if (attempt.verdict != Verdict::pass && attempt.verdict != Verdict::fail) return std::nullopt;
  return attempt.verdict == Verdict::fail;
}

class Storing {
 public:
  Storing(Database& database, const JudgedRecord& record)
      : database_(database), record_(record), judgement_(record.judgement) {}

  std::int64_t all(std::int64_t number) {
    for (const auto& device : judgement_.run.devices) firmware_of_[device.name] = device.firmware;
    firmware_ = firmware_id(joined({}));
    run(number);
    for (const auto& device : judgement_.run.devices) this->device(device);
    for (const auto& one : judgement_.cases) result(one);
    for (const auto& one : judgement_.requirements) requirement(one);
    for (const auto& one : judgement_.deviations) deviation(one);
    for (const auto& one : judgement_.measurements) measurement(one);
    return run_;
  }

 private:
  void run(std::int64_t number) {
    const auto& run = judgement_.run;
    const auto& counts = judgement_.case_counts;
    database_.prepared("INSERT INTO runs VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)")
        .with(number == 0 ? std::optional<std::int64_t>() : number, record_.is.key, record_.is.digest,
              record_.is.bytes, utf8(record_.path), utf8(record_.began), utf8(run.attest), run.seed,
              utf8(profile_name(run)), selection_of(run), firmware_, utf8(run.ended), record_.torn,
              judgement_.exit_code, utf8(judgement_.decision), (run.last - run.begun).count(),
              count_of(counts, Verdict::none), count_of(counts, Verdict::pass),
              count_of(counts, Verdict::inconc), count_of(counts, Verdict::fail),
              count_of(counts, Verdict::error))
        .run();
    run_ = database_.last_id();
  }

  void device(const spec::DeviceInfo& device) {
    database_.prepared("INSERT OR REPLACE INTO devices VALUES (?,?,?,?,?)")
        .with(run_, utf8(device.name), utf8(device.link), device.is_virtual, firmware_id(device.firmware))
        .run();
  }

  void result(const spec::CaseResult& one) {
    const auto id = case_id(one.id);
    const auto failures = std::count_if(one.attempts.begin(), one.attempts.end(),
                                        [](const auto& attempt) { return failed(attempt).value_or(false); });
    database_.prepared("INSERT INTO results VALUES (?,?,?,?,?,?,?,?,?,?)")
        .with(id, run_, number_of(one.verdict), utf8(one.reason), one.duration.count(), one.attempts.size(),
              static_cast<std::int64_t>(failures), one.blocked, one.applicable,
              firmware_id(joined(devices_of(one))))
        .run();
    int number = 0;
    for (const auto& attempt : one.attempts) this->attempt(id, ++number, attempt);
  }

  void attempt(std::int64_t id, int number, const spec::Attempt& attempt) {
    const auto known = firmware_of_.find(attempt.device);
    database_.prepared("INSERT INTO attempts VALUES (?,?,?,?,?,?,?,?,?)")
        .with(id, run_, number, utf8(attempt.device), number_of(attempt.verdict), utf8(attempt.reason),
              (attempt.ended - attempt.begun).count(),
              known == firmware_of_.end() ? firmware_ : firmware_id(known->second), failed(attempt))
        .run();
  }

  /// Those that no case of this run declares and nothing accuses have no history.
  void requirement(const spec::RequirementResult& one) {
    if (one.verdict == Verdict::none && one.cases.empty()) return;
    database_.prepared("INSERT INTO requirement_results VALUES (?,?,?,?)")
        .with(requirement_id(one.id), run_, number_of(one.verdict), one.applicable)
        .run();
  }

  void deviation(const spec::DeviationResult& one) {
    const auto name = utf8(one.id);
    const auto requirement = requirement_id(one.requirement);
    database_.prepared("INSERT INTO deviations VALUES (?,?,?,?,?,?)")
        .with(run_, name, requirement, utf8(one.summary), one.count, one.certain)
        .run();
    for (const auto& touched : one.cases)
      database_.prepared("INSERT INTO deviation_cases VALUES (?,?,?,?)")
          .with(run_, name, requirement, case_id(touched))
          .run();
  }

  void measurement(const spec::Measurement& one) {
    database_.prepared("INSERT INTO measurements VALUES (NULL,?,?,?,?,?,?,?,?,?,?)")
        .with(run_, utf8(one.name), utf8(one.requirement), utf8(one.case_id), utf8(one.device),
              utf8(one.unit), utf8(one.of), one.limit, one.u, one.values.size())
        .run();
    const auto id = database_.last_id();
    auto& insert = database_.prepared("INSERT INTO samples VALUES (?,?,?)");
    int position = 0;
    for (const double value : one.values) insert.with(id, ++position, value).run();
  }

  static std::vector<std::string> devices_of(const spec::CaseResult& one) {
    std::vector<std::string> out;
    for (const auto& attempt : one.attempts) out.push_back(attempt.device);
    return out;
  }

  /// The firmware of these devices, each once; of all of the run where none of them is known.
  std::string joined(const std::vector<std::string>& devices) const {
    std::vector<std::string> firmwares;
    for (const auto& [device, firmware] : firmware_of_)
      if (std::find(devices.begin(), devices.end(), device) != devices.end()) firmwares.push_back(firmware);
    if (firmwares.empty())
      for (const auto& [device, firmware] : firmware_of_) firmwares.push_back(firmware);
    std::sort(firmwares.begin(), firmwares.end());
    firmwares.erase(std::unique(firmwares.begin(), firmwares.end()), firmwares.end());
    std::string out;
    for (const auto& one : firmwares) out += (out.empty() || one.empty() ? "" : " + ") + one;
    return out;
  }

  std::int64_t firmware_id(const std::string& name) { return id_in("firmwares", firmwares_, name); }
  std::int64_t case_id(const std::string& name) { return id_in("cases", cases_, name); }
  std::int64_t requirement_id(const std::string& name) { return id_in("requirements", requirements_, name); }

  using Ids = std::map<std::string, std::int64_t>;
  std::int64_t id_in(const std::string& table, Ids& known, const std::string& name) {
    if (const auto found = known.find(name); found != known.end()) return found->second;
    const auto text = utf8(name);
    database_.prepared("INSERT OR IGNORE INTO " + table + "(name) VALUES (?)").with(text).run();
    auto& look = database_.prepared("SELECT id FROM " + table + " WHERE name = ?").with(text);
    const auto id = look.step() ? look.integer(0) : 0;
    look.reset();
    return known[name] = id;
  }

  Database& database_;
  const JudgedRecord& record_;
  const spec::Judgement& judgement_;
  std::map<std::string, std::string> firmware_of_;  ///< by device
  std::int64_t run_ = 0, firmware_ = 0;
  Ids firmwares_, cases_, requirements_;
};

}  // namespace

std::int64_t store(Database& database, const JudgedRecord& record, std::int64_t run) {
  return Storing(database, record).all(run);
}

}  // namespace attest::reports
