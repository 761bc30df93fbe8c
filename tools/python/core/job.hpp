// Runs in Python's hands.
#pragma once

#include "harness/record/event.hpp"
#include "tools/job/job.hpp"
#include "tools/python/core/values.hpp"

namespace attest::python {

void bind_events(py::module_& module);
void bind_runs(py::module_& module);
void bind_case_runner(py::module_& module);

/// A usage error: `what` has ended, and cannot be used again.
[[noreturn]] void refuse_twice(const char* what);

}  // namespace attest::python
