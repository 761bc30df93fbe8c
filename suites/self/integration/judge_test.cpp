// What `attest judge` promises: the cases of a record, run again without a device, give the same verdicts.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <functional>

#include "harness/record/reader.hpp"
#include "harness/record/writer.hpp"
#include "suites/self/support/program.hpp"

namespace attest::self {
namespace {
using namespace std::chrono_literals;
using record::Event;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
namespace fs = std::filesystem;

Said judge(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), {built("attest"), "judge"});
  return run_program(arguments);
}

/// result.json without the one line that tells when it was judged.
std::string without_its_time(const fs::path& result) {
  auto text = read_file(result).value_or("");
  const auto line = text.find("\n \"judged\": \"");
  EXPECT_NE(line, std::string::npos) << result << ": no time of judging";
  if (line == std::string::npos) return text;
  const auto end = text.find('\n', line + 1);
  return text.erase(line, end - line);
}

std::vector<Event> events_in(const fs::path& record) {
  return must(record::read_all(record)).events;
}

/// What stands in a record, line for line, but for who judged it when.
std::vector<std::string> lines_of(const fs::path& record) {
  std::vector<std::string> out;
  for (auto event : events_in(record)) {
    event.fields.erase("judged");
    out.push_back(record::to_line(event));
  }
  return out;
}

/// The same, but for what belongs to one case.
std::vector<std::string> lines_without(const std::string& id, const fs::path& record) {
  auto lines = lines_of(record);
  std::erase_if(lines, [&](const auto& line) { return nlohmann::json::parse(line).value("case", "") == id; });
  return lines;
}

bool is_tape_of(const Event& event, const std::string& id) {
  return event.type == "tape" && event.fields.value("part", "") == "case" &&
         event.fields.value("case", "") == id;
}

/// A folder with one run in it.
class Judged : public testing::Test {
 protected:
  [[nodiscard]] fs::path run() const { return dir_.path() / "run"; }
  [[nodiscard]] fs::path record() const { return run() / "record.jsonl"; }
  [[nodiscard]] fs::path result() const { return run() / "result.json"; }

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
    EXPECT_THAT(said.out, HasSubstr("all verdicts are as recorded"));
    EXPECT_EQ(without_its_time(result()), without_its_time(run() / "judged" / "result.json"));
    EXPECT_EQ(lines_of(record()), lines_of(run() / "judged" / "record.jsonl"));
  }

  /// Another record, chained as it should be, beside the run's.
  fs::path written_anew(const std::function<void(std::vector<Event>&)>& change) {
    auto events = events_in(record());
    change(events);
    const auto path = dir_.path() / "changed.jsonl";
    fs::remove(path);
    const auto writer = must(record::FileWriter::create(path, record::FileWriter::Durability::written));
    for (const auto& event : events) writer->append(event);
    writer->flush();
    return path;
  }
  [[nodiscard]] nlohmann::json result_of_changed() const {
    return nlohmann::json::parse(read_file(dir_.path() / "judged" / "result.json").value_or("null"));
  }

  TempDir dir_{"attest-judge"};
};

const std::vector<std::string> kHttp{"--select",        "HttpClientReply", "--select",
                                     "HttpCPostLength", "--select",        "GS-0*"};

struct Again {
  const char* name;
  std::vector<std::string> options;
};

void PrintTo(const Again& again, std::ostream* out) {
  *out << again.name;
}

std::vector<std::string> faulty(const char* personality, std::vector<std::string> select) {
  select.insert(select.begin(), {"--personality", personality});
  return select;
}

class JudgedAgain : public Judged, public testing::WithParamInterface<Again> {};

TEST_P(JudgedAgain, IsTheSame) {
  const auto run = ran(GetParam().options);
  ASSERT_TRUE(run.result.is_object()) << run.said.err;
  EXPECT_THAT(run.cases("error"), IsEmpty()) << "a case in which its host crashed stands as it is";
  expect_the_same(run.said.exit);
}

INSTANTIATE_TEST_SUITE_P(
    Runs, JudgedAgain,
    testing::Values(
        Again{"TheSmoke", {"--quick"}}, Again{"Http", kHttp},
        Again{"Tls", {"--select", "HttpClientTls*", "--select", "CE-0*", "--select", "GS-09"}},
        Again{"Ota", {"--select", "Ota", "--select", "OtaPower", "--select", "OtaDownload"}},
        Again{"Provisioning", {"--select", "SmartStop", "--select", "SmartBoth", "--select", "SmartAirKiss"}},
        Again{"SeveralDevicesAndAttempts", {"--devices", "3", "--repeat", "3", "--select", "CommandLine"}},
        Again{"InTheOrderOfTheFiles", {"--no-shuffle", "--select", "general"}},
        Again{"WhatIsNotClaimed", {"--quick", "--set", "claims.commands=[\"HTTPCLIENT\"]"}},
        Again{"ByWayOfPort80", {"--quick", "--virtual-option=--no-ports-in-urls"}},
        Again{"Brackets", faulty("size-in-brackets", {"--quick"})},
        Again{"Strangers", faulty("any-scheme-is-http", {"--select", "HttpClientUrl"})},
        Again{"Silence",
              faulty("no-final-after-get", {"--select", "HttpClientMethod", "--select", "HttpClientUrl"})},
        Again{"Restarts", faulty("restarts-mid-command", {"--quick"})},
        Again{"Strays", faulty("stray-byte-after-result", {"--quick"})},
        Again{"WearsOut", faulty("leak-fails", {"--select", "general", "--select", "HC-50"})},
        Again{"Hangs", faulty("reset-silent", {"--select", "HC-33"})},
        Again{"LeftOpen", faulty("sockets-left-open", {"--select", "HC-50"})},
        Again{"NamesUnknown", faulty("unresolved-is-empty", {"--select", "HC-31", "--select", "HC-17"})},
        Again{"UpdateHangs", faulty("ota-hangs-after-update", {"--select", "OT-03"})},
        Again{"AirKissWrong", faulty("air-random-second-wrong", {"--select", "SS-15"})},
        Again{"LeavesItsNetwork",
              faulty("smart-join-lost-soon", {"--select", "SS-13", "--select", "SS-14"})}),
    [](const auto& one) { return std::string(one.param.name); });

TEST_F(Judged, LeavesTheRunAloneAndMovesAnEarlierJudgementAside) {
  ASSERT_EQ(ran({"--select", "GEN-14"}).said.exit, 0);
  const auto before = read_file(record());
  for (int i = 0; i < 2; ++i) EXPECT_EQ(judge({record().string()}).exit, 0);
  EXPECT_EQ(read_file(record()).value(), before.value());
  EXPECT_TRUE(fs::exists(run() / "judged.1" / "record.jsonl"));
  const auto elsewhere = dir_.path() / "elsewhere";
  for (int i = 0; i < 2; ++i) EXPECT_EQ(judge({run().string(), "--out", elsewhere.string() + "/"}).exit, 0);
  EXPECT_TRUE(fs::exists(elsewhere / "junit.xml"));
  EXPECT_TRUE(fs::exists(dir_.path() / "elsewhere.1" / "junit.xml"));
}

TEST_F(Judged, MayBeJudgedOnceMore) {
  ASSERT_EQ(ran({"--select", "GEN-14"}).said.exit, 0);
  ASSERT_EQ(judge({run().string()}).exit, 0);
  EXPECT_EQ(judge({(run() / "judged").string()}).exit, 0);
  EXPECT_EQ(lines_of(record()), lines_of(run() / "judged" / "judged" / "record.jsonl"));
}

TEST_F(Judged, RefusesARecordThatSomebodyHasEdited) {
  ASSERT_EQ(ran({"--select", "GEN-14"}).said.exit, 0);
  auto text = read_file(record()).value();
  const auto place = text.find("\"verdict\":\"pass\"");
  ASSERT_NE(place, std::string::npos);
  text.replace(place, 16, "\"verdict\":\"fail\"");
  fs::remove(record());
  must(write_file_whole(record(), text));
  const auto said = judge({run().string()});
  EXPECT_EQ(said.exit, 2);
  EXPECT_THAT(said.err, HasSubstr("the hash chain is broken"));
  EXPECT_FALSE(fs::exists(run() / "judged"));
  EXPECT_EQ(judge({run().string(), "--as-recorded"}).exit, 2);
}

TEST_F(Judged, RefusesARecordWhoseChainWasTakenAway) {
  ASSERT_EQ(ran({"--select", "GEN-14"}).said.exit, 0);
  std::string text;
  for (const auto& event : events_in(record())) text += record::to_line(event) + "\n";
  const auto bare = dir_.path() / "bare.jsonl";
  must(write_file_whole(bare, text));
  for (const auto& more : std::vector<std::vector<std::string>>{{}, {"--as-recorded"}}) {
    std::vector<std::string> arguments{bare.string()};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const auto said = judge(arguments);
    EXPECT_EQ(said.exit, 2);
    EXPECT_THAT(said.err, HasSubstr("its hash chain was taken away"));
  }
}

TEST_F(Judged, SaysThatAnOlderRecordHasNoTape) {
  ASSERT_EQ(ran({"--select", "GEN-14"}).said.exit, 0);
  const auto older = written_anew([](auto& events) {
    std::erase_if(events, [](const auto& event) { return event.type == "tape"; });
    events.front().fields.erase("tape");
  });
  const auto said = judge({older.string()});
  EXPECT_EQ(said.exit, 2);
  EXPECT_THAT(said.err, HasSubstr("it holds no tape"));
  EXPECT_THAT(said.err, HasSubstr("--as-recorded"));
  EXPECT_EQ(judge({older.string(), "--as-recorded"}).exit, 0);
}

/// The quick cases of a run whose tape or bytes are not what they were: one case suffers from it.
class Spoilt : public Judged {
 protected:
  void SetUp() override { ASSERT_EQ(ran(kHttp).said.exit, 0); }

  /// All cases of the run that are not pass now, with their reasons.
  std::map<std::string, std::string> undecided(const fs::path& record) {
    const auto said = judge({record.string()});
    EXPECT_EQ(said.exit, 3) << said.err;
    EXPECT_THAT(said.out, HasSubstr("1 of "));
    std::map<std::string, std::string> out;
    const auto result = result_of_changed();
    for (const auto& one : result.at("cases"))
      if (one.at("verdict") != "pass") {
        EXPECT_EQ(one.at("verdict"), "inconc");
        out[one.at("id")] = one.at("reason");
      }
    return out;
  }

  void expect_only(const std::string& id, const fs::path& record, const std::string& reason) {
    EXPECT_THAT(undecided(record), testing::ElementsAre(testing::Pair(id, HasSubstr(reason))));
    // To the last exchange's number the others are what they were.
    EXPECT_EQ(lines_without(id, record), lines_without(id, dir_.path() / "judged" / "record.jsonl"));
  }
};

/// A case of the run with many answers, in the middle of its host's.
std::string victim_in(const std::vector<Event>& events) {
  std::vector<std::string> fit;
  for (const auto& event : events)
    if (event.type == "tape" && event.fields.value("case", "").starts_with("Http") &&
        event.fields.value("answers", "").find("=w+") != std::string::npos)
      fit.push_back(event.fields.at("case"));
  return fit.empty() ? std::string() : fit.at(fit.size() / 2);
}

TEST_F(Spoilt, ByOneAnswerLessIsUndecidedInThatCaseAlone) {
  const auto victim = victim_in(events_in(record()));
  const auto changed = written_anew([&](auto& events) {
    for (auto& event : events) {
      if (!is_tape_of(event, victim)) continue;
      auto answers = event.fields.at("answers").template get<std::string>();
      answers.erase(answers.find("=w+"), 3);
      event.fields["answers"] = answers;
    }
  });
  expect_only(victim, changed, "the record holds no answer to");
}

TEST_F(Spoilt, ByOneTimeLessIsUndecidedInThatCaseAlone) {
  const auto victim = victim_in(events_in(record()));
  const auto changed = written_anew([&](auto& events) {
    for (auto& event : events) {
      if (!is_tape_of(event, victim)) continue;
      const auto answers = event.fields.at("answers").template get<std::string>();
      auto end = answers.find_first_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdef");
      event.fields["answers"] = answers.substr(end + 1);
    }
  });
  expect_only(victim, changed, "the record holds no answer to");
}

TEST_F(Spoilt, ByACutTapeIsUndecidedInThatCaseAlone) {
  const auto victim = victim_in(events_in(record()));
  const auto changed = written_anew([&](auto& events) {
    for (auto& event : events) {
      if (!is_tape_of(event, victim)) continue;
      const auto answers = event.fields.at("answers").template get<std::string>();
      event.fields["answers"] = answers.substr(0, answers.size() / 2);
    }
  });
  expect_only(victim, changed, "the record holds no answer to");
}

TEST_F(Spoilt, ByNoTapeIsUndecidedInThatCaseAlone) {
  const auto victim = victim_in(events_in(record()));
  const auto changed = written_anew([&](auto& events) {
    std::erase_if(events, [&](const auto& event) { return is_tape_of(event, victim); });
  });
  expect_only(victim, changed, "its tape is not there");
}

/// Who takes the tape away and writes another verdict wins nothing.
TEST_F(Spoilt, ByNoTapeAnywhereIsUndecidedInAll) {
  for (const auto* part : {"", "begin", "open"}) {
    const auto changed = written_anew([&](auto& events) {
      std::erase_if(events, [&](const auto& event) {
        return event.type == "tape" && (*part == '\0' || event.fields.value("part", "") == part);
      });
    });
    EXPECT_EQ(judge({changed.string()}).exit, 3) << part;
    const auto result = result_of_changed();
    for (const auto& one : result.at("cases")) EXPECT_EQ(one.at("verdict"), "inconc") << part;
  }
}

/// As if the case had sent something else then: the suites were changed since.
TEST_F(Spoilt, ByAnotherCommandIsUndecidedAndNamesBoth) {
  const auto victim = victim_in(events_in(record()));
  const auto changed = written_anew([&](auto& events) {
    for (auto& event : events)
      if (event.type == "tx" && event.fields.value("case", "") == victim)
        event.fields["bytes"] = "AT+OTHER\r\n";
  });
  const auto found = undecided(changed);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_THAT(found.begin()->second, HasSubstr("the record holds no answer to \"AT+HTTP"));
  EXPECT_THAT(found.begin()->second, HasSubstr("there it has \"AT+OTHER"));
}

TEST_F(Spoilt, ByValuesOfAnotherFormIsUndecidedInThatCaseAlone) {
  const auto victim = victim_in(events_in(record()));
  const auto changed = written_anew([&](auto& events) {
    for (auto& event : events)
      if (is_tape_of(event, victim))
        for (auto& value : event.fields.at("values")) value = {{"of", "another form"}};
  });
  expect_only(victim, changed, "the record holds");
}

/// The case that finds out how the device takes certificates: the first mark that knows it is the next one's.
std::string finder_in(const std::vector<Event>& events) {
  std::string before;
  for (const auto& event : events) {
    if (event.type != "tape" || event.fields.value("part", "") != "case") continue;
    if (event.fields.at("mark").contains("known")) return before;
    before = event.fields.at("case");
  }
  return {};
}

/// What a case found out for all others is known to them although it cannot be followed.
TEST_F(Judged, GoesOnAfterACaseThatFoundOutForOthersAndCannotBeFollowed) {
  ASSERT_EQ(ran({"--no-shuffle", "--select", "HTTPCERT"}).said.exit, 0);
  const auto finder = finder_in(events_in(record()));
  ASSERT_NE(finder, "");
  const auto changed = written_anew([&](auto& events) {
    for (auto& event : events)
      if (is_tape_of(event, finder)) event.fields["answers"] = "";
  });
  const auto said = judge({changed.string()});
  EXPECT_THAT(said.out, HasSubstr("1 of "));
  EXPECT_THAT(said.out, HasSubstr("  " + finder + ": pass recorded, inconc now: the record holds no answer"));
  EXPECT_EQ(lines_without(finder, changed), lines_without(finder, dir_.path() / "judged" / "record.jsonl"));
}

TEST_F(Spoilt, IsJudgedAgainOnlyWhereItIsSelected) {
  const auto victim = victim_in(events_in(record()));
  const auto changed = written_anew([&](auto& events) {
    for (auto& event : events)
      if (is_tape_of(event, victim)) event.fields["answers"] = "";
  });
  const auto none = judge({changed.string(), "--select", "general"});
  EXPECT_EQ(none.exit, 0);
  EXPECT_THAT(none.out, HasSubstr("judged again: no case"));
  EXPECT_EQ(judge({changed.string(), "--select", "case:" + victim}).exit, 3);
  EXPECT_EQ(judge({changed.string(), "--select", "NoSuchThing"}).exit, 2);
}

/// A run in the background, and what happens to it.
class Broken : public Judged {
 protected:
  void start(const std::vector<std::string>& more) {
    std::vector<std::string> argv{built("attest"), "run", "--quiet", "--out", run().string()};
    const auto hurry = in_a_hurry();
    argv.insert(argv.end(), hurry.begin(), hurry.end());
    argv.insert(argv.end(), more.begin(), more.end());
    run_.emplace(must(Subprocess::start(
        argv, {.pipe_stdin = false, .pipe_stdout = true, .quiet_stderr = true, .pass_fds = {}})));
    const auto deadline = Deadline::in(steady_clock(), 60s);
    while (cases_done() < 5 && !deadline.passed(steady_clock())) (void)::poll(nullptr, 0, 5);
  }
  [[nodiscard]] int cases_done() const {
    const auto text = read_file(record()).value_or("");
    int count = 0;
    for (auto at = text.find("\"e\":\"case.end\""); at != std::string::npos;
         at = text.find("\"e\":\"case.end\"", at + 1))
      ++count;
    return count;
  }
  void ends() { (void)run_->wait(Deadline::in(steady_clock(), 120s)); }
  std::optional<Subprocess> run_;
};

TEST_F(Broken, ByAHostThatCrashedIsJudgedAsFarAsItGoes) {
  start({"--repeat", "3", "--select", "CommandLine"});
  const auto host = child_named(run_->pid(), "attest-cases");
  ASSERT_GT(host, 0);
  ::kill(host, SIGSEGV);
  ends();
  const auto exit = nlohmann::json::parse(read_file(result()).value()).at("run").at("exit").get<int>();
  expect_the_same(exit);
}

TEST_F(Broken, ByADeviceThatDiedIsJudgedAsFarAsItGoes) {
  start({"--quick"});
  const auto host = child_named(run_->pid(), "attest-cases");
  const auto device = child_named(host, "bk7238-virtual");
  ASSERT_GT(device, 0);
  ::kill(device, SIGKILL);
  ends();
  EXPECT_THAT(read_file(record()).value(), HasSubstr("\"e\":\"case.blocked\""));
  expect_the_same(3);
}

TEST_F(Broken, ByAKillOfTheWholeRunIsJudgedAsFarAsItGoes) {
  start({"--quick"});
  run_->signal(SIGKILL);
  ends();
  const auto said = judge({run().string()});
  const auto as_recorded = judge({run().string(), "--as-recorded", "--out", (dir_.path() / "as").string()});
  EXPECT_NE(said.exit, 0) << "a run that was cut off is not a pass";
  EXPECT_EQ(said.exit, as_recorded.exit);
  EXPECT_THAT(said.out, HasSubstr("all verdicts are as recorded"));
  EXPECT_EQ(without_its_time(dir_.path() / "as" / "result.json"),
            without_its_time(run() / "judged" / "result.json"));
}

}  // namespace
}  // namespace attest::self
