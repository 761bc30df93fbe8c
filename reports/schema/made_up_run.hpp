// For tests of the writers: made-up runs, one of them with something of everything.
#pragma once

#include "harness/record/testing.hpp"

namespace attest::reports {

inline record::Script made_up_run() {
  record::Script run;
  run.run({{"General.AnswersAt", {"GEN-01", "GEN-02"}},
           {"HttpClientGet.UsesTheMethod", {"HC-02"}},
           {"HttpClientGet.DeliversTheBody", {"HC-11", "HC-12"}},
           {"HttpPost.SendsTheBody", {"CP-03"}},
           {"Ota.Downloads", {"OT-02"}},
           {"Smart.Advertises", {"SS-01"}}},
          {{"attest", "0.1.0"},
           {"wall", "2024-05-06T07:08:09Z"},
           {"seed", 7238},
           {"command", {"attest", "run", "--link", "virtual"}},
           {"profile", {{"name", "bk7238"}, {"set_by_user", {"deadlines.network"}}}}});
  run.put(
      "device",
      {{"device", "dut0"}, {"link", "serial:/dev/pts/7"}, {"virtual", true}, {"firmware", "BK7238 AT 1.0"}});
  run.passing("General.AnswersAt", {"GEN-01", "GEN-02"});
  run.begin("HttpClientGet.UsesTheMethod", {"HC-02"}).check("HttpClientGet.UsesTheMethod", "HC-02");
  run.deviation("HttpClientGet.UsesTheMethod", "size-in-brackets", "HC-10")
      .end("HttpClientGet.UsesTheMethod");
  const std::string body = "HttpClientGet.DeliversTheBody";
  run.begin(body, {"HC-11", "HC-12"}).step(body, "GET a body of 5 bytes");
  run.check(body, "HC-11", "fail", "\"hello\"", "\"hell\"").check(body, "HC-12");
  run.deviation(body, "size-in-brackets", "HC-10", "+HTTPCLIENT:(4),hell").end(body, "fail");
  run.begin("HttpPost.SendsTheBody", {"CP-03"}).check("HttpPost.SendsTheBody", "CP-03");
  run.unexplained("HttpPost.SendsTheBody", "\x01\xff<&>\"").end("HttpPost.SendsTheBody");
  run.begin("Ota.Downloads", {"OT-02"})
      .check("Ota.Downloads", "OT-02", "inconc", "the whole file", "not judged: silent");
  run.end("Ota.Downloads", "inconc").blocked("Smart.Advertises", "this bench has no BLE adapter");
  run.put("fault", {{"fault", "device"},
                    {"what", "the device was silent for 30 s"},
                    {"cure", "look at its power"},
                    {"device", "dut0"}});
  run.put("measure", {{"name", "at_ok"},
                      {"requirement", "GEN-14"},
                      {"unit", "ms"},
                      {"values", {1.25, 2, 3}},
                      {"limit", 50},
                      {"device", "dut0"}});
  return run.done();
}

/// One case that passed, and one that the profile made not applicable.
inline record::Script run_without_http_get_size() {
  record::Script run;
  run.run({{"A.A", {"HC-01"}}, {"A.B", {"GS-01"}}});
  run.put("case.inapplicable",
          {{"case", "A.B"},
           {"reason", "not applicable: profile p does not claim HTTPGETSIZE (claims.commands)"}});
  run.passing("A.A", {"HC-01"});
  return run.done();
}

}  // namespace attest::reports
