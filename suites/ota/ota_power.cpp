// OT-09: power lost at any point of an update leaves a device that starts.
#include <fmt/format.h>

#include "suites/support/stage.hpp"
#include "suites/support/update.hpp"

namespace {
using namespace attest;
using namespace attest::suites;

/// Large enough for its copy to be a good part of the switch.
constexpr std::size_t kRaw = std::size_t{192} << 10;
constexpr double kRate = 600e3;

class PowerLost : public UpdateCase {
 protected:
  void begin() {
    if (stage().power() == nullptr)
      throw CannotTell("this bench cannot cut the device's power: give [power] in the bench file");
    version_ = running();
  }

  /// The i-th of so many stretches of it, and somewhere in there.
  [[nodiscard]] double point(unsigned i, unsigned of) {
    return (i + static_cast<double>(random().below(1000)) / 1000) / of;
  }

  /// Starts an update, waits until `due` and a little more, and cuts the power. False: it was never due.
  template <class Due>
  [[nodiscard]] bool loses_power_when(const std::string& url, const Due& due, Nanos more) {
    const Chatter window(stage().recorder());
    send_raw(spoken(at::command("OTA", {url})) + "\r\n");
    const auto limit = Deadline::in(clock(), profile().deadlines().network);
    while (!due() && !limit.passed(clock())) pause(1ms);
    const bool came = due();
    if (came) pause(more);
    must(stage().power()->off());
    (void)await_if_any(20ms);
    (void)listen(20ms, 200ms);
    must(stage().power()->on());
    return came;
  }

  /// True: it has started, and goes on with what it runs.
  [[nodiscard]] bool starts(const Image& sound, std::string_view when) {
    const auto start = started();
    const bool old = start.after && *start.after == version_;
    owe("OT-09", fmt::format("power lost {} leaves the old or the new version", when))
        .met(old || start.runs(sound), fmt::format("{}, or {}", version_, sound.version), start.running());
    if (start.after) version_ = *start.after;
    return old || start.runs(sound);
  }

  std::string version_;
};

ATTEST_CASE_ON(PowerLost, OtaPower, MayBeLostDuringTheDownload, "OT-09") {
  begin();
  constexpr unsigned kPoints = 4;
  for (unsigned i = 0; i < kPoints; ++i) {
    const auto sound = image(kRaw / 2);
    const auto file = offer(sound);
    const auto before = relay().connections().size();
    const auto slow = disturb({.kind = server::Trouble::limit, .rate = kRate});
    const auto share = point(i, kPoints);
    const auto bytes = static_cast<std::uint64_t>(share * static_cast<double>(sound.file.size()));
    const auto so_many = [&] {
      std::uint64_t passed = 0;
      for (const auto& one : relay().connections())
        if (one.connection > before) passed += one.to_client;
      return passed > bytes;
    };
    const auto when = fmt::format("after {} of {} bytes", bytes, sound.file.size());
    step("power is lost " + when);
    const bool due = loses_power_when(url_by_relay(*file), so_many, 0ms);
    if (!due) owe("OT-09", when).cannot_tell("the download does not come as far (OT-02)");
    if (!starts(sound, when) || !due) return;
  }
}

ATTEST_CASE_ON(PowerLost, OtaPower, MayBeLostDuringTheSwitch, "OT-09") {
  begin();
  constexpr unsigned kPoints = 8;
  const auto closed = [](const server::Resource& file, std::size_t size) {
    const auto all = file.requests();
    return !all.empty() && went_out_whole(file, size) &&
           std::all_of(all.begin(), all.end(), [](const auto& one) { return one.closed.has_value(); });
  };
  const auto sound = image(kRaw);
  const auto file = offer(sound);
  const auto usual = apply(url(*file), *file, sound);
  (void)file->wait_closed(Deadline::in(clock(), 100ms));
  const auto all = file->requests();
  if (!usual.ready || !usual.runs(sound) || all.empty() || !all.back().closed)
    throw CannotTell("no update works (OT-01 to OT-03), so there is no switch");
  version_ = *usual.after;
  const Nanos length = *usual.ready - *all.back().closed;
  for (unsigned i = 0; i < kPoints; ++i) {
    const auto next = image(kRaw);
    const auto offered = offer(next);
    const Nanos more(static_cast<std::int64_t>(point(i, kPoints) * static_cast<double>(length.count())));
    const auto when = fmt::format("{} after the download", human(more));
    step("power is lost " + when);
    const bool due = loses_power_when(
        url(*offered), [&] { return closed(*offered, next.file.size()); }, more);
    if (!due) owe("OT-09", when).cannot_tell("the download does not come to its end (OT-02)");
    if (!starts(next, when) || !due) return;
  }
}

}  // namespace
