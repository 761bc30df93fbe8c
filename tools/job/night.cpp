#include "tools/job/night.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>

#include <nlohmann/json.hpp>

namespace attest::job {
namespace {
namespace fs = std::filesystem;

bool was_go(const fs::path& run) {
  const auto text = read_file(run / "decision.json");
  const auto decision = nlohmann::json::parse(text.value_or(""), nullptr, false);
  return decision.is_object() && decision.value("outcome", std::string()) == "go";
}

}  // namespace

Result<Nights> Nights::open(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder / "runs", error);
  if (error)
    return fail(Fault::usage,
                fmt::format("make the folder {}: {}", (folder / "runs").string(), error.message()),
                "give another with --dir");
  const auto file = folder / ".lock";
  Fd lock(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644));
  if (!lock)
    return fail(Fault::usage, errno_text("open " + file.string(), errno), "give another folder with --dir");
  if (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0)
    return fail(Fault::bench, fmt::format("another night is at work in {}", folder.string()),
                "wait for its end, or give another folder with --dir");
  return Nights(fs::absolute(folder).lexically_normal(), std::move(lock));
}

fs::path Nights::next(const std::string& utc) const {
  std::string name = utc;
  std::replace(name.begin(), name.end(), ':', '-');
  auto out = folder_ / "runs" / name;
  for (int number = 2; fs::exists(out); ++number)
    out = folder_ / "runs" / fmt::format("{}.{:04}", name, number);
  return out;
}

std::vector<fs::path> Nights::all() const {
  std::vector<fs::path> out;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder_ / "runs", error))
    if (entry.is_directory(error)) out.push_back(entry.path());
  std::sort(out.begin(), out.end());
  return out;
}

std::optional<fs::path> Nights::last_good(const fs::path& run) const {
  const auto nights = all();
  for (auto night = nights.rbegin(); night != nights.rend(); ++night)
    if (night->filename() < run.filename() && was_go(*night)) return *night;
  return std::nullopt;
}

Status Nights::point_to(const fs::path& run) const {
  const auto link = folder_ / "latest", fresh = folder_ / ".latest";
  std::error_code error;
  fs::remove(fresh, error);
  fs::create_directory_symlink(fs::path("runs") / run.filename(), fresh, error);
  if (!error) fs::rename(fresh, link, error);
  if (error)
    return fail(Fault::bench,
                fmt::format("let {} lead to {}: {}", link.string(), run.string(), error.message()));
  return {};
}

Result<std::vector<fs::path>> Nights::prune(const Keep& keep) const {
  auto nights = all();
  std::vector<fs::path> out;
  if (nights.size() <= keep.latest) return out;
  const auto newest = nights.back();
  const auto good = was_go(newest) ? std::optional(newest) : last_good(newest);
  nights.resize(nights.size() - keep.latest);
  std::size_t failed = 0;
  for (auto night = nights.rbegin(); night != nights.rend(); ++night) {
    if (good == *night) continue;
    if (!was_go(*night) && failed++ < keep.failed) continue;
    std::error_code error;
    fs::remove_all(*night, error);
    if (error)
      return fail(Fault::bench, fmt::format("remove the old night {}: {}", night->string(), error.message()),
                  "is the folder yours?");
    out.push_back(*night);
  }
  return out;
}

Held held_now() {
  Held out;
  const auto text = read_file("/proc/self/statm").value_or("");
  const auto space = text.find(' ');
  std::size_t pages = 0;
  if (space != std::string::npos) std::from_chars(text.data() + space + 1, text.data() + text.size(), pages);
  out.memory = pages * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  std::error_code error;
  for (const auto& entry : fs::directory_iterator("/proc/self/fd", error))
    out.descriptors += !entry.path().empty();
  return out;
}

std::size_t rounds(const Clock& clock, Nanos length, const std::function<bool(std::size_t)>& round) {
  const auto end = Deadline::in(clock, length);
  std::size_t number = 0;
  do {
    if (!round(++number)) break;
  } while (!end.passed(clock));
  return number;
}

}  // namespace attest::job
