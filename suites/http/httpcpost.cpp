// CP-01, CP-06 … CP-10: AT+HTTPCPOST up to its prompt.
#include <fmt/format.h>

#include "suites/support/case.hpp"
#include "suites/support/cpost.hpp"
#include "suites/support/stage.hpp"

namespace {
using namespace attest;
using namespace attest::suites;

ATTEST_CASE_ON(CPost, HttpCPost, IsAnsweredOkAndThenThePrompt, "CP-01") {
  const auto page = serve();
  const auto asked = command(http_cpost(page->url(), 5));
  const auto* ok = asked.find(at::Kind::final);
  const auto* prompt = asked.find(at::Kind::prompt);
  owe("CP-01", "a valid command is answered OK and then >")
      .met(
          ok != nullptr && prompt != nullptr && ok->begin < prompt->begin && asked.final == at::FinalCode::ok,
          "OK, then >", visible(asked.received));
  if (prompt != nullptr) (void)data("hello");
}

struct Length {
  std::string_view name;
  std::size_t length;
};
const std::vector<Length> kTaken{{"1", 1},       {"27", 27},     {"255", 255},   {"256", 256},
                                 {"257", 257},   {"1023", 1023}, {"1024", 1024}, {"1025", 1025},
                                 {"2047", 2047}, {"2048", 2048}};

ATTEST_SWEEP_ON(CPost, HttpCPostLength, UpToTheLimitArrivesWhole, kTaken, "CP-06") {
  need_within(row.length, profile().facts().post_limit, "facts.post_limit");
  const auto page = serve();
  const auto body = random().word(row.length);
  const auto posted = post(*page, body);
  owe("CP-06", fmt::format("a <length> of {} is accepted", row.length))
      .met(posted.prompted, "the prompt", came_to(posted.asked));
  owe("CP-06", "and arrives whole")
      .only_if(posted.prompted, "no prompt")
      .same_bytes(request_of(*page).body, body);
}

struct Value {
  std::string_view name, text, requirement;
};
const std::vector<Value> kRefused{{"2049", "2049", "CP-07"},    {"4096", "4096", "CP-07"},
                                  {"65537", "65537", "CP-07"},  {"4294967297", "4294967297", "CP-07"},
                                  {"Zero", "0", "CP-08"},       {"Negative", "-1", "CP-08"},
                                  {"Word", "abc", "CP-08"},     {"Empty", "", "CP-08"},
                                  {"Fraction", "1.5", "CP-08"}, {"DigitsAndMore", "12a", "CP-08"}};

ATTEST_SWEEP_ON(CPost, HttpCPostLength, OutOfRangeIsRefused, kRefused) {
  blame(row.requirement);
  const auto page = serve();
  const auto limit = profile().facts().post_limit;
  const auto text = row.text == "2049" ? std::to_string(limit + 1) : std::string(row.text);
  if (row.requirement == "CP-07" && std::stoull(text) <= limit)
    throw NotApplicable(
        fmt::format("not applicable: {} is within what the profile claims (facts.post_limit)", text));
  const auto asked = command(at::command("HTTPCPOST", {page->url(), text}));
  if (row.text == "2049" && (asked.error() || asked.outcome == at::Outcome::prompted))
    reads("E6", fmt::format("a <length> of {} is {}", text, asked.error() ? "refused" : "accepted"));
  owe(row.requirement, fmt::format("a <length> of '{}' is ERROR", text)).error(asked);
  owe(row.requirement, "and no prompt is shown").given(asked).that(asked.count(at::Kind::prompt), Eq(0U));
}

ATTEST_CASE_ON(CPost, HttpCPostLength, IsNeeded, "CP-08") {
  blame("CP-08");
  const auto page = serve();
  const auto asked = command(at::command("HTTPCPOST", {page->url()}));
  owe("CP-08", "a missing <length> is ERROR, and no prompt is shown").error(asked);
}

struct Headers {
  std::string_view name;
  std::vector<std::string> headers;
};
const std::vector<Headers> kHeaders{{"One", {"X-Attest-A: 1"}},
                                    {"Two", {"X-Attest-A: 1", "X-Attest-B: 2"}},
                                    {"Three", {"X-Attest-C: 3", "X-Attest-A: 1", "X-Attest-B: 2"}}};

ATTEST_SWEEP_ON(CPost, HttpCPostHeaders, AreAllSent, kHeaders, "CP-09", "CP-03") {
  const auto page = serve();
  const auto posted = post(*page, "hello", row.headers);
  const auto request = request_of(*page);
  std::vector<std::string> seen;
  for (const auto& [name, value] : request.headers)
    if (lower(name).starts_with("x-attest-")) seen.push_back(name + ": " + value);
  owe("CP-09", "the headers that follow <http_req_header_cnt> are all sent, each once")
      .that(seen, UnorderedElementsAreArray(row.headers));
  const auto with_them = [&](std::string_view what) {
    auto owed = owe("CP-03", what);
    owed.only_if(posted.prompted, came_to(posted.asked)).only_if(request.request != 0, "no request came");
    return owed;
  };
  with_them("with headers of one's own it is a POST as well").that(request.method, Eq("POST"));
  with_them("whose body begins with the data")
      .same_bytes(std::string_view(request.body).substr(0, 5), "hello");
  with_them("with a matching Content-Length")
      .that(request.values("Content-Length"), ElementsAre(std::to_string(request.body.size())));
}

struct Mismatch {
  std::string_view name;
  std::vector<std::string> after_length;
};
const std::vector<Mismatch> kMismatches{{"OneTooFew", {"2", "X-A: 1"}},
                                        {"OneTooMany", {"1", "X-A: 1", "X-B: 2"}},
                                        {"NoneGiven", {"1"}},
                                        {"NoneCounted", {"0", "X-A: 1"}},
                                        {"NotANumber", {"x", "X-A: 1"}}};

ATTEST_SWEEP_ON(CPost, HttpCPostHeaders, MustMatchTheirCount, kMismatches, "CP-10") {
  blame("CP-10");
  const auto page = serve();
  std::vector<std::string> parameters{page->url(), "5"};
  parameters.insert(parameters.end(), row.after_length.begin(), row.after_length.end());
  const auto asked = command(at::command("HTTPCPOST", parameters));
  owe("CP-10", "a header count that does not match is ERROR").error(asked);
  owe("CP-10", "and no prompt is shown").given(asked).that(asked.count(at::Kind::prompt), Eq(0U));
}

const bool smoke =
    in_smoke({"HttpCPost.IsAnsweredOkAndThenThePrompt", "HttpCPostLength.UpToTheLimitArrivesWhole/27",
              "HttpCPostLength.UpToTheLimitArrivesWhole/2048", "HttpCPostLength.OutOfRangeIsRefused/2049",
              "HttpCPostHeaders.AreAllSent/Two"});

}  // namespace
