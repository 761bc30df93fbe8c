// A job: from what a user asks for to what the runner needs, whichever handle he has in his hand.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/lab/virtual_device.hpp"
#include "harness/record/writer.hpp"
#include "harness/runner/plan.hpp"
#include "harness/runner/run.hpp"
#include "harness/spec/judgement.hpp"
#include "tools/job/device.hpp"

namespace attest::job {

struct JobArguments : DeviceArguments {
  runner::Selection selection;
  int repeat = 1;
  bool shuffle = true;
  bool utc = false;      ///< times of the record are UTC, so that those of several hosts go together
  bool key_log = false;  ///< of TLS sessions, as tls-keys.log beside the record
  std::string keys;      ///< folder of the test certificates' keys; empty: they are made anew
  std::optional<std::uint64_t> seed;
  std::string out = "out";
  bool hurry = false;  ///< short times on both sides of a virtual device, and a record that nobody keeps
  int devices = 0;     ///< virtual ones that share the plan; 0: as many as pay
  unsigned baud = 115200;
  std::vector<std::string> personalities, habits;
  std::vector<std::string> virtual_options;  ///< handed to bk7238-virtual as they are
  std::map<std::string, Error> unfit;        ///< devices that are not used, and why; by name
  std::vector<std::string> argv;             ///< the whole command line, for the record
};

/// As run.begin shows them, for who goes on with the run; and the way back, into what is there.
[[nodiscard]] nlohmann::json to_json(const JobArguments& arguments);
void take_job(JobArguments& into, const nlohmann::json& json);

/// Never changes once made.
class Job {
 public:
  /// Reads bench and profile, asks the case host for its cases and selects among them. `programs`: the folder
  /// of attest-cases and bk7238-virtual. Nothing is asked of a device. Throws Failure.
  Job(JobArguments arguments, std::filesystem::path programs);

  [[nodiscard]] const JobArguments& arguments() const { return arguments_; }
  /// Of its first device.
  [[nodiscard]] const lab::Bench& bench() const { return benches_.front(); }
  [[nodiscard]] const spec::Profile& profile() const { return profile_; }
  /// In the order of the case host's list, with the reasons of those that do not apply.
  [[nodiscard]] const std::vector<runner::CaseEntry>& chosen() const { return chosen_; }
  [[nodiscard]] std::uint64_t seed() const { return seed_; }

  /// Repeated and shuffled as was asked for.
  [[nodiscard]] std::vector<runner::Step> plan() const;
  /// All of the bench; or, where that is the virtual one, as many as so many steps pay for. A virtual one is
  /// started for a moment, so that a wrong name is told before anything begins. Throws Failure.
  [[nodiscard]] std::vector<runner::DeviceUnderTest> devices(std::size_t steps) const;
  /// The nth device alone. All virtual ones are different ones; of others there are those that the bench has.
  [[nodiscard]] runner::DeviceUnderTest device(std::size_t number) const;
  /// For those devices; nobody stops it.
  [[nodiscard]] runner::RunSetup setup(std::vector<runner::DeviceUnderTest> devices) const;
  /// A virtual device as this job's would be.
  [[nodiscard]] lab::VirtualOptions virtual_options(std::uint64_t seed) const;

  /// Makes the folder ready and begins its record.jsonl. Throws Failure.
  [[nodiscard]] std::unique_ptr<record::FileWriter> begin_record() const;
  /// A record beside it, or of a part of it.
  [[nodiscard]] std::unique_ptr<record::FileWriter> begin_record(const std::filesystem::path& file) const;
  /// As the files that it leaves: "report.html, record.jsonl, …".
  [[nodiscard]] std::string files() const;
  /// What is made of the record: result.json, junit.xml and, unless it is in a hurry, the page. Throws
  /// Failure.
  void write_reports(const spec::Judgement& judgement) const;

 private:
  /// Its one device has a name, and is one: others of that name would be another's.
  [[nodiscard]] bool named() const;
  [[nodiscard]] std::function<bool(const runner::CaseEntry&)> taken_by(const lab::Bench& bench) const;

  JobArguments given_, arguments_;  ///< as they came, and with what --hurry adds
  std::filesystem::path programs_;
  std::vector<lab::Bench> benches_;
  spec::Profile profile_;
  std::vector<runner::CaseEntry> chosen_;
  std::uint64_t seed_ = 0;
};

}  // namespace attest::job
