#include "reports/html/page.hpp"

#include <algorithm>
#include <map>
#include <numeric>

#include "harness/base/whole_file.hpp"
#include "reports/html/run_data.hpp"
#include "reports/text/escape.hpp"

namespace attest::reports {

namespace embedded_page {
std::string_view file(std::string_view name);  // made when the page is built
}

namespace {

constexpr std::string_view kDataBegin = "<script type=\"application/json\" id=\"data\">",
                           kDataEnd = "</script>\n";

/// What stands before the place, which `text` then begins behind. A template without its places is a defect
/// of the build.
std::string_view cut_before(std::string_view& text, std::string_view place) {
  const auto at = text.find(place);
  if (at == std::string_view::npos)
    throw Failure({Fault::usage, "the embedded page has no " + std::string(place), "build attest again"});
  const auto before = text.substr(0, at);
  text.remove_prefix(at + place.size());
  return before;
}

std::string title_of(const spec::Judgement& judgement) {
  std::string firmware;
  for (const auto& device : judgement.run.devices)
    if (firmware.find(device.firmware) == std::string::npos)
      firmware += (firmware.empty() ? "" : " + ") + device.firmware;
  return "attest: " + (firmware.empty() ? "a run" : firmware) + ", " + judgement.run.wall;
}

/// For each attempt of the index its verdict: the judgement has a case's attempts in the same order.
std::vector<record::Verdict> verdicts_of(const TimelineIndex& index, const spec::Judgement& judgement) {
  std::map<std::string_view, const spec::CaseResult*> cases;
  for (const auto& one : judgement.cases) cases[one.id] = &one;
  std::map<std::string_view, std::size_t> seen;
  std::vector<record::Verdict> out;
  for (const auto& attempt : index.attempts()) {
    const auto nth = seen[attempt.case_id]++;
    const auto found = cases.find(attempt.case_id);
    const bool known = found != cases.end() && nth < found->second->attempts.size();
    out.push_back(known ? found->second->attempts[nth].verdict : record::Verdict::none);
  }
  return out;
}

int rank(record::Verdict verdict) {
  switch (verdict) {
    case record::Verdict::error:
    case record::Verdict::fail:
      return 0;
    case record::Verdict::inconc:
      return 1;
    case record::Verdict::none:
      return 2;
    case record::Verdict::pass:
      return 3;
  }
  return 3;
}

std::uint64_t copied_bytes(const AttemptLines& attempt, const Limits& limits) {
  return std::min(attempt.bytes, limits.begin + limits.end);
}

/// By key: those that fit into the budget.
std::vector<bool> chosen(const TimelineIndex& index, const spec::Judgement& judgement, const Limits& limits,
                         std::uint64_t budget) {
  const auto verdicts = verdicts_of(index, judgement);
  std::vector<std::size_t> order(verdicts.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return rank(verdicts[a]) < rank(verdicts[b]); });
  std::vector<bool> out(verdicts.size());
  for (const auto key : order) {
    const auto size = copied_bytes(index.attempts()[key], limits);
    if (size > budget) continue;
    budget -= size;
    out[key] = true;
  }
  return out;
}

std::vector<bool> cut(const TimelineIndex& index, const Limits& limits) {
  std::vector<bool> out;
  for (const auto& one : index.attempts()) out.push_back(one.bytes > limits.begin + limits.end);
  return out;
}

Status write_timelines(const RunReading& reading, const std::vector<bool>& kept, const Limits& limits,
                       WholeFile& file) {
  for (const auto& attempt : reading.timelines().attempts()) {
    if (!kept[attempt.key]) continue;
    (void)file.write("<script type=\"application/json\" id=\"timeline-" + std::to_string(attempt.key) +
                     "\">");
    const auto copied = copy_timeline(reading.record(), attempt, limits,
                                      [&](std::string_view piece) { (void)file.write(piece); });
    if (!copied) return copied;
    if (auto written = file.write("</script>\n"); !written) return written;
  }
  return {};
}

}  // namespace

const PageTemplate& PageTemplate::embedded() {
  static const PageTemplate page = [] {
    auto rest = embedded_page::file("index.html");
    PageTemplate out;
    out.before_title = cut_before(rest, "<title>attest report</title>");
    out.before_static = cut_before(rest, "<!--attest:static-->");
    out.before_data = cut_before(rest, "<!--attest:data-->");
    out.after_data = rest;
    return out;
  }();
  return page;
}

std::string page_text(std::string_view title, std::string_view static_part, const nlohmann::json& data) {
  const auto& page = PageTemplate::embedded();
  std::string out(page.before_title);
  out.append("<title>").append(html_text(title, 200)).append("</title>").append(page.before_static);
  out.append(static_part).append(page.before_data);
  out.append(kDataBegin).append(json_in_html(data.dump())).append(kDataEnd);
  return out.append(page.after_data);
}

Result<PageWritten> write_page(const RunReading& reading, const spec::Judgement& judgement,
                               const std::filesystem::path& out, const PageOptions& options) {
  const auto& page = PageTemplate::embedded();
  const Limits limits;
  RunDataOptions data{.made = options.made, .comparison = options.comparison};
  data.kept = chosen(reading.timelines(), judgement, limits, options.timeline_budget);
  data.cut = cut(reading.timelines(), limits);
  auto file = WholeFile::create(out);
  if (!file) return tl::unexpected(file.error());
  (void)file->write(page.before_title);
  (void)file->write("<title>" + html_text(title_of(judgement), 200) + "</title>");
  (void)file->write(page.before_static);
  (void)file->write(static_part(judgement));
  (void)file->write(page.before_data);
  (void)file->write(kDataBegin);
  (void)file->write(json_in_html(run_data(reading, judgement, data).dump()));
  (void)file->write(kDataEnd);
  if (auto written = write_timelines(reading, data.kept, limits, *file); !written)
    return tl::unexpected(written.error());
  (void)file->write(page.after_data);
  if (auto written = file->finish(); !written) return tl::unexpected(written.error());
  const auto kept = static_cast<std::size_t>(std::count(data.kept.begin(), data.kept.end(), true));
  return PageWritten{kept, data.kept.size() - kept};
}

}  // namespace attest::reports
