// The session on a real pseudo-terminal, with a small device at its other end.
#include <gtest/gtest.h>

#include <thread>

#include "harness/at/session.hpp"
#include "harness/transport/pty.hpp"

namespace attest::at::testing {
namespace {
using namespace std::chrono_literals;

/// Answers each line that ends in CR LF until it reads `AT+END`.
void serve(transport::Link& line, const std::function<std::string(std::string_view)>& answer) {
  const auto limit = Deadline::in(steady_clock(), 60s);
  std::string heard;
  char buffer[4096];
  while (!limit.passed(steady_clock())) {
    const auto arrived = line.read(buffer, limit);
    if (!arrived) return;
    heard.append(buffer, arrived->count);
    for (auto end = heard.find("\r\n"); end != std::string::npos; end = heard.find("\r\n")) {
      const auto command = heard.substr(0, end);
      heard.erase(0, end + 2);
      (void)line.write(answer(command), limit);
      if (command == "AT+END") return;
    }
  }
}

TEST(SessionOnAPty, GetsHundredsOfRepliesAndALargeBody) {
  auto pair = transport::PtyPair::open(steady_clock());
  ASSERT_TRUE(pair) << pair.error().text();
  std::string body(65536, '\0');
  for (std::size_t i = 0; i < body.size(); ++i) body[i] = static_cast<char>(i * 7);
  std::jthread device([&far = pair->far(), &body] {
    serve(far, [&](std::string_view command) {
      if (command == "AT+HTTPCLIENT=2")
        return "\r\n+HTTPCLIENT:" + std::to_string(body.size()) + "," + body + "\r\n\r\nOK\r\n";
      return std::string(command) + "\r\n\r\nOK\r\n";
    });
  });
  const auto address = transport::parse_link(pair->address());
  ASSERT_TRUE(address) << address.error().text();
  auto link = transport::open_link(*address, steady_clock(), Deadline::in(steady_clock(), 5s));
  ASSERT_TRUE(link) << link.error().text();
  Dialect dialect;
  dialect.guard = 0ms;
  Session session(**link, dialect, steady_clock(), nullptr);
  for (int i = 0; i < 300; ++i) {
    const auto x = session.command("AT");
    ASSERT_TRUE(x.ok());
    ASSERT_TRUE(x.deviations.empty()) << x.deviations[0].id;
    ASSERT_EQ(x.received, "AT\r\n\r\nOK\r\n");
  }
  const auto x = session.command("AT+HTTPCLIENT=2");
  EXPECT_TRUE(x.ok());
  ASSERT_TRUE(x.payload());
  EXPECT_TRUE(x.payload()->data == body);
  EXPECT_TRUE(x.deviations.empty());
  EXPECT_TRUE(session.command("AT+END").ok());
}

TEST(SessionOnAPty, TellsThatTheOtherEndIsGone) {
  auto pair = transport::PtyPair::open(steady_clock());
  ASSERT_TRUE(pair) << pair.error().text();
  auto link = transport::open_link(*transport::parse_link(pair->address()), steady_clock(),
                                   Deadline::in(steady_clock(), 5s));
  ASSERT_TRUE(link) << link.error().text();
  Session session(**link, Dialect{}, steady_clock(), nullptr);
  pair->hang_up();
  const auto x = session.command("AT");
  EXPECT_EQ(x.outcome, Outcome::lost);
  EXPECT_NE(x.link_error, "");
}

}  // namespace
}  // namespace attest::at::testing
