// CE-09, CE-11: parameters that are wrong, and data that do not come.
#include <fmt/format.h>

#include "suites/support/cert.hpp"
#include "suites/support/stage.hpp"

namespace {
using namespace attest;
using namespace attest::suites;

struct Wrong {
  std::string_view name, parameters;
};
const std::vector<Wrong> kWrong{
    {"Type0", "0,1280"},         {"Type3", "3,1280"},       {"NoLength", "1"},  {"EmptyLength", "1,"},
    {"NoType", ",1280"},         {"NoParameters", ""},      {"Length0", "1,0"}, {"NegativeLength", "1,-1"},
    {"TypeIsAWord", "ram,1280"}, {"LengthIsAWord", "1,all"}};

class WrongParameters : public CertCase {
 protected:
  void refuse(const std::string& parameters) {
    const auto name = cert_name();
    if (name.empty())
      return owe("CE-09", "wrong parameters are ERROR").cannot_tell("no such command (CE-01)");
    const auto refused = ask("AT+" + name + "=" + parameters);
    if (refused.outcome == at::Outcome::silent) return refuse_in_silence();
    owe("CE-09", "wrong parameters are ERROR").error(refused);
    owe("CE-09", "and the next command works").given(refused).ok(command("AT"));
  }

 private:
  /// It refuses slowly, or it waits for data, to end in ERROR when none come. To the one an AT is a command,
  /// which gets a result too; to the other it is data.
  void refuse_in_silence() {
    send_raw("AT\r\n");
    at::Expectation due;
    due.deadline = profile().deadlines().data_wait;
    const auto refused = session().await(due);
    stage().dut().noticed(refused);
    owe("CE-09", "wrong parameters are ERROR").error(refused);
    if (!refused.final) return;
    const auto next = hear(profile().deadlines().command);
    if (next.outcome == at::Outcome::silent) stage().dut().noticed(next);
    owe("CE-09", "and no data are awaited: the next command is one")
        .met(next.final.has_value(), "a result for the AT that followed", came_to(next));
  }
};

ATTEST_SWEEP_ON(WrongParameters, HttpCertParameters, AreRefusedWhereTheyAreWrong, kWrong, "CE-09") {
  blame("CE-09");
  refuse(std::string(row.parameters));
}

ATTEST_CASE_ON(WrongParameters, HttpCertParameters, AreRefusedPastTheLimit, "CE-09") {
  blame("CE-09");
  refuse(fmt::format("1,{}", profile().facts().certificate_limit + 1));
}

ATTEST_CASE_ON(CertCase, HttpCertData, ThatDoNotComeEndTheWait, "CE-11") {
  blame("CE-11");
  const auto whole = trust(server::Ca::rsa);
  const auto some = ca(server::Ca::rsa);
  const auto written =
      write({.length = std::to_string(some.size()), .data = some.substr(0, 300), .short_of_data = true});
  owe("CE-11", "fewer bytes than <length> end in ERROR after the device's own time")
      .only_if(whole.taken(), "all of them are not taken either: " + came_to(whole.answered))
      .error(written.answered);
  if (written.answered.error())
    found(fmt::format("HTTPCERT gives up on missing data after {}",
                      human(written.answered.ended_at - written.data_at)));
  owe("CE-11", "and the next command works").given(written.answered).ok(command("AT"));
}

}  // namespace
