// HC-36, HC-37, HC-39 … HC-41: bodies of every kind and size are delivered unchanged.
#include <fmt/format.h>

#include "harness/base/bytes.hpp"
#include "suites/support/case.hpp"
#include "suites/support/http.hpp"
#include "suites/support/stage.hpp"

namespace {
using namespace attest;
using namespace attest::suites;
using Framing = server::Response::Framing;

/// Printable text of that length in which no stretch looks like another, so that a shift shows.
std::string text_of(std::size_t length, Random& random) {
  std::string text = random.word(length);
  for (std::size_t i = 63; i < text.size(); i += 64) text[i] = '-';
  return text;
}

class Delivered : public Case {
 protected:
  void expect_whole(std::string_view requirement, std::string_view what, server::Response response) {
    const std::string body = response.body;
    const auto page = serve(std::move(response));
    const auto exchange = command(http_get(*page, origin()).line());
    owe(requirement, fmt::format("{} ends in OK", what)).ok(exchange);
    owe(requirement, fmt::format("{} is delivered whole", what))
        .given(exchange)
        .only_if(exchange.ok(), came_to(exchange))
        .same_bytes(data_of(exchange), body);
  }
};

struct Chunks {
  std::string_view name;
  std::size_t size, chunk;
};
const std::vector<Chunks> kChunks{{"One", 100, 100},
                                  {"Three", 100, 40},
                                  {"SingleBytes", 20, 1},
                                  {"TwoDigitSizes", 300, 16},
                                  {"ThreeDigitSizes", 1200, 400}};

ATTEST_SWEEP_ON(Delivered, HttpClientBody, InChunksIsDecoded, kChunks, "HC-36") {
  expect_whole("HC-36", "a chunked body",
               {.content_type = "text/plain",
                .body = text_of(row.size, random()),
                .framing = Framing::chunked,
                .chunk = row.chunk});
}

struct Size {
  std::string_view name;
  std::size_t size;
};
const std::vector<Size> kClosed{{"1", 1}, {"700", 700}, {"701", 701}, {"1461", 1461}};

ATTEST_SWEEP_ON(Delivered, HttpClientBody, EndedByCloseIsDelivered, kClosed, "HC-37") {
  expect_whole("HC-37", "a body ended by close",
               {.content_type = "text/plain",
                .body = text_of(row.size, random()),
                .framing = Framing::until_close,
                .keep_alive = false});
}

struct Text {
  std::string_view name;
  std::string text;
};
const std::vector<Text> kLookalikes{{"Ok", "OK"},
                                    {"OkLine", "first\r\nOK\r\nlast"},
                                    {"ErrorLine", "\r\nERROR\r\nmore"},
                                    {"Header", "+HTTPCLIENT:3,abc\r\nOK\r\n"},
                                    {"Prompt", ">\r\n> "},
                                    {"LineBreaks", "\r\n\r\na\r\n\r\n"},
                                    {"Boot", "a\r\nready\r\nb"},
                                    {"SendOk", "SEND OK\r\nSEND FAIL\r\n"}};

ATTEST_SWEEP_ON(Delivered, HttpClientBody, ThatLooksLikeAReplyIsDelivered, kLookalikes, "HC-39") {
  blame("HC-39");
  expect_whole("HC-39", "a body that looks like a reply", {.content_type = "text/plain", .body = row.text});
}

ATTEST_CASE_ON(Delivered, HttpClientBody, OfAllByteValuesIsDelivered, "HC-40") {
  blame("HC-40");
  std::string all;
  for (int i = 0; i < 256; ++i) all += static_cast<char>(i);
  expect_whole("HC-40", "a binary body", {.body = all});
}

const std::vector<Size> kEdges{{"1", 1},       {"255", 255},     {"256", 256},    {"257", 257},
                               {"511", 511},   {"512", 512},     {"513", 513},    {"1023", 1023},
                               {"1024", 1024}, {"1025", 1025},   {"1459", 1459},  {"1460", 1460},
                               {"1461", 1461}, {"2047", 2047},   {"2048", 2048},  {"2049", 2049},
                               {"4096", 4096}, {"16384", 16384}, {"65536", 65536}};

ATTEST_SWEEP_ON(Delivered, HttpClientBody, AtABufferEdgeIsDelivered, kEdges, "HC-41") {
  need_within(row.size, profile().facts().body_limit, "facts.body_limit");
  measure("body size", "HC-41", "bytes", {static_cast<double>(row.size)});
  expect_whole("HC-41", fmt::format("a body of {} bytes", row.size),
               {.content_type = "text/plain", .body = text_of(row.size, random())});
}

const bool smoke = in_smoke(
    {"HttpClientBody.InChunksIsDecoded/Three", "HttpClientBody.EndedByCloseIsDelivered/700",
     "HttpClientBody.ThatLooksLikeAReplyIsDelivered/OkLine", "HttpClientBody.OfAllByteValuesIsDelivered",
     "HttpClientBody.AtABufferEdgeIsDelivered/1024", "HttpClientBody.AtABufferEdgeIsDelivered/2049"});

}  // namespace
