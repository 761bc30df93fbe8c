// Records whose tape or bytes are not what they were: `attest judge` takes nothing for true that the record
// does not hold, and one case's trouble is no other's.
#include "suites/self/integration/judge_testing.hpp"

namespace attest::self {
namespace {
using record::Event;
using testing::HasSubstr;
namespace fs = std::filesystem;

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

std::string answers_in(const nlohmann::json& fields) {
  return fields.at("answers").get<std::string>();
}

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
  const auto changed = with_tape_of(victim, [](auto& fields) {
    auto answers = answers_in(fields);
    fields["answers"] = answers.erase(answers.find("=w+"), 3);
  });
  expect_only(victim, changed, "the record holds no answer to");
}

TEST_F(Spoilt, ByOneTimeLessIsUndecidedInThatCaseAlone) {
  const auto victim = victim_in(events_in(record()));
  const auto changed = with_tape_of(victim, [](auto& fields) {
    const auto answers = answers_in(fields);
    fields["answers"] = answers.substr(answers.find_first_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdef") + 1);
  });
  expect_only(victim, changed, "the record holds no answer to");
}

TEST_F(Spoilt, ByACutTapeIsUndecidedInThatCaseAlone) {
  const auto victim = victim_in(events_in(record()));
  const auto changed = with_tape_of(victim, [](auto& fields) {
    const auto answers = answers_in(fields);
    fields["answers"] = answers.substr(0, answers.size() / 2);
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
  const auto changed = with_tape_of(victim, [](auto& fields) {
    for (auto& value : fields.at("values")) value = {{"of", "another form"}};
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
  const auto changed = with_tape_of(finder, [](auto& fields) { fields["answers"] = ""; });
  const auto said = judge({changed.string()});
  EXPECT_THAT(said.out, HasSubstr("1 of "));
  EXPECT_THAT(said.out, HasSubstr("  " + finder + ": pass recorded, inconc now: the record holds no answer"));
  EXPECT_EQ(lines_without(finder, changed), lines_without(finder, dir_.path() / "judged" / "record.jsonl"));
}

TEST_F(Spoilt, IsJudgedAgainOnlyWhereItIsSelected) {
  const auto victim = victim_in(events_in(record()));
  const auto changed = with_tape_of(victim, [](auto& fields) { fields["answers"] = ""; });
  const auto none = judge({changed.string(), "--select", "general"});
  EXPECT_EQ(none.exit, 0);
  EXPECT_THAT(none.out, HasSubstr("judged again: no case"));
  EXPECT_EQ(judge({changed.string(), "--select", "case:" + victim}).exit, 3);
  EXPECT_EQ(judge({changed.string(), "--select", "NoSuchThing"}).exit, 2);
}

}  // namespace
}  // namespace attest::self
