// The doctor's checks of the host, and what all checks ask of it.
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <unistd.h>

#include <charconv>

#include "harness/base/bytes.hpp"
#include "harness/base/text.hpp"
#include "harness/lab/doctor_checks.hpp"

namespace attest::lab::doctor {
namespace {
namespace fs = std::filesystem;

constexpr std::uint64_t kMiB = 1024ULL * 1024;

/// The nearest folder that is there: what is made later is made on its disk.
fs::path existing(fs::path folder) {
  std::error_code none;
  folder = fs::absolute(folder, none);
  while (folder.has_relative_path() && !fs::is_directory(folder, none)) folder = folder.parent_path();
  return folder;
}

std::string amount(std::uint64_t bytes) {
  return bytes < 1024 * kMiB
             ? fmt::format("{} MiB", bytes / kMiB)
             : fmt::format("{:.1f} GiB", static_cast<double>(bytes) / static_cast<double>(1024 * kMiB));
}

std::string day(std::chrono::system_clock::time_point moment) {
  return fmt::format("{:%Y-%m-%d}", fmt::gmtime(std::chrono::system_clock::to_time_t(moment)));
}

}  // namespace

fs::path place_of(const std::string& path, const Surroundings& at) {
  const std::pair<std::string_view, const fs::path&> roots[]{{"/dev/", at.dev}, {"/run/", at.run}};
  for (const auto& [front, root] : roots)
    if (path.starts_with(front)) return root / path.substr(front.size());
  return path;
}

bool has_program(const std::string& name, const Surroundings& at) {
  const auto runs = [&](const fs::path& file) {
    std::error_code none;
    return fs::is_regular_file(file, none) && at.may(file, X_OK);
  };
  if (name.find('/') != name.npos) return runs(name);
  for (const auto folder : split(at.search, ':'))
    if (runs(fs::path(folder) / name)) return true;
  return false;
}

int process_named(std::string_view name, const Surroundings& at) {
  std::error_code none;
  for (const auto& entry : fs::directory_iterator(at.proc, none)) {
    const auto number = entry.path().filename().string();
    int pid = 0;
    const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), pid);
    if (error == std::errc() && end == number.data() + number.size() &&
        word_in(entry.path() / "comm") == name)
      return pid;
  }
  return 0;
}

std::string word_in(const fs::path& file) {
  const auto text = read_file(file);
  return text ? std::string(trimmed(text->substr(0, text->find('\n')))) : std::string();
}

std::optional<Found> programs(Patient& p) {
  std::vector<std::string> missing;
  for (const char* name : {"attest-cases", "bk7238-virtual"})
    if (!has_program((p.at.programs / name).string(), p.at)) missing.emplace_back(name);
  if (missing.empty())
    return ok(fmt::format("attest-cases and bk7238-virtual are in {}", p.at.programs.string()));
  return wrong(
      fmt::format("{}: not there, or not to be started: {}", p.at.programs.string(), joined(missing, ", ")),
      {"tools/dev/build   # or install attest again: its programs lie in one folder"});
}

std::optional<Found> terminals(Patient& p) {
  const auto master = p.at.dev / "ptmx";
  if (p.at.may(master, R_OK | W_OK) && p.at.may(p.at.dev / "pts", X_OK))
    return ok("pseudo-terminals can be made");
  return wrong("no pseudo-terminal can be made, and a virtual device is on one",
               {"sudo mount -t devpts -o ptmxmode=0666,newinstance devpts /dev/pts && sudo ln -sf pts/ptmx "
                "/dev/ptmx"});
}

std::optional<Found> clock(Patient& p) {
  const auto time = p.at.time();
  const auto now =
      fmt::format("{:%Y-%m-%d %H:%M} UTC", fmt::gmtime(std::chrono::system_clock::to_time_t(time.now)));
  if (time.now + std::chrono::hours(24) >= time.built) return ok(now);
  return wrong(
      fmt::format(
          "the clock says {}, but this program was built on {}: certificates would not hold yet, and runs be "
          "sorted wrongly",
          now, day(time.built)),
      {"sudo timedatectl set-ntp true   # without a network: sudo date -s 'YYYY-MM-DD HH:MM'"});
}

std::optional<Found> clock_synchronised(Patient& p) {
  if (p.at.time().synchronised) return ok("by NTP or the like");
  return warn("nobody keeps the clock right: times of several hosts do not go together",
              {"sudo timedatectl set-ntp true   # of a container: on its host"});
}

std::optional<Found> disk(Patient& p) {
  const auto folder = existing(p.at.out);
  const auto out = fs::absolute(p.at.out).lexically_normal().string();
  if (!p.at.may(folder, W_OK | X_OK))
    return wrong(
        fmt::format("{}: {} may not write in {}", out, p.at.user, folder.string()),
        {fmt::format("sudo chown {} {}   # or give another folder with --out", p.at.user, folder.string())});
  const auto left = p.at.free_bytes(folder);
  const auto text = fmt::format("{} free for {}", amount(left), out);
  const std::vector<std::string> fixes{fmt::format(
      "du -xh {} | sort -h | tail   # remove what nobody needs, or give another folder with --out",
      folder.string())};
  if (left < 100 * kMiB) return wrong(text, fixes);
  return left < 1024 * kMiB ? warn(text, fixes) : ok(text);
}

}  // namespace attest::lab::doctor
