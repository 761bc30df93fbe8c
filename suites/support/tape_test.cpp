#include "suites/support/tape.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/base/bytes.hpp"
#include "harness/base/file.hpp"
#include "harness/record/reader.hpp"
#include "harness/record/sinks.hpp"
#include "harness/record/testing.hpp"
#include "suites/support/questions.hpp"
#include "suites/support/taped_link.hpp"
#include "suites/support/taped_servers.hpp"

namespace attest::suites {
namespace {
using namespace std::chrono_literals;
using namespace testing;
using nlohmann::json;

/// Answers what it is told to, and whatever is sent comes back.
class Echoing final : public transport::Link {
 public:
  explicit Echoing(FakeClock& clock) : clock_(clock) {}
  Result<transport::Arrived> read(std::span<char> into, Deadline) override {
    clock_.advance(3ms);
    if (gone) return fail(Fault::bench, "the link is gone");
    const auto count = sent_.copy(into.data(), into.size());
    sent_.clear();
    return transport::Arrived{clock_.now(), count};
  }
  Result<Instant> write(std::string_view bytes, Deadline) override {
    sent_ += bytes;
    return clock_.now();
  }
  Status set_line(const transport::LineSettings& settings) override {
    line_ = settings;
    return {};
  }
  const transport::LineSettings& line() const override { return line_; }
  std::optional<transport::LineCounters> counters() override {
    return transport::LineCounters{.overruns = 2};
  }
  const std::string& name() const override { return name_; }

  bool gone = false;

 private:
  FakeClock& clock_;
  transport::LineSettings line_;
  std::string sent_, name_ = "serial:/dev/null";
};

/// A record of one host with one case or more, and the way through it again.
class TapeRun : public testing::Test {
 protected:
  TapeRun() : tape_(sink_, clock_) {
    sink_.append({clock_.now(), "run.begin", {{"schema", record::kSchema}, {"plan", json::array()}}});
    tape_.begin_opening();
    link_.emplace(tape_, &real_);
    tape_.end_opening();
  }

  void put(const std::string& type, json fields) { sink_.append({clock_.now(), type, std::move(fields)}); }
  /// A case of the run; it says itself what goes and comes, as the recorder does.
  void ran(const std::string& id, const std::function<void()>& body) {
    (void)tape_.begin_case(id, 1, 0, [] { return json{{"exchange", 7}}; });
    put("case.begin", {{"case", id}, {"attempt", 1}});
    body();
    tape_.end_case();
  }
  std::string exchange(const std::string& bytes) {
    put("tx", {{"bytes", to_latin1_json(bytes)}});
    (void)link_->write(bytes, Deadline(Instant{}));
    char into[64];
    const auto came = link_->read(into, Deadline(Instant{}));
    const std::string heard(into, came ? came->count : 0);
    if (came && came->count > 0) sink_.append({came->at, "rx", {{"bytes", to_latin1_json(heard)}}});
    return heard;
  }

  /// A replay of what was written so far, with its doors open.
  Tape& replay() {
    std::string lines;
    for (auto event : sink_.events()) {
      if (event.type != "run.begin") event.fields["device"] = "dut0";
      lines += record::to_line(event) + "\n";
    }
    must(write_file_whole(file_.path() / "record.jsonl", lines));
    replay_ = must(Tape::of({file_.path() / "record.jsonl", 0}, nowhere_));
    replay_->begin_opening();
    played_link_.emplace(*replay_, nullptr);
    replay_->end_opening();
    EXPECT_FALSE(replay_->diverged());
    return *replay_;
  }
  json begin_replay(const std::string& id, std::size_t place = 0) {
    return replay_->begin_case(id, 1, place, {});
  }

  FakeClock clock_;
  record::MemorySink sink_, nowhere_;
  Echoing real_{clock_};
  Tape tape_;
  std::optional<TapedLink> link_, played_link_;
  TempDir file_{"attest-tape"};
  std::unique_ptr<Tape> replay_;
};

constexpr Deadline kWhenever{Instant{}};

TEST_F(TapeRun, GivesTheSameAnswersAtTheSameTimes) {
  std::vector<Instant> times;
  ran("A.A", [&] {
    times.push_back(tape_.now());
    clock_.advance(12345ns);
    times.push_back(tape_.now());
    EXPECT_EQ(exchange("AT\r\n"), "AT\r\n");
    EXPECT_TRUE(tape_.yes(question::kArrived, [] { return true; }));
    EXPECT_EQ(tape_.value(question::kServe, [] { return json("/x"); }), "/x");
  });
  auto& again = replay();
  EXPECT_EQ(begin_replay("A.A"), (json{{"exchange", 7}}));
  const auto never = []() -> json { throw std::logic_error("a replay asks nobody"); };
  for (const auto time : times) EXPECT_EQ(again.now(), time);
  const auto sent = played_link_->write("AT\r\n", kWhenever);
  ASSERT_TRUE(sent);
  char into[64];
  const auto came = played_link_->read(into, kWhenever);
  ASSERT_TRUE(came);
  EXPECT_EQ(came->at - *sent, 3ms);
  EXPECT_EQ(std::string(into, came->count), "AT\r\n");
  EXPECT_TRUE(again.yes(question::kArrived, [&] { return never().is_null(); }));
  EXPECT_EQ(again.value(question::kServe, never), "/x");
  again.end_case();
  EXPECT_EQ(again.diverged(), std::nullopt);
  EXPECT_THAT(nowhere_.events(), IsEmpty()) << "a replay writes no tape";
}

TEST_F(TapeRun, KnowsWhatTheLinkIs) {
  (void)replay();
  EXPECT_EQ(played_link_->name(), "serial:/dev/null");
  EXPECT_EQ(played_link_->line(), real_.line());
}

TEST_F(TapeRun, BreaksWhereTheLinkBroke) {
  ran("A.A", [&] {
    real_.gone = true;
    EXPECT_EQ(exchange("AT\r\n"), "");
  });
  (void)replay();
  (void)begin_replay("A.A");
  EXPECT_TRUE(played_link_->write("AT\r\n", kWhenever));
  char into[64];
  const auto came = played_link_->read(into, kWhenever);
  ASSERT_FALSE(came);
  EXPECT_EQ(came.error().what, "the link is gone");
}

TEST_F(TapeRun, EndsACaseThatSendsSomethingElse) {
  ran("A.A", [&] { (void)exchange("AT+GMR\r\n"); });
  auto& again = replay();
  (void)begin_replay("A.A");
  EXPECT_THROW((void)played_link_->write("AT+RST\r\n", kWhenever), Diverged);
  EXPECT_THAT(again.diverged().value(),
              StartsWith("the record holds no answer to \"AT+RST\\r\\n\": there it has "
                         "\"AT+GMR\\r\\n\""));
  const auto first = again.now();
  EXPECT_GE(again.now() - first, 1s) << "what waits for a deadline comes to it";
  EXPECT_THROW((void)again.yes(question::kArrived, [] { return true; }), Diverged);
}

TEST_F(TapeRun, EndsACaseThatAsksSomethingElse) {
  ran("A.A", [&] { (void)tape_.yes(question::kArrived, [] { return true; }); });
  auto& again = replay();
  (void)begin_replay("A.A");
  EXPECT_THROW((void)again.value(question::kServe, [] { return json(); }), Diverged);
  EXPECT_THAT(again.diverged().value(),
              HasSubstr("no answer to a resource at the origin: there it has whether requests came"));
}

TEST_F(TapeRun, ToldTheTimeNoMoreEndsTheCaseAtItsNextQuestion) {
  ran("A.A", [&] { (void)tape_.yes(question::kArrived, [] { return true; }); });
  auto& again = replay();
  (void)begin_replay("A.A");
  EXPECT_NO_THROW((void)again.now());
  EXPECT_THROW((void)again.yes(question::kArrived, [] { return true; }), Diverged);
}

TEST_F(TapeRun, IsNotFollowedByACaseThatAsksLess) {
  ran("A.A", [&] { (void)exchange("AT\r\n"); });
  auto& again = replay();
  (void)begin_replay("A.A");
  again.end_case();
  EXPECT_THAT(again.diverged().value(), HasSubstr("the case asks for no more"));
}

TEST_F(TapeRun, HasAPlaceOfItsOwnForEachCase) {
  ran("A.A", [&] { (void)exchange("ONE\r\n"); });
  ran("A.B", [&] { (void)exchange("TWO\r\n"); });
  auto& again = replay();
  (void)begin_replay("A.A");
  EXPECT_THROW((void)played_link_->write("OTHER\r\n", kWhenever), Diverged);
  again.end_case();
  (void)begin_replay("A.B", 1);
  EXPECT_EQ(again.diverged(), std::nullopt);
  EXPECT_TRUE(played_link_->write("TWO\r\n", kWhenever));
}

TEST_F(TapeRun, RefusesACaseThatWasNotRunThere) {
  ran("A.A", [] {});
  auto& again = replay();
  (void)begin_replay("A.C");
  EXPECT_THROW((void)again.yes(question::kArrived, [] { return true; }), Diverged);
}

TEST_F(TapeRun, KeepsWhatIsAskedOnceForAll) {
  ran("A.A", [&] {
    EXPECT_EQ(tape_.kept("ca", 0, [] { return json("PEM"); }), "PEM");
    EXPECT_EQ(tape_.number_of("hellos", "one"), 0U);
  });
  ran("A.B", [&] {
    EXPECT_EQ(tape_.kept("ca", 0, [] { return json("another"); }), "PEM");
    EXPECT_EQ(tape_.number_of("hellos", "one"), 0U);
  });
  auto& again = replay();
  (void)begin_replay("A.B", 1);
  EXPECT_EQ(again.kept("ca", 0, [] { return json(); }), "PEM");
  EXPECT_EQ(again.of_number("hellos", 0), "one");
  EXPECT_THROW((void)again.kept("ca", 1, [] { return json(); }), Diverged);
}

/// Requests come and change while a case looks at them.
class ListOnATape : public TapeRun {
 protected:
  using Seen = std::vector<std::vector<int>>;

  static std::vector<int> ask(Tape& tape, TapedList<int>& list,
                              const std::function<std::vector<int>()>& real) {
    return list.ask(
        tape, question::kRequests, real, [](int a, int b) { return a == b; },
        [](int one) { return json(one); }, [](const json& answer) { return answer.get<int>(); });
  }
  /// Two cases that look at it, one after another.
  void looked(const Seen& first, const Seen& then) {
    TapedList<int> list("requests for /x");
    for (const auto& [id, all] : {std::pair("A.A", first), std::pair("A.B", then)})
      ran(id, [&] {
        for (const auto& seen : all) EXPECT_EQ(ask(tape_, list, [&] { return seen; }), seen);
      });
  }
  /// A replay of that, with the nth value of the first case's tape exchanged, and what it keeps.
  void replay_with(const std::function<void(json& fields)>& change) {
    (void)replay();
    auto events = must(record::read_all(file_.path() / "record.jsonl")).events;
    std::string lines;
    for (auto& event : events) {
      if (event.type == "tape") change(event.fields);
      lines += record::to_line(event) + "\n";
    }
    must(write_file_whole(file_.path() / "record.jsonl", lines));
    replay_ = must(Tape::of({file_.path() / "record.jsonl", 0}, nowhere_));
    (void)begin_replay("A.A");
  }
};

TEST_F(ListOnATape, IsAsItWasEachTime) {
  const Seen first{{}, {1}, {1}, {1, 2}, {5, 2}}, then{{5, 2}, {5, 2, 3}};
  looked(first, then);
  (void)replay();
  TapedList<int> list("requests for /x");
  (void)begin_replay("A.A");
  for (const auto& seen : first) EXPECT_EQ(ask(*replay_, list, {}), seen);
  (void)begin_replay("A.B", 1);
  for (const auto& seen : then) EXPECT_EQ(ask(*replay_, list, {}), seen);
}

/// A case that took what others saw later would take it away from them.
TEST_F(ListOnATape, KnowsNothingOfTheFuture) {
  looked({{1}}, {{1, 2}});
  for (const auto& value :
       {json{2, 2}, json{1, -1}, json{-1, 1}, json{1}, json{"1", 1}, json{1, 7}, json(1)}) {
    replay_with([&](json& fields) {
      if (fields.value("case", "") == "A.A") fields["values"][0] = value;
    });
    TapedList<int> list("requests for /x");
    EXPECT_THROW((void)ask(*replay_, list, {}), Diverged) << value;
  }
}

TEST_F(ListOnATape, HasNothingTwice) {
  looked({{1}}, {{1, 2}});
  replay_with([](json& fields) {
    if (fields.contains("kept")) fields["kept"].insert(fields["kept"].end(), fields["kept"].back());
  });
  (void)begin_replay("A.B", 1);
  TapedList<int> list("requests for /x");
  EXPECT_THROW((void)ask(*replay_, list, {}), Diverged);
}

TEST_F(ListOnATape, HasNoHoles) {
  looked({{1}}, {});
  replay_with([](json& fields) {
    if (!fields.contains("kept")) return;
    for (auto& one : fields["kept"])
      if (one[0] == "requests for /x") one[1] = 200'000'000;
  });
  TapedList<int> list("requests for /x");
  EXPECT_THROW((void)ask(*replay_, list, {}), Diverged);
}

TEST_F(TapeRun, OfARecordWithoutThatHostIsAnError) {
  (void)replay();
  const auto none = Tape::of({file_.path() / "record.jsonl", 1}, nowhere_);
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().fault, Fault::usage);
}

TEST(Questions, HaveALetterEach) {
  std::set<char> letters;
  for (const auto& one : question::kAll) EXPECT_TRUE(letters.insert(one.letter).second) << one.letter;
}

}  // namespace
}  // namespace attest::suites
