#include "harness/lab/virtual_device.hpp"

#include <fmt/format.h>
#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <csignal>

#include "harness/base/text.hpp"

namespace attest::lab {
namespace {
using namespace std::chrono_literals;

constexpr const char* kChip = "flash.bin";
constexpr const char* kFactory = "factory.bin";
constexpr const char* kSettings = "settings.json";
constexpr const char* kFactorySettings = "factory.json";

/// Signals cut the power and give it back; what is in the flash is a file.
class SignalPower final : public Power {
 public:
  SignalPower(pid_t pid, std::filesystem::path flash) : pid_(pid), flash_(std::move(flash)) {}

  Status off() override { return tell(SIGUSR1); }
  Status on() override { return tell(SIGUSR2); }
  Status flash_anew() override {
    std::error_code error;
    std::filesystem::copy_file(flash_ / kFactory, flash_ / kChip,
                               std::filesystem::copy_options::overwrite_existing, error);
    // A device that had written no settings has none again.
    std::error_code none;
    std::filesystem::remove(flash_ / kSettings, none);
    std::filesystem::copy_file(flash_ / kFactorySettings, flash_ / kSettings, none);
    if (!error) return {};
    return fail(Fault::bench, fmt::format("flash the virtual device anew: {}", error.message()),
                "is the disk full?");
  }

 private:
  [[nodiscard]] Status tell(int signal) const {
    if (::kill(pid_, signal) != 0)
      return fail(Fault::bench, errno_text("signal the virtual device", errno),
                  "it has ended; its output says why");
    // It takes effect within milliseconds, which nothing reports.
    const timespec moment{0, 50'000'000};
    (void)::ppoll(nullptr, 0, &moment, nullptr);
    return {};
  }

  pid_t pid_;
  std::filesystem::path flash_;
};

/// Another program in its place may know of no radio.
bool knows_of_radio(const std::filesystem::path& program) {
  auto process =
      Subprocess::start({program.string(), "--help"},
                        {.pipe_stdin = false, .pipe_stdout = true, .quiet_stderr = true, .pass_fds = {}});
  if (!process) return false;
  bool knows = false;
  const auto deadline = Deadline::in(steady_clock(), 5s);
  while (const auto line = process->read_line(deadline))
    knows = knows || line->find("--access-points") != std::string::npos;
  return knows;
}

/// One that is not to know any network is told so by an option of its own.
Status put_in_network(const std::filesystem::path& settings, const VirtualOptions& options) {
  const auto& more = options.more;
  if (options.ssid.empty() || std::find(more.begin(), more.end(), "--unprovisioned") != more.end()) return {};
  const nlohmann::json network{{"ssid", options.ssid}, {"password", std::string(options.password.reveal())}};
  return write_file_whole(settings, network.dump());
}

void add_radio(std::vector<std::string>& argv, const VirtualOptions& options) {
  if (!options.ble_bus.empty()) argv.insert(argv.end(), {"--ble-bus", options.ble_bus});
  if (!options.air.empty()) argv.insert(argv.end(), {"--air", options.air});
  if (!options.access_points.empty())
    argv.insert(argv.end(), {"--access-points", options.access_points.string()});
}

std::vector<std::string> command_line(const VirtualOptions& options, const std::filesystem::path& flash) {
  std::vector<std::string> argv{options.program.string(),     "--pty",  "--die-with-stdin",          "--baud",
                                std::to_string(options.baud), "--seed", std::to_string(options.seed)};
  argv.insert(argv.end(), {"--flash", flash.string()});
  if (!options.resolver.empty()) argv.insert(argv.end(), {"--resolver", options.resolver});
  for (const auto& [from, to] : options.forwards)
    argv.insert(argv.end(), {"--forward", fmt::format("{}={}", from, to)});
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

nlohmann::json to_json(const VirtualOptions& o) {
  return {{"program", o.program.string()},
          {"personalities", o.personalities},
          {"habits", o.habits},
          {"baud", o.baud},
          {"seed", o.seed},
          {"more", o.more}};
}

VirtualOptions virtual_options_from_json(const nlohmann::json& json) {
  VirtualOptions o;
  o.program = json.at("program").get<std::string>();
  json.at("personalities").get_to(o.personalities);
  json.at("habits").get_to(o.habits);
  json.at("baud").get_to(o.baud);
  json.at("seed").get_to(o.seed);
  json.at("more").get_to(o.more);
  return o;
}

Result<VirtualDevice> VirtualDevice::start(const VirtualOptions& options) {
  if (auto ok = there(options.program); !ok) return tl::unexpected(ok.error());
  auto flash = std::make_unique<TempDir>("attest-flash");
  auto argv = command_line(options, flash->path());
  const bool radio = knows_of_radio(options.program);
  if (radio) {
    add_radio(argv, options);
    if (auto ok = put_in_network(flash->path() / kSettings, options); !ok) return tl::unexpected(ok.error());
  }
  auto process = Subprocess::start(
      argv, {.pipe_stdin = true, .pipe_stdout = true, .quiet_stderr = false, .pass_fds = {}});
  if (!process) return tl::unexpected(process.error());
  const auto line = process->read_line(Deadline::in(steady_clock(), 20s));
  if (!line || !line->starts_with("link ")) {
    // It has said on stderr what it did not like; a wrong name is the user's.
    const auto ended = process->wait(Deadline::in(steady_clock(), 2s));
    const bool refused = ended && wait_status_text(*ended) == "exit status 2";
    if (refused)
      if (auto known = known_names(options); !known) return tl::unexpected(known.error());
    return fail(refused ? Fault::usage : Fault::bench,
                fmt::format("the virtual device did not start ({})",
                            ended ? wait_status_text(*ended) : "no link line"),
                "`attest personalities` lists the names it knows");
  }
  std::error_code none;  // another device in its place may keep its flash elsewhere
  std::filesystem::copy_file(flash->path() / kChip, flash->path() / kFactory, none);
  std::filesystem::copy_file(flash->path() / kSettings, flash->path() / kFactorySettings, none);
  return VirtualDevice(std::move(flash), std::move(*process), line->substr(5), radio);
}

VirtualDevice::VirtualDevice(std::unique_ptr<TempDir> flash, Subprocess process, std::string link,
                             bool has_radio)
    : flash_(std::move(flash)),
      process_(std::move(process)),
      link_(std::move(link)),
      power_(std::make_unique<SignalPower>(process_.pid(), flash_->path())),
      has_radio_(has_radio) {}

Status known_names(const VirtualOptions& options) {
  for (const auto& [what, asked] :
       {std::pair("personalities", &options.personalities), {"habits", &options.habits}}) {
    const auto list = list_of(options.program, what);
    if (!list) return tl::unexpected(list.error());
    std::vector<std::string> names;
    const auto all = nlohmann::json::parse(*list);
    for (const auto& one : all.at(what)) names.push_back(one.at("name").get<std::string>());
    for (const auto& one : *asked) {
      const auto name = one.substr(0, one.find('='));  // "pauses=40": with a value
      if (std::find(names.begin(), names.end(), name) != names.end()) continue;
      const auto near = nearest(name, names);
      return fail(Fault::usage, fmt::format("the virtual device has no '{}' among its {}", name, what),
                  near.empty() ? fmt::format("`attest {}` lists them", what)
                               : fmt::format("did you mean '{}'?", near));
    }
  }
  return {};
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
