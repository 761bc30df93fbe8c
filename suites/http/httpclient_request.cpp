// HC-01 … HC-09, HC-18, HC-21 … HC-25: what the server receives.
#include <fmt/format.h>

#include "harness/base/bytes.hpp"
#include "suites/support/case.hpp"
#include "suites/support/http.hpp"

namespace {
using namespace attest;
using namespace attest::suites;

struct Option {
  std::string_view name, opt, method, requirement;
};
const std::vector<Option> kOptions{{"HEAD", "1", "HEAD", "HC-01"},
                                   {"GET", "2", "GET", "HC-02"},
                                   {"POST", "3", "POST", "HC-03"},
                                   {"PUT", "4", "PUT", "HC-04"},
                                   {"DELETE", "5", "DELETE", "HC-05"}};

/// First, again, and after a command that was refused.
ATTEST_SWEEP(HttpClientMethod, IsTheOneOfOpt, kOptions) {
  for (const bool after_error : {false, false, true}) {
    const auto page = serve({.content_type = "text/plain", .body = "hello"});
    auto request = http_client(std::string(row.opt), *page, origin());
    if (row.opt == "3") request.data = "field1=value1";
    if (after_error) {
      blame("GEN-04");
      if (!command("AT+NOSUCHCOMMAND").error() || !command("AT").ok()) return;
      blame(row.requirement);
    }
    (void)command(request.line());
    owe(row.requirement, fmt::format("<opt>={} makes the server receive {}", row.opt, row.method))
        .that(request_of(*page).method, Eq(row.method));
    owe(row.requirement, "and once").that(page->requests().size(), Le(1U));
  }
}

struct ContentType {
  std::string_view name, number, type, requirement;
};
const std::vector<ContentType> kContentTypes{{"Form", "0", "application/x-www-form-urlencoded", "HC-06"},
                                             {"Json", "1", "application/json", "HC-07"},
                                             {"Multipart", "2", "multipart/form-data", "HC-08"},
                                             {"Xml", "3", "text/xml", "HC-09"}};

ATTEST_SWEEP(HttpClientContentType, IsTheOneAskedFor, kContentTypes) {
  const auto page = serve();
  auto request = http_post(*page, origin(), "hello");
  request.content_type = row.number;
  (void)command(request.line());
  std::vector<std::string> types;
  // A parameter (boundary, charset) may follow the type.
  for (const auto& value : request_of(*page).values("Content-Type"))
    types.push_back(lower(trimmed(std::string_view(value).substr(0, value.find(';')))));
  owe(row.requirement, fmt::format("<content-type>={} is {}", row.number, row.type))
      .that(types, ElementsAre(std::string(row.type)));
}

ATTEST_CASE(HttpClientTransport, OneIsPlainHttp, "HC-18") {
  const auto page = serve({.body = "hello"});
  (void)command(http_get(*page, origin()).line());
  const auto seen = request_of(*page);
  owe("HC-18", "the request comes as plain HTTP over TCP").that(seen.version, StartsWith("HTTP/1."));
  owe("HC-18", "and not behind a TLS record").that(seen.raw_head, Not(StartsWith("\x16")));
}

struct Body {
  std::string_view name;
  std::string text;
};
const std::vector<Body> kPostData{{"ManualExample", "field1=value1&field2=value2"},
                                  {"OneByte", "x"},
                                  {"Spaces", "  two words  "},
                                  {"Punctuation", "!#$%&'()*+-./:;<=>?@[]^_`{|}~"},
                                  {"LooksLikeResult", "OK"}};

ATTEST_SWEEP(HttpClientPostData, IsTheBody, kPostData, "HC-21") {
  const auto page = serve();
  (void)command(http_post(*page, origin(), row.text).line());
  const auto request = request_of(*page);
  owe("HC-21", "<data> is the request body").same_bytes(request.body, row.text);
  owe("HC-21", "with a matching Content-Length")
      .that(request.values("Content-Length"), ElementsAre(std::to_string(row.text.size())));
}

struct NoData {
  std::string_view name, opt;
  std::vector<std::string> headers;
};
const std::vector<std::string> kOne{"X-Attest: first"}, kTwo{"X-Attest: first", "X-Attest-2: second"};
const std::vector<NoData> kWithoutData{
    {"HEAD", "1", kOne},      {"GET", "2", kOne},      {"PUT", "4", kOne},      {"DELETE", "5", kOne},
    {"HeadOfTwo", "1", kTwo}, {"GetOfTwo", "2", kTwo}, {"PutOfTwo", "4", kTwo}, {"DeleteOfTwo", "5", kTwo}};

ATTEST_SWEEP(HttpClientNoData, SoAHeaderFollowsTheTransport, kWithoutData, "HC-22") {
  const auto page = serve({.body = "hello"});
  auto request = http_client(std::string(row.opt), *page, origin());
  request.headers = row.headers;
  (void)command(request.line());
  owe("HC-22", "what follows <transport_type> is the first header")
      .only_if(row.opt != "4" || !profile().facts().put_takes_data,
               "the profile says that PUT takes data (E7)")
      .that(request_of(*page).values("X-Attest"), Not(IsEmpty()));
}

struct Header {
  std::string_view name, opt, value;
};
const std::vector<Header> kHeaders{
    {"HEAD", "1", "a value; with=some signs"},
    {"GET", "2", "a value; with=some signs"},
    {"POST", "3", "a value; with=some signs"},
    {"PUT", "4", "a value; with=some signs"},
    {"DELETE", "5", "a value; with=some signs"},
    {"TwoBlanks", "2", "two  blanks"},
    {"Long", "2", "0123456789abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqrstuvwxyz"}};

ATTEST_SWEEP(HttpClientHeaders, OneIsSentAsGiven, kHeaders, "HC-23") {
  const auto page = serve();
  auto request = http_by({row.name, row.opt}, *page, origin(), profile().facts().put_takes_data);
  request.headers = {"X-Attest-One: " + std::string(row.value)};
  (void)command(request.line());
  owe("HC-23", "the header is sent as given")
      .that(request_of(*page).values("X-Attest-One"), ElementsAre(std::string(row.value)));
}

ATTEST_SWEEP(HttpClientHeaders, SeveralAreSentOnceEachInOrder, kMethods, "HC-24") {
  const auto page = serve();
  auto request = http_by(row, *page, origin(), profile().facts().put_takes_data);
  request.headers = {"X-Attest-B: 1", "X-Attest-A: 2", "X-Attest-C: 3"};
  (void)command(request.line());
  std::vector<std::string> ours;
  for (const auto& [name, value] : request_of(*page).headers)
    if (lower(name).starts_with("x-attest-")) ours.push_back(name + ": " + value);
  owe("HC-24", "all headers, each once, in order").that(ours, ElementsAreArray(request.headers));
}

ATTEST_SWEEP(HttpClientRequest, IsWellFormedHttp, kMethods, "HC-25") {
  const auto page = serve({.body = "hello"}, "?name=a%20b&n=1");
  const auto request = http_by(row, *page, origin(), profile().facts().put_takes_data);
  (void)command(request.line());
  const auto seen = request_of(*page);
  const auto of_it = [&](std::string_view what) {
    auto owed = owe("HC-25", what);
    owed.only_if(seen.request != 0, "no request came");
    return owed;
  };
  of_it("the request is well-formed HTTP/1.1").that(seen.malformed, IsEmpty());
  of_it("the target is path and query, intact").that(seen.target, Eq(page->path()));
  of_it("there is one Host header").that(seen.values("Host"), SizeIs(1));
  if (row.opt != "3" && row.opt != "4") of_it("there is no body").that(seen.body, IsEmpty());
}

const bool smoke = in_smoke(
    {"HttpClientMethod.IsTheOneOfOpt/HEAD", "HttpClientMethod.IsTheOneOfOpt/GET",
     "HttpClientMethod.IsTheOneOfOpt/POST", "HttpClientMethod.IsTheOneOfOpt/PUT",
     "HttpClientMethod.IsTheOneOfOpt/DELETE", "HttpClientContentType.IsTheOneAskedFor/Json",
     "HttpClientPostData.IsTheBody/ManualExample", "HttpClientHeaders.SeveralAreSentOnceEachInOrder/POST",
     "HttpClientRequest.IsWellFormedHttp/POST"});

}  // namespace
