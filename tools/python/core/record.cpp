// Records in Python's hands: read, judged, compared and decided on.
#include <fmt/format.h>

#include <chrono>
#include <map>
#include <memory>
#include <set>

#include "harness/base/bytes.hpp"
#include "harness/measure/latency.hpp"
#include "harness/record/chain.hpp"
#include "harness/record/reader.hpp"
#include "harness/spec/judgement.hpp"
#include "reports/gate/decision.hpp"
#include "reports/text/transcript.hpp"
#include "tools/job/outputs.hpp"
#include "tools/job/replaying.hpp"
#include "tools/python/core/errors.hpp"
#include "tools/python/core/values.hpp"
#include "tools/python/core/waits.hpp"

namespace attest::python {
namespace {

namespace fs = std::filesystem;
using record::Event;
using spec::Judgement;

struct Record {
  fs::path file;
};

/// The events of a record that may still grow, in constant memory.
class Events {
 public:
  explicit Events(const fs::path& file) : pursuit_(file) {}
  std::optional<Event> next() {
    if (at_ == read_.size()) refill();
    if (at_ == read_.size()) return std::nullopt;
    return std::move(read_[at_++]);
  }

 private:
  /// A piece of them: Pursuit hands over all that is there, so the rest is left for the next time.
  void refill() {
    read_.clear();
    at_ = 0;
    must(pursuit_.advance([&](const record::LineAt& line) -> Status {
      auto event = pursuit_.event(line);
      if (!event) return tl::unexpected(event.error());
      read_.push_back(std::move(*event));
      return {};
    }));
  }
  record::Pursuit pursuit_;
  std::vector<Event> read_;
  std::size_t at_ = 0;
};

struct Judged {
  Judgement judgement;
  record::ChainResult chain;
  explicit Judged(const fs::path& file) {
    spec::Judge judge(spec::Catalogue::embedded());
    (void)must(record::read(file, [&](Event&& event) { judge.take(event); }));
    judgement = judge.result();
    chain = must(record::verify_chain(file));
  }
  [[nodiscard]] reports::Judged view() const { return {judgement, chain}; }
};

struct Decided {
  reports::Decision decision;
  std::string text;
  nlohmann::json json;
};

reports::Date day_from(const py::object& date) {
  if (date.is_none()) return std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now());
  const auto text = py::str(date).cast<std::string>();
  const auto day = reports::parse_date(text);
  if (!day) refuse(fmt::format("{} is not a day", text), "give a datetime.date, or \"2026-12-31\"");
  return *day;
}

std::string named(const py::object& path) {
  auto name = path_from(path);
  if (name.empty()) refuse("no record is named", "Record(\"out\"), or the path of a record.jsonl");
  return name;
}

std::shared_ptr<Decided> gate(const Record& r, const std::string& policy,
                              const std::shared_ptr<Record>& baseline, const py::object& known_failures,
                              const std::string& firmware_version, const py::object& date) {
  const auto today = day_from(date);
  const auto known_file = path_from(known_failures);
  return waiting([&](const Wait&) {
    const auto by = must(reports::load_policy(policy));
    const auto known =
        known_file.empty() ? reports::KnownFailures{} : must(reports::load_known_failures(known_file));
    const Judged candidate(r.file);
    std::optional<Judged> before;
    if (baseline) before.emplace(baseline->file);
    reports::Question question{candidate.view(), {}, by, known, today, firmware_version};
    if (before) question.baseline.emplace(before->view());
    auto out = std::make_shared<Decided>();
    out->decision = reports::decide(question);
    out->text = reports::decision_text(out->decision);
    out->json = reports::decision_json(out->decision);
    return out;
  });
}

std::vector<reports::Compared> compare(const Record& r, const std::shared_ptr<Record>& baseline,
                                       const std::string& policy) {
  return gate(r, policy, baseline, py::none(), "", py::none())->decision.compared;
}

std::shared_ptr<Judgement> judge_again(const Record& r, const py::object& out,
                                       const std::vector<std::string>& select) {
  const auto folder =
      out.is_none() ? fs::absolute(r.file).parent_path() / "judged" : fs::path(path_from(out));
  return waiting([&](const Wait& wait) {
    return std::make_shared<Judgement>(
        job::judge_again(job::read_sound_record(r.file), {folder, select, wait.fd()}, programs()).judgement);
  });
}

/// By case: what went over the line, and what the world saw.
std::map<std::string, std::pair<std::string, std::string>> transcripts(const Record& r,
                                                                       const std::vector<std::string>& ids) {
  const std::set<std::string> wanted(ids.begin(), ids.end());
  return waiting([&](const Wait&) {
    std::map<std::string, std::vector<Event>> seen;
    (void)must(record::read(r.file, [&](Event&& event) {
      const auto of = event.fields.find("case");
      if (of == event.fields.end() || !of->is_string() || event.type == "tape") return;
      if (event.type == "case.blocked" || event.type == "case.inapplicable") return;  // it was never begun
      if (const auto& id = of->get_ref<const std::string&>(); wanted.contains(id))
        seen[id].push_back(std::move(event));
    }));
    std::map<std::string, std::pair<std::string, std::string>> out;
    for (const auto& [id, events] : seen) out[id] = {reports::transcript(events), reports::journal(events)};
    return out;
  });
}

py::list latencies(const Record& r) {
  const auto all = waiting([&](const Wait&) {
    measure::Latencies out;
    (void)must(record::read(r.file, [&](Event&& event) { out.take(event); }));
    return out.result();
  });
  py::list out;
  for (const auto& one : all) {
    py::dict row;
    row["command"] = text_of(one.command);
    row["ending"] = text_of(one.ending);
    row["total_ns"] = one.total();
    out.append(row);
  }
  return out;
}

py::dict chain(const Record& r) {
  static constexpr const char* kStates[] = {"whole", "unchained", "broken"};
  const auto seen = waiting([&](const Wait&) { return must(record::verify_chain(r.file)); });
  py::dict out;
  out["state"] = kStates[static_cast<int>(seen.state)];
  out["head"] = text_of(seen.head);
  out["lines"] = seen.lines;
  out["wrong_line"] = seen.wrong_line;
  out["what"] = text_of(seen.what);
  out["sha256"] = text_of(seen.sha256);
  return out;
}

void bind_comparisons(py::module_& m) {
  py::class_<measure::Comparison>(m, "Comparison",
                                  "Two sets of samples: has it shifted, and how small a shift would "
                                  "have been seen? No normal distribution is assumed.")
      .def_readonly("shift", &measure::Comparison::shift, "Hodges-Lehmann, candidate less baseline.")
      .def_property_readonly(
          "interval",
          [](const measure::Comparison& c) { return py::make_tuple(c.interval.low, c.interval.high); },
          "Of the shift, with at least the confidence that was asked for.")
      .def_readonly("p", &measure::Comparison::p, "Mann-Whitney, two-sided.")
      .def_readonly("smallest_visible", &measure::Comparison::smallest_visible,
                    "A true shift of this size would be found with a power of 80 %.")
      .def("__repr__", [](const measure::Comparison& c) {
        return fmt::format("<Comparison: shift {:g} in [{:g}, {:g}], p {:.3g}>", c.shift, c.interval.low,
                           c.interval.high, c.p);
      });
  py::class_<reports::Compared>(m, "Compared", "One measurement against the baseline's.")
      .def_property_readonly(
          "name", [](const reports::Compared& c) { return text_of(c.name); }, "Of the measurement.")
      .def_property_readonly(
          "requirement", [](const reports::Compared& c) { return text_of(c.requirement); }, "That it is for.")
      .def_property_readonly(
          "unit", [](const reports::Compared& c) { return text_of(c.unit); }, "Of the samples.")
      .def_readonly("numbers", &reports::Compared::numbers, "The comparison itself.")
      .def_readonly("matters", &reports::Compared::matters, "The smallest shift that matters by the policy.")
      .def("__repr__", [](const reports::Compared& c) {
        return text_of(fmt::format("<Compared {}: shift {:g} {}>", c.name, c.numbers.shift, c.unit));
      });
  m.def(
      "compare_samples",
      [](const std::vector<double>& baseline, const std::vector<double>& candidate, double confidence) {
        if (!(confidence > 0 && confidence < 1))
          refuse(fmt::format("a confidence of {} is none", confidence),
                 "give one between 0 and 1, such as 0.95");
        return waiting([&](const Wait&) { return measure::compare(baseline, candidate, confidence); });
      },
      py::arg("baseline"), py::arg("candidate"), py::kw_only(), py::arg("confidence") = 0.95,
      "Compares samples; None where a side has fewer than five, or one that is not finite.");
}

void bind_decisions(py::module_& m) {
  py::class_<reports::Reason>(m, "Reason", "Why a release is decided as it is.")
      .def_property_readonly(
          "word", [](const reports::Reason& r) { return text_of(r.word); },
          "An identifier that stays what it is: \"must-failed\".")
      .def_property_readonly(
          "subject", [](const reports::Reason& r) { return text_of(r.subject); },
          "A requirement, a case or a measurement.")
      .def_property_readonly(
          "sentence", [](const reports::Reason& r) { return text_of(r.sentence); }, "For people.")
      .def_readonly("stops", &reports::Reason::stops, "It stops the release; else it is only told.")
      .def("__repr__", [](const reports::Reason& r) {
        return text_of(fmt::format("<Reason {} {}{}>", r.word, r.subject, r.stops ? ", stops" : ""));
      });
  py::class_<Decided, std::shared_ptr<Decided>>(m, "Decision", "Go or no go, with every reason.")
      .def_property_readonly(
          "outcome", [](const Decided& d) { return std::string(reports::name_of(d.decision.outcome)); },
          "\"go\", \"no go\" or \"undecided\".")
      .def_property_readonly(
          "reasons", [](const Decided& d) { return d.decision.reasons; }, "Those that stop first.")
      .def_property_readonly(
          "compared", [](const Decided& d) { return d.decision.compared; },
          "Measurements against the baseline's.")
      .def(
          "to_dict", [](const Decided& d) { return object_of(d.json); },
          "Its JSON Schema is reports/schema/decision.schema.json.")
      .def("__str__", [](const Decided& d) { return text_of(d.text); })
      .def("__repr__", [](const Decided& d) {
        return text_of(fmt::format("<Decision {}, {} reasons>", reports::name_of(d.decision.outcome),
                                   d.decision.reasons.size()));
      });
}

}  // namespace

void bind_record(py::module_& m) {
  bind_comparisons(m);
  bind_decisions(m);
  py::class_<Events>(m, "Events", "The events of a record, in its order.")
      .def("__iter__", [](py::object self) { return self; })
      .def("__next__", [](Events& e) {
        auto event = waiting([&](const Wait&) { return e.next(); });
        if (!event) throw py::stop_iteration();
        return std::move(*event);
      });
  py::class_<Record, std::shared_ptr<Record>>(m, "Record",
                                              "A record.jsonl, or the folder of a run: every byte and event, "
                                              "one clock. It is read each time it is asked.")
      .def(py::init([](const py::object& path) {
             return std::make_shared<Record>(Record{job::record_in(named(path))});
           }),
           py::arg("path"))
      .def_property_readonly(
          "path", [](const Record& r) { return path_of(r.file.string()); }, "Of the file.")
      .def("__iter__",
           [](const Record& r) {
             return waiting([&](const Wait&) { return std::make_unique<Events>(r.file); });
           })
      .def(
          "judge",
          [](const Record& r) {
            return waiting(
                [&](const Wait&) { return std::make_shared<Judgement>(Judged(r.file).judgement); });
          },
          "What the record says, summed up.")
      .def("judge_again", &judge_again, py::kw_only(), py::arg("out") = py::none(),
           py::arg("select") = std::vector<std::string>{},
           "Runs its cases again on the record alone, without a device, and judges them; what comes of it is "
           "written\n"
           "to `out` (\"judged\" beside the record).")
      .def("gate", &gate, py::kw_only(), py::arg("policy") = "release",
           py::arg("baseline") = std::shared_ptr<Record>(), py::arg("known_failures") = py::none(),
           py::arg("firmware_version") = "", py::arg("date") = py::none(),
           "Decides a release by a shipped policy or a file.")
      .def("compare", &compare, py::arg("baseline").none(false), py::kw_only(), py::arg("policy") = "nightly",
           "Each measurement against the baseline's.")
      .def("transcripts", &transcripts, py::arg("cases"),
           "For each of those cases that was begun: what went over the line, and what servers and radio saw, "
           "as text.")
      .def("latencies", &latencies,
           "By command and ending: dicts with `command`, `ending` and the samples, `total_ns`.")
      .def("chain", &chain,
           "Whether the record is what was written: `state` (whole, unchained, broken), `head`, …")
      .def("__repr__",
           [](const Record& r) { return text_of(fmt::format("<Record {}>", visible(r.file.string()))); });
}

}  // namespace attest::python
