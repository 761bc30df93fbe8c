#include "tools/python/core/values.hpp"

#include <dlfcn.h>
#include <fmt/format.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>

#include "tools/python/core/errors.hpp"

namespace attest::python {

py::str text_of(std::string_view text) {
  return py::reinterpret_steal<py::str>(
      PyUnicode_DecodeUTF8(text.data(), static_cast<py::ssize_t>(text.size()), "backslashreplace"));
}

py::str latin1_of(std::string_view bytes) {
  return py::reinterpret_steal<py::str>(
      PyUnicode_DecodeLatin1(bytes.data(), static_cast<py::ssize_t>(bytes.size()), nullptr));
}

std::string bytes_from(const py::object& given) {
  if (py::isinstance<py::str>(given)) {
    py::ssize_t size = 0;
    const char* utf8 = PyUnicode_AsUTF8AndSize(given.ptr(), &size);
    if (utf8 == nullptr) throw py::error_already_set();
    return {utf8, static_cast<std::size_t>(size)};
  }
  if (!PyObject_CheckBuffer(given.ptr()))
    refuse(fmt::format("{} is neither bytes nor a text", py::repr(given).cast<std::string>()),
           "give bytes or str");
  return py::bytes(py::reinterpret_steal<py::object>(PyBytes_FromObject(given.ptr()))).cast<std::string>();
}

std::string path_from(const py::object& given) {
  if (given.is_none()) return {};
  const auto path = py::module_::import("os").attr("fsencode")(given).cast<std::string>();
  if (path.find('\0') != std::string::npos) refuse("a path with a NUL in it is none", "leave the NUL out");
  return path;
}

py::str path_of(std::string_view path) {
  return py::reinterpret_steal<py::str>(
      PyUnicode_DecodeFSDefaultAndSize(path.data(), static_cast<py::ssize_t>(path.size())));
}

py::object object_of(const nlohmann::json& json) {
  switch (json.type()) {
    case nlohmann::json::value_t::boolean:
      return py::bool_(json.get<bool>());
    case nlohmann::json::value_t::number_integer:
      return py::int_(json.get<std::int64_t>());
    case nlohmann::json::value_t::number_unsigned:
      return py::int_(json.get<std::uint64_t>());
    case nlohmann::json::value_t::number_float:
      return py::float_(json.get<double>());
    case nlohmann::json::value_t::string:
      return text_of(json.get_ref<const std::string&>());
    case nlohmann::json::value_t::array: {
      py::list out(json.size());
      for (std::size_t i = 0; i < json.size(); ++i) out[i] = object_of(json[i]);
      return out;
    }
    case nlohmann::json::value_t::object: {
      py::dict out;
      for (const auto& [key, value] : json.items()) out[text_of(key)] = object_of(value);
      return out;
    }
    default:
      return py::none();
  }
}

py::object span_of(Nanos span) {
  static const auto timedelta = py::object(py::module_::import("datetime").attr("timedelta")).release();
  return timedelta(py::arg("microseconds") = static_cast<double>(span.count()) / 1000.0);
}

Nanos span_from(const py::object& given) {
  const auto number = py::hasattr(given, "total_seconds") ? given.attr("total_seconds")() : given;
  if (PyBool_Check(number.ptr()) || (!PyFloat_Check(number.ptr()) && !PyLong_Check(number.ptr())))
    refuse(fmt::format("{} is no span of time", py::repr(given).cast<std::string>()),
           "give a datetime.timedelta or seconds");
  const auto seconds = PyFloat_AsDouble(number.ptr());
  PyErr_Clear();  // an int that no double can hold is -1 here
  if (!(seconds >= 0) || seconds > 9e9)
    refuse(fmt::format("{} s is no span that can be waited for", seconds),
           "give a datetime.timedelta or seconds");
  return Nanos(static_cast<std::int64_t>(std::llround(seconds * 1e9)));
}

std::optional<Nanos> maybe_span_from(const py::object& given) {
  return given.is_none() ? std::nullopt : std::optional(span_from(given));
}

std::vector<std::string> settings_from(const std::map<std::string, std::string>& settings) {
  std::vector<std::string> out;
  for (const auto& [key, value] : settings) out.push_back(key + "=" + value);
  return out;
}

std::string programs() {
  namespace fs = std::filesystem;
  if (const char* told = std::getenv("ATTEST_PROGRAMS"); told != nullptr && *told != '\0') return told;
  Dl_info here{};
  if (dladdr(reinterpret_cast<const void*>(&programs), &here) == 0) return ".";
  return (fs::absolute(here.dli_fname).parent_path() / "_programs").string();
}

}  // namespace attest::python
