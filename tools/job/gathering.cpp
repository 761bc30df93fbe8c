#include "tools/job/gathering.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <set>

#include "harness/base/bytes.hpp"
#include "harness/record/merge.hpp"
#include "harness/record/reader.hpp"
#include "harness/record/writer.hpp"
#include "reports/text/utc.hpp"

namespace attest::job {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using record::text_of;

/// What decides whether a part may be put together with others.
struct Part {
  fs::path file;
  json head;
  Instant begun, last;
  std::set<std::string> devices;  ///< that were seen in it
  bool ended = false;
  std::uint64_t cases = 0;
};

Result<Part> look_at(const fs::path& file) {
  Part part{file, {}, {}, {}, {}, false, 0};
  const auto read = record::read(file, [&](record::Event&& event) {
    part.last = event.at;
    if (const auto device = text_of(event, "device"); !device.empty()) part.devices.insert(device);
    if (event.type == "case.end") ++part.cases;
    part.ended = event.type == "run.end";
    if (event.type != "run.begin" || !part.head.is_null()) return;
    part.head = std::move(event.fields);
    part.begun = event.at;
  });
  if (!read) return tl::unexpected(read.error());
  return part;
}

/// UTC minus the record's time, where it tells.
std::optional<Nanos> zero_of(const Part& part) {
  const auto wall = reports::epoch_ms(part.head.value("wall", std::string()));
  if (!wall) return std::nullopt;
  return std::chrono::milliseconds(*wall) - Nanos(part.begun.ns());
}

Status fit_together(const std::vector<Part>& parts) {
  constexpr Nanos kApart = std::chrono::seconds(5);
  std::map<std::string, const Part*> owner;
  const auto wrong = [](const Part& part, std::string what, std::string cure) {
    return fail(Fault::usage, fmt::format("{}: {}", part.file.string(), what), std::move(cure));
  };
  const auto& first = parts.front();
  for (const auto& part : parts) {
    for (const auto* key : {"attest", "profile"})
      if (part.head.value(key, json()) != first.head.value(key, json()))
        return wrong(part, fmt::format("its {} is not that of {}", key, first.file.string()),
                     "put only runs of one version and one profile together");
    for (const auto& device : part.devices)
      if (const auto [other, fresh] = owner.emplace(device, &part); !fresh)
        return wrong(
            part, fmt::format("{} has a device of the same name, {}", other->second->file.string(), device),
            "give each device of the lab a name of its own in its bench file");
    const auto ours = zero_of(part), theirs = zero_of(first);
    if (ours && theirs && (*ours - *theirs > kApart || *theirs - *ours > kApart))
      return wrong(part, fmt::format("its times are of another clock than those of {}", first.file.string()),
                   "run with --utc, and keep the clocks of the hosts together (NTP)");
  }
  return {};
}

json plan_of(const std::vector<Part>& parts) {
  std::map<std::pair<std::string, int>, json> all;
  std::vector<std::pair<std::string, int>> order;
  for (const auto& part : parts)
    for (const auto& step : part.head.value("plan", json::array())) {
      const std::pair key(step.value("case", std::string()), step.value("attempt", 1));
      if (all.emplace(key, step).second) order.push_back(key);
    }
  auto plan = json::array();
  for (const auto& key : order) plan.push_back(all[key]);
  return plan;
}

void tell_missing(record::LineSink& sink, Instant at, const std::string& device, const std::string& what) {
  sink.append({at,
               "fault",
               {{"fault", "bench"},
                {"device", device},
                {"what", to_latin1_json(fmt::format("{}: {}", device, what))},
                {"cure", "look at its host: was it up, and did its run end?"}}});
}

}  // namespace

Status gather(const std::vector<fs::path>& files, const std::vector<std::string>& expected,
              const fs::path& out) {
  std::vector<Part> parts;
  for (const auto& file : files) {
    auto part = look_at(file);
    if (!part) return tl::unexpected(part.error());
    parts.push_back(std::move(*part));
  }
  auto writer = record::FileWriter::create(out);
  if (!writer) return tl::unexpected(writer.error());
  std::set<std::string> heard;
  record::Event head{steady_clock().now(), "run.begin", json::object()};
  if (parts.empty()) {
    head.fields = {{"schema", record::kSchema},
                   {"attest", ATTEST_VERSION},
                   {"wall", reports::now_utc()},
                   {"plan", json::array()}};
  } else {
    if (auto fits = fit_together(parts); !fits) return fits;
    head.fields = parts.front().head;
    head.fields["plan"] = plan_of(parts);
    head.fields.erase("job");  // nobody can go on with it as one
  }
  std::vector<fs::path> there;
  for (const auto& part : parts) there.push_back(part.file);
  const auto merged = record::merge(there, head, **writer);
  if (!merged) return tl::unexpected(merged.error());
  const auto last = parts.empty() ? head.at : merged->last;
  std::uint64_t cases = 0;
  bool bench = merged->bench;
  for (const auto& part : parts) {
    cases += part.cases;
    heard.insert(part.devices.begin(), part.devices.end());
    if (part.ended) continue;
    bench = true;
    tell_missing(
        **writer, last, part.devices.empty() ? part.file.string() : *part.devices.begin(),
        fmt::format("its record {} has no end: the run or its host was cut off", part.file.string()));
  }
  for (const auto& name : expected) {
    if (heard.contains(name)) continue;
    bench = true;
    tell_missing(**writer, last, name, "no record has come from it");
  }
  (*writer)->append({last,
                     "run.end",
                     {{"reason", merged->stopped ? "stopped"
                                 : bench         ? "bench"
                                                 : "done"},
                      {"cases", cases}}});
  (*writer)->flush();
  return {};
}

namespace {

/// Its cases, and where its record is written.
struct Own {
  std::set<std::string> cases;
  std::unique_ptr<record::FileWriter> writer;
};

record::Event with_plan_of(record::Event begin, const std::set<std::string>& cases) {
  auto plan = json::array();
  for (auto& step : begin.fields["plan"])
    if (cases.contains(step.value("case", std::string()))) plan.push_back(std::move(step));
  begin.fields["plan"] = std::move(plan);
  begin.fields.erase("job");
  return begin;
}

/// A name is a bench file's, and may be anything.
std::string as_file_name(std::string name) {
  std::replace(name.begin(), name.end(), '/', '_');
  return name.starts_with('.') ? "_" + name : name;
}

}  // namespace

Status split_by_device(const fs::path& file, const fs::path& folder) {
  std::map<std::string, Own> devices;
  const auto first = record::read(file, [&](record::Event&& event) {
    if (event.type == "case.begin") devices[text_of(event, "device")].cases.insert(text_of(event, "case"));
  });
  if (!first) return tl::unexpected(first.error());
  std::error_code error;
  fs::create_directories(folder, error);
  for (auto& [name, own] : devices) {
    auto writer = record::FileWriter::create(folder / (as_file_name(name) + ".jsonl"),
                                             record::FileWriter::Durability::written);
    if (!writer) return tl::unexpected(writer.error());
    own.writer = std::move(*writer);
  }
  const auto second = record::read(file, [&](record::Event&& event) {
    const bool of_all = event.type == "run.begin" || event.type == "run.end";
    if (!of_all) {
      const auto own = devices.find(text_of(event, "device"));
      if (own != devices.end()) own->second.writer->append(event);
      return;
    }
    for (auto& [name, own] : devices)
      own.writer->append(event.type == "run.end" ? event : with_plan_of(event, own.cases));
  });
  if (!second) return tl::unexpected(second.error());
  for (auto& [name, own] : devices) own.writer->flush();
  return {};
}

}  // namespace attest::job
