// GEN-11: the echo comes back unchanged where it is on, and only there; it changes nothing else.
#include "harness/base/bytes.hpp"
#include "suites/support/case.hpp"
#include "suites/support/http.hpp"

namespace {
using namespace attest;
using namespace attest::suites;

/// A reply without its echo: what must not depend on it.
std::string without_echo(const at::Exchange& exchange) {
  std::string rest;
  for (const auto& item : exchange.items)
    if (item.kind == at::Kind::info || item.kind == at::Kind::final) rest += exchange.text(item);
  return rest;
}

ATTEST_CASE(Echo, ComesBackUnchangedOnlyWhereItIsOn, "GEN-11") {
  // A line with letters of both cases, digits and signs: a URL.
  const auto page = serve({.body = "hello"});
  const auto line = http_get_size(page->url());
  owe("GEN-11", "ATE0 is accepted").ok(command("ATE0"));
  const auto quiet = command(line);
  owe("GEN-11", "ATE1 is accepted").ok(command("ATE1"));
  const auto loud = command(line);
  owe("GEN-11", "ATE0 is accepted again").ok(command("ATE0"));
  const auto quiet_again = command(line);

  owe("GEN-11", "with echo off the line does not come back")
      .given(quiet)
      .that(quiet.count(at::Kind::echo), Eq(0U));
  owe("GEN-11", "with echo off again it does not")
      .given(quiet_again)
      .that(quiet_again.count(at::Kind::echo), Eq(0U));
  const auto* echo = loud.find(at::Kind::echo);
  owe("GEN-11", "with echo on it comes back unchanged")
      .given(loud)
      .that(echo == nullptr ? std::string_view{} : loud.text(*echo), StartsWith(spoken(line) + "\r"));
  owe("GEN-11", "the reply is otherwise the same")
      .given(quiet)
      .given(loud)
      .same_bytes(without_echo(loud), without_echo(quiet));
}

/// Longer than what a small buffer holds, and with what is special inside a parameter.
ATTEST_CASE(Echo, IsOfTheWholeLine, "GEN-11") {
  const auto page = serve({.body = "hello"});
  auto request = http_post(*page, origin(), "a,b and \"c\" ");
  while (spoken(request.line()).size() + 8 < std::min<std::size_t>(profile().facts().command_line_limit, 250))
    *request.data += static_cast<char>('a' + request.line().size() % 26);
  const auto line = request.line();
  owe("GEN-11", "ATE1 is accepted").ok(command("ATE1"));
  const auto loud = command(line);
  owe("GEN-11", "ATE0 is accepted").ok(command("ATE0"));
  const auto* echo = loud.find(at::Kind::echo);
  owe("GEN-11", "a long line with escapes comes back unchanged")
      .given(loud)
      .same_bytes(trimmed(echo == nullptr ? std::string_view{} : loud.text(*echo)), spoken(line));
}

}  // namespace
