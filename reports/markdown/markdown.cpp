#include "reports/markdown/markdown.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <vector>

#include "reports/text/escape.hpp"
#include "reports/text/markdown_text.hpp"

namespace attest::reports {
namespace {

using record::Verdict;

constexpr std::array kColumns{Verdict::pass, Verdict::fail, Verdict::inconc, Verdict::error, Verdict::none};
/// A longer id is nobody's name, and its link would fill the comment.
constexpr std::size_t kLongestLinked = 300;
/// What is shown of the cases, in that order.
constexpr std::array kBad{Verdict::error, Verdict::fail, Verdict::inconc};

template <class... Arguments>
void put(std::string& out, fmt::format_string<Arguments...> form, Arguments&&... arguments) {
  fmt::format_to(std::back_inserter(out), form, std::forward<Arguments>(arguments)...);
}

std::string_view outcome(int exit_code) {
  switch (exit_code) {
    case 0:
      return "passed";
    case 1:
      return "the device failed";
    case 4:
      return "stopped";
    default:
      return "nothing is known of the device";
  }
}

std::string so_many(std::size_t count, std::string_view thing) {
  return fmt::format("{} {}{}", count, thing, count == 1 ? "" : "s");
}

class Summary {
 public:
  Summary(const spec::Judgement& judgement, const MarkdownOptions& options)
      : judgement_(judgement), options_(options) {}

  std::string text() {
    put(out_, "### attest: {}\n\n{}\n\n", outcome(judgement_.exit_code), code_span(judgement_.decision, 300));
    counts();
    faults();
    deviations();
    cases();
    foot();
    return std::move(out_);
  }

 private:
  void counts() {
    out_ += "|  |";
    for (const auto verdict : kColumns) put(out_, " {} |", record::name_of(verdict));
    out_ += "\n|---|--:|--:|--:|--:|--:|\n";
    row("cases", judgement_.case_counts);
    row("requirements", judgement_.requirement_counts);
    out_ += '\n';
  }

  void row(std::string_view what, const spec::Counts& counts) {
    put(out_, "| {} |", what);
    for (const auto verdict : kColumns) {
      const auto found = counts.find(verdict);
      put(out_, " {} |", found == counts.end() ? 0 : found->second);
    }
    out_ += '\n';
  }

  void left_out(std::size_t all) {
    if (all > options_.most) put(out_, "- and {} more\n", all - options_.most);
    out_ += '\n';
  }

  [[nodiscard]] std::string link(std::string_view text, std::string_view place, std::string_view id) const {
    if (id.size() > kLongestLinked) return code_span(text, 120);
    return code_link(text, fmt::format("{}#{}/{}", options_.page, place, uri_component(id)), 120);
  }

  void faults() {
    if (judgement_.faults.empty()) return;
    out_ += "**Faults**\n\n";
    for (std::size_t i = 0; i < std::min(options_.most, judgement_.faults.size()); ++i) {
      const auto& one = judgement_.faults[i];
      put(out_, "- {}: {}", code_span(one.kind), code_span(one.what, 300));
      if (!one.cure.empty()) put(out_, ": {}", code_span(one.cure, 300));
      out_ += '\n';
    }
    left_out(judgement_.faults.size());
  }

  void deviations() {
    if (judgement_.deviations.empty()) return;
    out_ += "**Deviations**\n\n";
    for (std::size_t i = 0; i < std::min(options_.most, judgement_.deviations.size()); ++i) {
      const auto& one = judgement_.deviations[i];
      put(out_, "- {} of {}: {}; {}", link(one.id, "deviation", one.id),
          link(one.requirement, "requirement", one.requirement), code_span(one.summary),
          so_many(one.cases.size(), "case"));
      if (!one.cases.empty()) put(out_, ", such as {}", link(one.cases.front(), "case", one.cases.front()));
      out_ += '\n';
    }
    left_out(judgement_.deviations.size());
  }

  void cases() {
    std::vector<const spec::CaseResult*> bad;
    for (const auto verdict : kBad)
      for (const auto& one : judgement_.cases)
        if (one.verdict == verdict) bad.push_back(&one);
    if (bad.empty()) return;
    out_ += "**Cases that did not pass**\n\n";
    for (std::size_t i = 0; i < std::min(options_.most, bad.size()); ++i)
      put(out_, "- {} {}: {}\n", record::name_of(bad[i]->verdict), link(bad[i]->id, "case", bad[i]->id),
          code_span(bad[i]->reason));
    left_out(bad.size());
  }

  void foot() {
    std::vector<std::string> firmware;
    for (const auto& device : judgement_.run.devices)
      if (std::find(firmware.begin(), firmware.end(), device.firmware) == firmware.end())
        firmware.push_back(device.firmware);
    for (std::size_t i = 0; i < std::min(options_.most, firmware.size()); ++i)
      put(out_, "Firmware {}. ", code_span(firmware[i], 100));
    if (firmware.size() > options_.most) put(out_, "And {} more. ", firmware.size() - options_.most);
    put(out_, "Run of {}, seed {}, attest {}.\n", code_span(judgement_.run.wall, 40), judgement_.run.seed,
        code_span(judgement_.run.attest, 40));
  }

  const spec::Judgement& judgement_;
  const MarkdownOptions& options_;
  std::string out_;
};

}  // namespace

std::string markdown_summary(const spec::Judgement& judgement, const MarkdownOptions& options) {
  return Summary(judgement, options).text();
}

}  // namespace attest::reports
