#include "harness/lab/doctor.hpp"

#include <fmt/format.h>
#include <ifaddrs.h>
#include <netdb.h>
#include <pwd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/timex.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <memory>

#include "harness/base/subprocess.hpp"
#include "harness/base/text.hpp"
#include "harness/lab/doctor_checks.hpp"

namespace attest::lab {
namespace {
namespace fs = std::filesystem;
using doctor::Check;
using doctor::Patient;

const std::vector<Check> kHost{
    {"programs", doctor::programs}, {"terminals", doctor::terminals},
    {"clock", doctor::clock},       {"clock-synchronised", doctor::clock_synchronised, {"clock"}},
    {"disk", doctor::disk},
};

const std::vector<Check> kDevice{
    {"profile", doctor::profile},
    {"link", doctor::link_understood},
    {"port", doctor::port_there, {"link"}},
    {"port-permission", doctor::port_permission, {"port"}},
    {"port-name", doctor::port_name, {"port"}},
    {"port-lock", doctor::port_lock, {"port"}},
    {"modem-manager", doctor::modem_manager, {"port"}},
    {"latency-timer", doctor::latency_timer, {"port"}},
    {"endpoint", doctor::endpoint, {"link"}},
    {"contact", doctor::contact, {"profile", "link", "port", "port-permission", "port-lock", "endpoint"}},
    {"origin-address", doctor::origin_address},
    {"http-port",
     doctor::http_port,
     {"origin-address"},
     [](const Patient& p) { return p.bench.http_port != 0; }},
    {"https-port",
     doctor::https_port,
     {"origin-address"},
     [](const Patient& p) { return p.bench.https_port != 0; }},
    {"dns-address", doctor::dns_address},
    {"dns-port", doctor::dns_port, {"dns-address"}},
    {"ble-daemon", doctor::ble_daemon, {"profile"}},
    {"ble-adapter", doctor::ble_adapter, {"profile"}},
    {"airkiss-address", doctor::airkiss_address, {"profile"}},
    {"airkiss-key", doctor::airkiss_key, {"profile"}},
    {"hostapd", doctor::hostapd_socket},
    {"network-password", doctor::network_password},
    {"network-set", doctor::network_command},
    {"ota-image", doctor::ota_image},
    {"ota-other-image", doctor::ota_other_image},
    {"power", doctor::power_commands},
    {"power-hub", doctor::power_hub},
    {"reset", doctor::reset_command},
    {"flash", doctor::flash_command},
    {"floor", doctor::floor_ports},
};

/// Goes through a table, and remembers what is not to be built upon.
class Round {
 public:
  explicit Round(const std::function<void(const Finding&)>& told) : told_(told) {}

  void go(const std::string& subject, const std::vector<Check>& table, Patient& patient) {
    std::map<std::string_view, std::string> unsound;  // and why: the root of it, where that is another check
    for (const auto& check : table) {
      if (check.applies != nullptr && !check.applies(patient)) continue;
      const auto need = std::find_if(check.needs.begin(), check.needs.end(),
                                     [&](std::string_view name) { return unsound.contains(name); });
      const auto why = need == check.needs.end() ? std::string() : unsound.at(*need);
      auto found = why.empty() ? check.look(patient) : doctor::skip("not looked at: " + why);
      if (!found) continue;
      if (found->health == Health::fail) unsound[check.name] = fmt::format("{} is wrong", check.name);
      if (found->health == Health::skip)
        unsound[check.name] = why.empty() ? fmt::format("{} was skipped", check.name) : why;
      tell(
          {subject, std::string(check.name), found->health, std::move(found->text), std::move(found->fixes)});
    }
  }
  [[nodiscard]] std::vector<Finding> findings() && { return std::move(findings_); }

 private:
  void tell(Finding finding) {
    findings_.push_back(std::move(finding));
    if (told_) told_(findings_.back());
  }

  const std::function<void(const Finding&)>& told_;
  std::vector<Finding> findings_;
};

std::vector<NetworkAddress> addresses_here() {
  ifaddrs* all = nullptr;
  if (::getifaddrs(&all) != 0) return {};
  const std::unique_ptr<ifaddrs, decltype(&::freeifaddrs)> owned(all, &::freeifaddrs);
  std::vector<NetworkAddress> out;
  for (const auto* one = all; one != nullptr; one = one->ifa_next) {
    if (one->ifa_addr == nullptr) continue;
    const int family = one->ifa_addr->sa_family;
    if (family != AF_INET && family != AF_INET6) continue;
    char text[NI_MAXHOST];
    const auto size = family == AF_INET ? sizeof(sockaddr_in) : sizeof(sockaddr_in6);
    if (::getnameinfo(one->ifa_addr, static_cast<socklen_t>(size), text, sizeof text, nullptr, 0,
                      NI_NUMERICHOST) == 0)
      out.push_back({one->ifa_name, text});
  }
  return out;
}

HostTime time_here() {
  timex state{};  // no modes: only asks
  HostTime out;
  out.now = std::chrono::system_clock::now();
  out.synchronised = ::adjtimex(&state) != TIME_ERROR && (state.status & STA_UNSYNC) == 0;
  struct stat program {};
  if (::stat("/proc/self/exe", &program) == 0)
    out.built = std::chrono::system_clock::from_time_t(program.st_mtime);
  return out;
}

std::uint64_t free_here(const fs::path& folder) {
  std::error_code none;
  const auto space = fs::space(folder, none);
  return none ? 0 : space.available;
}

}  // namespace

std::string_view name_of(Health health) {
  switch (health) {
    case Health::ok:
      return "ok";
    case Health::warn:
      return "warn";
    case Health::fail:
      return "fail";
    case Health::skip:
      break;
  }
  return "skip";
}

Surroundings this_machine() {
  Surroundings at;
  at.programs = program_folder();
  at.out = ".";
  if (const char* path = std::getenv("PATH"); path != nullptr) at.search = path;
  if (const passwd* who = ::getpwuid(::geteuid()); who != nullptr) at.user = who->pw_name;
  at.may = [](const fs::path& file, int mode) { return ::access(file.c_str(), mode) == 0; };
  at.is_port = [](const fs::path& file) {
    std::error_code none;
    return fs::is_character_file(file, none);
  };
  at.free_bytes = free_here;
  at.addresses = addresses_here;
  at.time = time_here;
  at.bind = [](const std::string&, std::uint16_t, Surroundings::Protocol) { return Status(); };
  return at;
}

std::vector<Finding> examine(const std::vector<Bench>& benches, const Surroundings& at,
                             const std::function<void(const Finding&)>& told) {
  Round round(told);
  // The host's checks see the whole file: any of its devices will do.
  const Bench none;
  Patient host{.bench = benches.empty() ? none : benches.front(), .at = at, .all = benches};
  round.go("host", kHost, host);
  for (const auto& bench : benches) {
    Patient patient{.bench = bench, .at = at, .all = benches};
    round.go(bench.name, kDevice, patient);
  }
  return std::move(round).findings();
}

}  // namespace attest::lab
