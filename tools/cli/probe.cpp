// attest probe: finds the dialect of a connected device and writes a profile to edit.
#include "harness/lab/probe.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "harness/base/file.hpp"
#include "harness/lab/bench.hpp"
#include "harness/lab/virtual_device.hpp"
#include "harness/spec/profile.hpp"
#include "server/control/origin.hpp"
#include "tools/cli/commands.hpp"
#include "tools/cli/probe_profile.hpp"

namespace attest::cli {
namespace {
using namespace std::chrono_literals;
namespace fs = std::filesystem;

/// Told before anything is asked of a device.
void check_out(const ProbeArguments& a) {
  const fs::path out(a.out);
  if (fs::exists(out) && !a.force)
    throw Failure({Fault::usage, fmt::format("{} is there already, and may have been edited", a.out),
                   "give another file with --out, or --force to write over it"});
  const auto folder = out.parent_path();
  if (!folder.empty() && !fs::is_directory(folder))
    throw Failure({Fault::usage, fmt::format("{}: the folder {} is not there", a.out, folder.string()),
                   "make it, or give another file with --out"});
}

/// What the found profile builds on: only a shipped one is there wherever the file goes.
std::string base_profile(const lab::Bench& bench) {
  const auto shipped = spec::shipped_profiles();
  if (std::find(shipped.begin(), shipped.end(), bench.profile) != shipped.end()) return bench.profile;
  return bench.is_virtual() ? "virtual" : "bk7238";
}

lab::ProbePage page_from(const server::Origin& origin, const server::Resource& page) {
  return {page.url(), origin.authority(), page.path(), origin.authority() != origin.advertised_host(),
          [&page, seen = std::size_t{0}]() mutable {
            const bool asked = page.wait_for(seen + 1, Deadline::in(steady_clock(), 200ms));
            seen = page.requests().size();
            return asked;
          }};
}

lab::Probed probe_at(const std::string& link, const lab::Bench& bench) {
  const auto origin =
      must(server::start_origin({bench.listen, bench.advertise, bench.http_port, bench.http_port, {}},
                                steady_clock(), [](std::string_view, Instant, const server::Served&) {}));
  const auto page = origin->add({.content_type = "text/plain", .body = "hello"});
  lab::ProbeOptions options;
  options.page = page_from(*origin, *page);
  return must(lab::probe(link, options, steady_clock()));
}

}  // namespace

int probe(const ProbeArguments& a) {
  check_out(a);
  const auto bench = bench_from(a);
  std::optional<lab::VirtualDevice> device;
  if (bench.is_virtual())
    device.emplace(must(
        lab::VirtualDevice::start({beside("bk7238-virtual"), {}, {}, 115200, 0, a.virtual_options, {}, {}})));
  const auto link = device ? device->link() + "?baud=115200" : bench.link;
  const auto found = probe_at(link, bench);
  const auto text = profile_text(found, base_profile(bench), bench.link);
  if (const auto taken = spec::parse_profile(text, a.out); !taken)
    throw Failure(
        {Fault::bench,
         fmt::format("{}: what the device says makes no profile: {}", bench.link, taken.error().what),
         "look at it with a terminal, and write the profile by hand"});
  must(write_file_whole(a.out, text));
  if (a.json) {
    print_json(probe_json(found, bench.link));
    return kPassed;
  }
  fmt::print("{}\n{} is written: edit it, then `attest run --profile {}` with that link or bench\n",
             probe_summary(found), a.out, a.out);
  return kPassed;
}

}  // namespace attest::cli
