#include "tools/python/core/errors.hpp"

#include "tools/python/core/values.hpp"

namespace attest::python {
namespace py = pybind11;
namespace {

const char* class_of(Fault fault) {
  switch (fault) {
    case Fault::usage:
      return "UsageError";
    case Fault::device:
      return "DeviceError";
    case Fault::stopped:
      return "StoppedError";
    case Fault::bench:
      break;
  }
  return "BenchError";
}

void raise(const Error& error, const py::object& exchange, const char* name) {
  const auto type = py::module_::import("attest._errors").attr(name);
  const auto raised = type(text_of(error.what), text_of(error.cure), exchange);
  PyErr_SetObject(type.ptr(), raised.ptr());
}

void translate(std::exception_ptr thrown) {
  try {
    if (thrown) std::rethrow_exception(thrown);
  } catch (const ExchangeFailure& failure) {
    const bool of_reply = failure.error().fault == Fault::device;
    const auto exchange = std::const_pointer_cast<at::Exchange>(failure.exchange());
    raise(failure.error(), py::cast(exchange),
          of_reply ? "UnexpectedReply" : class_of(failure.error().fault));
  } catch (const Failure& failure) {
    raise(failure.error(), py::none(), class_of(failure.error().fault));
  }
}

}  // namespace

void bind_errors(py::module_&) {
  py::register_exception_translator(&translate);
}

}  // namespace attest::python
