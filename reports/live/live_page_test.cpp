#include "reports/live/live_page.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <httplib.h>

#include <future>

#include "reports/html/made_record.hpp"
#include "reports/schema/made_up_run.hpp"

namespace attest::reports {
namespace {
using namespace testing;
using namespace std::chrono_literals;
using record::Script;
using Json = nlohmann::json;

/// A run whose events go into a file and to its page, as `attest run` does it.
class Watched : public Test {
 protected:
  Watched() : record_(std::string()), page_(must(LivePage::start(record_.path(), steady_clock()))) {}

  void happen(const Script& script, std::size_t from = 0, std::size_t to = std::string::npos) {
    const auto& events = script.events();
    for (auto i = from; i < std::min(to, events.size()); ++i) {
      record_.add(record::to_line(events[i]) + "\n");
      page_->take(events[i]);
    }
  }
  [[nodiscard]] httplib::Client client() const {
    const auto url = page_->url();
    return httplib::Client(url.substr(0, url.size() - 1));
  }
  [[nodiscard]] Json data() const { return Json::parse(client().Get("/data.json")->body); }

  MadeRecord record_;
  std::unique_ptr<LivePage> page_;
};

/// Reads a stream until the server ends it.
std::string stream_of(httplib::Client client, std::promise<void>* begun = nullptr) {
  std::string all;
  client.set_read_timeout(30s);
  (void)client.Get("/events", [&](const char* bytes, std::size_t size) {
    if (all.empty() && begun != nullptr) begun->set_value();
    all.append(bytes, size);
    return true;
  });
  return all;
}

std::vector<std::pair<std::string, Json>> events_in(const std::string& stream) {
  std::vector<std::pair<std::string, Json>> out;
  for (std::size_t at = 0; (at = stream.find("event: ", at)) != std::string::npos;) {
    const auto line_end = stream.find('\n', at), end = stream.find("\n\n", at);
    const auto data = stream.find("data: ", at) + 6;
    out.emplace_back(stream.substr(at + 7, line_end - at - 7), Json::parse(stream.substr(data, end - data)));
    at = end;
  }
  return out;
}

TEST_F(Watched, ShowsWhatTheRecordSaysSoFar) {
  const auto run = made_up_run();
  happen(run, 0, 6);
  EXPECT_EQ(data()["form"], "live");
  EXPECT_EQ(data()["result"]["cases"].size(), 6U);
  EXPECT_EQ(data()["result"]["counts"]["cases"]["pass"], 1);
  happen(run, 6);
  EXPECT_EQ(data()["result"]["deviations"].size(), 1U);
  const auto attempt = data()["timelines"]["attempts"][2];
  const auto lines = Json::parse(client().Get("/timeline/2")->body);
  EXPECT_EQ(lines[0]["case"], attempt["case"]);
  EXPECT_EQ(client().Get("/timeline/77")->status, 404);
  EXPECT_THAT(client().Get("/")->body, HasSubstr("id=\"data\""));
}

TEST_F(Watched, TellsWhatHappensAndThatItIsOver) {
  const auto run = made_up_run();
  happen(run, 0, 3);
  std::promise<void> begun;
  auto stream = std::async(std::launch::async, stream_of, client(), &begun);
  begun.get_future().wait();
  happen(run, 3);
  page_->end(0s);
  const auto events = events_in(stream.get());
  ASSERT_FALSE(events.empty());
  EXPECT_EQ(events.front().first, "progress");
  EXPECT_EQ(events.front().second["planned"], 6);
  std::map<std::string, Json> cases;
  std::size_t told_of_more = 0;
  Json last;
  for (const auto& [name, what] : events) {
    if (name == "case") cases[what["id"].get<std::string>()] = what;
    if (name == "data") ++told_of_more;
    if (name == "progress") last = what;
  }
  EXPECT_EQ(cases.size(), 6U);
  EXPECT_EQ(cases["HttpClientGet.DeliversTheBody"]["verdict"], "fail");
  EXPECT_EQ(cases["Smart.Advertises"]["blocked"], true);
  EXPECT_GE(told_of_more, 2U);
  EXPECT_EQ(last["over"], true);
  EXPECT_EQ(last["ended"], 6);
  EXPECT_EQ(last["counts"]["fail"], 1);
  EXPECT_EQ(events.back().first, "end");
}

TEST_F(Watched, WaitsForThoseWhoWatchButNotForEver) {
  happen(made_up_run(), 0, 3);
  std::promise<void> begun;
  auto stream = std::async(std::launch::async, stream_of, client(), &begun);
  begun.get_future().wait();
  auto end = std::async(std::launch::async, [&] { page_->end(60s); });
  (void)stream.get();
  EXPECT_EQ(end.wait_for(50ms), std::future_status::timeout);  // the page has not said goodbye
  (void)data();                                                // it may want timelines of what it got
  EXPECT_EQ(end.wait_for(50ms), std::future_status::timeout);
  EXPECT_EQ(client().Post("/bye")->status, 204);
  EXPECT_EQ(end.wait_for(30s), std::future_status::ready);
}

TEST_F(Watched, IsNotWaitedForWhereNobodyWatches) {
  happen(made_up_run());
  page_->end(3600s);
}

TEST_F(Watched, AnswersOnlyWhoAsksThisMachine) {
  happen(made_up_run());
  EXPECT_EQ(client().Get("/data.json", {{"Host", "evil.example"}})->status, 403);
  EXPECT_EQ(client().Get("/data.json")->status, 200);
  EXPECT_THAT(client().Get("/data.json")->get_header_value("Access-Control-Allow-Origin"), IsEmpty());
}

TEST_F(Watched, EndsItsStreamsWhenItGoes) {
  happen(made_up_run(), 0, 3);
  std::promise<void> begun;
  auto stream = std::async(std::launch::async, stream_of, client(), &begun);
  begun.get_future().wait();
  page_.reset();
  EXPECT_EQ(stream.wait_for(30s), std::future_status::ready);
}

TEST_F(Watched, TellsWhyThereIsNothingYet) {
  std::filesystem::remove(record_.path());
  const auto answer = client().Get("/data.json");
  EXPECT_EQ(answer->status, 503);
  EXPECT_THAT(answer->body, HasSubstr("record.jsonl"));
}

TEST(LivePage, TellsOfAPortThatIsTaken) {
  const MadeRecord record(made_up_run());
  const auto first = must(LivePage::start(record.path(), steady_clock()));
  const auto url = first->url();
  const int port = std::stoi(url.substr(url.rfind(':') + 1));
  EXPECT_EQ(LivePage::start(record.path(), steady_clock(), {}, port).error().fault, Fault::usage);
}

}  // namespace
}  // namespace attest::reports
