// The phone that gives a device its network, in Python's hands.
#include "harness/phone/phone.hpp"

#include <fmt/format.h>

#include <memory>

#include "harness/phone/provision.hpp"
#include "tools/python/core/device.hpp"
#include "tools/python/core/errors.hpp"
#include "tools/python/core/owned.hpp"

namespace attest::python {
namespace {

phone::Way way_from(const std::string& name) {
  if (name == "ble") return phone::Way::ble;
  if (name == "airkiss") return phone::Way::airkiss;
  refuse(fmt::format("there is no way '{}' to provision a device", name), "there are ble and airkiss");
}

class Phone {
 public:
  Phone(const std::shared_ptr<Bench>& bench, std::shared_ptr<const Callback> on_event)
      : profile_(bench->profile), name_(bench->facts.name), callback_(std::move(on_event)) {
    auto facts = bench->facts;
    if (facts.airkiss_listen.empty()) facts.airkiss_listen = facts.listen;
    phone_ = phone::lab_phone(
        {facts, nullptr, {}, {}}, profile_,
        [callback = callback_](phone::Way way, std::string_view event, Instant at, std::string_view text,
                               const nlohmann::json& fields) {
          (*callback)([&] {
            return py::make_tuple(text_of(phone::name_of(way)), text_of(event), at.ns(), text_of(text),
                                  object_of(fields));
          });
        },
        steady_clock());
  }
  [[nodiscard]] phone::Phone& phone() const {
    callback_->refuse_inside("a Phone cannot be used");
    return *phone_;
  }
  [[nodiscard]] const Callback& callback() const { return *callback_; }
  [[nodiscard]] std::function<void()> wake() const {
    return [this] { phone_->give_up(); };
  }
  [[nodiscard]] const spec::Profile& profile() const { return profile_; }
  [[nodiscard]] const std::string& name() const { return name_; }

 private:
  spec::Profile profile_;
  std::string name_;
  std::shared_ptr<const Callback> callback_;
  std::unique_ptr<phone::Phone> phone_;
};

std::shared_ptr<Phone> make(const std::shared_ptr<Bench>& bench, const py::object& on_event) {
  if (!bench)
    refuse("a Phone needs a bench that says what radio it has", "Phone(bench), or Phone(board.bench())");
  return of_this_process(new Phone(bench, std::make_shared<Callback>(on_event)), &end_of<Phone>);
}

/// Empty: the way can be gone.
std::string hindered(const Phone& p, const std::string& way) {
  const auto which = way_from(way);
  return waiting(
      [&](const Wait&) {
        if (auto why = p.phone().not_meant(which); !why.empty()) return why;
        const auto ready = p.phone().ready(which);
        return ready ? std::string() : ready.error().text();
      },
      p.wake());
}

bool advertised(const Phone& p, const py::object& within) {
  const auto span = span_from(within);
  return waiting(
      [&](const Wait&) {
        const auto watch = must(p.phone().watch());
        return must(watch->seen(span)).has_value();
      },
      p.wake());
}

phone::Provisioned provision(const Phone& p, Device& device, const std::string& ssid,
                             const std::string& password, const std::string& way) {
  const auto which = way_from(way);
  const lab::Network network{ssid, Secret(password)};
  return device.use(
      [&](lab::Dut& dut) {
        if (const auto why = p.phone().not_meant(which); !why.empty())
          refuse(why, "another bench, another profile, or the other way");
        return must(phone::provision(dut, p.phone(), which, network, p.profile(), steady_clock()));
      },
      p.wake());
}

}  // namespace

void bind_phone(py::module_& m) {
  py::class_<phone::Provisioned>(m, "Provisioned", "What came of giving a device a network.")
      .def_property_readonly(
          "told", [](const phone::Provisioned& p) { return text_of(p.told); },
          "The line that tells of the network; empty where the profile knows none.")
      .def_property_readonly(
          "took", [](const phone::Provisioned& p) { return span_of(p.took); },
          "From AT+CWSTARTSMART to that line.")
      .def("__repr__", [](const phone::Provisioned& p) {
        return text_of(fmt::format("<Provisioned \"{}\" after {}>", p.told, human(p.took)));
      });
  py::class_<Phone, std::shared_ptr<Phone>>(
      m, "Phone",
      "The phone of a bench, by which a device gets a network: over BLE (BlueZ) or by AirKiss.\n\n"
      "`on_event` is called with (way, event, at_ns, text, fields) from any thread: what was seen and done, "
      "and\n"
      "never a password.")
      .def(py::init(&make), py::arg("bench"), py::kw_only(), py::arg("on_event") = py::none())
      .def("hindered", &hindered, py::arg("way") = "ble",
           "Why the bench cannot go that way; empty if it can.")
      .def("advertised", &advertised, py::kw_only(), py::arg("within") = 10.0,
           "Whether the device is seen over BLE under exactly its profile's name.")
      .def("provision", &provision, py::arg("dut"), py::arg("ssid"), py::arg("password"), py::kw_only(),
           py::arg("way") = "ble",
           "AT+CWSTARTSMART, name and password by that way, and the wait until the device tells of the "
           "network.\n"
           "An empty password is an open network. DeviceError says what the device did instead.")
      .def("__repr__", [](const Phone& p) { return text_of(fmt::format("<Phone of {}>", p.name())); });
}

}  // namespace attest::python
