// A judged record as rows of the history's tables.
#pragma once

#include <string>

#include "harness/spec/judgement.hpp"
#include "reports/history/database.hpp"
#include "reports/history/fingerprint.hpp"

namespace attest::reports {

struct JudgedRecord {
  std::string path;   ///< absolute
  std::string began;  ///< of the first run.begin: a continued run stays where it began
  bool torn = false;
  Fingerprint is;
  spec::Judgement judgement;
};

/// Within the caller's transaction. `run` 0: a new one. Gives its number. Throws a Failure.
std::int64_t store(Database& database, const JudgedRecord& record, std::int64_t run);

}  // namespace attest::reports
