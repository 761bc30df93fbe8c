// CP-02, CP-03, CP-12 … CP-16: the data after the prompt.
#include <fmt/format.h>

#include "suites/support/cpost.hpp"
#include "suites/support/stage.hpp"

namespace {
using namespace attest;
using namespace attest::suites;

ATTEST_CASE_ON(CPost, HttpCPostData, AreSentWithoutFurtherInput, "CP-02") {
  const auto page = serve();
  const auto posted = post(*page, "hello");
  owe("CP-02", "the request is sent when <length> bytes have arrived")
      .only_if(posted.prompted, came_to(posted.asked))
      .met(request_of(*page).body_complete, "a whole request", "none within 2 s");
}

ATTEST_CASE_ON(CPost, HttpCPostData, AreTheBodyOfAPost, "CP-03") {
  const auto page = serve();
  const auto posted = post(*page, "field1=value1&field2=value2");
  const auto seen = request_of(*page);
  owe("CP-03", "the server receives a POST")
      .only_if(posted.prompted, came_to(posted.asked))
      .that(seen.method, Eq("POST"));
  owe("CP-03", "and once").that(page->requests().size(), Le(1U));
  owe("CP-03", "whose body begins with exactly those bytes")
      .only_if(posted.prompted, came_to(posted.asked))
      .same_bytes(std::string_view(seen.body).substr(0, 27), "field1=value1&field2=value2");
  owe("CP-03", "with a matching Content-Length")
      .only_if(seen.request != 0, "no request came")
      .that(seen.values("Content-Length"), ElementsAre(std::to_string(seen.body.size())));
}

ATTEST_CASE_ON(CPost, HttpCPostData, GetNoLineEndAdded, "CP-12") {
  const auto page = serve();
  const auto posted = post(*page, "hello");
  owe("CP-12", "the body is sent without CR LF, and none is added")
      .only_if(posted.prompted, came_to(posted.asked))
      .that(request_of(*page).body, Not(AnyOf(EndsWith("\n"), EndsWith("\r"))));
}

struct Text {
  std::string_view name, text;
};
const std::vector<Text> kLookalikes{{"Command", "AT+RST"}, {"Ok", "OK"},
                                    {"Error", "ERROR"},    {"Prompt", ">"},
                                    {"Escape", "+++"},     {"Post", "AT+HTTPCPOST=http://127.0.0.1/,5"},
                                    {"SendOk", "SEND OK"}, {"EscapeInside", "abc+++def"}};

ATTEST_SWEEP_ON(CPost, HttpCPostData, ThatLookLikeCommandsAreData, kLookalikes, "CP-13") {
  blame("CP-13");
  const auto page = serve();
  const auto posted = post(*page, row.text);
  owe("CP-13", "bytes that look like commands or results are data")
      .only_if(posted.prompted, came_to(posted.asked))
      .same_bytes(request_of(*page).body, row.text);
}

/// Every byte value, the highest first: the manual forbids CR LF in the data (CP-12), and so they do not
/// meet.
std::string every_byte() {
  std::string all;
  for (int i = 255; i >= 0; --i) all += static_cast<char>(i);
  return all;
}

ATTEST_CASE_ON(CPost, HttpCPostData, MayBeAnyBytes, "CP-14") {
  blame("CP-14");
  const auto page = serve();
  const auto posted = post(*page, every_byte());
  owe("CP-14", "any 8-bit value is data")
      .only_if(posted.prompted, came_to(posted.asked))
      .same_bytes(request_of(*page).body, every_byte());
}

ATTEST_CASE_ON(CPost, HttpCPostData, MayComeInPieces, "CP-14") {
  blame("CP-14");
  const auto page = serve();
  const std::string body = random().word(40);
  const auto asked = command(http_cpost(page->url(), body.size()));
  if (asked.outcome == at::Outcome::prompted) {
    for (const auto& piece : {body.substr(0, 1), body.substr(1, 2), body.substr(3, 20)}) {
      send_raw(piece);
      pause(150ms);
    }
    const auto answered = data(std::string_view(body).substr(23));
    owe("CP-14", "the prompt is shown once")
        .given(answered)
        .that(asked.count(at::Kind::prompt) + answered.count(at::Kind::prompt), Eq(1U));
  }
  owe("CP-14", "data may come in any split, with pauses")
      .only_if(asked.outcome == at::Outcome::prompted, came_to(asked))
      .same_bytes(request_of(*page).body, body);
}

const std::vector<Text> kSurplus{{"LineEnd", "\r\n"}, {"Letters", "XYZ"}, {"Command", "AT+GMR\r\n"}};

ATTEST_SWEEP_ON(CPost, HttpCPostData, PastTheLengthAreNotPartOfTheBody, kSurplus, "CP-15") {
  blame("CP-15");
  const auto page = serve();
  const auto asked = command(http_cpost(page->url(), 5));
  if (asked.outcome == at::Outcome::prompted) {
    const auto answered = data("hello" + std::string(row.text));
    owe("CP-15", "surplus bytes are not part of the body").same_bytes(request_of(*page).body, "hello");
    const auto after = listen(50ms, 1s);
    // Only the version text tells a run AT+GMR from a device that answers a line that it does not know.
    const auto version = stage().firmware().substr(0, stage().firmware().find('\n'));
    owe("CP-15", "surplus bytes are not run as a command")
        .given(answered)
        .met(version.empty() || after.received.find(version) == std::string::npos, "no reply to AT+GMR",
             visible(after.received));
    owe("CP-15", "and do not corrupt the next command").ok(command("AT"));
  } else {
    owe("CP-15", "surplus bytes are not part of the body").cannot_tell(came_to(asked));
  }
}

ATTEST_CASE_ON(CPost, HttpCPostData, ThatDoNotComeEndTheWait, "CP-16") {
  blame("CP-16");
  const auto page = serve();
  const auto asked = command(http_cpost(page->url(), 10));
  if (asked.outcome != at::Outcome::prompted) {
    owe("CP-16", "too few bytes end the wait").cannot_tell(came_to(asked));
    return;
  }
  at::Expectation due;
  due.deadline = profile().deadlines().data_wait;
  const auto answered = data("abc", due);
  owe("CP-16", "the device ends the wait with an error after its own time")
      .given(answered)
      .met(answered.error() || answered.final == at::FinalCode::send_fail, "ERROR or SEND FAIL",
           came_to(answered));
  owe("CP-16", "and the next command works").given(answered).ok(command("AT"));
}

const bool smoke =
    in_smoke({"HttpCPostData.AreTheBodyOfAPost", "HttpCPostData.GetNoLineEndAdded",
              "HttpCPostData.MayBeAnyBytes", "HttpCPostData.PastTheLengthAreNotPartOfTheBody/LineEnd"});

}  // namespace
