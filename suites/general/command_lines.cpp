// GEN-04 … GEN-10, GEN-12: how a command line is read.
#include <fmt/format.h>

#include <map>

#include "suites/support/case.hpp"
#include "suites/support/http.hpp"

namespace {
using namespace attest;
using namespace attest::suites;

struct Line {
  std::string_view name, text;
};

const std::vector<Line> kUnknown{{"NoSuchCommand", "AT+NOSUCHCOMMAND"},
                                 {"WithParameters", "AT+NOSUCHCOMMAND=1,2"},
                                 {"PlusOnly", "AT+"},
                                 {"NoSuchQuery", "AT+NOSUCHCOMMAND?"}};

ATTEST_SWEEP(CommandLine, AnswersErrorToAnUnknownCommand, kUnknown, "GEN-04") {
  blame("GEN-04");
  owe("GEN-04", "an unknown command is answered ERROR").error(command(row.text));
  owe("GEN-04", "and the parser is usable straight after it").ok(command("AT"));
}

struct Name {
  std::string_view name, wrong, right;
};

const std::vector<Name> kAlmost{{"HTTPCLIENTX", "HTTPCLIENTX", "HTTPCLIENT"},
                                {"HTTPCLIEN", "HTTPCLIEN", "HTTPCLIENT"},
                                {"HTTPGETSIZES", "HTTPGETSIZES", "HTTPGETSIZE"},
                                {"HTTPGETSIZ", "HTTPGETSIZ", "HTTPGETSIZE"},
                                {"HTTPCPOSTX", "HTTPCPOSTX", "HTTPCPOST"},
                                {"HTTPCERTX", "HTTPCERTX", "HTTPCERT"},
                                {"OTAX", "OTAX", "OTA"},
                                {"GMRX", "GMRX", "GMR"}};

ATTEST_SWEEP(CommandLine, MatchesTheNameWhole, kAlmost, "GEN-05") {
  // Where unknown commands are not refused at all, that is GEN-04's, and nothing can be said here.
  blame("GEN-04");
  if (!command("AT+NOSUCHCOMMAND").error() || !command("AT").ok()) {
    owe("GEN-05", "a name is matched whole").cannot_tell("no unknown command is refused cleanly (GEN-04)");
    return;
  }
  blame("GEN-05");
  const auto page = serve({.body = "hello"});
  const auto gone = serve({.status = 404});
  const std::map<std::string_view, std::string> lines{
      {"HTTPCLIENT", http_get(*page, origin()).line()}, {"HTTPGETSIZE", http_get_size(page->url())},
      {"HTTPCPOST", http_cpost(page->url(), 5)},        {"HTTPCERT", "AT+HTTPCERT=1,5"},
      {"OTA", at::command("OTA", {gone->url()})},       {"GMR", "AT+GMR"}};
  const std::string right = lines.at(row.right);
  std::string wrong = right;
  wrong.replace(wrong.find(row.right), row.right.size(), row.wrong);
  // Read as a reply to the right command, so that a device that takes the wrong name is understood.
  const auto exchange = command(wrong, at::expectation_for(right, session().dialect()));
  owe("GEN-05", fmt::format("AT+{} is not a command", row.wrong)).error(exchange);
}

ATTEST_CASE(CommandLine, MayArriveInPieces, "GEN-06") {
  blame("GEN-06");
  const auto page = serve({.body = "hello"});
  const std::string line = http_get(*page, origin()).line();
  const std::string whole = spoken(line) + "\r\n";
  // The first bytes one by one, where a parser decides what it hears, then some of the middle, then the line
  // end.
  for (const std::size_t cut : {std::size_t{1}, std::size_t{2}, std::size_t{3}, std::size_t{13},
                                std::size_t{17}, whole.size() / 2, whole.size() - 2, whole.size() - 1}) {
    send_raw(whole.substr(0, cut));
    pause(30ms);
    send_raw(whole.substr(cut));
    const auto exchange = await_reply_to(line);
    owe("GEN-06", fmt::format("handled as if sent at once: cut after byte {}", cut))
        .given(exchange)
        .same_bytes(data_of(exchange), "hello");
    if (exchange.outcome != at::Outcome::complete) return;
  }
}

struct Pause {
  const char* name;
  std::size_t from_end;
  Nanos length;
};
constexpr Pause kPauses[] = {
    {"BetweenCrAndLf", 1, 150ms}, {"BeforeItsEnd", 2, 500ms}, {"InTheMiddle", 20, 500ms}};

/// As long as somebody takes who types.
ATTEST_SWEEP(CommandLine, MayPause, kPauses, "GEN-06") {
  blame("GEN-06");
  const auto page = serve({.body = "hello"});
  const std::string line = http_get(*page, origin()).line();
  const std::string whole = spoken(line) + "\r\n";
  send_raw(whole.substr(0, whole.size() - row.from_end));
  pause(row.length);
  send_raw(whole.substr(whole.size() - row.from_end));
  const auto exchange = await_reply_to(line);
  owe("GEN-06", fmt::format("handled as if sent at once, with a pause of {}", human(row.length)))
      .given(exchange)
      .same_bytes(data_of(exchange), "hello");
  owe("GEN-06", "and once").that(requests_of(*page), Eq(1U));
  const auto next = command("AT");
  owe("GEN-06", "and nothing of it is left for the next command").ok(next);
}

ATTEST_CASE(CommandLine, MayArriveByteByByte, "GEN-06") {
  blame("GEN-06");
  for (const char c : spoken("AT+GMR") + "\r\n") {
    send_raw(std::string(1, c));
    pause(10ms);
  }
  owe("GEN-06", "AT+GMR with a pause after each byte is handled as if sent at once")
      .ok(await_reply_to("AT+GMR"));
}

const std::vector<Line> kEscaped{
    {"Comma", "a,b"}, {"Quote", "say \"hi\""}, {"CommasAndQuotes", "{\"a\":1,\"b\":[2,3]}"}};

ATTEST_SWEEP(CommandLine, UsesTheUnescapedValue, kEscaped, "GEN-07") {
  blame("GEN-07");
  const auto page = serve();
  const auto exchange = command(http_post(*page, origin(), std::string(row.text)).line());
  owe("GEN-07", "escaped commas and quotes are taken").ok(exchange);
  owe("GEN-07", "the value used is the unescaped one").same_bytes(request_of(*page).body, row.text);
}

struct Escaped {
  std::string name, opt, text;
};
const std::vector<Escaped> kEscapedHeaders{{"CommaOfAPost", "3", "a,b"},
                                           {"QuoteOfAPost", "3", "say \"hi\""},
                                           {"CommaOfAGet", "2", "a,b"},
                                           {"QuoteOfAGet", "2", "say \"hi\""}};

ATTEST_SWEEP(CommandLine, UsesTheUnescapedHeader, kEscapedHeaders, "GEN-07") {
  blame("GEN-07");
  const auto page = serve();
  auto request = http_client(row.opt, *page, origin());
  if (row.opt == "3") request.data = "hello";
  request.headers = {"X-Attest: " + row.text};
  const auto exchange = command(request.line());
  owe("GEN-07", "escaped commas and quotes are taken in a header too").ok(exchange);
  owe("GEN-07", "its value is the unescaped one")
      .only_if(exchange.ok(), came_to(exchange))
      .that(request_of(*page).values("X-Attest"), ElementsAre(row.text));
}

ATTEST_CASE(CommandLine, UsesTheUnescapedUrl, "GEN-07") {
  blame("GEN-07");
  const auto page = serve({.body = "hello"}, "?point=1,2");
  const auto exchange = command(http_get(*page, origin()).line());
  owe("GEN-07", "an escaped comma in a URL is taken").ok(exchange);
  owe("GEN-07", "the URL is the unescaped one")
      .only_if(exchange.ok(), came_to(exchange))
      .that(request_of(*page).target, Eq(page->path()));
}

ATTEST_CASE(CommandLine, UsesTheUnescapedHeaderOfACPost, "GEN-07") {
  blame("GEN-07");
  const auto page = serve();
  const auto asked = command(http_cpost(page->url(), 5, {"X-Attest: a,b"}));
  const bool prompted = asked.outcome == at::Outcome::prompted;
  if (prompted) (void)data("hello");
  owe("GEN-07", "an escaped comma in a header of HTTPCPOST is taken")
      .met(prompted, "OK and the prompt", came_to(asked));
  owe("GEN-07", "its value is the unescaped one")
      .only_if(prompted, came_to(asked))
      .that(request_of(*page).values("X-Attest"), ElementsAre("a,b"));
}

/// The longest command line that works, found by its effect: the server must see every byte of it.
class LineLength : public Case {
 protected:
  enum class Taken { whole, refused, cut, nothing };
  [[nodiscard]] Taken try_length(std::size_t length) {
    const auto page = serve();
    const std::size_t bare = spoken(http_post(*page, origin(), "").line()).size();
    if (length <= bare) return Taken::whole;
    const std::string filler(length - bare, 'x');
    const auto exchange = command(http_post(*page, origin(), filler).line());
    if (exchange.error()) return Taken::refused;
    if (!exchange.ok()) return Taken::nothing;
    return request_of(*page).body == filler ? Taken::whole : Taken::cut;
  }
};

ATTEST_CASE_ON(LineLength, CommandLine, HasALimitThatIsKept, "GEN-08") {
  blame("GEN-08");
  std::size_t works = 128, fails = 256;
  while (fails <= 2048 && try_length(fails) == Taken::whole) {
    works = fails;
    fails *= 2;
  }
  while (fails - works > 1) {
    const auto middle = (works + fails) / 2;
    (try_length(middle) == Taken::whole ? works : fails) = middle;
  }
  measure("longest command line without its CR LF", "GEN-08", "bytes", {static_cast<double>(works)});
  if (works >= 2048) {
    owe("GEN-08", "the longest line accepted").characterised("over 2048 bytes; no limit was reached");
    return;
  }
  static constexpr std::string_view kWords[] = {"taken whole", "ERROR", "OK, and the line was cut",
                                                "no final result"};
  const auto past = try_length(works + 1);
  owe("GEN-08", fmt::format("one past the limit ({} bytes) is refused", works + 1))
      .met(past == Taken::refused, "ERROR", std::string(kWords[static_cast<int>(past)]));
  owe("GEN-08", "and the next command works").ok(command("AT"));
}

struct Noise {
  std::string_view name;
  std::string bytes;
};
const std::vector<Noise> kNoise{{"BlankLine", "\r\n"},
                                {"LoneCr", "\r"},
                                {"LoneLf", "\n"},
                                {"Nul", std::string(1, '\0')},
                                {"ManyBlankLines", "\r\n\r\n\r\n"}};

ATTEST_SWEEP(CommandLine, IsNotWedgedByNoise, kNoise, "GEN-09") {
  blame("GEN-09");
  send_raw(row.bytes);
  (void)await_if_any(100ms);
  owe("GEN-09", "the next AT gets OK").ok(command("AT"));
}

ATTEST_CASE(CommandLine, MayHaveASpaceBeforeTheEqualsSign, "GEN-10") {
  blame("GEN-10");
  const auto page = serve({.body = "hello"});
  auto line = http_get_size(page->url());
  line.insert(line.find('='), " ");
  const auto exchange = command(line);
  if (exchange.ok() || exchange.error())
    reads("E3", exchange.ok() ? "a space before '=' is accepted" : "a space before '=' is refused");
  owe("GEN-10", "a space between name and '=' is accepted").ok(exchange);
}

ATTEST_CASE(CommandLine, MayFollowOneThatIsStillRunning, "GEN-12") {
  blame("GEN-12");
  const auto slow = serve({.body = "slow answer", .delay = 250ms});
  const auto line = http_get(*slow, origin()).line();
  send_raw(spoken(line) + "\r\n");
  pause(60ms);
  send_raw(spoken("AT+GMR") + "\r\n");
  auto first = await_reply_to(line);
  const bool refused_early = first.error() && !first.payload();
  auto second = await_reply_to(refused_early ? line : "AT+GMR");
  const auto& answer = refused_early ? second : first;
  owe("GEN-12", "the first command's reply is not corrupted")
      .given(first)
      .given(second)
      .same_bytes(data_of(answer), "slow answer");
  owe("GEN-12", "each of the two gets one clear result")
      .given(first)
      .given(second)
      .met(first.final && second.final, "two final results", came_to(first) + ", then " + came_to(second));
}

const bool smoke =
    in_smoke({"CommandLine.AnswersErrorToAnUnknownCommand/NoSuchCommand",
              "CommandLine.MatchesTheNameWhole/HTTPCLIENTX", "CommandLine.MayArriveByteByByte",
              "CommandLine.UsesTheUnescapedValue/Comma", "CommandLine.IsNotWedgedByNoise/BlankLine"});

}  // namespace
