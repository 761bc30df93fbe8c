// The virtual BK7238 in Python's hands: a program of its own, which goes with the object.
#include <fmt/format.h>

#include <memory>

#include "harness/lab/access_point.hpp"
#include "harness/lab/virtual_device.hpp"
#include "harness/lab/virtual_world.hpp"
#include "tools/python/core/device.hpp"
#include "tools/python/core/ending.hpp"
#include "tools/python/core/errors.hpp"
#include "tools/python/core/lasting.hpp"
#include "tools/python/core/owned.hpp"

namespace attest::python {
namespace {

/// With networks it has a radio, and around it a world that has them; it is then in none.
class Virtual {
 public:
  Virtual(lab::VirtualOptions options, const std::map<std::string, std::string>& networks)
      : baud_(options.baud) {
    if (!networks.empty()) surround(options, networks);
    running_->device.emplace(must(lab::VirtualDevice::start(options)));
    link_ = running_->device->link() + (baud_ == 0 ? "" : fmt::format("?baud={}", baud_));
  }

  /// With the interpreter's lock; their end may take a moment and is the caller's, without it.
  struct Running {
    std::optional<lab::VirtualWorld> world;  ///< the device's bus is in it: it goes after the device
    std::optional<lab::VirtualDevice> device;
  };
  [[nodiscard]] std::shared_ptr<Running> take() { return std::move(running_); }
  [[nodiscard]] bool closed() const { return !running_; }
  /// Shared: another thread may close it meanwhile.
  [[nodiscard]] std::shared_ptr<Running> running() const {
    if (!running_) refuse("the virtual device has ended", "start another: VirtualBk7238(…)");
    return running_;
  }
  [[nodiscard]] const std::string& link() const { return link_; }

  /// As a bench file of this device would have it.
  [[nodiscard]] std::shared_ptr<Bench> bench(const std::map<std::string, std::string>& settings) {
    const auto running = this->running();
    const auto& world = running->world;
    auto out = std::make_shared<Bench>(job::DeviceArguments{link_, {}, "virtual", settings_from(settings)});
    out->facts.name = "virtual";
    out->facts.ble_bus = std::string(lab::kNone);
    out->facts.airkiss_to = std::string(lab::kNone);
    if (!world) return out;
    if (!world->bus().empty()) out->facts.ble_bus = world->bus();
    out->facts.airkiss_to = world->airkiss_to();
    out->facts.airkiss_listen = world->air();
    return out;
  }

 private:
  void surround(lab::VirtualOptions& options, const std::map<std::string, std::string>& networks) {
    auto& world = running_->world;
    world.emplace(lab::VirtualWorld::start());
    std::vector<lab::Network> all;
    for (const auto& [ssid, password] : networks) all.push_back({ssid, Secret(password)});
    must(lab::access_points_in_file(world->access_points())->set(all));
    options.ble_bus = world->bus();
    options.air = world->air();
    options.access_points = world->access_points();
    options.more.emplace_back("--unprovisioned");
  }

  unsigned baud_;
  std::shared_ptr<Running> running_ = std::make_shared<Running>();
  std::string link_;
};

std::shared_ptr<Virtual> start(const std::vector<std::string>& personalities,
                               const std::vector<std::string>& habits, unsigned baud, std::uint64_t seed,
                               const std::vector<std::string>& options,
                               const std::map<std::string, std::string>& networks) {
  lab::VirtualOptions asked;
  asked.program = std::filesystem::path(programs()) / "bk7238-virtual";
  asked.personalities = personalities;
  asked.habits = habits;
  asked.baud = baud;
  asked.seed = seed;
  asked.more = options;
  return waiting([&](const Wait&) {
    return on_lasting_thread(
        [&] { return of_this_process(new Virtual(asked, networks), &end_unlocked<Virtual>); });
  });
}

std::shared_ptr<Device> open(Virtual& v, const std::map<std::string, std::string>& settings, bool wake,
                             const py::object& on_exchange) {
  return open_device(*v.bench(settings), wake, on_exchange);
}

void close(Virtual& v) {
  auto running = v.take();
  const Unlocked free;
  running.reset();
}

void power(const Virtual& v, Status (lab::Power::*to)()) {
  waiting([running = v.running(), to](const Wait&) mutable {
    const auto done = (running->device->power().*to)();
    running.reset();
    must(done);
  });
}

py::object names(const char* what) {
  const auto text = waiting([&](const Wait&) {
    return must(lab::list_of(std::filesystem::path(programs()) / "bk7238-virtual", what));
  });
  return object_of(nlohmann::json::parse(text).at(what));
}

}  // namespace

void bind_virtual(py::module_& m) {
  m.def(
      "personalities", [] { return names("personalities"); },
      "The faults that the virtual device can have: dicts with `name`, `requirement` and what it does.");
  m.def(
      "habits", [] { return names("habits"); }, "The legal oddities that the virtual device can have.");
  py::class_<Virtual, std::shared_ptr<Virtual>> board(
      m, "VirtualBk7238",
      "A virtual BK7238 on a pseudo-terminal, in a process of its own, until it is closed.\n\n"
      "`personalities` are faults by name, `habits` legal oddities; none of both: a correct device. `baud` 0 "
      "is an\n"
      "unpaced line. With `networks` (names and passwords) it has a radio, a BLE central finds it on the bus "
      "of\n"
      "its bench, and it is in none of them yet. `options` go to bk7238-virtual as they are.");
  board
      .def(py::init(&start), py::kw_only(), py::arg("personalities") = std::vector<std::string>{},
           py::arg("habits") = std::vector<std::string>{}, py::arg("baud") = 115200U,
           py::arg("seed") = std::uint64_t{0}, py::arg("options") = std::vector<std::string>{},
           py::arg("networks") = std::map<std::string, std::string>{})
      .def_property_readonly(
          "link", [](const Virtual& v) { return text_of(v.link()); },
          "Where it can be opened: \"serial:/dev/pts/5?baud=115200\".")
      .def_property_readonly(
          "pid", [](Virtual& v) { return v.running()->device->pid(); }, "Of its process.")
      .def_property_readonly("closed", &Virtual::closed, "It was closed.")
      .def("bench", &Virtual::bench, py::arg("settings") = std::map<std::string, std::string>{},
           "As a bench file of this device would have it; `settings` are single values of the profile.")
      .def("open", &open, py::kw_only(), py::arg("settings") = std::map<std::string, std::string>{},
           py::arg("wake") = true, py::arg("on_exchange") = py::none(), "A Dut on it.")
      .def(
          "power_off", [](Virtual& v) { power(v, &lab::Power::off); },
          "Cuts its supply. The line stays open.")
      .def(
          "power_on", [](Virtual& v) { power(v, &lab::Power::on); }, "Gives it again: the device boots.")
      .def("__repr__", [](const Virtual& v) {
        return text_of(fmt::format("<VirtualBk7238 {}{}>", v.link(), v.closed() ? ", closed" : ""));
      });
  bind_end<Virtual>(board, "close", &close, "Ends it. Again: does nothing.");
}

}  // namespace attest::python
