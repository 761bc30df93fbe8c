// Failures on their way into Python: the exceptions of attest/_errors.py.
#pragma once

#include <pybind11/pybind11.h>

#include <memory>

#include "harness/at/exchange.hpp"
#include "harness/base/result.hpp"

namespace attest::python {

/// A Failure that an exchange with the device shows.
class ExchangeFailure : public Failure {
 public:
  ExchangeFailure(Error error, std::shared_ptr<const at::Exchange> exchange)
      : Failure(std::move(error)), exchange_(std::move(exchange)) {}
  [[nodiscard]] const std::shared_ptr<const at::Exchange>& exchange() const { return exchange_; }

 private:
  std::shared_ptr<const at::Exchange> exchange_;
};

[[noreturn]] inline void refuse(std::string what, std::string cure) {
  throw Failure({Fault::usage, std::move(what), std::move(cure)});
}

void bind_errors(pybind11::module_& module);

}  // namespace attest::python
