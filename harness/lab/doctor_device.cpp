// The doctor's checks of the way to a device, and of the device.
#include <fmt/format.h>
#include <grp.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "harness/base/bytes.hpp"
#include "harness/base/text.hpp"
#include "harness/lab/doctor_checks.hpp"
#include "harness/lab/doctor_usb.hpp"
#include "harness/lab/dut.hpp"
#include "harness/lab/ixit.hpp"
#include "harness/lab/virtual_device.hpp"
#include "harness/transport/port_lock.hpp"
#include "harness/transport/ports.hpp"

namespace attest::lab::doctor {
namespace {
namespace fs = std::filesystem;
using namespace std::chrono_literals;

fs::path real(const fs::path& path) {
  std::error_code none;
  const auto out = fs::canonical(path, none);
  return none ? path : out;
}

std::string tty_of(const Patient& p) {
  return real(p.port()).filename().string();
}

/// What stands in a bench file for that port, with the options of the link that is there now.
std::string link_line(const Patient& p, const std::string& path) {
  const auto options = p.bench.link_options();
  return fmt::format(R"(in the bench file: link = "serial:{}{}{}")", path, options.empty() ? "" : "?",
                     options);
}

/// A path below the machine's /dev by the name that people know.
std::string known_as(const fs::path& path, const Surroundings& at) {
  const auto below = path.lexically_relative(at.dev);
  if (below.empty() || *below.begin() == "..") return path.string();
  return (fs::path("/dev") / below).string();
}

bool of_another_device(const fs::path& port, const Patient& p) {
  return std::any_of(p.all.begin(), p.all.end(), [&](const Bench& other) {
    const auto link = transport::parse_link(other.link);
    return &other != &p.bench && other.link != p.bench.link && link && !link->path.empty() &&
           real(place_of(link->path, p.at)) == real(port);
  });
}

/// Ports that no other device of the bench is on.
std::vector<std::string> ports_left(const Patient& p) {
  std::vector<std::string> out;
  for (const auto& port : transport::serial_ports(p.at.dev.string()))
    if (!of_another_device(port, p)) out.push_back(known_as(port, p.at));
  return out;
}

/// The name under which the port may have come back: the only one that is left, or the one most like it.
std::string returned_as(const Patient& p, const std::vector<std::string>& ports) {
  return ports.size() == 1 ? ports.front() : nearest(p.link->path, ports);
}

Found missing_port(const Patient& p) {
  const auto ports = ports_left(p);
  const auto absent = p.link->path + " is not there";
  if (ports.empty())
    return wrong(absent + ", and no other serial port is free for it",
                 {"plug the adapter in, then see what the kernel says of it: sudo dmesg | tail"});
  const auto again = returned_as(p, ports);
  const auto found = fmt::format("{}; serial ports here: {}", absent, joined(ports, ", "));
  if (again.empty())
    return wrong(found, {"plug the adapter in, or name one of these in the bench file, such as " +
                         link_line(p, ports.front()).substr(std::string_view("in the bench file: ").size())});
  return wrong(found, {"if it has returned under that name, " + link_line(p, again)});
}

std::string group_of(const fs::path& file) {
  struct stat status {};
  if (::stat(file.c_str(), &status) != 0 || (status.st_mode & S_IRGRP) == 0 ||
      (status.st_mode & S_IWGRP) == 0)
    return {};
  const group* g = status.st_gid == 0 ? nullptr : ::getgrgid(status.st_gid);
  return g == nullptr ? std::string() : g->gr_name;
}

/// Whether /etc/group has the user in it: then only this login does not know yet.
bool is_in(const std::string& group, const Surroundings& at) {
  const auto text = read_file(at.etc / "group").value_or("");
  for (const auto line : split(text, '\n')) {
    const auto fields = split(line, ':');
    if (fields.size() < 4 || fields[0] != group) continue;
    const auto members = split(fields[3], ',');
    return std::find(members.begin(), members.end(), at.user) != members.end();
  }
  return false;
}

/// What udev knows of the port and of the device behind it ("E:ID_MM_DEVICE_IGNORE=1").
bool modem_manager_leaves(const Patient& p, const Adapter& adapter) {
  const auto says = [&p](char kind, const fs::path& device) {
    const auto number = word_in(device / "dev");
    const auto known = read_file(p.at.run / "udev/data" / (kind + number)).value_or("");
    for (const auto line : split(known, '\n'))
      for (const auto* mark :
           {"E:ID_MM_DEVICE_IGNORE=1", "E:ID_MM_PORT_IGNORE=1", "E:ID_MM_TTY_MANUAL_SCAN_ONLY=1"})
        if (line == mark) return true;
    return false;
  };
  return says('c', p.at.sys / "class/tty" / tty_of(p)) || says('c', adapter.folder);
}

std::string firmware_of(const at::Exchange& version) {
  std::vector<std::string> lines;
  for (const auto line : version.infos()) lines.emplace_back(line);
  return joined(lines, "\n");
}

std::string in_a_line(const std::string& firmware) {
  std::vector<std::string> words;
  for (const auto line : split(firmware, '\n')) words.push_back(visible(line, 80));
  return joined(words, ", ");
}

Found met(const Patient& p, const at::Exchange& version) {
  const auto firmware = firmware_of(version);
  if (!version.ok() || firmware.empty())
    return warn("the device answers AT, but AT+GMR tells no version",
                {"see what it says: attest probe --link '" + p.bench.link + "' --out found.toml"});
  const auto told = fmt::format("the device answers AT; its firmware: {}", in_a_line(firmware));
  if (const auto& wanted = p.bench.firmware; !wanted.empty() && !glob(wanted, firmware))
    return wrong(
        fmt::format("{}, which does not fit the bench's firmware = \"{}\"", told, wanted),
        {p.bench.flash_command.empty() ? "flash the firmware that is to be tested, or mend `firmware` in the "
                                         "bench file"
                                       : p.bench.flash_command});
  return ok(told);
}

Found speak(const Patient& p, transport::Link& link) {
  Dut dut(link, dialect_of(p.profile), habitat_of(p.profile), steady_clock(), nullptr, {});
  try {
    if (const auto awake = dut.wake(); !awake) return wrong(awake.error());
    return met(p, dut.command("AT+GMR"));
  } catch (const Failure& failure) {
    return wrong(failure.error());
  }
}

Result<std::unique_ptr<transport::Link>> open(const transport::LinkAddress& address) {
  return transport::open_link(address, steady_clock(), Deadline::in(steady_clock(), 3s));
}

Found speak_at(const Patient& p, const std::string& link) {
  auto opened = open(must(transport::parse_link(link)));
  return opened ? speak(p, **opened) : wrong(opened.error());
}

Found virtual_contact(const Patient& p) {
  const auto program = p.at.programs / "bk7238-virtual";
  if (!p.at.may(program, X_OK)) return skip("not looked at: programs is wrong");
  const auto device = VirtualDevice::start({.program = program});
  return device ? speak_at(p, device->link() + "?baud=115200") : wrong(device.error());
}

}  // namespace

fs::path Patient::port() const {
  return place_of(link->path, at);
}

std::optional<Found> profile(Patient& p) {
  auto loaded = spec::load_profile(p.bench.profile);
  if (!loaded) return wrong(loaded.error());
  for (const auto& [key, value] : p.bench.set)
    if (const auto set = loaded->set(key, value); !set) return wrong(set.error());
  p.profile = std::move(*loaded);
  return ok(p.bench.profile);
}

std::optional<Found> link_understood(Patient& p) {
  if (p.bench.is_virtual()) {
    if (const auto sound = transport::check_virtual_link(p.bench.link); !sound) return wrong(sound.error());
    return ok(p.bench.link);
  }
  auto link = transport::parse_link(p.bench.link);
  if (!link) return wrong(link.error());
  p.link = std::move(*link);
  return ok(p.bench.link);
}

std::optional<Found> port_there(Patient& p) {
  if (!p.serial()) return std::nullopt;
  if (p.link->path.empty()) {  // the adapter is named, and not its port
    auto device = transport::device_of(*p.link, p.at.sys.string(), "/dev");
    if (!device) return wrong(device.error());
    p.link->path = std::move(*device);
  }
  std::error_code none;
  if (!fs::exists(p.port(), none)) return missing_port(p);
  if (!p.at.is_port(p.port()))
    return wrong(p.link->path + " is no serial port",
                 {"name one in the bench file; " + transport::serial_ports_text(p.at.dev.string())});
  if (of_another_device(p.port(), p))
    return wrong(fmt::format("{} is the port of another device of this bench too", p.link->path),
                 {"give each [[device]] a port of its own in the bench file"});
  const auto adapter = adapter_of(p.at.sys, tty_of(p));
  const auto name = known_as(real(p.port()), p.at);
  return ok(fmt::format("{}{}", name, adapter ? ": " + adapter->text() : ""));
}

std::optional<Found> port_permission(Patient& p) {
  if (!p.serial()) return std::nullopt;
  if (p.at.may(p.port(), R_OK | W_OK)) return ok("may be read and written");
  const auto refused = fmt::format("{} may not be read and written by {}", p.link->path, p.at.user);
  const auto adapter = adapter_of(p.at.sys, tty_of(p));
  const auto rule = adapter ? install(port_rule(*adapter, p.bench.name)) : std::string();
  const auto owner = group_of(p.port());
  if (!owner.empty() && is_in(owner, p.at))
    return wrong(fmt::format("{}, who is in the group {} but logged in before that", refused, owner),
                 {fmt::format("log out and in again, or for one command: sg {} 'attest doctor …'", owner)});
  std::vector<std::string> fixes{fmt::format("sudo usermod -aG {} {}   # then log out and in again",
                                             owner.empty() ? "dialout" : owner, p.at.user)};
  if (!rule.empty()) fixes.push_back(rule);
  if (owner.empty() && rule.empty())
    fixes.push_back(fmt::format("sudo chgrp dialout {0} && sudo chmod g+rw {0}", p.link->path));
  return wrong(owner.empty() ? refused : fmt::format("{}: it belongs to the group {}", refused, owner),
               fixes);
}

std::optional<Found> port_name(Patient& p) {
  if (!p.serial()) return std::nullopt;
  const auto name = p.port().filename().string();
  std::error_code none;
  if (fs::is_symlink(p.port(), none)) return ok("a name that stays through replugging");
  if (!name.starts_with("ttyUSB") && !name.starts_with("ttyACM")) return std::nullopt;
  for (const auto& port : transport::serial_ports(p.at.dev.string()))
    if (fs::path(port).parent_path().filename() == "by-id" && real(port) == real(p.port()))
      return warn(fmt::format("{} may be another port after the next replugging; {} stays", p.link->path,
                              known_as(port, p.at)),
                  {link_line(p, known_as(port, p.at))});
  return std::nullopt;
}

std::optional<Found> port_lock(Patient& p) {
  if (!p.serial()) return std::nullopt;
  const auto users = transport::port_users(real(p.port()).string());
  if (users.empty()) return ok("nobody else has the port open");
  std::vector<std::string> pids;
  for (const auto pid : users) pids.push_back(std::to_string(pid));
  const auto in_use = transport::busy(p.link->path, users).what;
  const bool a_run = word_in(p.at.proc / pids.front() / "comm").starts_with("attest");
  const std::vector<std::string> fixes{
      a_run ? fmt::format("tail --pid={} -f /dev/null   # a run: this waits for its end", pids.front())
            : fmt::format("kill {}", joined(pids, " "))};
  return p.link->lock ? wrong(in_use, fixes) : warn(in_use + ", which the link's lock=off allows", fixes);
}

std::optional<Found> modem_manager(Patient& p) {
  if (!p.serial()) return std::nullopt;
  const auto adapter = adapter_of(p.at.sys, tty_of(p));
  const int pid = process_named("ModemManager", p.at);
  if (!adapter || pid == 0) return std::nullopt;
  if (modem_manager_leaves(p, *adapter)) return ok("ModemManager runs, and is told to leave the port alone");
  return warn(fmt::format("ModemManager (pid {}) may send AT commands of its own to {}", pid, p.link->path),
              {install(no_modem_rule(*adapter)) + " && sudo systemctl restart ModemManager"});
}

std::optional<Found> latency_timer(Patient& p) {
  if (!p.serial()) return std::nullopt;
  const auto device = p.at.sys / "class/tty" / tty_of(p) / "device";
  const auto timer = word_in(device / "latency_timer");
  if (timer.empty()) return std::nullopt;
  if (std::strtoul(timer.c_str(), nullptr, 10) <= 1) return ok(timer + " ms");
  const auto driver = real(device / "driver").filename().string();
  return warn(
      fmt::format("the adapter keeps bytes for up to {} ms: measured times are that much less certain",
                  timer),
      {fmt::format("echo 1 | sudo tee /sys/class/tty/{}/device/latency_timer   # until it is unplugged",
                   tty_of(p)),
       install(latency_rule(driver == "driver" ? "ftdi_sio" : driver))});
}

std::optional<Found> endpoint(Patient& p) {
  if (!p.link || p.serial()) return std::nullopt;
  if (!p.at.contact) return skip("--no-contact: a connection would open the port at its far end");
  auto lease = Lease::take(lease_name(p.bench));
  if (!lease) return wrong(lease.error());
  auto opened = open(*p.link);
  if (!opened) return wrong(opened.error());
  p.lease.emplace(std::move(*lease));
  p.opened = std::move(*opened);
  return ok(fmt::format("{} port {} takes connections", p.link->host, p.link->port));
}

std::optional<Found> contact(Patient& p) {
  if (!p.at.contact) return skip("--no-contact");
  if (p.bench.is_virtual()) return virtual_contact(p);
  if (!p.opened) {
    auto opened = open(*p.link);
    if (!opened) return wrong(opened.error());
    p.opened = std::move(*opened);
  }
  const auto lease = std::exchange(p.lease, std::nullopt);  // held until the link is closed
  const auto link = std::move(p.opened);
  return speak(p, *link);
}

}  // namespace attest::lab::doctor
