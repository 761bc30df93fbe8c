// HC-45, GS-03, CP-11: the lines of the manual's examples, to the letter. Their host names lead to the local
// server.
#include <fmt/format.h>

#include "suites/support/cert.hpp"
#include "suites/support/cpost.hpp"

namespace {
using namespace attest;
using namespace attest::suites;

constexpr std::string_view kForm = "field1=value1&field2=value2";

/// One Host header with that name; its default port may stand there (RFC 9110, 7.2).
auto for_host(const std::string& name, int default_port = 80) {
  return ElementsAre(AnyOf(name, fmt::format("{}:{}", name, default_port)));
}

struct Example {
  std::string_view name, line, method, path, body;
};
const std::vector<Example> kPlain{
    {"Head", "AT+HTTPCLIENT=1,0,http://httpbin.org/get,httpbin.org,/get,1", "HEAD", "/get", ""},
    {"Get", "AT+HTTPCLIENT=2,0,http://httpbin.org/get,httpbin.org,/get,1", "GET", "/get", ""},
    {"Post", "AT+HTTPCLIENT=3,0,http://httpbin.org/post,httpbin.org,/post,1,field1=value1&field2=value2",
     "POST", "/post", kForm}};

ATTEST_SWEEP(HttpClientExample, Works, kPlain, "HC-45") {
  blame("HC-45");
  const auto record = name("httpbin.org");
  const auto page =
      serve_at_standard_port(std::string(row.path), {.content_type = "application/json", .body = "{}"});
  const auto reply = command(row.line);
  const auto served = request_of(*page);
  owe("HC-45", "the example line is answered OK").ok(reply);
  owe("HC-45", "its method comes to the server").given(reply).that(served.method, Eq(row.method));
  owe("HC-45", "with its data").given(reply).that(served.body, Eq(row.body));
  owe("HC-45", "for its host").given(reply).that(served.values("Host"), for_host("httpbin.org"));
  if (row.method != "HEAD")
    owe("HC-45", "the response is delivered").given(reply).that(data_of(reply), Eq("{}"));
}

const std::vector<Example> kSecure{
    {"GetOverTls", "AT+HTTPCLIENT=2,0,https://www.baidu.com/,www.baidu.com,/,2", "GET", "/", ""},
    {"PostOverTls", "AT+HTTPCLIENT=3,0,https://www.baidu.com/,www.baidu.com,/,2,hello", "POST", "/",
     "hello"}};

ATTEST_SWEEP_ON(CertCase, HttpClientExample, WorksOverTls, kSecure, "HC-45") {
  blame("HC-45");
  const auto record = name("www.baidu.com");
  const auto page = serve_securely_at_standard_port(std::string(row.path), server::Leaf::good,
                                                    {.content_type = "text/html", .body = "<html></html>"});
  need_to_be_trusted();
  trust_if_possible(server::Ca::rsa);
  const auto reply = command(row.line);
  const auto served = request_of(*page);
  owe("HC-45", "the example line is answered OK").ok(reply);
  owe("HC-45", "its method comes to the server").given(reply).that(served.method, Eq(row.method));
  owe("HC-45", "with its data").given(reply).that(served.body, Eq(row.body));
  owe("HC-45", "for its host").given(reply).that(served.values("Host"), for_host("www.baidu.com", 443));
  owe("HC-45", "the response is delivered").given(reply).that(data_of(reply), Eq("<html></html>"));
}

ATTEST_CASE(HttpGetSizeExample, Works, "GS-03") {
  blame("GS-03");
  const auto record = name("www.baidu.com");
  const auto page = serve_at_standard_port("/img/bdlogo.gif",
                                           {.content_type = "image/gif", .body = std::string(1575, 'G')});
  const auto reply = command("AT+HTTPGETSIZE=http://www.baidu.com/img/bdlogo.gif");
  owe("GS-03", "the example line is answered OK").ok(reply);
  owe("GS-03", "with the size of the picture")
      .given(reply)
      .met(reply.number_of("HTTPGETSIZE") == 1575U, "1575", came_to(reply));
  owe("GS-03", "for its host").given(reply).that(request_of(*page).values("Host"), for_host("www.baidu.com"));
}

ATTEST_CASE(HttpCPostExample, Works, "CP-11") {
  blame("CP-11");
  const auto record = name("httpbin.org");
  const auto page = serve_at_standard_port("/post", {.content_type = "application/json", .body = "{}"});
  const auto asked = command("AT+HTTPCPOST=http://httpbin.org/post,27");
  const bool prompted = asked.outcome == at::Outcome::prompted;
  owe("CP-11", "the example line is prompted for its data")
      .met(prompted, "OK and the prompt >", came_to(asked));
  if (!prompted) return;
  const auto reply = data(kForm);
  const auto served = request_of(*page);
  owe("CP-11", "the example ends in SEND OK").send_ok(reply);
  owe("CP-11", "its data come to the server").given(reply).that(served.body, Eq(kForm));
  owe("CP-11", "for its host").given(reply).that(served.values("Host"), for_host("httpbin.org"));
}

const bool smoke =
    in_smoke({"HttpClientExample.Works/Get", "HttpGetSizeExample.Works", "HttpCPostExample.Works"});

}  // namespace
