#include "tools/python/core/device.hpp"

#include <fmt/format.h>

#include "harness/at/session.hpp"
#include "harness/lab/ixit.hpp"
#include "tools/python/core/errors.hpp"

namespace attest::python {
namespace {

using at::Exchange;
using Held = std::shared_ptr<Exchange>;
constexpr std::size_t kMostStrays = 1000;  // a device that babbles must not fill the memory of a soak

Held held(Exchange exchange) {
  return std::make_shared<Exchange>(std::move(exchange));
}

std::unique_ptr<transport::Link> opened(const std::string& name, const spec::Profile& profile) {
  const auto& clock = steady_clock();
  return must(transport::open_link(must(transport::parse_link(name)), clock,
                                   Deadline::in(clock, lab::habitat_of(profile).connect_deadline)));
}

}  // namespace

Device::Device(const spec::Profile& profile, std::string name, std::unique_ptr<transport::Link> link,
               py::object on_exchange)
    : profile_(profile),
      name_(std::move(name)),
      on_exchange_(std::move(on_exchange)),
      link_(std::move(link)) {
  dut_.emplace(*link_, lab::dialect_of(profile_), lab::habitat_of(profile_), steady_clock(),
               static_cast<at::Observer*>(this), lab::Dut::RungListener());
}

Device::~Device() = default;

Device::Use::Use(Device& of, const Wait& wait) : of_(of), wait_(wait), before_(of.last()) {
  if (of_.closed_) refuse(fmt::format("{} is closed", of_.name_), "open it again: Dut(…)");
  of_.link_->stop_on(wait_.fd());
}

Device::Use::~Use() {
  of_.link_->stop_on(-1);
  if (!of_.closed_ && wait_.struck()) of_.dut_->stopped();
}

void Device::broke(const Failure& failure, const Held& before) const {
  const auto now = last();
  if (now && now != before && failure.error().fault != Fault::usage)
    throw ExchangeFailure(failure.error(), now);
  throw failure;
}

void Device::settled(const Exchange& exchange) {
  const auto one = held(exchange);
  {
    const std::lock_guard lock(kept_);
    last_ = one;
  }
  on_exchange_([&] { return py::make_tuple(one); });
}

void Device::between(std::uint64_t, const Exchange& strays) {
  const std::lock_guard lock(kept_);
  if (strays_.size() == kMostStrays) strays_.erase(strays_.begin());
  strays_.push_back(held(strays));
}

Held Device::last() const {
  const std::lock_guard lock(kept_);
  return last_;
}

std::vector<Held> Device::take_strays() {
  const std::lock_guard lock(kept_);
  return std::exchange(strays_, {});
}

std::unique_lock<std::timed_mutex> Device::locked(const Wait& wait) {
  std::unique_lock lock(mutex_, std::defer_lock);
  while (!lock.try_lock_for(std::chrono::milliseconds(50)))
    if (wait.struck()) throw Failure({Fault::stopped, "stopped by a signal", {}});
  return lock;
}

std::string Device::details(const Wait& wait) {
  on_exchange_.refuse_inside("a Dut cannot be looked at");
  const auto lock = locked(wait);
  return closed_ ? "closed" : link_->details();
}

at::Expectation Device::expectation(std::string_view line, std::optional<Nanos> deadline) {
  auto due = at::expectation_for(line, lab::dialect_of(profile_));
  if (deadline) due.deadline = *deadline;
  return due;
}

void Device::close(const Wait& wait) {
  on_exchange_.refuse_inside("a Dut cannot be closed");
  const auto lock = locked(wait);
  closed_ = true;
  dut_.reset();
  link_.reset();
}

std::shared_ptr<Device> open_device(const Bench& bench, bool wake, const py::object& on_exchange) {
  if (bench.all.size() > 1)
    refuse(fmt::format("this bench has {} devices", bench.all.size()), "name one: Bench(file, link=NAME)");
  const auto& name = bench.facts.link;
  if (bench.facts.is_virtual())
    refuse("this bench's device is virtual and not there yet", "with VirtualBk7238() as board: board.open()");
  auto port = waiting([&](const Wait&) { return opened(name, bench.profile); });
  auto device = std::make_shared<Device>(bench.profile, name, std::move(port), on_exchange);
  if (wake) device->use([](lab::Dut& dut) { must(dut.wake()); });
  return device;
}

namespace {

std::shared_ptr<Device> open(const std::string& link, const std::shared_ptr<Bench>& bench,
                             const py::object& profile, const std::map<std::string, std::string>& settings,
                             bool wake, const py::object& on_exchange) {
  if (link.empty() == (bench == nullptr))
    refuse("a Dut needs a link or a bench, one of them", "Dut(\"serial:/dev/ttyUSB0\"), or Dut(bench=…)");
  if (bench) return open_device(*bench, wake, on_exchange);
  return open_device(Bench({link, {}, path_from(profile), settings_from(settings)}), wake, on_exchange);
}

void close(Device& d) {
  waiting([&](const Wait& wait) { d.close(wait); });
}

Held command(Device& d, const std::string& line, const py::object& deadline) {
  const auto due = d.expectation(line, maybe_span_from(deadline));
  return d.use([&](lab::Dut& dut) { return held(dut.command(line, due)); });
}

Held data(Device& d, const py::object& bytes, const py::object& deadline) {
  const auto given = bytes_from(bytes);
  const auto limit = maybe_span_from(deadline);
  return d.use([&](lab::Dut& dut) {
    at::Expectation due;
    due.deadline = limit.value_or(dut.session().dialect().network_deadline);
    return held(dut.data(given, due));
  });
}

Held reply(Device& d, const py::object& deadline) {
  const auto limit = maybe_span_from(deadline);
  return d.use([&](lab::Dut& dut) {
    at::Expectation due;
    due.deadline = limit.value_or(dut.session().dialect().command_deadline);
    due.any_lines = true;
    auto exchange = dut.session().await(due);
    dut.noticed(exchange);
    return held(std::move(exchange));
  });
}

Held listen(Device& d, const py::object& quiet, const py::object& most) {
  const auto silence = span_from(quiet), limit = span_from(most);
  return d.use([&](lab::Dut& dut) {
    auto heard = dut.session().listen(silence, limit);
    dut.heard(heard);
    return held(std::move(heard));
  });
}

Held await_line(Device& d, const py::object& timeout, const py::object& quiet) {
  const auto limit = span_from(timeout), silence = span_from(quiet);
  return d.use([&](lab::Dut& dut) {
    auto heard = dut.session().await_anything(silence, limit);
    dut.heard(heard);
    return held(std::move(heard));
  });
}

using BoundDevice = py::class_<Device, std::shared_ptr<Device>>;

void bind_lines(py::module_& m) {
  m.def(
      "escaped", [](const std::string& parameter) { return at::escaped(parameter); }, py::arg("parameter"),
      "A parameter with `,` `\"` and `\\` escaped as the manual's general rules say.");
  m.def(
      "command_line",
      [](const std::string& name, const py::args& parameters) {
        std::vector<std::string> texts;
        for (const auto& one : parameters) texts.push_back(bytes_from(py::str(one)));
        return at::command(name, texts);
      },
      py::arg("name"), "\"AT+NAME=…\" from the manual's name of a command and its parameters, each escaped.");
}

void bind_talking(BoundDevice& device) {
  device
      .def("command", &command, py::arg("line"), py::kw_only(), py::arg("deadline") = py::none(),
           "Sends a command line of the manual and waits for the final result, the prompt or the deadline\n"
           "(a datetime.timedelta or seconds; the profile's if None). Silence is an outcome and raises "
           "nothing.")
      .def("data", &data, py::arg("bytes"), py::kw_only(), py::arg("deadline") = py::none(),
           "Sends data after a prompt and waits for SEND OK or SEND FAIL.")
      .def(
          "send_raw",
          [](Device& d, const py::object& bytes) {
            const auto given = bytes_from(bytes);
            d.use([&](lab::Dut& dut) { dut.session().send_raw(given); });
          },
          py::arg("bytes"), "Sends bytes as they are, and waits for nothing; `reply` does.")
      .def("reply", &reply, py::kw_only(), py::arg("deadline") = py::none(),
           "Waits for the final result after `send_raw`.")
      .def("listen", &listen, py::kw_only(), py::arg("quiet") = 0.02, py::arg("most") = 1.0,
           "Listens until `quiet` passes without a byte, at most for `most`.")
      .def("await_line", &await_line, py::kw_only(), py::arg("timeout"), py::arg("quiet") = 0.02,
           "Waits for the first byte that nobody has asked for, and then until it is quiet.");
}

void bind_state(BoundDevice& device) {
  device
      .def(
          "recover", [](Device& d) { d.use([](lab::Dut& dut) { must(dut.recover()); }); },
          "Brings a silent or confused device back, rung by rung; BenchError if none helps.")
      .def(
          "restart", [](Device& d) { d.use([](lab::Dut& dut) { must(dut.restart()); }); },
          "AT+RST, and the wait for the banner, the network and the first OK.")
      .def("take_strays", &Device::take_strays,
           "What came outside of exchanges since the last call, attributed (the latest 1,000).")
      .def_property_readonly(
          "link", [](const Device& d) { return text_of(d.name()); }, "As it was given.")
      .def_property_readonly(
          "details",
          [](Device& d) { return text_of(waiting([&](const Wait& wait) { return d.details(wait); })); },
          "What was found of the port: driver, lock, modem lines.")
      .def_property_readonly("closed", &Device::closed, "It was closed.")
      .def_property_readonly("last", &Device::last, "The last exchange; None before the first.")
      .def("__repr__", [](const Device& d) {
        return text_of(fmt::format("<Dut {}{}>", d.name(), d.closed() ? ", closed" : ""));
      });
}

}  // namespace

void bind_device(py::module_& m) {
  bind_lines(m);
  BoundDevice device(
      m, "Dut",
      "A device on a link: one command in flight, every received byte accounted for.\n\n"
      "Opening makes contact (drains the line, AT until OK, echo off) unless `wake` is false. A device left "
      "in\n"
      "doubt by one command is brought back before the next. Threads may share it: they wait for each "
      "other.\n"
      "`on_exchange` is called after each exchange, in the thread that made it.");
  device.def(py::init(&open), py::arg("link") = "", py::kw_only(),
             py::arg("bench") = std::shared_ptr<Bench>(), py::arg("profile") = py::none(),
             py::arg("settings") = std::map<std::string, std::string>{}, py::arg("wake") = true,
             py::arg("on_exchange") = py::none());
  bind_talking(device);
  bind_state(device);
  bind_end<Device>(device, "close", &close,
                   "Lets go of the link, when the command of another thread has ended. Again: does nothing.");
}

}  // namespace attest::python
