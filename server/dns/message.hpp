// DNS messages (RFC 1035) as far as a name server of the lab needs them: questions read from anybody's bytes,
// answers written. Pure functions.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace attest::server::dns {

constexpr std::uint16_t kTypeA = 1, kTypeCname = 5, kTypeAaaa = 28, kTypeAny = 255;
constexpr std::uint16_t kClassIn = 1, kClassAny = 255;
/// What a UDP message may be long without EDNS (RFC 1035, 4.2.1). EDNS is not answered, as servers of before
/// it do.
constexpr std::size_t kMostUdp = 512;

enum class Rcode : std::uint8_t {
  noerror = 0,
  formerr = 1,
  servfail = 2,
  nxdomain = 3,
  notimp = 4,
  refused = 5
};

struct Question {
  std::string
      name;  ///< lower case, without the last dot; dots and odd bytes within a label as `\.` and `\DDD`
  std::uint16_t type = 0, klass = 0;
  std::string wire;  ///< as it came, with the case of its letters: clients may compare it
};

struct Parsed {
  enum class Kind {
    drop,   ///< no query: too short for a header, or a response
    error,  ///< a query that gets `rcode` and no more
    query
  } kind = Kind::drop;
  Rcode rcode = Rcode::noerror;
  std::uint16_t id = 0;
  std::uint8_t opcode = 0;
  bool recursion_desired = false;
  Question question{};
};

/// Exactly one question. A compression pointer in it is an error: there is nothing before it that it could
/// point to. What comes after the question (EDNS) is not looked at.
[[nodiscard]] Parsed parse_query(std::string_view packet);

using Ipv4 = std::array<std::uint8_t, 4>;

/// The answer to a query, or to the error in it. Addresses that do not fit into kMostUdp are left out, and TC
/// says so. With an alias the name is one (CNAME) for it, and the addresses are the alias's.
[[nodiscard]] std::string encode_answer(const Parsed& query, Rcode rcode, const std::vector<Ipv4>& addresses,
                                        std::uint32_t ttl, std::string_view alias = {});

/// Lower case and without the last dot, as Question::name.
[[nodiscard]] std::string normal_name(std::string_view name);

}  // namespace attest::server::dns
