// Values on their way to Python and back.
#pragma once

#include <pybind11/pybind11.h>
#include <pybind11/stl.h>
#include <pybind11/stl/filesystem.h>

#include <chrono>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/clock.hpp"

namespace attest::python {

namespace py = pybind11;

[[nodiscard]] inline py::bytes bytes_of(std::string_view bytes) {
  return {bytes.data(), bytes.size()};
}
/// For people: what is no UTF-8 is shown as Python's own escapes.
[[nodiscard]] py::str text_of(std::string_view text);
/// A text in which each character is a byte, as it stood on the line.
[[nodiscard]] py::str latin1_of(std::string_view bytes);
/// bytes, bytearray, memoryview, or str (UTF-8). A copy: the caller's may change while the lock is released.
[[nodiscard]] std::string bytes_from(const py::object& given);

/// A path as the file system has it, bytes and all; None is none. Throws Failure (usage) for what is no path.
[[nodiscard]] std::string path_from(const py::object& given);
[[nodiscard]] py::str path_of(std::string_view path);

[[nodiscard]] py::object object_of(const nlohmann::json& json);

[[nodiscard]] inline py::object ns_of(const std::optional<Instant>& at) {
  return at ? py::object(py::int_(at->ns())) : py::object(py::none());
}
/// A datetime.timedelta, which is whole microseconds; what needs more has an `_ns` beside it.
[[nodiscard]] py::object span_of(Nanos span);
/// A datetime.timedelta or a number of seconds. Throws Failure (usage) for what is negative or neither.
[[nodiscard]] Nanos span_from(const py::object& given);
[[nodiscard]] std::optional<Nanos> maybe_span_from(const py::object& given);

/// "KEY=VALUE" each, as the command line has them.
[[nodiscard]] std::vector<std::string> settings_from(const std::map<std::string, std::string>& settings);

/// The folder with attest-cases and bk7238-virtual: beside the module, or where $ATTEST_PROGRAMS says.
[[nodiscard]] std::string programs();

/// What ends by `name`, and as a context manager.
template <class T>
void bind_end(py::class_<T, std::shared_ptr<T>>& bound, const char* name, void (*end)(T&), const char* doc) {
  bound.def(name, end, doc)
      .def("__enter__", [](const std::shared_ptr<T>& one) { return one; })
      .def(
          "__exit__", [end](T& one, const py::object&, const py::object&, const py::object&) { end(one); },
          py::arg("type"), py::arg("value"), py::arg("traceback"));
}

void bind_exchange(py::module_& module);
void bind_bench(py::module_& module);
void bind_device(py::module_& module);
void bind_virtual(py::module_& module);
void bind_server(py::module_& module);
void bind_phone(py::module_& module);
void bind_judgement(py::module_& module);
void bind_job(py::module_& module);
void bind_record(py::module_& module);

}  // namespace attest::python
