#include "harness/lab/access_point.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "harness/base/bytes.hpp"
#include "harness/base/file.hpp"
#include "harness/base/subprocess.hpp"

namespace attest::lab {
namespace {
using namespace std::chrono_literals;

class FileOfAccessPoints final : public AccessPoint {
 public:
  explicit FileOfAccessPoints(std::filesystem::path file) : file_(std::move(file)) {}

  Status set(const std::vector<Network>& networks) override {
    auto list = nlohmann::json::array();
    for (const auto& one : networks)
      list.push_back({{"ssid", one.ssid}, {"password", std::string(one.password.reveal())}});
    try {
      return kept(list.dump());
    } catch (const nlohmann::json::type_error&) {
      return fail(Fault::usage, "make an access point: its name or password is not UTF-8",
                  "the virtual device's list of access points is JSON: take another name");
    }
  }

 private:
  [[nodiscard]] Status kept(const std::string& text) const {
    if (auto ok = write_file_whole(file_, text); !ok) return ok;
    std::error_code error;
    std::filesystem::permissions(
        file_, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write, error);
    if (!error) return {};
    return fail(Fault::bench, fmt::format("keep {} from others: {}", file_.string(), error.message()),
                "look at the folder's file system");
  }

  std::filesystem::path file_;
};

class CommandForAccessPoints final : public AccessPoint {
 public:
  explicit CommandForAccessPoints(std::string command) : command_(std::move(command)) {}

  Status set(const std::vector<Network>& networks) override {
    std::string lines;
    for (const auto& one : networks) {
      if (one.ssid.find('\n') != std::string::npos ||
          one.password.reveal().find('\n') != std::string_view::npos)
        return fail(Fault::usage, "make an access point: its name or password has a line break",
                    "network.set takes lines: take another name");
      lines += fmt::format("{}\n{}\n", one.ssid, one.password.reveal());
    }
    const auto done = carry_out(lines);
    Secret wiped(std::move(lines));
    return done;
  }

 private:
  [[nodiscard]] Status carry_out(const std::string& lines) const {
    auto shell =
        Subprocess::start({"/bin/sh", "-c", command_},
                          {.pipe_stdin = true, .pipe_stdout = false, .quiet_stderr = false, .pass_fds = {}});
    if (!shell) return tl::unexpected(shell.error());
    // Short enough for the pipe to take at once, whether it is read or not.
    const bool told =
        ::write(shell->in().get(), lines.data(), lines.size()) == static_cast<ssize_t>(lines.size());
    shell->in().reset();
    const auto status = shell->wait(Deadline::in(steady_clock(), 30s));
    if (told && status && *status == 0) return {};
    return fail(Fault::bench,
                fmt::format("make an access point: `{}`: {}", command_,
                            status ? wait_status_text(*status) : "it did not end within 30 s"),
                "try the command by hand, and mend network.set in the bench file");
  }

  std::string command_;
};

}  // namespace

Result<std::optional<Network>> home_of(const Bench& bench) {
  if (bench.network_ssid.empty()) return std::nullopt;
  if (bench.network_password_file.empty()) return Network{bench.network_ssid, Secret()};
  auto password = read_secret(bench.network_password_file);
  if (!password) return tl::unexpected(password.error());
  return Network{bench.network_ssid, std::move(*password)};
}

std::unique_ptr<AccessPoint> access_points_in_file(std::filesystem::path file) {
  return std::make_unique<FileOfAccessPoints>(std::move(file));
}

std::unique_ptr<AccessPoint> access_points_by_command(std::string command) {
  return std::make_unique<CommandForAccessPoints>(std::move(command));
}

}  // namespace attest::lab
