// HC-17, HC-31: hosts by their names.
#include <fmt/format.h>

#include "suites/support/case.hpp"
#include "suites/support/http.hpp"

namespace {
using namespace attest;
using namespace attest::suites;

constexpr const char* kName = "device-test.attest.test";

/// "attest.test" of "attest.test:40001".
std::string name_in(std::string_view authority) {
  return std::string(authority.substr(0, authority.find(':')));
}

struct Naming {
  std::string_view name;
  bool in_url;
  std::string_view alias;
};
const std::vector<Naming> kNamings{
    {"InTheUrl", true, ""}, {"InHost", false, ""}, {"AsAnAlias", true, "origin.attest.test"}};

ATTEST_SWEEP(HttpClientHost, MayBeAName, kNamings, "HC-17") {
  blame("HC-17");
  const auto record =
      name(kName, {.addresses = {origin().advertised_host()}, .alias = std::string(row.alias)});
  const auto page = serve({.body = "by name"});
  auto request = http_get(*page, origin());
  const bool portless =
      origin().authority() == origin().advertised_host() || (!row.in_url && has_standard_ports());
  request.url = row.in_url ? with_host(page->url(), kName) : "";
  request.host = portless ? kName : fmt::format("{}:{}", kName, origin().port());
  const auto reply = command(request.line());
  owe("HC-17", "the name is asked for").given(reply).that(names().queries(kName), Not(IsEmpty()));
  owe("HC-17", "a host given by its name is reached").given(reply).that(data_of(reply), Eq("by name"));
  const auto served = request_of(*page);
  if (served.method.empty()) return;
  const auto hosts = served.values("Host");
  owe("HC-17", "the Host header carries the name")
      .met(hosts.size() == 1 && name_in(hosts.front()) == kName, kName,
           hosts.empty() ? "none" : hosts.front());
}

struct NoAnswer {
  std::string_view name;
  server::NameAnswer::Kind kind;
};
const std::vector<NoAnswer> kNoAnswers{{"NoSuchName", server::NameAnswer::Kind::nxdomain},
                                       {"ServerFailure", server::NameAnswer::Kind::servfail},
                                       {"Silence", server::NameAnswer::Kind::silence}};

ATTEST_SWEEP(HttpClientHost, ThatDoesNotResolveIsError, kNoAnswers, "HC-31") {
  blame("HC-31");
  const auto record = name(kName, {.kind = row.kind});
  const auto page = serve();
  auto request = http_get(*page, origin());
  request.url = with_host(page->url(), kName);
  request.host = kName;
  const auto reply = command(request.line());
  owe("HC-31", "a name that does not resolve is ERROR within the deadline").error(reply);
  owe("HC-31", "and nobody else is asked for the page").that(requests_of(*page), Eq(0U));
}

const bool smoke = in_smoke({"HttpClientHost.MayBeAName/InTheUrl"});

}  // namespace
