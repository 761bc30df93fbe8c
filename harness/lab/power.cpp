#include "harness/lab/power.hpp"

#include <fmt/format.h>
#include <poll.h>

#include "harness/base/bytes.hpp"
#include "harness/base/subprocess.hpp"

namespace attest::lab {
namespace {

class BenchPower final : public Power {
 public:
  explicit BenchPower(PowerMeans means) : means_(std::move(means)) {}

  [[nodiscard]] bool can_cut() const override { return !means_.off.empty() && !means_.on.empty(); }
  [[nodiscard]] bool can_reset() const override { return static_cast<bool>(means_.reset); }
  Status off() override { return carry_out("switch the device's power", means_.off, "power"); }
  Status on() override { return carry_out("switch the device's power", means_.on, "power"); }
  Status flash_anew() override {
    return fail(Fault::bench, "flash the device anew: the bench has no command for that", "flash it by hand");
  }
  Status reset() override { return means_.reset ? means_.reset() : Power::reset(); }

 private:
  PowerMeans means_;
};

}  // namespace

Status Power::reset() {
  return fail(Fault::bench, "reset the device: the bench has no reset line",
              "give [reset] in the bench file");
}

Status pull_reset(transport::Link& link, const std::string& line, Nanos hold, const Clock& clock) {
  const auto set = [&](bool on) {
    const std::optional<bool> wanted(on), as_it_is;
    return line == "dtr" ? link.set_modem_lines(wanted, as_it_is) : link.set_modem_lines(as_it_is, wanted);
  };
  if (auto pulled = set(true); !pulled) return pulled;
  const auto left = Deadline::in(clock, hold).left(clock);
  const timespec ts{left.count() / 1'000'000'000, left.count() % 1'000'000'000};
  (void)::ppoll(nullptr, 0, &ts, nullptr);
  return set(false);
}

Status carry_out(const std::string& what, const std::string& command, const char* table, Nanos limit) {
  auto shell = Subprocess::start({"/bin/sh", "-c", command}, {});
  if (!shell) return tl::unexpected(shell.error());
  const auto status = shell->wait(Deadline::in(steady_clock(), limit));
  if (status && *status == 0) return {};
  return fail(
      Fault::bench,
      fmt::format("{}: `{}`: {}", what, command,
                  status ? wait_status_text(*status) : fmt::format("it did not end within {}", human(limit))),
      fmt::format("try the command by hand, and mend [{}] in the bench file", table));
}

std::unique_ptr<Power> power_by(PowerMeans means) {
  auto power = std::make_unique<BenchPower>(std::move(means));
  if (!power->can_cut() && !power->can_reset()) return nullptr;
  return power;
}

}  // namespace attest::lab
