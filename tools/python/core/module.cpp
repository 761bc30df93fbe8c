// The compiled part of the Python package `attest`. What is public of it is told again by attest/__init__.py.
#include "tools/python/core/ending.hpp"
#include "tools/python/core/errors.hpp"
#include "tools/python/core/values.hpp"

PYBIND11_MODULE(_core, m) {
  using namespace attest::python;
  m.doc() = "The harness in Python: devices, servers, phones, runs and records.";
  m.attr("__version__") = ATTEST_VERSION;
  m.def("programs", &programs,
        "The folder of the programs that are started: attest-cases and bk7238-virtual.");
  watch_for_the_end();
  bind_errors(m);
  bind_exchange(m);
  bind_bench(m);
  bind_device(m);
  bind_virtual(m);
  bind_server(m);
  bind_phone(m);
  bind_judgement(m);
  bind_job(m);
  bind_record(m);
}
