#include <fmt/format.h>

#include <array>
#include <iterator>

#include "reports/html/page.hpp"
#include "reports/text/escape.hpp"

namespace attest::reports {
namespace {

using record::Verdict;

constexpr std::array kVerdicts{Verdict::pass, Verdict::fail, Verdict::inconc, Verdict::error, Verdict::none};
constexpr std::size_t kMost = 200;

template <class... Arguments>
void put(std::string& out, fmt::format_string<Arguments...> form, Arguments&&... arguments) {
  fmt::format_to(std::back_inserter(out), form, std::forward<Arguments>(arguments)...);
}

std::string counts_row(std::string_view what, const spec::Counts& counts) {
  std::string out;
  put(out, "<tr><th scope=\"row\">{}</th>", what);
  for (const auto verdict : kVerdicts) {
    const auto found = counts.find(verdict);
    put(out, "<td>{}</td>", found == counts.end() ? 0 : found->second);
  }
  return out + "</tr>\n";
}

std::string counts(const spec::Judgement& judgement) {
  std::string out = "<table>\n<thead><tr><td></td>";
  for (const auto verdict : kVerdicts) put(out, "<th scope=\"col\">{}</th>", record::name_of(verdict));
  out += "</tr></thead>\n<tbody>\n";
  out += counts_row("cases", judgement.case_counts);
  out += counts_row("requirements", judgement.requirement_counts);
  return out + "</tbody>\n</table>\n";
}

std::string faults(const spec::Judgement& judgement) {
  std::string out;
  for (const auto& one : judgement.faults)
    put(out, "<li>{}: {}{}{}</li>\n", html_text(one.kind), html_text(one.what), one.cure.empty() ? "" : ". ",
        html_text(one.cure));
  return out.empty() ? out : "<h2>Faults</h2>\n<ul>\n" + out + "</ul>\n";
}

std::string deviations(const spec::Judgement& judgement) {
  std::string out;
  for (const auto& one : judgement.deviations) {
    put(out, "<li id=\"deviation/{}\"><b>{}</b> ({}): {}; seen {} times in {} cases.", html_text(one.id),
        html_text(one.id), html_text(one.requirement), html_text(one.summary), one.count, one.cases.size());
    for (const auto& piece : one.evidence)
      put(out, "<br><code>{}</code> in {}", html_text(piece.bytes, 400), html_text(piece.case_id));
    out += "</li>\n";
  }
  return out.empty() ? out : "<h2>Deviations</h2>\n<ul>\n" + out + "</ul>\n";
}

std::string rest_of(std::size_t count) {
  return count <= kMost ? "" : fmt::format("<p>And {} more, which result.json has.</p>\n", count - kMost);
}

std::string not_passed(const spec::Judgement& judgement) {
  std::string out;
  std::size_t count = 0;
  for (const auto& one : judgement.cases) {
    const bool bad = one.verdict != Verdict::pass && one.verdict != Verdict::none;
    if (!bad || ++count > kMost) continue;
    put(out, "<li><b>{}</b> {}: {}</li>\n", record::name_of(one.verdict), html_text(one.id),
        html_text(one.reason, 600));
  }
  return out.empty() ? out : "<h2>Cases that did not pass</h2>\n<ul>\n" + out + "</ul>\n" + rest_of(count);
}

}  // namespace

std::string static_part(const spec::Judgement& judgement) {
  std::string out = "<main class=\"plain\">\n<h1>attest</h1>\n";
  put(out, "<p><strong>{}</strong></p>\n", html_text(judgement.decision));
  for (const auto& device : judgement.run.devices)
    put(out, "<p>{}: {}, {}{}</p>\n", html_text(device.name), html_text(device.firmware),
        html_text(device.link), device.is_virtual ? " (virtual)" : "");
  put(out, "<p>Run of {}, seed {}, by attest {}.</p>\n", html_text(judgement.run.wall), judgement.run.seed,
      html_text(judgement.run.attest));
  out += counts(judgement) + faults(judgement) + deviations(judgement) + not_passed(judgement);
  return out + "</main>\n";
}

}  // namespace attest::reports
