// HC-13 … HC-16, HC-20: where a request goes.
#include "suites/support/case.hpp"
#include "suites/support/http.hpp"

namespace {
using namespace attest;
using namespace attest::suites;

ATTEST_SWEEP(HttpClientTarget, IsTheUrlWhereHostAndPathDisagree, kMethods, "HC-13") {
  const auto page = serve({.body = "by url"});
  const auto decoy = serve({.body = "by path"});
  auto request = http_by(row, *page, origin(), profile().facts().put_takes_data);
  request.host = "elsewhere.attest.test";
  request.path = decoy->path();
  (void)command(request.line());
  owe("HC-13", "host and path come from <url>").that(requests_of(*page), Eq(1U));
  owe("HC-13", "the Host header does not name <host>")
      .that(request_of(*page).values("Host"), Not(Contains(HasSubstr("elsewhere"))));
  owe("HC-13", "<host> and <path> are ignored").that(decoy->requests(), SizeIs(0));
}

ATTEST_CASE(HttpClientTarget, IsTheRootThatTheUrlNames, "HC-13") {
  const auto root = must(origin().add_at({.content_type = "text/plain", .body = "root"}, "/"));
  const auto decoy = serve({.body = "by path"});
  auto request = http_get(*root, origin());
  request.path = decoy->path();
  (void)command(request.line());
  owe("HC-13", "a URL that ends in / is for the root").that(requests_of(*root), Eq(1U));
  owe("HC-13", "and <path> is ignored").that(decoy->requests(), SizeIs(0));
}

/// <host> has no place for a port in the manual. Where port 80 does not lead to the origin, the port is
/// written behind the host, as in a URL, and only a profile that says that this works makes a refusal a
/// failure.
class ByHostAndPath : public Case {
 protected:
  void ask(const std::string& host, std::string_view query = {}) {
    page_ = serve({.body = "by host and path"}, query);
    auto request = http_get(*page_, origin());
    request.url.clear();
    if (has_standard_ports()) request.host = host;
    reply_ = command(request.line());
    arrived_ = requests_of(*page_) == 1;
    can_tell_ = arrived_ || has_standard_ports() || profile().facts().port_in_host.value_or(false);
  }
  Owed owe_it(std::string_view requirement, std::string_view what) {
    auto owed = owe(requirement, what);
    owed.only_if(
        can_tell_,
        "the manual gives <host> no port, and port 80 does not lead to this origin: set origin.http_port = "
        "80 in the bench file");
    return owed;
  }
  std::unique_ptr<server::Resource> page_;
  at::Exchange reply_;
  bool arrived_ = false, can_tell_ = false;
};

struct Path {
  const char *name, *query;
};
constexpr Path kPaths[] = {{"Plain", ""}, {"WithAQuery", "?name=a%20b&n=1"}};

ATTEST_SWEEP_ON(ByHostAndPath, HttpClientTarget, IsHostAndPathWhereTheUrlIsEmpty, kPaths, "HC-14") {
  ask(origin().advertised_host(), row.query);
  if (!arrived_ && has_names() && has_standard_ports()) {  // an address may be what it does not take (HC-16)
    const auto record = name("host.attest.test");
    ask("host.attest.test", row.query);
  }
  owe_it("HC-14", "<host> and <path> are used where <url> is empty")
      .met(arrived_, "a request for that path", came_to(reply_));
  owe_it("HC-14", "with the query that <path> has")
      .only_if(arrived_, "no request came")
      .that(request_of(*page_).target, Eq(page_->path()));
}

ATTEST_CASE_ON(ByHostAndPath, HttpClientTarget, MayNameTheHostByItsAddress, "HC-16") {
  ask(origin().advertised_host());
  owe_it("HC-16", "<host> may be an IP address").met(arrived_, "a request", came_to(reply_));
}

ATTEST_SWEEP(HttpClientTarget, NeedsNoHostAndPathBesideAUrl, kMethods, "HC-15") {
  const auto page = serve({.body = "hello"});
  auto request = http_by(row, *page, origin(), profile().facts().put_takes_data);
  request.host.clear();
  request.path.clear();
  const auto exchange = command(request.line());
  owe("HC-15", "<host> and <path> may be empty").ok(exchange);
  owe("HC-15", "and the request goes to <url>").that(requests_of(*page), Eq(1U));
}

ATTEST_CASE(HttpClientTransport, LeftOutIsOne, "HC-20") {
  const auto page = serve({.body = "hello"});
  auto request = http_get(*page, origin());
  request.transport.reset();
  const auto exchange = command(request.line());
  if (exchange.ok() || exchange.error())
    reads("E9", exchange.ok() ? "<transport_type> may be left out" : "<transport_type> must be given");
  owe("HC-20", "a line without <transport_type> is taken").ok(exchange);
  owe("HC-20", "as plain HTTP").that(requests_of(*page), Eq(1U));
}

const bool smoke = in_smoke({"HttpClientTarget.IsTheUrlWhereHostAndPathDisagree/GET",
                             "HttpClientTarget.IsHostAndPathWhereTheUrlIsEmpty/Plain"});

}  // namespace
