#include "suites/self/support/program.hpp"

#include <fmt/format.h>
#include <sys/wait.h>

#include <csignal>

namespace attest::self {

std::string built(const std::string& program) {
  return ATTEST_BUILD_DIR "/" + program;
}

namespace {

std::string quoted(const std::string& word) {
  std::string out = "'";
  for (const char c : word) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

std::string text_of(const std::filesystem::path& path) {
  return read_file(path).value_or("");
}

}  // namespace

Said run_program(const std::vector<std::string>& argv, Nanos limit) {
  const TempDir dir("attest-self");
  std::string line = "exec";
  for (const auto& word : argv) line += " " + quoted(word);
  line +=
      fmt::format(" >{} 2>{}", quoted((dir.path() / "out").string()), quoted((dir.path() / "err").string()));
  auto child = must(Subprocess::start({"/bin/sh", "-c", line}, {}));
  auto status = child.wait(Deadline::in(steady_clock(), limit));
  if (!status) {
    child.signal(SIGKILL);
    status = child.wait(Deadline::in(steady_clock(), std::chrono::seconds(10)));
  }
  const bool ended = status && WIFEXITED(*status);
  return {ended ? WEXITSTATUS(*status) : -1, text_of(dir.path() / "out"), text_of(dir.path() / "err")};
}

namespace {

std::set<std::string> with_verdict(const nlohmann::json& list, const std::string& verdict) {
  std::set<std::string> ids;
  for (const auto& one : list)
    if (one.at("verdict") == verdict) ids.insert(one.at("id").get<std::string>());
  return ids;
}

}  // namespace

std::set<std::string> RunResult::requirements(const std::string& verdict) const {
  return result.is_object() ? with_verdict(result.at("requirements"), verdict) : std::set<std::string>{};
}

std::set<std::string> RunResult::cases(const std::string& verdict) const {
  return result.is_object() ? with_verdict(result.at("cases"), verdict) : std::set<std::string>{};
}

RunResult attest_run(const std::vector<std::string>& arguments, const std::filesystem::path& out) {
  std::vector<std::string> argv{built("attest"), "run", "--out", out.string()};
  argv.insert(argv.end(), arguments.begin(), arguments.end());
  RunResult run{run_program(argv), nullptr};
  if (const auto text = read_file(out / "result.json"))
    run.result = nlohmann::json::parse(*text, nullptr, false);
  return run;
}

std::vector<std::string> in_a_hurry() {
  return {"--hurry", "--baud", "0", "--devices", "1"};
}

pid_t child_named(pid_t parent, const std::string& name) {
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    const auto stat = read_file(entry.path() / "stat").value_or("");
    const auto close = stat.rfind(')');
    if (close == std::string::npos || stat.find("(" + name.substr(0, 15) + ")") == std::string::npos)
      continue;
    if (std::atoi(stat.c_str() + close + 4) == parent) return std::atoi(entry.path().filename().c_str());
  }
  return -1;
}

}  // namespace attest::self
