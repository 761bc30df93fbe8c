#include "harness/lab/virtual_device.hpp"

#include <fmt/format.h>

namespace attest::lab {
namespace {
using namespace std::chrono_literals;

std::vector<std::string> command_line(const VirtualOptions& options) {
  std::vector<std::string> argv{options.program.string(),     "--pty",  "--die-with-stdin",          "--baud",
                                std::to_string(options.baud), "--seed", std::to_string(options.seed)};
  for (const auto& p : options.personalities) argv.insert(argv.end(), {"--personality", p});
  for (const auto& h : options.habits) argv.insert(argv.end(), {"--habit", h});
  argv.insert(argv.end(), options.more.begin(), options.more.end());
  return argv;
}

Status there(const std::filesystem::path& program) {
  if (std::filesystem::exists(program)) return {};
  return fail(Fault::bench, fmt::format("no virtual device at {}", program.string()),
              "build it: tools/dev/build");
}

}  // namespace

Result<VirtualDevice> VirtualDevice::start(const VirtualOptions& options) {
  if (auto ok = there(options.program); !ok) return tl::unexpected(ok.error());
  auto process =
      Subprocess::start(command_line(options),
                        {.pipe_stdin = true, .pipe_stdout = true, .quiet_stderr = false, .pass_fds = {}});
  if (!process) return tl::unexpected(process.error());
  const auto line = process->read_line(Deadline::in(steady_clock(), 20s));
  if (!line || !line->starts_with("link ")) {
    // It has said on stderr what it did not like; a wrong name is the user's.
    const auto ended = process->wait(Deadline::in(steady_clock(), 2s));
    const bool refused = ended && wait_status_text(*ended) == "exit status 2";
    return fail(refused ? Fault::usage : Fault::bench,
                fmt::format("the virtual device did not start ({})",
                            ended ? wait_status_text(*ended) : "no link line"),
                "`attest personalities` lists the names it knows");
  }
  return VirtualDevice(std::move(*process), line->substr(5));
}

Result<std::string> list_of(const std::filesystem::path& program, const std::string& what) {
  if (auto ok = there(program); !ok) return tl::unexpected(ok.error());
  auto process =
      Subprocess::start({program.string(), "--list-" + what, "--json"},
                        {.pipe_stdin = false, .pipe_stdout = true, .quiet_stderr = false, .pass_fds = {}});
  if (!process) return tl::unexpected(process.error());
  std::string all;
  const auto deadline = Deadline::in(steady_clock(), 20s);
  while (auto line = process->read_line(deadline)) all += *line + "\n";
  return all;
}

}  // namespace attest::lab
