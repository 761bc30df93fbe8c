// What a command line owes, by its name.
#pragma once

#include <string>
#include <string_view>

#include "harness/at/dialect.hpp"

namespace attest::at {

/// What kind of reply a command owes. Decides how `+NAME:` lines are read and what may follow.
struct Expectation {
  Nanos deadline{};  ///< from the moment of sending; 0: the dialect's command deadline
  std::string info;  ///< "HTTPCLIENT": the +NAME whose line is <size>,<data> or a number; empty: none
  enum class Shape { lines, sized_data, number } shape = Shape::lines;
  bool prompt = false;  ///< OK, then `>` (HTTPCPOST, HTTPCERT)
  /// AT+GMR, queries: any line before the final result is information. Otherwise an unknown line is
  /// unexplained.
  bool any_lines = false;
  /// False: a command that may prompt, but owes none by the manual (HTTPCERT): `>` without OK and OK without
  /// `>` are both right. Counts only where `prompt` is set.
  bool prompt_required = true;
  /// AT+RST, AT+OTA: a boot banner after the OK is what was asked for.
  bool restarts = false;
  std::string size_requirement = "HC-10";  ///< the requirement that a malformed size belongs to
};

/// The expectation that belongs to a command line, by the manual's name in it: HTTPCLIENT, HTTPGETSIZE,
/// HTTPCPOST and the rest.
[[nodiscard]] Expectation expectation_for(std::string_view command_line, const Dialect& dialect);

}  // namespace attest::at
