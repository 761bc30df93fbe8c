// The name server's reader of questions: what it takes for one is a part of the packet, and every answer fits
// into a datagram and is no query itself.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "server/dns/message.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace attest::server::dns;
  static const std::vector<Ipv4> many(60, Ipv4{127, 0, 0, 1});
  const std::string_view packet(reinterpret_cast<const char*>(data), size);
  const auto query = parse_query(packet);
  if (query.kind == Parsed::Kind::drop) return 0;
  const auto& wire = query.question.wire;
  if (packet.substr(12, wire.size()) != wire || normal_name(query.question.name) != query.question.name)
    std::abort();
  for (const auto& addresses : {std::vector<Ipv4>{}, many}) {
    const auto answer = encode_answer(query, query.rcode, addresses, 60);
    if (answer.size() > kMostUdp || parse_query(answer).kind != Parsed::Kind::drop) std::abort();
  }
  return 0;
}
