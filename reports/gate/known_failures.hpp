// Failures that a release may have: each one named, pinned to how it fails, owned, and with a date.
//
//     [[failure]]
//     case      = "HttpClientGet.DeliversTheBody"  # and/or requirement = "HC-11"
//     deviation = "size-in-brackets"               # or text = "owed \"hello\"*": the whole text of a
//     failure, * and ? firmware  = ["1.4.*"]                        # versions; left out: all owner     =
//     "somebody@example.org" reason    = "the parser of 1.4; 1.5 has another" link      =
//     "https://example.org/issues/12" expires   = 2026-12-31                       # the last day on which it
//     holds
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/result.hpp"

namespace attest::reports {

using Date = std::chrono::year_month_day;

/// "2026-12-31".
[[nodiscard]] std::string date_text(Date date);
/// Nothing for what is not a day of the calendar in that form.
[[nodiscard]] std::optional<Date> parse_date(std::string_view text);

/// One way in which one requirement was not kept, in one case.
struct Piece {
  std::string case_id, requirement;
  std::string deviation;  ///< id; empty: a check failed
  std::string text;       ///< "WHAT: owed OWED, got GOT", or what a deviation says of itself
};

struct KnownFailure {
  std::string case_id, requirement;  ///< one of them may be empty: any
  std::string deviation, text;       ///< one of them is empty; the text is a glob
  std::vector<std::string> firmware;
  std::string owner, reason, link;
  Date expires;
  std::string place;  ///< "known.toml:12"

  /// The subject: its case, or else its requirement.
  [[nodiscard]] const std::string& subject() const { return case_id.empty() ? requirement : case_id; }
  [[nodiscard]] bool is(const Piece& piece) const;
  /// An entry for certain versions holds for no unknown one (`version` empty).
  [[nodiscard]] bool holds_for(std::string_view version) const;
  [[nodiscard]] bool expired(Date today) const { return today > expires; }
};

struct KnownFailures {
  std::vector<KnownFailure> entries;
  std::string sha256;  ///< of the text; empty: there is none
};

/// Errors are usage errors with file, line, what is wrong there and the cure: an entry without a subject, a
/// pin, an owner, a reason, a link or a date, unknown keys and requirements, and the same entry twice.
[[nodiscard]] Result<KnownFailures> parse_known_failures(std::string_view toml, const std::string& source);
[[nodiscard]] Result<KnownFailures> load_known_failures(const std::string& path);

}  // namespace attest::reports
