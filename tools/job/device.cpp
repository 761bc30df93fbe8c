#include "tools/cli/device.hpp"

#include <fmt/format.h>

namespace attest::cli {

lab::Bench bench_from(const DeviceArguments& a) {
  auto bench = a.bench.empty() ? lab::Bench{} : must(lab::load_bench(a.bench));
  if (!a.link.empty()) bench.link = a.link;
  if (!a.profile.empty()) bench.profile = a.profile;
  if (bench.profile.empty()) bench.profile = bench.is_virtual() ? "virtual" : "bk7238";
  must(lab::check_link(bench));
  return bench;
}

spec::Profile profile_from(const lab::Bench& bench, const DeviceArguments& a) {
  auto profile = must(spec::load_profile(bench.profile));
  for (const auto& [key, value] : bench.set) must(profile.set(key, value));
  for (const auto& one : a.set) {
    const auto equals = one.find('=');
    if (equals == std::string::npos)
      throw Failure({Fault::usage, fmt::format("--set {} is not KEY=VALUE", one),
                     "such as --set deadlines.network=5s"});
    must(profile.set(one.substr(0, equals), one.substr(equals + 1)));
  }
  return profile;
}

}  // namespace attest::cli
