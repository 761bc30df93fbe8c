// A run that did not come to its end, gone on with in its own record.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "harness/record/writer.hpp"
#include "harness/spec/judgement.hpp"
#include "tools/job/job.hpp"

namespace attest::job {

/// What becomes of the case that was running when the run ended.
enum class Interrupted {
  repeat,  ///< it is run again
  error    ///< that is its verdict: of who wants to know of every case that a run does not survive
};

/// What a record says of its run.
struct Unfinished {
  JobArguments arguments;
  nlohmann::json profile;
  std::string attest;  ///< the version that wrote it
  std::vector<runner::Step>
      steps;               ///< the whole plan, in its order; of the entries only ids and requirements
  std::vector<bool> done;  ///< by step: it has a verdict that stands
  std::vector<std::string> devices;  ///< by step: where it began and did not end; empty: it did not
  Instant last;                      ///< the time of its last event
};

/// A usage error where the folder has no record, the record no plan, or its chain does not hold. What the
/// record does not say is taken from `otherwise`, and so is what that says of link, bench and profile: the
/// run may go on at another host.
[[nodiscard]] Result<Unfinished> unfinished_in(const std::filesystem::path& folder,
                                               const JobArguments& otherwise);

/// All of a run that goes on.
struct Continuation {
  std::vector<runner::Step> plan;  ///< what is left, in the order of before
  std::unique_ptr<record::FileWriter> writer;
};

/// Opens the record again and cuts a torn last line off; tells `judge` what stands in it. With
/// Interrupted::error the case in question gets its end. A usage error where another version of attest,
/// another profile or other cases would be mixed into it. Sets the clock on, where the record's is ahead of
/// this machine's.
[[nodiscard]] Result<Continuation> go_on(const Unfinished& run, const Job& job, Interrupted interrupted,
                                         spec::Judge& judge);

}  // namespace attest::job
