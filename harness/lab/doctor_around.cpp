// The doctor's checks of what is around a device: servers, radio, networks, images, power.
#include <arpa/inet.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>

#include "harness/base/bytes.hpp"
#include "harness/base/secret.hpp"
#include "harness/base/text.hpp"
#include "harness/lab/doctor_checks.hpp"
#include "harness/lab/hostapd.hpp"
#include "harness/spec/claims.hpp"
#include "harness/transport/link.hpp"

namespace attest::lab::doctor {
namespace {
namespace fs = std::filesystem;

constexpr int kBindService = 10;  // CAP_NET_BIND_SERVICE

// --- addresses and ports

std::string addresses_text(const Patient& p) {
  std::vector<std::string> words;
  for (const auto& one : p.at.addresses())
    if (!one.address.starts_with("fe80:")) words.push_back(fmt::format("{} {}", one.interface, one.address));
  return words.empty() ? "none" : joined(words, ", ");
}

/// Where a lab's network would be: a radio, else hardware that has no address yet, else any hardware.
std::string likely_interface(const Patient& p) {
  std::error_code none;
  const auto here = p.at.addresses();
  std::pair<int, std::string> best{0, "INTERFACE"};
  for (const auto& entry : fs::directory_iterator(p.at.sys / "class/net", none)) {
    const auto name = entry.path().filename().string();
    if (!fs::exists(entry.path() / "device", none)) continue;
    const bool addressed =
        std::any_of(here.begin(), here.end(), [&](const auto& one) { return one.interface == name; });
    const int likely = fs::exists(entry.path() / "phy80211", none) ? 3 : addressed ? 1 : 2;
    if (likely > best.first || (likely == best.first && name < best.second)) best = {likely, name};
  }
  return best.second;
}

/// Any of these can be listened on, though not all are listed.
bool always_there(const std::string& address) {
  return address == "0.0.0.0" || address == "::" || address.starts_with("127.");
}

Found address_check(const Patient& p, const std::string& address, const char* key) {
  std::array<unsigned char, sizeof(in6_addr)> bytes{};
  if (::inet_pton(AF_INET, address.c_str(), bytes.data()) != 1 &&
      ::inet_pton(AF_INET6, address.c_str(), bytes.data()) != 1)
    return wrong(fmt::format("{} = \"{}\" is no numeric address", key, address),
                 {"give one of this host's in the bench file: " + addresses_text(p)});
  const auto here = p.at.addresses();
  const auto found =
      std::find_if(here.begin(), here.end(), [&](const auto& one) { return one.address == address; });
  if (found != here.end()) return ok(fmt::format("{} is on {}", address, found->interface));
  if (always_there(address)) return ok(address);
  return wrong(fmt::format("{} is no address of this host, which has {}", address, addresses_text(p)),
               {fmt::format("sudo ip addr add {0}/{1} dev {2} && sudo ip link set {2} up", address,
                            address.find(':') == address.npos ? 24 : 64, likely_interface(p))});
}

/// Whether a process may take any port: its effective capabilities, as the kernel shows them.
bool we_may_bind_all(const Surroundings& at) {
  const auto status = read_file(at.proc / "self/status").value_or("");
  for (const auto line : split(status, '\n'))
    if (line.starts_with("CapEff:"))
      return (std::strtoull(std::string(trimmed(line.substr(7))).c_str(), nullptr, 16) >> kBindService & 1) !=
             0;
  return false;
}

/// Whether setcap gave the right to the file of the program that takes the ports.
bool program_may_bind_all(const fs::path& program) {
  std::array<unsigned char, 24>
      value{};  // struct vfs_ns_cap_data: flags, then the permitted ones, little-endian
  const auto size = ::getxattr(program.c_str(), "security.capability", value.data(), value.size());
  return size >= 8 && (value[0] & 1) != 0 && (value[4 + kBindService / 8] >> (kBindService % 8) & 1) != 0;
}

Found port_check(const Patient& p, const std::string& address, std::uint16_t port,
                 Surroundings::Protocol protocol) {
  const auto place = fmt::format("{} port {}", address, port);
  const auto first = word_in(p.at.proc / "sys/net/ipv4/ip_unprivileged_port_start");
  const auto program = p.at.programs / "attest-cases";
  const bool needs_right = port < (first.empty() ? 1024 : std::atoi(first.c_str()));
  if (needs_right && !we_may_bind_all(p.at)) {
    if (program_may_bind_all(program)) return ok(place + ": attest-cases has the right; not tried");
    return wrong(
        fmt::format("{}: ports below {} need a right that {} has not", place, first, p.at.user),
        {fmt::format("sudo sysctl net.ipv4.ip_unprivileged_port_start={}   # until the next boot", port),
         fmt::format("sudo setcap cap_net_bind_service=+ep {}   # until the next build", program.string())});
  }
  if (const auto bound = p.at.bind(address, port, protocol); !bound) return wrong(bound.error());
  return ok(place + " is free");
}

// --- files

Found file_check(const std::string& path, const std::string& make) {
  std::error_code error;
  if (!fs::exists(path, error)) return wrong(path + " is not there", {make});
  if (!fs::is_regular_file(path, error)) return wrong(path + " is no file", {make});
  const auto size = fs::file_size(path, error);
  if (size == 0) return wrong(path + " is empty", {make});
  return ok(fmt::format("{}, {} bytes", path, size));
}

/// The same, and that we may read it.
Found readable(const Patient& p, const std::string& path, const std::string& make) {
  auto found = file_check(path, make);
  if (found.health != Health::ok || p.at.may(path, R_OK)) return found;
  return wrong(
      fmt::format("{} may not be read by {}", path, p.at.user),
      {fmt::format("sudo setfacl -m u:{}:r {}   # or: sudo chown {} {}", p.at.user, path, p.at.user, path)});
}

std::string write_secret(const std::string& path, std::string_view what) {
  return fmt::format("install -m 600 /dev/null {0} && ${{EDITOR:-nano}} {0}   # {1} in its first line", path,
                     what);
}

Found secret_check(const Patient& p, const std::string& path, std::string_view what) {
  auto found = readable(p, path, write_secret(path, what));
  if (found.health != Health::ok) return found;
  if (const auto secret = read_secret(path); !secret) return wrong(secret.error());
  struct stat status {};
  if (::stat(path.c_str(), &status) == 0 && (status.st_mode & S_IROTH) != 0)
    return warn(path + " can be read by everybody on this host", {"chmod o= " + path});
  return ok(path);
}

// --- commands

/// The program that a shell command starts; nothing where only a shell could tell.
std::optional<std::string> program_of(std::string_view command) {
  static constexpr std::array<std::string_view, 20> kOfTheShell{
      "cd",   ":",    ".",      "[",   "{",  "(",   "!",    "case", "command", "echo",
      "eval", "exit", "export", "for", "if", "set", "test", "true", "until",   "while"};
  for (const auto word : split(command, ' ')) {
    if (word.empty() || word == "sudo" || word == "exec" || word == "env") continue;
    if (word.find_first_of("'\"`$(){}|&;<>*?\\") != word.npos) return std::nullopt;
    if (word.starts_with('-'))
      return std::nullopt;  // an option of sudo or env: what follows may be its value
    if (word.find('=') != word.npos) continue;
    if (std::find(kOfTheShell.begin(), kOfTheShell.end(), word) != kOfTheShell.end()) return std::nullopt;
    return std::string(word);
  }
  return std::nullopt;
}

std::string getting(const std::string& program, std::string_view key) {
  static constexpr std::pair<std::string_view, std::string_view> kPackages[]{
      {"uhubctl", "uhubctl"},
      {"gpioset", "gpiod"},
      {"sispmctl", "sispmctl"},
      {"curl", "curl"},
      {"snmpset", "snmp"},
      {"usbrelay", "usbrelay"},
      {"mosquitto_pub", "mosquitto-clients"}};
  for (const auto& [name, package] : kPackages)
    if (program == name) return fmt::format("sudo apt-get install {}", package);
  return fmt::format("install {}, or give its whole path as {} in the bench file", program, key);
}

struct Command {
  std::string_view key;  ///< "power.off"
  const std::string& text;
};

/// That their programs are there. They are never run.
std::optional<Found> command_check(const Patient& p, const std::vector<Command>& commands) {
  std::vector<std::string> there, missing, fixes;
  for (const auto& [key, text] : commands) {
    const auto program = program_of(text);
    if (!program) continue;
    auto& list = has_program(*program, p.at) ? there : missing;
    if (std::find(list.begin(), list.end(), *program) != list.end()) continue;
    list.push_back(*program);
    if (&list == &missing) fixes.push_back(getting(*program, key));
  }
  if (!missing.empty()) return wrong(fmt::format("no such program: {}", joined(missing, ", ")), fixes);
  const bool any =
      std::any_of(commands.begin(), commands.end(), [](const auto& one) { return !one.text.empty(); });
  if (!any) return std::nullopt;
  return ok(there.empty() ? "a command of the shell's own; not tried" : joined(there, ", ") + "; not tried");
}

/// What the bench is to have for it: nothing where the profile or the bench says that there is none.
bool radio_is_asked_for(const Patient& p) {
  return !p.bench.is_virtual() && p.bench.ble_bus != kNone &&
         spec::unclaimed_feature(p.profile, "ble").empty();
}

/// `system` may be there because nobody has said otherwise: then a radio that is missing leaves cases
/// undecided.
Found no_radio(const Patient& p, std::string text, std::string fix) {
  if (!p.bench.ble_adapter.empty()) return wrong(std::move(text), {std::move(fix)});
  return warn(text + ": cases that provision over BLE will be undecided",
              {std::move(fix), "if this bench has no radio, in the bench file under [ble]: bus = \"none\""});
}

bool blocked(const fs::path& adapter) {
  std::error_code none;
  for (const auto& entry : fs::directory_iterator(adapter, none))
    if (entry.path().filename().string().starts_with("rfkill") &&
        (word_in(entry.path() / "soft") == "1" || word_in(entry.path() / "hard") == "1"))
      return true;
  return false;
}

}  // namespace

std::optional<Found> origin_address(Patient& p) {
  return address_check(p, p.bench.listen, "origin.listen");
}

std::optional<Found> http_port(Patient& p) {
  return port_check(p, p.bench.listen, p.bench.http_port, Surroundings::Protocol::tcp);
}

std::optional<Found> https_port(Patient& p) {
  return port_check(p, p.bench.listen, p.bench.https_port, Surroundings::Protocol::tcp);
}

std::optional<Found> dns_address(Patient& p) {
  if (p.bench.dns_listen.empty()) return std::nullopt;
  return address_check(p, p.bench.dns_listen, "dns.listen");
}

std::optional<Found> dns_port(Patient& p) {
  if (p.bench.dns_listen.empty()) return std::nullopt;
  return port_check(p, p.bench.dns_listen, p.bench.dns_port, Surroundings::Protocol::udp);
}

std::optional<Found> ble_daemon(Patient& p) {
  if (!radio_is_asked_for(p)) return std::nullopt;
  if (p.bench.ble_bus != "system") return std::nullopt;  // an address of a bus that only D-Bus can find
  std::error_code none;
  if (!fs::exists(p.at.run / "dbus/system_bus_socket", none))
    return no_radio(p, "there is no system D-Bus",
                    "sudo apt-get install dbus bluez && sudo systemctl start dbus bluetooth");
  const int pid = process_named("bluetoothd", p.at);
  if (pid == 0) return no_radio(p, "bluetoothd does not run", "sudo systemctl enable --now bluetooth");
  return ok(fmt::format("bluetoothd runs (pid {})", pid));
}

std::optional<Found> ble_adapter(Patient& p) {
  if (!radio_is_asked_for(p) || p.bench.ble_bus != "system") return std::nullopt;
  std::error_code none;
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(p.at.sys / "class/bluetooth", none))
    if (const auto name = entry.path().filename().string(); name.find(':') == name.npos)
      names.push_back(name);
  std::sort(names.begin(), names.end());
  if (names.empty())
    return no_radio(p, "no Bluetooth adapter is here",
                    "plug one in, then see what the kernel says of it: sudo dmesg | tail");
  const auto wanted = p.bench.ble_adapter.empty() ? names.front() : p.bench.ble_adapter;
  if (std::find(names.begin(), names.end(), wanted) == names.end())
    return wrong(
        fmt::format("the Bluetooth adapter {} is not here; there is {}", wanted, joined(names, ", ")),
        {fmt::format("in the bench file under [ble]: adapter = \"{}\"", names.front())});
  if (blocked(p.at.sys / "class/bluetooth" / wanted))
    return no_radio(p, wanted + " is switched off by rfkill", "sudo rfkill unblock bluetooth");
  return ok(wanted);
}

std::optional<Found> airkiss_address(Patient& p) {
  if (p.bench.airkiss_to == kNone || p.bench.airkiss_listen.empty() || p.bench.airkiss_listen == kNone)
    return std::nullopt;
  const auto& listen = p.bench.airkiss_listen;
  const auto colon = listen.find(':') == listen.rfind(':') ? listen.find(':') : listen.npos;
  return address_check(p, listen.substr(0, colon), "airkiss.listen");
}

std::optional<Found> airkiss_key(Patient& p) {
  const auto& file = p.bench.airkiss_key_file;
  if (file.empty()) return std::nullopt;
  auto found = secret_check(p, file, "the 16 characters of the key");
  if (found.health == Health::fail) return found;
  const auto size = must(read_secret(file)).reveal().size();
  if (size == 16) return found;
  return wrong(fmt::format("{}: the key has {} characters, and 16 are owed", file, size),
               {write_secret(file, "the 16 characters of the key")});
}

std::optional<Found> hostapd_socket(Patient& p) {
  if (p.bench.network_hostapd.empty()) return std::nullopt;
  const auto socket = place_of(p.bench.network_hostapd, p.at);
  std::error_code none;
  if (!fs::is_socket(socket, none))
    return wrong(fmt::format("{} is no control socket of hostapd", p.bench.network_hostapd),
                 {"sudo systemctl start hostapd   # with ctrl_interface=" +
                  fs::path(p.bench.network_hostapd).parent_path().string() + " in hostapd.conf"});
  const auto attached = StationWatch::attach(socket, steady_clock(), [](const StationEvent&) {});
  if (!attached) return wrong(attached.error());
  return ok(p.bench.network_hostapd + " answers");
}

std::optional<Found> network_password(Patient& p) {
  if (p.bench.network_password_file.empty()) return std::nullopt;
  return secret_check(p, p.bench.network_password_file, "the password");
}

std::optional<Found> network_command(Patient& p) {
  return command_check(p, {{"network.set", p.bench.network_set}});
}

std::optional<Found> ota_image(Patient& p) {
  if (p.bench.ota_image.empty()) return std::nullopt;
  return readable(p, p.bench.ota_image, "build the image, or mend `image` under [ota] in the bench file");
}

std::optional<Found> ota_other_image(Patient& p) {
  if (p.bench.ota_other_image.empty()) return std::nullopt;
  return readable(p, p.bench.ota_other_image,
                  "build the image, or mend `other_image` under [ota] in the bench file");
}

std::optional<Found> power_commands(Patient& p) {
  return command_check(p, {{"power.off", p.bench.power_off}, {"power.on", p.bench.power_on}});
}

std::optional<Found> power_hub(Patient& p) {
  const auto& hub = p.bench.power_hub;
  if (hub.empty()) return std::nullopt;
  std::error_code none;
  // A root hub is "1" to uhubctl and "usb1" to the kernel.
  const auto known = hub.find('-') == hub.npos ? "usb" + hub : hub;
  if (fs::exists(p.at.sys / "bus/usb/devices" / known, none))
    return ok(fmt::format("{}, port {}", hub, p.bench.power_port));
  return wrong(fmt::format("no USB hub is at {}", hub),
               {"sudo uhubctl   # lists them; then mend `hub` under [power]"});
}

std::optional<Found> reset_command(Patient& p) {
  return command_check(p, {{"reset.command", p.bench.reset_command}});
}

std::optional<Found> flash_command(Patient& p) {
  return command_check(p, {{"flash.command", p.bench.flash_command}});
}

std::optional<Found> floor_ports(Patient& p) {
  if (p.bench.floor_loopback.empty() && !p.bench.floor_far.empty())
    return wrong("floor.far is given and floor.loopback is not",
                 {"name the port that bytes go out at as `loopback` under [floor] in the bench file"});
  std::vector<std::string> there;
  const std::pair<const char*, const std::string&> links[]{{"loopback", p.bench.floor_loopback},
                                                           {"far", p.bench.floor_far}};
  for (const auto& [key, text] : links) {
    if (text.empty() || text == "virtual") continue;
    const auto link = transport::parse_link(text);
    if (!link) return wrong(link.error());
    const auto mend = fmt::format("plug it in, or mend `{}` under [floor] in the bench file", key);
    std::error_code none;
    if (!link->path.empty() && !fs::exists(place_of(link->path, p.at), none))
      return wrong(link->path + " is not there", {mend});
    if (!link->path.empty() && !p.at.may(place_of(link->path, p.at), R_OK | W_OK))
      return wrong(fmt::format("{} may not be read and written by {}", link->path, p.at.user),
                   {fmt::format("sudo usermod -aG dialout {}   # then log out and in again", p.at.user)});
    there.push_back(text);
  }
  if (there.empty()) return std::nullopt;
  return ok(joined(there, ", "));
}

}  // namespace attest::lab::doctor
