#include <gmock/gmock.h>

#include <mutex>
#include <thread>

#include "server/dns/message_testing.hpp"
#include "server/dns/names_testing.hpp"

namespace attest::server {
namespace {
using namespace testing;
using namespace std::chrono_literals;
using Kind = NameAnswer::Kind;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

std::unique_ptr<Names> names(QueryListener listener = {}) {
  return must(start_names({}, steady_clock(), std::move(listener)));
}

TEST(TheNameServer, AnswersWithTheAddressOfTheName) {
  const auto server = names();
  const auto record = server->answer("Lab.Test.", {.addresses = {"192.168.4.2"}, .ttl = 7});
  const auto answer = Asker(server->port()).ask(query(99, "lAB.tEST"));
  EXPECT_EQ(id(answer), 99);
  EXPECT_EQ(rcode(answer), 0);
  EXPECT_THAT(answer, HasSubstr("\3lAB\4tEST"));
  EXPECT_THAT(answer, EndsWith("\xC0\xA8\x04\x02"));
}

TEST(TheNameServer, KnowsAnswersOfEveryKind) {
  const auto server = names();
  const auto gone = server->answer("gone", {.kind = Kind::nxdomain});
  const auto sick = server->answer("sick", {.kind = Kind::servfail});
  const auto empty = server->answer("empty", {});
  const auto lab = server->answer("lab", {.addresses = {"127.0.0.1"}});
  const Asker asker(server->port());
  EXPECT_EQ(rcode(asker.ask(query(1, "gone"))), 3);
  EXPECT_EQ(rcode(asker.ask(query(2, "sick"))), 2);
  EXPECT_EQ(rcode(asker.ask(query(3, "unknown"))), 3);
  EXPECT_EQ(rcode(asker.ask(query(4, "lab", 1, 3))), 5);  // CHAOS
  for (const auto& none : {query(5, "empty"), query(6, "lab", 28), query(7, "lab", 16)}) {
    const auto answer = asker.ask(none);
    EXPECT_EQ(rcode(answer), 0);
    EXPECT_EQ(answer.size(), none.size());  // a question, and nothing to it
  }
  EXPECT_EQ(asker.ask(query(8, "lab", 255)).size(), query(8, "lab").size() + 16);
}

TEST(TheNameServer, IsSilentWhereItIsTold) {
  const auto server = names();
  const auto record = server->answer("silent", {.kind = Kind::silence});
  const Asker asker(server->port());
  asker.send(query(1, "silent"));
  EXPECT_EQ(id(asker.ask(query(2, "other"))), 2);
  ASSERT_TRUE(server->wait_for("silent", 1, patience()));
  EXPECT_EQ(server->queries("silent").at(0).answered, "nothing");
  EXPECT_FALSE(server->queries("silent").at(0).answered_at);
}

TEST(TheNameServer, DelaysOneAnswerAndNoOther) {
  const auto server = names();
  const auto slow = server->answer("slow", {.addresses = {"127.0.0.1"}, .delay = 50ms});
  const auto never = server->answer("never", {.addresses = {"127.0.0.1"}, .delay = 1h});
  const Asker asker(server->port());
  const auto asked = steady_clock().now();
  asker.send(query(1, "never"));
  asker.send(query(2, "slow"));
  EXPECT_EQ(id(asker.ask(query(3, "other"))), 3);
  EXPECT_EQ(id(asker.receive()), 2);
  EXPECT_GE(steady_clock().now() - asked, 50ms);
  const auto seen = server->queries("slow").at(0);
  EXPECT_EQ(seen.answered_at.value() - seen.at, 50ms);
}

TEST(TheNameServer, TakesTheLastRecordOfANameUntilItEnds) {
  const auto server = names();
  const auto one = server->answer("lab", {.addresses = {"10.0.0.1"}});
  const Asker asker(server->port());
  {
    const auto two = server->answer("LAB", {.kind = Kind::servfail});
    EXPECT_EQ(rcode(asker.ask(query(1, "lab"))), 2);
  }
  EXPECT_THAT(asker.ask(query(2, "lab")), EndsWith(std::string("\x0A\0\0\x01", 4)));
}

TEST(TheNameServer, JournalsWhatWasAskedBeforeItAnswers) {
  std::mutex mutex;
  std::vector<std::string> told;
  const auto server = names([&](const Query& seen) {
    const std::scoped_lock lock(mutex);
    told.push_back(seen.name + ": " + seen.answered);
  });
  const auto record = server->answer("lab", {.addresses = {"10.0.0.1", "10.0.0.2"}});
  const Asker asker(server->port());
  (void)asker.ask(query(1, "LAB"));
  (void)asker.ask(query(2, "lab", 28));
  const auto seen = server->queries("Lab.");
  ASSERT_EQ(seen.size(), 2U);
  EXPECT_EQ(seen[0].type, 1);
  EXPECT_EQ(seen[1].type, 28);
  EXPECT_THAT(seen[0].peer, StartsWith("127.0.0.1:"));
  EXPECT_LT(seen[0].at, seen[1].at);
  const std::scoped_lock lock(mutex);
  EXPECT_EQ(told, (std::vector<std::string>{"lab: A 10.0.0.1, 10.0.0.2", "lab: no records"}));
}

TEST(TheNameServer, TellsThoseWhoAskNonsense) {
  const auto server = names();
  const Asker asker(server->port());
  for (const std::string_view noise : {"", "x", "\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80"})
    asker.send(noise);
  EXPECT_EQ(rcode(asker.ask(header(1, 0x0100, 2) + labels("a"))), 1);
  EXPECT_EQ(server->queries("").at(0).answered, "FORMERR");
}

TEST(TheNameServer, ServesManyAtOnce) {
  const auto server = names();
  std::atomic<int> wrong = 0;
  {
    std::vector<std::jthread> devices;
    for (int i = 0; i < 16; ++i)
      devices.emplace_back([&, i] {
        const auto name = "device" + std::to_string(i);
        const Asker asker(server->port());
        for (int round = 0; round < 100; ++round) {
          const auto record = server->answer(name, {.addresses = {"10.0.0." + std::to_string(i)}});
          if (asker.ask(query(static_cast<unsigned>(round), name)).back() != static_cast<char>(i)) ++wrong;
        }
        if (server->queries(name).size() != 100) ++wrong;
      });
  }
  EXPECT_EQ(wrong, 0);
}

TEST(TheNameServer, AnswersFromTheAddressThatWasAsked) {
  const auto server = must(start_names({.address = "0.0.0.0"}, steady_clock(), {}));
  EXPECT_EQ(rcode(Asker(server->port(), "127.0.0.77").ask(query(1, "x"))),
            3);  // a connected socket drops others
}

TEST(TheNameServer, EndsWithAnswersThatWait) {
  auto server = names();
  const auto record = server->answer("slow", {.delay = 1h});
  Asker(server->port()).send(query(1, "slow"));
  EXPECT_TRUE(server->wait_for("slow", 1, patience()));
  server.reset();
}

TEST(TheNameServer, RefusesWhatIsNoAddress) {
  const auto server = names();
  EXPECT_THROW((void)server->answer("lab", {.addresses = {"::1"}}), Failure);
  EXPECT_EQ(rcode(Asker(server->port()).ask(query(1, "lab"))), 3);
}

TEST(TheNameServer, NamesTheProcessThatHoldsItsPort) {
  const auto first = names();
  const auto second = start_names({.port = first->port()}, steady_clock(), {});
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().fault, Fault::bench);
  EXPECT_THAT(second.error().cure, HasSubstr("pid " + std::to_string(::getpid()) + " ("));
}

}  // namespace
}  // namespace attest::server
