// Cases one at a time, for a test runner that has an order of its own: the same engine as a run.
#include <fmt/format.h>

#include <memory>
#include <mutex>

#include "harness/base/bytes.hpp"
#include "harness/record/line.hpp"
#include "harness/spec/judgement.hpp"
#include "tools/python/core/ending.hpp"
#include "tools/python/core/errors.hpp"
#include "tools/python/core/job.hpp"
#include "tools/python/core/owned.hpp"
#include "tools/python/core/waits.hpp"

namespace attest::python {
namespace {

using job::Job;
using record::Event;

/// Not for several threads at once: they wait for each other.
class CaseRunner final : record::LineSink {
 public:
  CaseRunner(std::shared_ptr<const Job> job, std::size_t device, const std::filesystem::path& record,
             const std::vector<std::string>& plan)
      : job_(std::move(job)), judge_(spec::Catalogue::embedded()) {
    for (const auto& entry : job_->chosen()) known_[entry.id] = entry;
    std::vector<runner::Step> steps;
    for (const auto& id : plan) steps.push_back({entry_of(id), 1});
    writer_ = record.empty() ? job_->begin_record() : job_->begin_record(record);
    auto setup = job_->setup({job_->device(device)});
    setup.stop_fd = stop_.fd();
    steps_.emplace(std::move(setup), steps, static_cast<record::LineSink&>(*this), steady_clock());
  }
  CaseRunner(const CaseRunner&) = delete;
  CaseRunner& operator=(const CaseRunner&) = delete;

  spec::CaseResult run(const std::string& id) {
    const std::lock_guard lock(mutex_);
    if (over_) refuse_twice("the case runner");
    const auto entry = entry_of(id);
    steps_->carry_out({entry, 1});
    auto result = judge_.case_result(id);
    if (!result)
      throw Failure({Fault::bench, fmt::format("nothing was told of {}", id), "look at the record"});
    return std::move(*result);
  }
  void leave_out(const std::string& id, const std::string& reason) {
    const std::lock_guard lock(mutex_);
    if (over_) refuse_twice("the case runner");
    steps_->leave_out({entry_of(id), 1}, reason);
  }
  void release() {
    const std::lock_guard lock(mutex_);
    if (!over_) steps_->release();
  }
  std::shared_ptr<spec::Judgement> end() {
    const std::lock_guard lock(mutex_);
    if (over_) refuse_twice("the case runner");
    over_ = true;
    (void)steps_->end();
    writer_->flush();
    return std::make_shared<spec::Judgement>(judge_.result());
  }
  void stop() { stop_.raise(); }
  [[nodiscard]] const Job& job() const { return *job_; }
  [[nodiscard]] bool over() {
    const std::lock_guard lock(mutex_);
    return over_;
  }

 private:
  [[nodiscard]] runner::CaseEntry entry_of(const std::string& id) const {
    const auto found = known_.find(id);
    if (found == known_.end())
      refuse(fmt::format("the job has not selected a case {}", id), "see its `cases`");
    return found->second;
  }

  void append(const Event& event) override {
    writer_->append(event);
    judge_.take(event);
  }
  void pass(record::Line line) override {
    const auto event = spec::Judge::heeds(line.type()) ? std::optional(must(line.event())) : std::nullopt;
    writer_->pass(std::move(line));
    if (event) judge_.take(*event);
  }

  std::shared_ptr<const Job> job_;
  std::map<std::string, runner::CaseEntry> known_;
  std::unique_ptr<record::FileWriter> writer_;
  spec::Judge judge_;
  const StopFlag stop_;
  std::mutex mutex_;
  bool over_ = false;
  std::optional<runner::Stepwise> steps_;
};

std::shared_ptr<CaseRunner> make(const std::shared_ptr<Job>& job, std::size_t device,
                                 const py::object& record, const std::vector<std::string>& plan) {
  const std::filesystem::path file(path_from(record));
  return waiting([&](const Wait&) {
    return of_this_process(new CaseRunner(job, device, file, plan), &end_unlocked<CaseRunner>);
  });
}

}  // namespace

void bind_case_runner(py::module_& m) {
  py::class_<CaseRunner, std::shared_ptr<CaseRunner>>(
      m, "CaseRunner",
      "Runs cases of a job one at a time, in whatever order it is asked to, into one record.\n\n"
      "`device` is the bench's nth (a virtual bench has as many as are asked for). `record`: the file, if it "
      "is not\n"
      "record.jsonl of the job's folder. `plan`: the ids that will be asked for, where they are known "
      "before.")
      .def(py::init(&make), py::arg("job").none(false), py::kw_only(), py::arg("device") = std::size_t{0},
           py::arg("record") = py::none(), py::arg("plan") = std::vector<std::string>{})
      .def(
          "run",
          [](CaseRunner& r, const std::string& id) {
            return waiting([&](const Wait&) { return r.run(id); }, [&] { r.stop(); });
          },
          py::arg("id"),
          "Carries out a case, and gives what became of it as it stands now: the rest of the record may "
          "still change\n"
          "it. StoppedError: the user stopped it.")
      .def(
          "leave_out",
          [](CaseRunner& r, const std::string& id, const std::string& reason) {
            waiting([&](const Wait&) { r.leave_out(id, reason); });
          },
          py::arg("id"), py::arg("reason"), "It will not be run, for a reason that is not the device's.")
      .def(
          "release", [](CaseRunner& r) { waiting([&](const Wait&) { r.release(); }); },
          "Lets go of the device, so that somebody else can open it. The next case opens it again.")
      .def(
          "end", [](CaseRunner& r) { return waiting([&](const Wait&) { return r.end(); }); },
          "Ends the record. Cases of the plan that were never run count as stopped by the user. Once.")
      .def_property_readonly(
          "over", [](CaseRunner& r) { return waiting([&](const Wait&) { return r.over(); }); },
          "It was ended.")
      .def("__repr__", [](const CaseRunner& r) {
        return text_of(fmt::format("<CaseRunner into {}>", visible(r.job().arguments().out)));
      });
}

}  // namespace attest::python
