// OT-05: an update that cannot be had is told of, and changes nothing.
#include <fmt/format.h>

#include "suites/support/stage.hpp"
#include "suites/support/update.hpp"

namespace {
using namespace attest;
using namespace attest::suites;

class FailedUpdate : public UpdateCase {
 protected:
  void begin() {
    know_success();
    before_ = running();
  }
  void judge(const Update& update) {
    owe("OT-05", "the old version still answers").met(update.still_runs(before_), before_, update.running());
    const auto news = told(update);
    owe("OT-05", "the failure is told on the UART")
        .met(!news.empty(), "ERROR or a line that does not come with an update that works",
             fmt::format("{}, {} starts", update.text(), update.starts));
  }
  std::string before_;
};

ATTEST_CASE_ON(FailedUpdate, OtaFailure, OfAMissingFileIsTold, "OT-05") {
  begin();
  const auto page = serve({.status = 404,
                           .content_type = "text/html",
                           .body = "<html><head><title>404 Not Found</title></head><body>404</body></html>"});
  judge(refuse(url(*page), profile().deadlines().network));
}

struct Broken {
  const char* name;
  server::Trouble trouble;
};
constexpr Broken kBroken[] = {{"refused", server::Trouble::refuse}, {"reset", server::Trouble::reset}};

ATTEST_SWEEP_ON(FailedUpdate, OtaFailure, OfAConnectionIsTold, kBroken, "OT-05") {
  begin();
  const auto page = serve();
  const auto trouble = disturb({.kind = row.trouble});
  const auto update = refuse(url_by_relay(*page), profile().deadlines().network);
  judge(update);
}

struct Unparsable {
  const char *name, *url;
};
constexpr Unparsable kUnparsable[] = {
    {"nothing", ""}, {"no_host", "http://"}, {"no_scheme", "bk7231_bsp.rbl"}, {"no_url", "://:/"}};

ATTEST_SWEEP_ON(FailedUpdate, OtaFailure, OfAnUnparsableUrlIsTold, kUnparsable, "OT-05") {
  begin();
  judge(refuse(row.url, profile().deadlines().network));
}

}  // namespace
