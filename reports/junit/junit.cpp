#include "reports/junit/junit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <pugixml.hpp>
#include <sstream>
#include <vector>

#include "harness/base/file.hpp"
#include "harness/base/text.hpp"
#include "reports/text/xml_text.hpp"

namespace attest::reports {

namespace embedded_junit {
std::string_view file(std::string_view name);  // made by attest_embed
}

namespace {

using spec::Verdict;

struct Tally {
  std::size_t tests = 0, failures = 0, errors = 0, skipped = 0;
  Nanos time{};

  void add(const Tally& other) {
    tests += other.tests;
    failures += other.failures;
    errors += other.errors;
    skipped += other.skipped;
    time += other.time;
  }
};

void put(pugi::xml_node node, const char* name, std::string_view value) {
  node.append_attribute(name).set_value(xml_text(value).c_str());
}

std::string seconds(Nanos span) {
  return fmt::format("{:.3f}", std::max(0.0, static_cast<double>(span.count()) / 1e9));
}

void property(pugi::xml_node properties, std::string_view name, std::string_view value) {
  auto node = properties.append_child("property");
  put(node, "name", name);
  put(node, "value", value);
}

/// One testsuite. Its counts are written when it is complete, before its children by the order of attributes.
class Suite {
 public:
  Suite(pugi::xml_node root, const std::string& name, const spec::RunInfo& run)
      : node_(root.append_child("testsuite")) {
    put(node_, "name", name);
    if (!run.wall.empty()) put(node_, "timestamp", run.wall);
    properties_ = node_.append_child("properties");
    property(properties_, "attest", run.attest);
    property(properties_, "seed", std::to_string(run.seed));
  }

  pugi::xml_node testcase(std::string_view classname, std::string_view name, Nanos time) {
    auto node = node_.append_child("testcase");
    put(node, "name", name);
    put(node, "classname", classname);
    put(node, "time", seconds(time));
    ++tally_.tests;
    tally_.time += time;
    return node;
  }

  void judge(pugi::xml_node testcase, Verdict verdict, const std::string& message,
             const std::string& detail) {
    if (verdict == Verdict::pass) return;
    const bool fails = verdict == Verdict::fail, skips = verdict == Verdict::none;
    auto node = testcase.append_child(fails ? "failure" : skips ? "skipped" : "error");
    put(node, "message", message);
    if (!skips) put(node, "type", record::name_of(verdict));
    if (!detail.empty()) node.append_child(pugi::node_pcdata).set_value(xml_text(detail).c_str());
    ++(fails ? tally_.failures : skips ? tally_.skipped : tally_.errors);
  }

  /// The grammar has properties for suites and not for cases, so what belongs to a case bears its name.
  void note(const std::string& name, const std::string& value) { property(properties_, name, value); }

  Tally close() {
    put(node_, "tests", std::to_string(tally_.tests));
    put(node_, "failures", std::to_string(tally_.failures));
    put(node_, "errors", std::to_string(tally_.errors));
    put(node_, "skipped", std::to_string(tally_.skipped));
    put(node_, "time", seconds(tally_.time));
    return tally_;
  }

 private:
  pugi::xml_node node_, properties_;
  Tally tally_;
};

std::string detail_of(const spec::CaseResult& one) {
  std::string out;
  for (const auto& attempt : one.attempts) {
    for (const auto& check : attempt.checks)
      if (check.verdict != Verdict::pass)
        out += fmt::format("{} {}: {}\n  owed {}\n  got  {}\n", check.requirement,
                           record::name_of(check.verdict), check.what, check.owed, check.got);
    for (const auto& bytes : attempt.unexplained) out += fmt::format("unexplained bytes: \"{}\"\n", bytes);
  }
  return out;
}

std::string story_of(const spec::CaseResult& one) {
  std::string out;
  if (!one.requirements.empty()) out += fmt::format("requirements: {}\n", joined(one.requirements, " "));
  if (!one.deviations.empty()) out += fmt::format("deviations: {}\n", joined(one.deviations, " "));
  for (const auto& attempt : one.attempts) {
    out +=
        fmt::format("attempt {} on {}: {}\n", attempt.number,
                    attempt.device.empty() ? "the device" : attempt.device, record::name_of(attempt.verdict));
    for (const auto& step : attempt.steps) out += fmt::format("  {}\n", step);
  }
  return out;
}

void write_case(Suite& suite, const spec::CaseResult& one) {
  auto node = suite.testcase(one.command.empty() ? "other" : one.command, one.id, one.duration);
  suite.judge(node, one.verdict, one.reason, detail_of(one));
  if (!one.requirements.empty()) suite.note("requirements:" + one.id, joined(one.requirements, " "));
  if (const auto story = story_of(one); !story.empty())
    node.append_child("system-out").append_child(pugi::node_pcdata).set_value(xml_text(story).c_str());
}

std::vector<std::string> commands_of(const spec::Judgement& judgement) {
  std::vector<std::string> out;
  for (const auto& one : judgement.cases)
    if (std::find(out.begin(), out.end(), one.command) == out.end()) out.push_back(one.command);
  return out;
}

/// Whether a case that declares the requirement is red already.
bool shown_by_a_case(const spec::Judgement& judgement, const std::string& requirement) {
  return std::any_of(judgement.cases.begin(), judgement.cases.end(), [&](const spec::CaseResult& one) {
    const auto& all = one.requirements;
    return one.verdict == Verdict::fail && std::find(all.begin(), all.end(), requirement) != all.end();
  });
}

Tally write_deviations(pugi::xml_node root, const spec::Judgement& judgement) {
  std::vector<const spec::DeviationResult*> unseen;
  for (const auto& one : judgement.deviations)
    if (!shown_by_a_case(judgement, one.requirement)) unseen.push_back(&one);
  if (unseen.empty()) return {};
  Suite suite(root, "deviations", judgement.run);
  for (const auto* one : unseen) {
    auto node = suite.testcase("deviation", fmt::format("{} ({})", one->id, one->requirement), Nanos{0});
    std::string detail = fmt::format("seen {} times in {} cases\n", one->count, one->cases.size());
    for (const auto& piece : one->evidence)
      detail += fmt::format("{}, exchange {}: \"{}\"\n", piece.case_id, piece.exchange, piece.bytes);
    suite.judge(node, one->certain ? Verdict::fail : Verdict::inconc,
                fmt::format("{}: {}", one->requirement, one->summary), detail);
  }
  return suite.close();
}

Tally write_decision(pugi::xml_node root, const spec::Judgement& judgement) {
  Suite suite(root, "run", judgement.run);
  std::string detail;
  for (const auto& fault : judgement.faults)
    detail += fmt::format("{}: {}; {}\n", fault.kind, fault.what, fault.cure);
  for (const auto& one : judgement.requirements)
    if (one.verdict > Verdict::pass)
      detail += fmt::format("{} is {}\n", one.id, record::name_of(one.verdict));
  suite.judge(suite.testcase("run", "decision", Nanos{0}), Verdict::error, judgement.decision, detail);
  return suite.close();
}

void write_suites(pugi::xml_node root, const spec::Judgement& judgement) {
  Tally all;
  for (const auto& command : commands_of(judgement)) {
    Suite suite(root, command.empty() ? "other" : command, judgement.run);
    for (const auto& one : judgement.cases)
      if (one.command == command) write_case(suite, one);
    all.add(suite.close());
  }
  all.add(write_deviations(root, judgement));
  if (judgement.exit_code != 0 && all.failures + all.errors == 0) all.add(write_decision(root, judgement));
  put(root, "name", "attest");
  put(root, "tests", std::to_string(all.tests));
  put(root, "failures", std::to_string(all.failures));
  put(root, "errors", std::to_string(all.errors));
  put(root, "time", seconds(all.time));
}

}  // namespace

std::string junit_xml(const spec::Judgement& judgement) {
  pugi::xml_document document;
  auto declaration = document.append_child(pugi::node_declaration);
  declaration.append_attribute("version") = "1.0";
  declaration.append_attribute("encoding") = "UTF-8";
  write_suites(document.append_child("testsuites"), judgement);
  std::ostringstream out;
  document.save(out, " ");
  return out.str();
}

Status write_junit_xml(const spec::Judgement& judgement, const std::filesystem::path& path) {
  return write_file_whole(path, junit_xml(judgement));
}

std::string_view junit_schema() {
  return embedded_junit::file("junit.xsd");
}

}  // namespace attest::reports
