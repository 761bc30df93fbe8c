#include "tools/job/device.hpp"

#include <fmt/format.h>

#include "harness/base/text.hpp"

namespace attest::job {

namespace {

/// Of several devices the one of that name or link.
lab::Bench linked(std::vector<lab::Bench> all, const DeviceArguments& a) {
  for (auto& bench : all)
    if (all.size() == 1 || bench.name == a.link || bench.link == a.link) {
      if (all.size() == 1) bench.link = a.link;
      return std::move(bench);
    }
  std::vector<std::string> names;
  for (const auto& bench : all) names.push_back(bench.name);
  throw Failure({Fault::usage,
                 fmt::format("{}: no device of this bench has the name or link '{}'", a.bench, a.link),
                 "it has " + joined(names, ", ")});
}

}  // namespace

std::vector<lab::Bench> benches_as_given(const DeviceArguments& a) {
  auto all = a.bench.empty() ? std::vector<lab::Bench>(1) : must(lab::load_benches(a.bench));
  if (!a.link.empty()) all = {linked(std::move(all), a)};
  for (auto& bench : all) {
    if (!a.profile.empty()) bench.profile = a.profile;
    if (bench.profile.empty()) bench.profile = bench.is_virtual() ? "virtual" : "bk7238";
  }
  return all;
}

std::vector<lab::Bench> benches_from(const DeviceArguments& a) {
  auto all = benches_as_given(a);
  for (const auto& bench : all) must(lab::check_link(bench));
  return all;
}

lab::Bench bench_from(const DeviceArguments& a) {
  auto all = benches_from(a);
  if (all.size() == 1) return std::move(all.front());
  throw Failure({Fault::usage, fmt::format("{}: this bench has {} devices", a.bench, all.size()),
                 "name one of them with --link"});
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

}  // namespace attest::job
