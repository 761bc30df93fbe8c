// OT-06: a download that does not come to its end is not applied.
#include <fmt/format.h>

#include "suites/support/stage.hpp"
#include "suites/support/update.hpp"

namespace {
using namespace attest;
using namespace attest::suites;

class BrokenOff : public UpdateCase {
 protected:
  void begin() {
    need_damaged();
    before_ = running();
    sound_ = image();
  }
  /// Somewhere in the package.
  [[nodiscard]] std::size_t somewhere() {
    return server::ota::kHeaderSize + random().below(sound_.file.size() - server::ota::kHeaderSize);
  }
  void judge(const Update& update, std::string_view what) {
    owe("OT-06", fmt::format("{} leaves the old version running", what))
        .only_if(before_.find(sound_.version) == std::string::npos, kRanItBefore)
        .met(update.still_runs(before_), before_, update.running());
  }
  std::string before_;
  Image sound_;
};

struct Short {
  const char* name;
  bool announced;
};
constexpr Short kShort[] = {{"shorter_than_announced", true}, {"of_no_announced_length", false}};

ATTEST_SWEEP_ON(BrokenOff, OtaDownload, IsNotAppliedWhereItIsCutShort, kShort, "OT-06") {
  begin();
  server::Response part{.body = sound_.file.substr(0, somewhere())};
  if (row.announced)
    part.claimed_length = sound_.file.size();
  else
    part.framing = server::Response::Framing::until_close;
  const auto file = serve(std::move(part));
  judge(refuse(url(*file), profile().deadlines().update), "a file cut short");
}

struct Trouble {
  const char* name;
  server::Trouble kind;
};
constexpr Trouble kTroubles[] = {
    {"cut", server::Trouble::cut}, {"reset", server::Trouble::reset}, {"stall", server::Trouble::stall}};

ATTEST_SWEEP_ON(BrokenOff, OtaDownload, IsNotAppliedWhereTheConnectionFails, kTroubles, "OT-06") {
  begin();
  const auto file = offer(sound_);
  const auto before = relay().connections().size();
  const auto trouble = disturb({.kind = row.kind, .place = {server::Place::From::body, somewhere()}});
  const auto update = refuse(url_by_relay(*file), profile().deadlines().update);
  if (row.kind == server::Trouble::stall) {
    const auto all = relay().connections();
    const bool struck = std::any_of(all.begin(), all.end(), [&](const auto& one) {
      return one.connection > before && one.struck.has_value();
    });
    owe("OT-06", "the device gives up a download that stalls")
        .only_if(struck, "it did not come as far")
        .met(std::none_of(all.begin(), all.end(),
                          [&](const auto& one) {
                            return one.connection > before && one.struck && !one.client_left && !one.closed;
                          }),
             fmt::format("within {}", human(profile().deadlines().update)), "the connection is still open");
  }
  judge(update, fmt::format("a download with a {}", row.name));
}

}  // namespace
