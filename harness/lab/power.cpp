#include "harness/lab/power.hpp"

#include <fmt/format.h>

#include "harness/base/subprocess.hpp"

namespace attest::lab {
namespace {
using namespace std::chrono_literals;

class CommandPower final : public Power {
 public:
  CommandPower(std::string off, std::string on) : off_(std::move(off)), on_(std::move(on)) {}

  Status off() override { return carry_out(off_); }
  Status on() override { return carry_out(on_); }
  Status flash_anew() override {
    return fail(Fault::bench, "flash the device anew: the bench has no command for that", "flash it by hand");
  }

 private:
  static Status carry_out(const std::string& command) {
    auto shell = Subprocess::start({"/bin/sh", "-c", command}, {});
    if (!shell) return tl::unexpected(shell.error());
    const auto status = shell->wait(Deadline::in(steady_clock(), 30s));
    if (status && *status == 0) return {};
    return fail(Fault::bench,
                fmt::format("switch the device's power: `{}`: {}", command,
                            status ? wait_status_text(*status) : "it did not end within 30 s"),
                "try the command by hand, and mend [power] in the bench file");
  }

  std::string off_, on_;
};

}  // namespace

std::unique_ptr<Power> power_by_commands(std::string off, std::string on) {
  return std::make_unique<CommandPower>(std::move(off), std::move(on));
}

}  // namespace attest::lab
