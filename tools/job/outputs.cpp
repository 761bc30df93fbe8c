#include "tools/job/outputs.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "harness/base/file.hpp"
#include "reports/html/page.hpp"
#include "reports/html/run_reading.hpp"
#include "reports/json/result.hpp"
#include "reports/junit/junit.hpp"

namespace attest::job {
namespace fs = std::filesystem;

Status prepare_folder(const fs::path& given, const char* marker) {
  std::error_code error;
  auto out = fs::absolute(given).lexically_normal();
  if (!out.has_filename()) out = out.parent_path();  // "runs/", as a shell completes it
  if (fs::exists(out / marker)) {
    const auto here = fs::current_path(error).lexically_normal();
    const auto [end, unused] = std::mismatch(out.begin(), out.end(), here.begin(), here.end());
    if (end == out.end())
      return fail(Fault::usage,
                  fmt::format("{} has an earlier run, and cannot be moved aside: the current folder is in it",
                              out.string()),
                  "give a folder of its own with --out");
    int number = 1;
    while (fs::exists(fmt::format("{}.{}", out.string(), number))) ++number;
    fs::rename(out, fmt::format("{}.{}", out.string(), number), error);
    if (error)
      return fail(Fault::usage,
                  fmt::format("move the earlier run in {} aside: {}", out.string(), error.message()),
                  "give another folder with --out");
  }
  fs::create_directories(out, error);
  if (error)
    return fail(Fault::usage, fmt::format("make the folder {}: {}", out.string(), error.message()),
                "give another with --out");
  return {};
}

nlohmann::json dated_result(const spec::Judgement& judgement) {
  auto result = reports::result_json(judgement);
  result["judged"] = now_utc();
  return result;
}

Status write_reports(const spec::Judgement& judgement, const fs::path& out) {
  if (auto ok = write_file_whole(out / "result.json", dated_result(judgement).dump(1) + "\n"); !ok) return ok;
  return write_file_whole(out / "junit.xml", reports::junit_xml(judgement));
}

Status write_page_of(const fs::path& out) {
  reports::RunReading reading(out / "record.jsonl");
  if (auto read = reading.advance(); !read) return tl::unexpected(read.error());
  const auto written =
      reports::write_page(reading, reading.judge().result(), out / "report.html", {.made = now_utc()});
  return written ? Status() : tl::unexpected(written.error());
}

fs::path record_in(const fs::path& path) {
  std::error_code error;
  return fs::is_directory(path, error) ? path / "record.jsonl" : path;
}

}  // namespace attest::job
