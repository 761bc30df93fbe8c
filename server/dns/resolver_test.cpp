// The name server as glibc's resolver sees it, which shares no code with us.
#include <arpa/nameser.h>
#include <gmock/gmock.h>
#include <netdb.h>
#include <resolv.h>

#include <array>

#include "server/dns/names_testing.hpp"

namespace attest::server {
namespace {
using Kind = NameAnswer::Kind;
using ::testing::ElementsAre;

/// One lookup; the addresses, or what the resolver says instead.
std::vector<std::string> look_up(std::uint16_t port, const std::string& name, unsigned long options = 0,
                                 ns_type type = ns_t_a) {
  struct __res_state state {};
  if (::res_ninit(&state) != 0) return {"no resolver"};
  state.nscount = 1;
  state.nsaddr_list[0].sin_family = AF_INET;
  state.nsaddr_list[0].sin_port = htons(port);
  state.nsaddr_list[0].sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  state.retry = 1;
  state.retrans = 10;
  state.options |= options;
  std::array<unsigned char, 4096> answer{};
  const int size = ::res_nquery(&state, name.c_str(), ns_c_in, type, answer.data(), answer.size());
  const int why = state.res_h_errno;
  ::res_nclose(&state);
  if (size < 0) return {::hstrerror(why)};
  ns_msg message;
  if (::ns_initparse(answer.data(), size, &message) != 0) return {"no message"};
  std::vector<std::string> found;
  for (int i = 0; i < ns_msg_count(message, ns_s_an); ++i) {
    ns_rr record;
    std::array<char, INET_ADDRSTRLEN> text{};
    if (::ns_parserr(&message, ns_s_an, i, &record) != 0 || ns_rr_type(record) != ns_t_a)
      return {"no record"};
    ::inet_ntop(AF_INET, ns_rr_rdata(record), text.data(), text.size());
    found.emplace_back(text.data());
  }
  return found;
}

class AResolver : public ::testing::Test {
 protected:
  std::unique_ptr<Names> server_ = must(start_names({}, steady_clock(), {}));
  std::uint16_t port_ = server_->port();
};

TEST_F(AResolver, FindsAddresses) {
  const auto record = server_->answer("update.lab.test", {.addresses = {"192.168.4.2", "192.168.4.3"}});
  EXPECT_THAT(look_up(port_, "update.lab.test"), ElementsAre("192.168.4.2", "192.168.4.3"));
  EXPECT_THAT(look_up(port_, "UPDATE.Lab.Test."), ElementsAre("192.168.4.2", "192.168.4.3"));
}

TEST_F(AResolver, FindsThemWithEdnsToo) {
  const auto record = server_->answer("lab.test", {.addresses = {"10.1.2.3"}});
  EXPECT_THAT(look_up(port_, "lab.test", RES_USE_EDNS0 | RES_USE_DNSSEC), ElementsAre("10.1.2.3"));
}

TEST_F(AResolver, IsToldOfWhatIsNotThere) {
  const auto record = server_->answer("lab.test", {.addresses = {"10.1.2.3"}});
  EXPECT_THAT(look_up(port_, "other.test"), ElementsAre(::hstrerror(HOST_NOT_FOUND)));
  EXPECT_THAT(look_up(port_, "lab.test", 0, ns_t_aaaa), ElementsAre(::hstrerror(NO_DATA)));
}

TEST_F(AResolver, TakesAServerFailureForOne) {
  const auto record = server_->answer("lab.test", {.kind = Kind::servfail});
  EXPECT_THAT(look_up(port_, "lab.test"), ElementsAre(::hstrerror(TRY_AGAIN)));
}

}  // namespace
}  // namespace attest::server
