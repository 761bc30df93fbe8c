#include "tools/job/resume.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "harness/record/chain.hpp"
#include "harness/record/reader.hpp"
#include "tools/job/outputs.hpp"

namespace attest::job {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using record::Event;
using record::text_of;

using Key = std::pair<std::string, int>;

int attempt_of(const json& fields) {
  const auto number = fields.find("attempt");
  return number != fields.end() && number->is_number_integer() ? number->get<int>() : 1;
}

/// The places of its plan's steps, and what became of them.
class Reading {
 public:
  explicit Reading(Unfinished& out) : out_(out) {}

  void take(const Event& event) {
    out_.last = std::max(out_.last, event.at);
    if (event.type == "run.begin") return begin(event);
    const auto id = text_of(event, "case");
    if (event.type == "case.begin") {
      running_[{text_of(event, "device"), id}] = attempt_of(event.fields);
      const auto step = place({id, attempt_of(event.fields)});
      if (!step) return;
      out_.devices[*step] = text_of(event, "device");
      out_.done[*step] = false;
    } else if (event.type == "case.end") {
      ended(event, id);
    } else if (event.type == "case.inapplicable") {
      for (std::size_t i = 0; i < out_.steps.size(); ++i)
        if (out_.steps[i].entry.id == id) out_.done[i] = true;
    }
  }

 private:
  /// The first one has the whole plan; those that follow have parts of it.
  void begin(const Event& event) {
    running_.clear();
    if (!out_.steps.empty() || !event.fields.contains("plan")) return;
    head_of(event);
    for (const auto& one : event.fields.at("plan")) {
      runner::Step step;
      step.entry.id = one.at("case").get<std::string>();
      step.entry.requirements = one.at("requirements").get<std::vector<std::string>>();
      step.attempt = attempt_of(one);
      places_[{step.entry.id, step.attempt}] = out_.steps.size();
      out_.steps.push_back(std::move(step));
    }
    out_.done.resize(out_.steps.size());
    out_.devices.resize(out_.steps.size());
  }

  void head_of(const Event& event) {
    out_.attest = text_of(event, "attest");
    out_.profile = event.fields.value("profile", json());
    out_.arguments.seed = event.fields.value("seed", std::uint64_t{0});
    take_job(out_.arguments, event.fields.value("job", json::object()));
  }

  /// One that the user stopped is run again; what was blocked never began.
  void ended(const Event& event, const std::string& id) {
    const auto running = running_.find({text_of(event, "device"), id});
    const int attempt = running == running_.end() ? 1 : running->second;
    const auto step = place({id, attempt});
    if (!step) return;
    out_.devices[*step].clear();
    out_.done[*step] =
        text_of(event, "verdict") != "none" || text_of(event, "reason") != "stopped by the user";
  }

  [[nodiscard]] std::optional<std::size_t> place(const Key& key) const {
    const auto found = places_.find(key);
    return found == places_.end() ? std::nullopt : std::optional(found->second);
  }

  Unfinished& out_;
  std::map<Key, std::size_t> places_;
  std::map<std::pair<std::string, std::string>, int> running_;  ///< device and case to attempt
};

Status fits(const Unfinished& run, const Job& job) {
  if (run.attest != ATTEST_VERSION)
    return fail(Fault::usage,
                fmt::format("the record was begun by attest {}, and this is {}", run.attest, ATTEST_VERSION),
                "go on with that version, or begin anew: the verdicts of two are not put into one record");
  if (run.profile != job.profile().to_json())
    return fail(Fault::usage, "the profile is another one than when the run began",
                "give the same --profile and --set, or begin anew");
  return {};
}

}  // namespace

Result<Unfinished> unfinished_in(const fs::path& folder, const JobArguments& otherwise) {
  const auto file = folder / "record.jsonl";
  const auto chain = record::verify_chain(file);
  if (!chain) return tl::unexpected(chain.error());
  if (chain->state == record::ChainResult::State::broken)
    return fail(Fault::usage, fmt::format("{}:{}: {}", file.string(), chain->wrong_line, chain->what),
                "it was changed after it was written; begin anew");
  Unfinished run;
  run.arguments = otherwise;
  Reading reading(run);
  try {
    const auto read = record::read(file, [&](Event&& event) { reading.take(event); });
    if (!read) return tl::unexpected(read.error());
  } catch (const json::exception& wrong) {
    return fail(Fault::usage, fmt::format("{}: its plan is not understood: {}", file.string(), wrong.what()),
                "begin anew");
  }
  if (run.steps.empty())
    return fail(Fault::usage, fmt::format("{}: the record has no plan", file.string()), "begin anew");
  run.arguments.out = folder.string();
  if (!otherwise.link.empty()) run.arguments.link = otherwise.link;
  if (!otherwise.bench.empty()) run.arguments.bench = otherwise.bench;
  if (!otherwise.profile.empty()) run.arguments.profile = otherwise.profile;
  run.arguments.set.insert(run.arguments.set.end(), otherwise.set.begin(), otherwise.set.end());
  run.arguments.argv = otherwise.argv;
  return run;
}

Result<Continuation> go_on(const Unfinished& run, const Job& job, Interrupted interrupted,
                           spec::Judge& judge) {
  if (auto ok = fits(run, job); !ok) return tl::unexpected(ok.error());
  std::map<std::string, const runner::CaseEntry*> known;
  for (const auto& entry : job.chosen()) known[entry.id] = &entry;
  Continuation out;
  std::vector<std::size_t> killed;
  for (std::size_t i = 0; i < run.steps.size(); ++i) {
    if (run.done[i]) continue;
    if (interrupted == Interrupted::error && !run.devices[i].empty()) {
      killed.push_back(i);
      continue;
    }
    const auto found = known.find(run.steps[i].entry.id);
    if (found == known.end())
      return fail(Fault::usage, fmt::format("this attest has no case {}", run.steps[i].entry.id),
                  "go on with the build that began the run, or begin anew");
    out.plan.push_back({*found->second, run.steps[i].attempt});
  }
  const auto file = fs::path(job.arguments().out) / "record.jsonl";
  auto writer = record::FileWriter::resume(file);
  if (!writer) return tl::unexpected(writer.error());
  out.writer = std::move(*writer);
  if (const auto read = record::read(file, [&](Event&& event) { judge.take(event); }); !read)
    return tl::unexpected(read.error());
  // A machine that was started anew counts from zero, and another one from anywhere.
  const auto now = steady_clock().now();
  if (now < run.last) shift_steady_clock(run.last - now + std::chrono::milliseconds(1));
  for (const auto i : killed) {
    const Event end{steady_clock().now(),
                    "case.end",
                    {{"case", run.steps[i].entry.id},
                     {"device", run.devices[i]},
                     {"verdict", "error"},
                     {"reason", "the run ended in the middle of it"}}};
    out.writer->append(end);
    judge.take(end);
  }
  return out;
}

}  // namespace attest::job
