// HC-26 … HC-30: what is not allowed is ERROR, and no request leaves the device.
#include <fmt/format.h>

#include "suites/support/case.hpp"
#include "suites/support/http.hpp"

namespace {
using namespace attest;
using namespace attest::suites;

/// Sends a line that must be refused, and sees that nothing reached the origin.
class Refused : public Case {
 protected:
  template <class Change>
  void expect_refusal(std::string_view requirement, std::string_view why, Change change) {
    blame(requirement);
    const auto page = serve({.body = "hello"});
    auto request = http_get(*page, origin());
    change(request);
    (void)origin().strangers();
    owe(requirement, fmt::format("{} is ERROR", why)).error(command(request.line()));
    owe(requirement, "and no request leaves the device")
        .that(requests_of(*page) + origin().strangers().size(), Eq(0U));
  }
};

struct Value {
  std::string_view name, text;
};
const std::vector<Value> kBadOpt{
    {"Zero", "0"}, {"Six", "6"}, {"Negative", "-1"}, {"Word", "GET"}, {"Large", "4294967298"}};
const std::vector<Value> kBadContentType{
    {"Four", "4"}, {"Negative", "-1"}, {"Word", "json"}, {"Large", "4294967296"}};
const std::vector<Value> kBadTransport{{"Zero", "0"}, {"Three", "3"}, {"Negative", "-1"}, {"Word", "tcp"}};

ATTEST_SWEEP_ON(Refused, HttpClientOpt, OutsideItsRangeIsRefused, kBadOpt, "HC-26") {
  expect_refusal("HC-26", fmt::format("<opt> {}", row.text),
                 [&](HttpClient& request) { request.opt = row.text; });
}

ATTEST_SWEEP_ON(Refused, HttpClientContentType, OutsideItsRangeIsRefused, kBadContentType, "HC-27") {
  expect_refusal("HC-27", fmt::format("<content-type> {}", row.text),
                 [&](HttpClient& request) { request.content_type = row.text; });
}

ATTEST_SWEEP_ON(Refused, HttpClientTransport, OutsideItsRangeIsRefused, kBadTransport, "HC-28") {
  expect_refusal("HC-28", fmt::format("<transport_type> {}", row.text),
                 [&](HttpClient& request) { request.transport = row.text; });
}

ATTEST_CASE_ON(Refused, HttpClientMandatory, OptIsNeeded, "HC-29") {
  expect_refusal("HC-29", "no <opt>", [](HttpClient& request) { request.opt.clear(); });
}

ATTEST_CASE_ON(Refused, HttpClientMandatory, ContentTypeIsNeeded, "HC-29") {
  expect_refusal("HC-29", "no <content-type>", [](HttpClient& request) { request.content_type.clear(); });
}

ATTEST_CASE_ON(Refused, HttpClientMandatory, UrlOrHostAndPathAreNeeded, "HC-29") {
  expect_refusal("HC-29", "neither <url> nor <host> and <path>",
                 [](HttpClient& request) { request.url = request.host = request.path = ""; });
}

const std::vector<Value> kTooShort{{"NoParameters", "AT+HTTPCLIENT="},
                                   {"OptOnly", "AT+HTTPCLIENT=2"},
                                   {"NothingToGoTo", "AT+HTTPCLIENT=2,0"}};

ATTEST_SWEEP(HttpClientMandatory, AreAllNeeded, kTooShort, "HC-29") {
  blame("HC-29");
  owe("HC-29", fmt::format("{} is ERROR", row.text)).error(command(row.text));
}

const std::vector<Value> kBadUrls{{"Ftp", "ftp://{}/x"},
                                  {"Gopher", "gopher://{}/x"},
                                  {"NoHost", "http://"},
                                  {"SchemeOnly", "http:"},
                                  {"ColonFirst", "://{}/x"}};

ATTEST_SWEEP_ON(Refused, HttpClientUrl, ThatCannotBeParsedIsRefused, kBadUrls, "HC-30") {
  expect_refusal("HC-30", fmt::format("<url> {}", row.text), [&](HttpClient& request) {
    request.url = fmt::format(fmt::runtime(row.text), origin().authority());
  });
}

const bool smoke =
    in_smoke({"HttpClientOpt.OutsideItsRangeIsRefused/Six",
              "HttpClientContentType.OutsideItsRangeIsRefused/Four", "HttpClientMandatory.OptIsNeeded"});

}  // namespace
