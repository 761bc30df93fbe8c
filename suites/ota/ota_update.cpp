// OT-01 … OT-04, OT-10, OT-11: an update that works, and what a device is after it.
#include <fmt/format.h>

#include "suites/support/http.hpp"
#include "suites/support/stage.hpp"
#include "suites/support/update.hpp"

namespace {
using namespace attest;
using namespace attest::suites;
using server::ota::Compression;

/// More than a buffer that counts in 16 bits can hold.
constexpr std::size_t kLarge = std::size_t{96} << 10;
/// Slow enough for whoever leaves before the end to be seen leaving.
constexpr double kRate = 400e3;

ATTEST_CASE_ON(UpdateCase, Ota, IsAnsweredOkOnce, "OT-01", "GEN-03") {
  (void)running();
  const auto sound = image();
  const auto file = offer(sound);
  const auto update = apply(url(*file), *file, sound);
  owe("OT-01", "AT+OTA with the URL of an update is answered OK")
      .met(update.answer.ok(), "OK", came_to(update.answer));
  const auto& ok = profile().words().ok;
  const auto oks = std::count_if(update.lines.begin(), update.lines.end(),
                                 [&](const auto& line) { return line.text == ok; });
  owe("GEN-03", "and once").only_if(update.answer.ok(), "it was not answered OK").that(oks, Le(1));
}

/// By way of the relay, which sees how much was taken: a server has sent all as soon as its kernel has it.
ATTEST_CASE_ON(UpdateCase, Ota, DownloadsTheWholeFile, "OT-02") {
  (void)running();
  const auto sound = image(kLarge);
  const auto file = offer(sound);
  const auto before = relay().connections().size();
  const auto slow = disturb({.kind = server::Trouble::limit, .rate = kRate});
  const auto update = apply(url_by_relay(*file), *file, sound);
  std::uint64_t most = 0, all = 0;
  for (const auto& one : relay().connections())
    if (one.connection > before) {
      most = std::max(most, one.to_client);
      all += one.to_client;
    }
  const auto requests = file->requests();
  const bool ranges = std::any_of(requests.begin(), requests.end(),
                                  [](const auto& one) { return !one.values("Range").empty(); });
  owe("OT-02", "GET, once or by ranges, asks for all of the file")
      .only_if(update.answer.ok() || !requests.empty(), "AT+OTA was refused (OT-01)")
      .met(went_out_whole(*file, sound.file.size()), fmt::format("{} bytes", sound.file.size()),
           fmt::format("{} requests, {} of them GET", requests.size(), gets_of(*file)));
  owe("OT-02", "and the device reads it to its end")
      .only_if(update.answer.ok() || !requests.empty(), "AT+OTA was refused (OT-01)")
      .that(ranges ? all : most, Ge(sound.file.size()));
}

ATTEST_CASE_ON(UpdateCase, Ota, DownloadsFromAUrlWithAQuery, "OT-02") {
  (void)running();
  const auto sound = image();
  const auto file = offer(sound, "?v=2&part=app");
  const auto update = apply(url(*file), *file, sound);
  const auto requests = file->requests();
  const bool whole = std::all_of(requests.begin(), requests.end(),
                                 [&](const auto& one) { return one.target == file->path(); });
  owe("OT-02", "the request is for <url> with its query")
      .only_if(update.answer.ok() || !requests.empty(), "AT+OTA was refused (OT-01)")
      .met(whole && went_out_whole(*file, sound.file.size()), file->path(),
           requests.empty() ? "no request for it" : requests.front().target);
}

struct Package {
  const char* name;
  std::size_t raw;
  Compression compression;
};
constexpr Package kPackages[] = {{"stored", 20 << 10, Compression::none},
                                 {"stored_odd_size", (33 << 10) + 7, Compression::none},
                                 {"gzip", 48 << 10, Compression::gzip}};

ATTEST_SWEEP_ON(UpdateCase, Ota, RestartsIntoTheNewImage, kPackages, "OT-03") {
  const auto before = running();
  const auto sound = image(row.raw, row.compression);
  const auto file = offer(sound);
  const auto update = apply(url(*file), *file, sound);
  const auto& answer = update.answer;
  owe("OT-03", "the device restarts after the download and is ready")
      .only_if(answer.ok(), "AT+OTA was not answered OK (OT-01)")
      .met(update.ready.has_value(), "ready", fmt::format("{}, and no ready", update.text()));
  const auto requests = file->requests();
  if (update.ready && !requests.empty())
    owe("OT-03", "the download comes before the restart")
        .only_if(answer.ok(), "AT+OTA was not answered OK (OT-01)")
        .met(requests.back().head_done < *update.ready, "the request before ready",
             fmt::format("the request {} after ready", human(requests.back().head_done - *update.ready)));
  owe("OT-03", "it runs the new image")
      .only_if(answer.ok(), "AT+OTA was not answered OK (OT-01)")
      .only_if(before.find(sound.version) == std::string::npos, kRanItBefore)
      .met(update.runs(sound), fmt::format("AT+GMR tells {}", sound.version), update.running());
}

ATTEST_CASE_ON(UpdateCase, Ota, TakesTheManualsExample, "OT-04") {
  (void)running();
  const auto sound = image();
  const auto file = must(origin().add_at({.body = sound.file}, "/bk7231_bsp.rbl"));
  const auto example = stage().has_standard_ports()
                           ? fmt::format("http://{}/bk7231_bsp.rbl", origin().advertised_host())
                           : file->url();
  const auto update = apply(example, *file, sound);
  owe("OT-04", "AT+OTA=http://<address>/bk7231_bsp.rbl is answered OK")
      .met(update.answer.ok(), "OK", came_to(update.answer));
  owe("OT-04", "and updates the device")
      .only_if(update.answer.ok(), "it was not answered OK")
      .met(went_out_whole(*file, sound.file.size()) && update.runs(sound),
           fmt::format("AT+GMR tells {}", sound.version), update.running());
}

/// Each check is of what worked a moment before, so that it says what it says whatever else is wrong.
ATTEST_CASE_ON(UpdateCase, Ota, LeavesSettingsAndUpdatesUsable, "OT-10") {
  as_at_first();
  (void)running();
  const auto first = image();
  const auto file = offer(first);
  const auto update = apply(url(*file), *file, first);
  const bool works = update.answer.ok() && update.runs(first);
  const auto* why_not = "the first update did not work (OT-01, OT-03)";
  const auto page = serve();
  if (works) (void)command(http_get(*page, origin()).line());
  const bool joined = works && requests_of(*page) > 0;
  owe("OT-10", "the device is on its network again, as its settings have it")
      .only_if(works, why_not)
      .alone()
      .met(joined, "a request at the server", "none");
  if (!joined) return;
  const auto second = image();
  const auto next = offer(second);
  const auto again = apply(url(*next), *next, second);
  owe("OT-10", "a second update is answered OK").alone().met(again.answer.ok(), "OK", came_to(again.answer));
  owe("OT-10", "a second update works")
      .only_if(again.answer.ok(), "it was not answered OK")
      .alone()
      .met(again.runs(second), fmt::format("AT+GMR tells {}", second.version), again.running());
}

ATTEST_CASE_ON(UpdateCase, Ota, IsMeasured, "OT-11") {
  (void)running();
  const auto sound = image(kLarge);
  const auto file = serve({.body = sound.file, .keep_alive = false});
  const auto before = relay().connections().size();
  const auto update = apply(url_by_relay(*file), *file, sound);
  const bool works = update.answer.ok() && update.ready && update.runs(sound);
  // The device leaves when it has read all; what a kernel took to send says little.
  std::optional<Instant> begun, end;
  for (const auto& one : relay().connections())
    if (one.connection > before && one.to_client > 0 && one.client_left && *one.client_left < update.ready) {
      begun = std::min(begun.value_or(one.accepted), one.accepted);
      end = std::max(end.value_or(*one.client_left), *one.client_left);
    }
  if (works && begun && end) {
    const auto span = std::chrono::duration<double>(*end - *begun).count();
    measure("OTA: download", "OT-11", "B/s", {static_cast<double>(sound.file.size()) / span});
  }
  if (works)
    measure("OTA: from OK to ready", "OT-11", "ms",
            {static_cast<double>((*update.ready - update.answer.ended_at).count()) / 1e6});
  owe("OT-11", "throughput and the time from OK to ready are measured")
      .only_if(works, "no update worked (OT-01 to OT-03)")
      .characterised(fmt::format("{} bytes", sound.file.size()));
}

}  // namespace
