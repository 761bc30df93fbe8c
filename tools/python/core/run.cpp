// A run that goes on in a thread of its own, with its events as they happen.
#include "harness/runner/run.hpp"

#include <fmt/format.h>

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>

#include "harness/base/bytes.hpp"
#include "harness/spec/judgement.hpp"
#include "tools/python/core/ending.hpp"
#include "tools/python/core/errors.hpp"
#include "tools/python/core/job.hpp"
#include "tools/python/core/owned.hpp"
#include "tools/python/core/waits.hpp"

namespace attest::python {
namespace {

using job::Job;

/// Every line goes to the record first, and then stands in a queue until somebody takes it. The queue has no
/// limit: a reader that is slow must not hold up the case hosts, whose times are measured.
class Run final : record::LineSink {
 public:
  explicit Run(std::shared_ptr<const Job> job) : job_(std::move(job)), judge_(spec::Catalogue::embedded()) {
    const auto plan = job_->plan();
    auto setup = job_->setup(job_->devices(plan.size()));
    setup.stop_fd = stop_.fd();
    writer_ = job_->begin_record();
    thread_ = std::thread([this, plan, setup] { go(setup, plan); });
  }
  ~Run() override {
    stop();
    thread_.join();
  }
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;

  void stop() { stop_.raise(); }
  /// Whoever waits looks again.
  void wake() {
    const std::lock_guard lock(mutex_);
    ++wakes_;
    changed_.notify_all();
  }

  /// Nothing: the run is over, or it was woken.
  std::optional<record::Event> next() {
    std::unique_lock lock(mutex_);
    const auto wakes = wakes_;
    changed_.wait(lock, [&] { return !lines_.empty() || over_ || wakes_ != wakes; });
    if (lines_.empty()) return std::nullopt;
    const auto line = std::move(lines_.front());
    lines_.pop_front();
    lock.unlock();
    return must(line.event());
  }

  /// Null: it was woken.
  std::shared_ptr<spec::Judgement> judgement() {
    std::unique_lock lock(mutex_);
    const auto wakes = wakes_;
    listening_ = false;  // nobody takes what comes from here on
    lines_.clear();
    changed_.wait(lock, [&] { return over_ || wakes_ != wakes; });
    if (over_ && broken_) std::rethrow_exception(broken_);
    return judgement_;
  }
  [[nodiscard]] bool over() {
    const std::lock_guard lock(mutex_);
    return over_;
  }
  void rethrow() {
    const std::lock_guard lock(mutex_);
    if (broken_) std::rethrow_exception(broken_);
  }
  [[nodiscard]] const Job& job() const { return *job_; }

 private:
  void append(const record::Event& event) override {
    writer_->append(event);
    keep(record::Line::read(record::to_line(event)).value());
  }
  void pass(record::Line line) override {
    writer_->pass(line);
    keep(std::move(line));
  }
  void keep(record::Line line) {
    if (spec::Judge::heeds(line.type())) judge_.take(must(line.event()));
    const std::lock_guard lock(mutex_);
    if (!listening_) return;
    lines_.push_back(std::move(line));
    changed_.notify_all();
  }

  void go(const runner::RunSetup& setup, const std::vector<runner::Step>& plan) {
    std::exception_ptr broken;
    std::shared_ptr<spec::Judgement> judgement;
    try {
      (void)runner::run(setup, plan, *this, steady_clock());
      writer_->flush();
      judgement = std::make_shared<spec::Judgement>(judge_.result());
      job_->write_reports(*judgement);
    } catch (...) {
      broken = std::current_exception();
    }
    const std::lock_guard lock(mutex_);
    broken_ = broken;
    judgement_ = judgement;
    over_ = true;
    changed_.notify_all();
  }

  std::shared_ptr<const Job> job_;
  std::unique_ptr<record::FileWriter> writer_;
  spec::Judge judge_;
  const StopFlag stop_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<record::Line> lines_;
  bool listening_ = true, over_ = false;
  std::uint64_t wakes_ = 0;
  std::exception_ptr broken_;
  std::shared_ptr<spec::Judgement> judgement_;
  std::thread thread_;
};

std::shared_ptr<Run> start(const std::shared_ptr<Job>& job) {
  return waiting([&](const Wait&) { return of_this_process(new Run(job), &end_unlocked<Run>); });
}

record::Event next(Run& run) {
  for (;;) {
    auto event = waiting([&](const Wait&) { return run.next(); }, [&] { run.wake(); });
    if (event) return std::move(*event);
    if (!run.over()) continue;  // woken by a signal that raised nothing
    run.rethrow();
    throw py::stop_iteration();
  }
}

std::shared_ptr<spec::Judgement> result(Run& run) {
  for (;;)
    if (auto judgement = waiting([&](const Wait&) { return run.judgement(); }, [&] { run.wake(); }))
      return judgement;
}

}  // namespace

void bind_runs(py::module_& m) {
  py::class_<Run, std::shared_ptr<Run>>(
      m, "Run",
      "A run of a job, from its construction on, in the background.\n\n"
      "Iterating gives its events as they happen, each once. The record and the reports are in the job's "
      "folder\n"
      "when `result` returns. As a context manager it is stopped at the end, unless it is over.")
      .def(py::init(&start), py::arg("job").none(false))
      .def("__iter__", [](const std::shared_ptr<Run>& r) { return r; })
      .def("__next__", &next)
      .def("result", &result,
           "Waits for the end, and gives what it came to. Events that nobody has taken are let go.")
      .def("stop", &Run::stop, "Ends it in order: what was not run is blocked, and the exit code is 4.")
      .def_property_readonly("over", &Run::over, "It has ended, and the reports are written.")
      .def("__enter__", [](const std::shared_ptr<Run>& r) { return r; })
      .def(
          "__exit__",
          [](Run& r, const py::object&, const py::object&, const py::object&) {
            if (r.over()) return;
            r.stop();
            (void)result(r);
          },
          py::arg("type"), py::arg("value"), py::arg("traceback"))
      .def("__repr__", [](Run& r) {
        return text_of(fmt::format("<Run of {} cases into {}{}>", r.job().chosen().size(),
                                   visible(r.job().arguments().out), r.over() ? ", over" : ""));
      });
}

}  // namespace attest::python
