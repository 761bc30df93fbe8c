// The AT reader under whatever a device may say: it covers every byte that it was given, once.
// The first byte chooses the command, the second how the rest is cut; the rest is what the device says.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "harness/at/reader.hpp"

namespace {
using attest::Instant;
using namespace attest::at;

void check_cover(const Exchange& exchange) {
  std::size_t at = 0;
  for (const auto& item : exchange.items) {
    if (item.begin != at || item.end <= item.begin) std::abort();
    at = item.end;
  }
  if (at != exchange.received.size()) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static constexpr std::string_view kCommands[] = {
      "AT", "AT+GMR", "AT+HTTPCLIENT=2", "AT+HTTPGETSIZE=u", "AT+HTTPCPOST=u,5", "AT+RST", "AT+HTTPCERT=1,5"};
  if (size < 2) return 0;
  Reading reading;
  reading.expectation = expectation_for(kCommands[data[0] % std::size(kCommands)], Dialect{});
  reading.as = static_cast<Reading::As>(data[0] / std::size(kCommands) % 4);
  const std::size_t step = data[1] + 1U;
  std::string_view bytes(reinterpret_cast<const char*>(data + 2), size - 2);
  Reader reader{Dialect{}};
  reader.expect_echo("AT+GMR\r\n");
  reader.begin(reading);
  std::size_t taken = 0;
  for (; !bytes.empty(); bytes.remove_prefix(std::min(step, bytes.size()))) {
    reader.feed(bytes.substr(0, step), Instant(1));
    if (bytes.size() % 3 == 0) reader.quiet(std::chrono::seconds(bytes.size() % 2));
  }
  for (int rounds = 0; rounds < 3; ++rounds) {
    reader.finish();
    const auto exchange = reader.take();
    check_cover(exchange);
    taken += exchange.received.size();
    Reading idle = reading;
    idle.as = Reading::As::idle;
    idle.after = Reading::After::complete;
    reader.begin(idle);
  }
  if (taken != size - 2) std::abort();
  return 0;
}
