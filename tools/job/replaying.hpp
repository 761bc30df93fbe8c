// The cases of a record once more, through its tape instead of a bench.
#pragma once

#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "harness/record/reader.hpp"
#include "harness/spec/judgement.hpp"

namespace attest::job {

/// A record whose hash chain holds. What does not follow from what was written is not judged. Throws Failure.
struct SoundRecord {
  std::filesystem::path file;
  std::string head;  ///< of its chain; empty: it has none
  record::Recorded recorded;
  [[nodiscard]] spec::Judgement judgement() const;
};
[[nodiscard]] SoundRecord read_sound_record(const std::filesystem::path& file);

struct ReplayArguments {
  std::filesystem::path out;        ///< its folder is made ready
  std::vector<std::string> select;  ///< cases that are judged again; empty: all
  int stop_fd = -1;
};
struct JudgedAgain {
  spec::Judgement judgement;
  std::set<std::string> cases;  ///< that were gone through
};
/// Writes record, page, result.json and junit.xml of what comes of it. Throws Failure.
[[nodiscard]] JudgedAgain judge_again(const SoundRecord& record, const ReplayArguments& arguments,
                                      const std::filesystem::path& programs);

}  // namespace attest::job
