#include "tools/python/core/job.hpp"

#include <fmt/format.h>

#include <memory>

#include "harness/base/bytes.hpp"
#include "harness/record/line.hpp"
#include "harness/record/reader.hpp"
#include "harness/runner/merge.hpp"
#include "harness/spec/judgement.hpp"
#include "reports/console/summary.hpp"
#include "tools/job/outputs.hpp"
#include "tools/python/core/bench.hpp"
#include "tools/python/core/errors.hpp"
#include "tools/python/core/waits.hpp"

namespace attest::python {
namespace {

using job::Job;
using record::Event;
using runner::CaseEntry;

std::shared_ptr<Job> make(const std::shared_ptr<Bench>& bench, const std::vector<std::string>& select,
                          const std::vector<std::string>& exclude, bool quick, int repeat, bool shuffle,
                          std::optional<std::uint64_t> seed, const py::object& out, bool hurry, int devices,
                          unsigned baud, const std::vector<std::string>& personalities,
                          const std::vector<std::string>& habits,
                          const std::vector<std::string>& virtual_options, bool key_log,
                          const py::object& keys, const std::vector<std::string>& command) {
  job::JobArguments a;
  if (bench) static_cast<job::DeviceArguments&>(a) = bench->arguments;
  a.selection = {select, exclude, quick};
  a.repeat = repeat;
  a.shuffle = shuffle;
  a.seed = seed;
  a.out = path_from(out);
  if (a.out.empty()) refuse("no folder is named for the record", "out=\"out\"");
  a.hurry = hurry;
  a.devices = devices;
  a.baud = baud;
  a.personalities = personalities;
  a.habits = habits;
  a.virtual_options = virtual_options;
  a.key_log = key_log;
  a.keys = path_from(keys);
  a.argv = command;
  if (repeat < 1 || devices < 0)
    refuse("a job repeats at least once, on at least no device", "repeat=1, devices=0");
  return waiting([&](const Wait&) { return std::make_shared<Job>(a, programs()); });
}

/// The steps of those cases, each once, in that order; whoever plans knows which.
std::vector<runner::Step> steps_of(const Job& job, const std::vector<std::string>& ids) {
  std::map<std::string, const CaseEntry*> known;
  for (const auto& entry : job.chosen()) known[entry.id] = &entry;
  std::vector<runner::Step> out;
  for (const auto& id : ids) {
    const auto found = known.find(id);
    if (found == known.end())
      refuse(fmt::format("the job has not selected a case {}", id), "see its `cases`");
    out.push_back({*found->second, 1});
  }
  return out;
}

std::shared_ptr<spec::Judgement> judged(const std::filesystem::path& file) {
  spec::Judge judge(spec::Catalogue::embedded());
  (void)must(record::read(file, [&](Event&& event) { judge.take(event); }));
  return std::make_shared<spec::Judgement>(judge.result());
}

/// One record of those that several processes wrote, and what is made of it.
std::shared_ptr<spec::Judgement> merge(const Job& job, const std::vector<std::filesystem::path>& parts,
                                       const std::vector<std::string>& ids) {
  const auto file = std::filesystem::path(job.arguments().out) / "record.jsonl";
  {
    const auto writer = job.begin_record(file);
    must(runner::merge(job.setup({}), steps_of(job, ids), parts, *writer));
    writer->flush();
  }
  auto judgement = judged(file);
  job.write_reports(*judgement);
  return judgement;
}

}  // namespace

void refuse_twice(const char* what) {
  refuse(fmt::format("{} is over", what), "begin another one");
}

void bind_events(py::module_& m) {
  py::class_<Event>(m, "Event",
                    "One line of a record. harness/record/event.hpp names its types and their fields.")
      .def_property_readonly(
          "type", [](const Event& e) { return text_of(e.type); }, "\"case.begin\", \"rx\", …")
      .def_property_readonly(
          "at_ns", [](const Event& e) { return e.at.ns(); }, "When it happened (CLOCK_MONOTONIC).")
      .def_property_readonly(
          "fields", [](const Event& e) { return object_of(e.fields); },
          "As JSON has them: bytes are texts in which each character is a byte.")
      .def(
          "bytes",
          [](const Event& e, const std::string& field) -> py::object {
            const auto found = e.fields.find(field);
            if (found == e.fields.end() || !found->is_string()) return py::none();
            return bytes_of(must(from_latin1_json(found->get_ref<const std::string&>())));
          },
          py::arg("field") = "bytes", "A field of bytes as bytes; None if there is none of that name.")
      .def("__repr__", [](const Event& e) {
        return text_of(
            fmt::format("<Event {} {}>", e.type,
                        visible(e.fields.dump(-1, ' ', true, nlohmann::json::error_handler_t::replace), 80)));
      });
  py::class_<CaseEntry>(m, "Case", "A conformance case, before it is run.")
      .def_property_readonly(
          "id", [](const CaseEntry& c) { return text_of(c.id); }, "Its name for ever: \"Suite.Name\".")
      .def_property_readonly(
          "command", [](const CaseEntry& c) { return text_of(c.command); }, "\"HTTPCLIENT\", \"general\", …")
      .def_readonly("requirements", &CaseEntry::requirements, "That it declares.")
      .def_readonly("levels", &CaseEntry::levels, "Of its requirements: must, should, measure.")
      .def_readonly("quick", &CaseEntry::quick, "It is of the smoke.")
      .def_property_readonly(
          "inapplicable", [](const CaseEntry& c) { return text_of(c.inapplicable); },
          "Why it does not apply to this device and is not run; empty if it does.")
      .def("__repr__", [](const CaseEntry& c) {
        return text_of(fmt::format("<Case {} ({})>", c.id, fmt::join(c.requirements, " ")));
      });
}

namespace {

using BoundJob = py::class_<Job, std::shared_ptr<Job>>;

void bind_folder(BoundJob& job) {
  job.def(
         "write_reports",
         [](const Job& j, const spec::Judgement& judgement) {
           waiting([&](const Wait&) { j.write_reports(judgement); });
         },
         py::arg("judgement"),
         "result.json, junit.xml and, unless in a hurry, report.html beside the record.")
      .def(
          "summary",
          [](const Job& j, const spec::Judgement& judgement) {
            return text_of(reports::summary(judgement, {.out = j.arguments().out, .files = j.files()}));
          },
          py::arg("judgement"), "What `attest run` prints at its end.")
      .def(
          "prepare",
          [](const Job& j, const std::string& marker) {
            waiting([&](const Wait&) { must(job::prepare_folder(j.arguments().out, marker.c_str())); });
          },
          py::arg("marker") = "record.jsonl",
          "Makes the folder ready: an earlier run in it, which has left that file, is moved aside.")
      .def(
          "merge",
          [](const Job& j, const std::vector<std::filesystem::path>& parts,
             const std::vector<std::string>& plan) {
            return waiting([&](const Wait&) { return merge(j, parts, plan); });
          },
          py::arg("parts"), py::arg("plan"),
          "One record of those that several processes have written side by side, with the cases that were "
          "planned,\nand the reports of it.");
}

}  // namespace

void bind_job(py::module_& m) {
  bind_events(m);
  BoundJob job(m, "Job",
               "What `attest run` is told: bench, selection, seed, folder. Nothing "
               "is asked of a device before a run.\n\n"
               "`select` and `exclude` name cases by id, suite, requirement, "
               "command or level (globs); `quick` is the smoke.\n"
               "`hurry` and all behind it but `key_log` are for the virtual device. "
               "A selection that fits nothing is a\n"
               "UsageError that says what is near.");
  job.def(py::init(&make), py::arg("bench") = std::shared_ptr<Bench>(), py::kw_only(),
          py::arg("select") = std::vector<std::string>{}, py::arg("exclude") = std::vector<std::string>{},
          py::arg("quick") = false, py::arg("repeat") = 1, py::arg("shuffle") = true,
          py::arg("seed") = py::none(), py::arg("out") = "out", py::arg("hurry") = false,
          py::arg("devices") = 0, py::arg("baud") = 115200U,
          py::arg("personalities") = std::vector<std::string>{},
          py::arg("habits") = std::vector<std::string>{},
          py::arg("virtual_options") = std::vector<std::string>{}, py::arg("key_log") = false,
          py::arg("keys") = py::none(), py::arg("command") = std::vector<std::string>{})
      .def_property_readonly(
          "cases", [](const Job& j) { return j.chosen(); }, "That are selected.")
      .def_property_readonly("seed", &Job::seed, "Repeats the order and the random data.")
      .def_property_readonly(
          "out", [](const Job& j) { return path_of(j.arguments().out); },
          "The folder of the record and the reports.")
      .def("__repr__", [](const Job& j) {
        return text_of(fmt::format("<Job of {} cases, seed {}, out {}>", j.chosen().size(), j.seed(),
                                   visible(j.arguments().out)));
      });
  bind_folder(job);
  bind_runs(m);
  bind_case_runner(m);
}

}  // namespace attest::python
