#include "tools/python/core/bench.hpp"

#include <fmt/format.h>

#include <memory>

#include "tools/python/core/errors.hpp"
#include "tools/python/core/values.hpp"

namespace attest::python {
namespace {

std::shared_ptr<Bench> make(const py::object& file, const std::string& link, const py::object& profile,
                            const std::map<std::string, std::string>& settings) {
  job::DeviceArguments given{link, path_from(file), path_from(profile), settings_from(settings)};
  return std::make_shared<Bench>(std::move(given));
}

}  // namespace

void bind_bench(py::module_& m) {
  py::class_<Bench, std::shared_ptr<Bench>>(
      m, "Bench",
      "The place with the device: the facts of a bench file, and the profile of its firmware.\n\n"
      "Without arguments it is the virtual one. `file` is a TOML file; `link`, `profile` and `settings` "
      "(single\n"
      "values of the profile) go before what it says. What cannot be read is a UsageError that says where.")
      .def(py::init(&make), py::arg("file") = py::none(), py::kw_only(), py::arg("link") = "",
           py::arg("profile") = py::none(), py::arg("settings") = std::map<std::string, std::string>{})
      .def_property_readonly(
          "name", [](const Bench& b) { return text_of(b.facts.name); }, "As the file has it.")
      .def_property_readonly(
          "devices",
          [](const Bench& b) {
            py::list out;
            for (const auto& one : b.all) out.append(text_of(one.name));
            return out;
          },
          "The names of its devices; `link` picks one of several by it.")
      .def_property_readonly(
          "link", [](const Bench& b) { return text_of(b.facts.link); },
          "\"serial:…\", \"tcp://…\" or \"virtual\".")
      .def_property_readonly(
          "is_virtual", [](const Bench& b) { return b.facts.is_virtual(); },
          "Its device is the virtual BK7238.")
      .def_property_readonly(
          "profile", [](const Bench& b) { return object_of(b.profile.to_json()); },
          "The profile with all its values.")
      .def_property_readonly(
          "facts", [](const Bench& b) { return object_of(lab::to_json(b.facts)); },
          "What the file says of the surroundings, and what holds where it says nothing.")
      .def_property_readonly(
          "listen", [](const Bench& b) { return text_of(b.facts.listen); },
          "The address that servers listen on.")
      .def_property_readonly(
          "advertise", [](const Bench& b) { return text_of(b.facts.advertise); },
          "The address that the device is told; empty: the same.")
      .def_property_readonly(
          "http_port", [](const Bench& b) { return b.facts.http_port; },
          "The HTTP server's port; 0: the kernel chooses.")
      .def("__repr__", [](const Bench& b) {
        return text_of(
            fmt::format("<Bench {}: {}, profile {}>", b.facts.name, b.facts.link, b.profile.name()));
      });
}

}  // namespace attest::python
