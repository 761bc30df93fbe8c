// Runs that are judged again: what the tests of `attest judge` share.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "harness/record/reader.hpp"
#include "harness/record/writer.hpp"
#include "suites/self/support/program.hpp"

namespace attest::self {

inline Said judge(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), {built("attest"), "judge"});
  return run_program(arguments);
}

/// result.json without the one line that tells when it was judged.
inline std::string without_its_time(const std::filesystem::path& result) {
  auto text = read_file(result).value_or("");
  const auto line = text.find("\n \"judged\": \"");
  EXPECT_NE(line, std::string::npos) << result << ": no time of judging";
  if (line == std::string::npos) return text;
  const auto end = text.find('\n', line + 1);
  return text.erase(line, end - line);
}

inline std::vector<record::Event> events_in(const std::filesystem::path& record) {
  return must(record::read_all(record)).events;
}

/// What stands in a record, line for line, but for who judged it when.
inline std::vector<std::string> lines_of(const std::filesystem::path& record) {
  std::vector<std::string> out;
  for (auto event : events_in(record)) {
    event.fields.erase("judged");
    out.push_back(record::to_line(event));
  }
  return out;
}

/// The same, but for what belongs to one case.
inline std::vector<std::string> lines_without(const std::string& id, const std::filesystem::path& record) {
  auto lines = lines_of(record);
  std::erase_if(lines, [&](const auto& line) { return nlohmann::json::parse(line).value("case", "") == id; });
  return lines;
}

inline bool is_tape_of(const record::Event& event, const std::string& id) {
  return event.type == "tape" && event.fields.value("part", "") == "case" &&
         event.fields.value("case", "") == id;
}

/// A folder with one run in it.
class Judged : public testing::Test {
 protected:
  [[nodiscard]] std::filesystem::path run() const { return dir_.path() / "run"; }
  [[nodiscard]] std::filesystem::path record() const { return run() / "record.jsonl"; }
  [[nodiscard]] std::filesystem::path result() const { return run() / "result.json"; }

  RunResult ran(const std::vector<std::string>& more) {
    auto arguments = in_a_hurry();
    if (std::find(more.begin(), more.end(), "--devices") != more.end())
      arguments.erase(std::find(arguments.begin(), arguments.end(), "--devices"), arguments.end());
    arguments.insert(arguments.end(), more.begin(), more.end());
    return attest_run(arguments, run());
  }

  /// The record that was judged again is the record.
  void expect_the_same(int exit) {
    const auto said = judge({run().string()});
    EXPECT_EQ(said.exit, exit) << said.err;
    EXPECT_THAT(said.out, testing::HasSubstr("all verdicts are as recorded"));
    EXPECT_EQ(without_its_time(result()), without_its_time(run() / "judged" / "result.json"));
    EXPECT_EQ(lines_of(record()), lines_of(run() / "judged" / "record.jsonl"));
  }

  /// Another record, chained as it should be, beside the run's.
  std::filesystem::path written_anew(const std::function<void(std::vector<record::Event>&)>& change) {
    auto events = events_in(record());
    change(events);
    const auto path = dir_.path() / "changed.jsonl";
    std::filesystem::remove(path);
    const auto writer = must(record::FileWriter::create(path, record::FileWriter::Durability::written));
    for (const auto& event : events) writer->append(event);
    writer->flush();
    return path;
  }
  /// The same, with that done to the fields of one case's tape.
  std::filesystem::path with_tape_of(const std::string& id,
                                     const std::function<void(nlohmann::json& fields)>& change) {
    return written_anew([&](auto& events) {
      for (auto& event : events)
        if (is_tape_of(event, id)) change(event.fields);
    });
  }
  [[nodiscard]] nlohmann::json result_of_changed() const {
    return nlohmann::json::parse(read_file(dir_.path() / "judged" / "result.json").value_or("null"));
  }

  TempDir dir_{"attest-judge"};
};

inline const std::vector<std::string> kHttp{"--select",        "HttpClientReply", "--select",
                                            "HttpCPostLength", "--select",        "GS-0*"};

}  // namespace attest::self
