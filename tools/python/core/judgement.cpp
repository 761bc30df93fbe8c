// What a record comes to, as Python sees it.
#include "harness/spec/judgement.hpp"

#include <fmt/format.h>

#include <memory>

#include "reports/console/summary.hpp"
#include "reports/json/result.hpp"
#include "reports/junit/junit.hpp"
#include "tools/python/core/values.hpp"

namespace attest::python {
namespace {

using spec::Judgement;

std::string word(spec::Verdict verdict) {
  return std::string(record::name_of(verdict));
}

py::list texts(const std::vector<std::string>& all) {
  py::list out;
  for (const auto& one : all) out.append(text_of(one));
  return out;
}

void bind_checks(py::module_& m) {
  py::class_<spec::Check>(m, "Check", "One thing that a case has judged.")
      .def_property_readonly(
          "requirement", [](const spec::Check& c) { return text_of(c.requirement); }, "Such as \"HC-10\".")
      .def_property_readonly(
          "verdict", [](const spec::Check& c) { return word(c.verdict); },
          "\"pass\", \"inconc\" or \"fail\".")
      .def_property_readonly(
          "what", [](const spec::Check& c) { return text_of(c.what); }, "The obligation.")
      .def_property_readonly(
          "owed", [](const spec::Check& c) { return text_of(c.owed); }, "What was owed.")
      .def_property_readonly(
          "got", [](const spec::Check& c) { return text_of(c.got); }, "What came.")
      .def("__repr__", [](const spec::Check& c) {
        return text_of(fmt::format("<Check {} {}: {}>", c.requirement, word(c.verdict), c.what));
      });
  py::class_<spec::Attempt>(m, "Attempt", "One case, gone through once.")
      .def_readonly("number", &spec::Attempt::number, "Counted from 1.")
      .def_property_readonly(
          "device", [](const spec::Attempt& a) { return text_of(a.device); },
          "The device that it ran on: \"dut0\".")
      .def_property_readonly(
          "verdict", [](const spec::Attempt& a) { return word(a.verdict); },
          "\"none\", \"pass\", \"inconc\", \"fail\" or \"error\".")
      .def_property_readonly(
          "reason", [](const spec::Attempt& a) { return text_of(a.reason); },
          "Why it is not pass; empty for pass.")
      .def_readonly("checks", &spec::Attempt::checks, "All that was judged, in order.")
      .def_property_readonly(
          "deviations", [](const spec::Attempt& a) { return texts(a.deviations); }, "Ids, each once.")
      .def_property_readonly(
          "unexplained", [](const spec::Attempt& a) { return texts(a.unexplained); },
          "Bytes that nothing explains, made visible.")
      .def_readonly("lost_bytes", &spec::Attempt::lost_bytes, "The link lost bytes while it ran.")
      .def("__repr__", [](const spec::Attempt& a) {
        return text_of(fmt::format("<Attempt {} on {}: {}>", a.number, a.device, word(a.verdict)));
      });
}

void bind_results(py::module_& m) {
  py::class_<spec::CaseResult>(m, "CaseResult", "What became of a case.")
      .def_property_readonly(
          "id", [](const spec::CaseResult& c) { return text_of(c.id); }, "Its name for ever: \"Suite.Name\".")
      .def_property_readonly(
          "command", [](const spec::CaseResult& c) { return text_of(c.command); },
          "\"HTTPCLIENT\", \"general\", …")
      .def_property_readonly(
          "requirements", [](const spec::CaseResult& c) { return texts(c.requirements); },
          "That it declares.")
      .def_property_readonly(
          "verdict", [](const spec::CaseResult& c) { return word(c.verdict); },
          "\"none\", \"pass\", \"inconc\", \"fail\" or \"error\".")
      .def_property_readonly(
          "reason", [](const spec::CaseResult& c) { return text_of(c.reason); },
          "Why it is not pass; empty for pass.")
      .def_readonly("attempts", &spec::CaseResult::attempts, "Empty: it was never begun.")
      .def_property_readonly(
          "deviations", [](const spec::CaseResult& c) { return texts(c.deviations); },
          "Ids of all that touched it.")
      .def_readonly("blocked", &spec::CaseResult::blocked, "It was not run: the device was gone.")
      .def_readonly("applicable", &spec::CaseResult::applicable,
                    "False: the profile does not claim what it needs.")
      .def_property_readonly(
          "duration", [](const spec::CaseResult& c) { return span_of(c.duration); },
          "Of all attempts together.")
      .def("__repr__", [](const spec::CaseResult& c) {
        return text_of(fmt::format("<CaseResult {}: {}{}>", c.id, word(c.verdict),
                                   c.reason.empty() ? "" : ", " + c.reason));
      });
  py::class_<spec::RequirementResult>(m, "RequirementResult", "What became of a requirement.")
      .def_property_readonly(
          "id", [](const spec::RequirementResult& r) { return text_of(r.id); },
          "Given once and for ever: \"HC-10\".")
      .def_property_readonly(
          "level", [](const spec::RequirementResult& r) { return text_of(r.level); },
          "\"must\", \"should\" or \"measure\".")
      .def_property_readonly(
          "statement", [](const spec::RequirementResult& r) { return text_of(r.statement); }, "One sentence.")
      .def_property_readonly(
          "command", [](const spec::RequirementResult& r) { return text_of(r.command); },
          "That it belongs to.")
      .def_property_readonly(
          "verdict", [](const spec::RequirementResult& r) { return word(r.verdict); },
          "\"none\", \"pass\", \"inconc\", \"fail\" or \"error\".")
      .def_property_readonly(
          "cases", [](const spec::RequirementResult& r) { return texts(r.cases); }, "That declare it.")
      .def_property_readonly(
          "deviations", [](const spec::RequirementResult& r) { return texts(r.deviations); },
          "Ids of those that belong to it.")
      .def_readonly("applicable", &spec::RequirementResult::applicable, "False: none of its cases is.")
      .def("__repr__", [](const spec::RequirementResult& r) {
        return text_of(fmt::format("<RequirementResult {}: {}>", r.id, word(r.verdict)));
      });
}

void bind_findings(py::module_& m) {
  py::class_<spec::DeviationResult>(m, "DeviationResult", "A deviation, over the whole record.")
      .def_property_readonly(
          "id", [](const spec::DeviationResult& d) { return text_of(d.id); }, "Given once and for ever.")
      .def_property_readonly(
          "requirement", [](const spec::DeviationResult& d) { return text_of(d.requirement); },
          "That it belongs to.")
      .def_property_readonly(
          "summary", [](const spec::DeviationResult& d) { return text_of(d.summary); }, "A sentence.")
      .def_property_readonly(
          "cases", [](const spec::DeviationResult& d) { return texts(d.cases); }, "It touched.")
      .def_readonly("count", &spec::DeviationResult::count, "How often it was seen.")
      .def_readonly("certain", &spec::DeviationResult::certain,
                    "Seen at least once while nothing hid it; else it accuses nobody.")
      .def_property_readonly(
          "evidence",
          [](const spec::DeviationResult& d) {
            py::list out;
            for (const auto& one : d.evidence) out.append(text_of(one.bytes));
            return out;
          },
          "Bytes of the first three, made visible.")
      .def("__repr__", [](const spec::DeviationResult& d) {
        return text_of(fmt::format("<DeviationResult {} ({}), {} times>", d.id, d.requirement, d.count));
      });
  py::class_<spec::Measurement>(m, "Measurement", "What a case has measured.")
      .def_property_readonly(
          "name", [](const spec::Measurement& x) { return text_of(x.name); }, "Its name.")
      .def_property_readonly(
          "requirement", [](const spec::Measurement& x) { return text_of(x.requirement); }, "That it is for.")
      .def_property_readonly(
          "case", [](const spec::Measurement& x) { return text_of(x.case_id); }, "That has measured it.")
      .def_property_readonly(
          "unit", [](const spec::Measurement& x) { return text_of(x.unit); }, "Of the values.")
      .def_readonly("values", &spec::Measurement::values, "The raw samples.")
      .def_property_readonly(
          "of", [](const spec::Measurement& x) { return text_of(x.of); },
          "The statistic that the budget is of; empty: there is no budget.")
      .def_readonly("limit", &spec::Measurement::limit, "The budget; None: there is none.")
      .def_readonly("u", &spec::Measurement::u, "The uncertainty of our own side.")
      .def("__repr__", [](const spec::Measurement& x) {
        return text_of(fmt::format("<Measurement {}: {} values in {}>", x.name, x.values.size(), x.unit));
      });
}

}  // namespace

void bind_judgement(py::module_& m) {
  bind_checks(m);
  bind_results(m);
  bind_findings(m);
  py::class_<Judgement, std::shared_ptr<Judgement>>(
      m, "Judgement", "What a record comes to: the same that every report shows.")
      .def_readonly("cases", &Judgement::cases, "In the order of the plan, then as they came.")
      .def_readonly("requirements", &Judgement::requirements, "All of the catalogue, in its order.")
      .def_readonly("deviations", &Judgement::deviations, "Each once, in the order of its first appearance.")
      .def_readonly("measurements", &Judgement::measurements, "All that was measured.")
      .def_readonly("exit_code", &Judgement::exit_code,
                    "0 passed; 1 the device failed; 3 the bench failed or it is undecided; 4 stopped.")
      .def_property_readonly(
          "decision", [](const Judgement& j) { return text_of(j.decision); },
          "One sentence: why that exit code.")
      .def_property_readonly(
          "counts",
          [](const Judgement& j) {
            std::map<std::string, std::size_t> out;
            for (const auto& [verdict, count] : j.case_counts) out[word(verdict)] = count;
            return out;
          },
          "How many cases have each verdict.")
      .def(
          "case",
          [](const Judgement& j, const std::string& id) -> std::optional<spec::CaseResult> {
            for (const auto& one : j.cases)
              if (one.id == id) return one;
            return std::nullopt;
          },
          py::arg("id"), "The case of that id; None if the record does not know it.")
      .def(
          "requirement",
          [](const Judgement& j, const std::string& id) -> std::optional<spec::RequirementResult> {
            for (const auto& one : j.requirements)
              if (one.id == id) return one;
            return std::nullopt;
          },
          py::arg("id"), "The requirement of that id; None if nobody knows it.")
      .def(
          "to_dict", [](const Judgement& j) { return object_of(reports::result_json(j)); },
          "What result.json holds; its JSON Schema is reports/schema/result.schema.json.")
      .def(
          "summary", [](const Judgement& j) { return text_of(reports::summary(j)); },
          "What `attest run` prints at its end.")
      .def(
          "junit", [](const Judgement& j) { return text_of(reports::junit_xml(j)); }, "What junit.xml holds.")
      .def("__repr__", [](const Judgement& j) {
        return text_of(fmt::format("<Judgement of {} cases: {}>", j.cases.size(), j.decision));
      });
}

}  // namespace attest::python
