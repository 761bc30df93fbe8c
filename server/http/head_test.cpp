#include "server/http/head.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

namespace attest::server {
namespace {
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;

constexpr std::string_view kGood =
    "GET /a?b=c HTTP/1.1\r\nHost: 10.0.0.1:8080\r\nX-One: 1\r\nx-one:  2 \r\n\r\n";

TEST(Head, IsReadAsItWasWritten) {
  const auto head = parse_head(kGood);
  EXPECT_EQ(head.method, "GET");
  EXPECT_EQ(head.target, "/a?b=c");
  EXPECT_EQ(head.version, "HTTP/1.1");
  EXPECT_THAT(head.headers,
              ElementsAre(Pair("Host", "10.0.0.1:8080"), Pair("X-One", "1"), Pair("x-one", "2")));
  EXPECT_THAT(head.faults, IsEmpty());
  EXPECT_TRUE(head.keep_alive);
  EXPECT_TRUE(head.framed);
}

TEST(Head, EndsAtTheSamePlaceHoweverItArrives) {
  for (const std::string_view text : {kGood, std::string_view("\r\nGET / HTTP/1.1\nHost: x\n\n"),
                                      std::string_view("GET / HTTP/1.1\r\nHost: x\n\r\n")}) {
    const auto bytes = std::string(text) + "GET /next";
    std::size_t seen = 0;
    for (std::size_t size = 0; size < text.size(); seen = size++)
      EXPECT_FALSE(head_length(std::string_view(bytes).substr(0, size), seen)) << size;
    EXPECT_EQ(head_length(bytes, seen), text.size());
    EXPECT_EQ(head_length(bytes), text.size());
  }
}

struct Row {
  std::string_view name, head, fault;
};
void PrintTo(const Row& row, std::ostream* out) {
  *out << row.name;
}

class MalformedHead : public ::testing::TestWithParam<Row> {};

TEST_P(MalformedHead, IsNamed) {
  EXPECT_THAT(parse_head(GetParam().head).faults, Contains(HasSubstr(GetParam().fault)));
}

INSTANTIATE_TEST_SUITE_P(
    Table, MalformedHead,
    ::testing::Values(
        Row{"BareLineFeed", "GET / HTTP/1.1\r\nHost: x\nA: b\r\n\r\n", "bare LF at the end of line 2"},
        Row{"EmptyLineFirst", "\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n", "\\r\\n before the request line"},
        Row{"NoVersion", "GET /\r\nHost: x\r\n\r\n", "bad request line: GET /"},
        Row{"TwoSpaces", "GET  / HTTP/1.1\r\nHost: x\r\n\r\n", "bad request line"},
        Row{"SpaceAtTheEnd", "GET / HTTP/1.1 \r\nHost: x\r\n\r\n", "bad request line"},
        Row{"SpaceInTheTarget", "GET /a b HTTP/1.1\r\nHost: x\r\n\r\n", "' ' in the target"},
        Row{"NoTarget", "GET HTTP/1.1\r\nHost: x\r\n\r\n", "bad request line"},
        Row{"OldVersion", "GET / HTTP/1.0\r\nHost: x\r\n\r\n", "version HTTP/1.0"},
        Row{"LowerCaseMethod", "get / HTTP/1.1\r\nHost: x\r\n\r\n", "method get"},
        Row{"AbsoluteForm", "GET http://x/a HTTP/1.1\r\nHost: x\r\n\r\n", "absolute-form target http://x/a"},
        Row{"NoSlash", "GET a HTTP/1.1\r\nHost: x\r\n\r\n", "does not begin with a slash"},
        Row{"Fragment", "GET /a#b HTTP/1.1\r\nHost: x\r\n\r\n", "'#' in the target"},
        Row{"Quote", "GET /\"a\" HTTP/1.1\r\nHost: x\r\n\r\n", "in the target"},
        Row{"HighByte", "GET /\xc3\xa4 HTTP/1.1\r\nHost: x\r\n\r\n", "'\\xc3' in the target"},
        Row{"BadEscape", "GET /%4 HTTP/1.1\r\nHost: x\r\n\r\n", "'%' in the target without two hex digits"},
        Row{"NoHost", "GET / HTTP/1.1\r\nA: b\r\n\r\n", "no Host header"},
        Row{"TwoHosts", "GET / HTTP/1.1\r\nHost: x\r\nhost: x\r\n\r\n", "2 Host headers"},
        Row{"EmptyHost", "GET / HTTP/1.1\r\nHost:\r\n\r\n", "Host is not host[:port]: ''"},
        Row{"UrlAsHost", "GET / HTTP/1.1\r\nHost: http://x/\r\n\r\n", "Host is not host[:port]"},
        Row{"WordAsPort", "GET / HTTP/1.1\r\nHost: x:http\r\n\r\n", "Host is not host[:port]"},
        Row{"NoColon", "GET / HTTP/1.1\r\nHost: x\r\nhello\r\n\r\n",
            "line 3 is no header, it has no colon: hello"},
        Row{"SpaceBeforeColon", "GET / HTTP/1.1\r\nHost : x\r\n\r\n", "header name that is no token: Host "},
        Row{"NoName", "GET / HTTP/1.1\r\nHost: x\r\n: v\r\n\r\n", "header name that is no token"},
        Row{"Folded", "GET / HTTP/1.1\r\nHost: x\r\nA: b\r\n  c\r\n\r\n", "line 4 continues a header"},
        Row{"Nul", std::string_view("GET / HTTP/1.1\r\nHost: x\r\nA: \0b\r\n\r\n", 35),
            "control character 0x00 in line 3"},
        Row{"CarriageReturn", "GET / HTTP/1.1\r\nHost: x\r\nA: b\rc\r\n\r\n",
            "control character 0x0d in line 3"},
        Row{"PostWithoutLength", "POST / HTTP/1.1\r\nHost: x\r\n\r\n", "POST with neither Content-Length"},
        Row{"GetWithBody", "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\n", "a body on GET"},
        Row{"HeadWithBody", "HEAD / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\n", "a body on HEAD"},
        Row{"DeleteWithChunks", "DELETE / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n",
            "a body on DELETE"},
        Row{"NegativeLength", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
            "Content-Length is no number: '-1'"},
        Row{"HugeLength", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n",
            "Content-Length is no number"},
        Row{"TwoLengths", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n",
            "2 Content-Length headers"},
        Row{"BothFramings",
            "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
            "both Transfer-Encoding and"},
        Row{"OtherCoding", "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n",
            "last coding is not chunked"}),
    [](const auto& row) { return std::string(row.param.name); });

class WellFormedHead : public ::testing::TestWithParam<std::string_view> {};

TEST_P(WellFormedHead, IsNotAccused) {
  EXPECT_THAT(parse_head(GetParam()).faults, IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(
    Table, WellFormedHead,
    ::testing::Values("DELETE / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n",
                      "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n",
                      "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, Chunked\r\n\r\n",
                      "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", "PROPFIND / HTTP/1.1\r\nHost: x\r\n\r\n",
                      "GET /%C3%A4?a=b&c=d/?:@!$'()*+,;= HTTP/1.1\r\nhOST:example.org\r\n\r\n",
                      "GET / HTTP/1.1\r\nHost: [fe80::1]:80\r\nA:\t\xe4 \t\r\nEmpty:\r\n\r\n"));

TEST(Head, KnowsWhetherTheConnectionGoesOn) {
  const auto keeps = [](std::string_view version, std::string_view connection) {
    return parse_head(fmt::format("GET / {}\r\nHost: x\r\nConnection: {}\r\n\r\n", version, connection))
        .keep_alive;
  };
  EXPECT_TRUE(keeps("HTTP/1.1", "keep-alive"));
  EXPECT_TRUE(keeps("HTTP/1.0", "Keep-Alive"));
  EXPECT_FALSE(keeps("HTTP/1.1", "Close"));
  EXPECT_FALSE(keeps("HTTP/1.1", "upgrade, close"));
  EXPECT_FALSE(keeps("HTTP/1.0", "x"));
}

TEST(Head, IsNotFramedWhenItsLengthIsAmbiguous) {
  const auto framed = [](std::string_view fields) {
    return parse_head(fmt::format("POST / HTTP/1.1\r\nHost: x\r\n{}\r\n\r\n", fields)).framed;
  };
  EXPECT_TRUE(framed("Content-Length: 3"));
  EXPECT_TRUE(framed("Content-Length: 3\r\nContent-Length: 3"));
  EXPECT_FALSE(framed("Content-Length: 3\r\nContent-Length: 4"));
  EXPECT_FALSE(framed("Content-Length: three"));
  EXPECT_FALSE(framed("Content-Length: 3\r\nTransfer-Encoding: chunked"));
}

TEST(Target, HasAPathInEitherForm) {
  EXPECT_EQ(path_of("/a/b?c=/d"), "/a/b");
  EXPECT_EQ(path_of("http://x:80/a?b"), "/a");
  EXPECT_EQ(path_of("http://x"), "/");
  EXPECT_EQ(path_of("/go?to=http://x/y"), "/go");
  EXPECT_EQ(path_of(""), "");
}

TEST(NextRequest, IsToldFromMoreOfABody) {
  for (const auto* bytes : {"G", "GET", "GET ", "POST /", "OPTIONS *", "GET http://x/", "PROPFIND /"})
    EXPECT_TRUE(like_a_request(bytes)) << bytes;
  for (const auto* bytes : {"\r\n", "LO", "field=value", "{}", "HELLO WORLD", "A=B /", " GET /", "get /"})
    EXPECT_FALSE(like_a_request(bytes)) << bytes;
}

}  // namespace
}  // namespace attest::server
