// OT-07, OT-08: images that no bootloader may take.
#include <fmt/format.h>

#include "suites/support/stage.hpp"
#include "suites/support/update.hpp"

namespace {
using namespace attest;
using namespace attest::suites;
using server::ota::Damage;

struct Spoilt {
  const char* name;
  Damage damage;
};
constexpr Spoilt kSpoilt[] = {{"magic", Damage::magic},         {"header_crc", Damage::header_crc},
                              {"partition", Damage::partition}, {"body_crc", Damage::body_crc},
                              {"body_bit", Damage::body_bit},   {"hash", Damage::hash}};

ATTEST_SWEEP_ON(UpdateCase, OtaImage, IsNotAppliedWhereItIsDamaged, kSpoilt, "OT-07") {
  const auto before = running();
  const auto bad = damaged(row.damage);
  const auto file = offer(bad);
  const auto update = refuse(url(*file), profile().deadlines().update);
  owe("OT-07", fmt::format("an image with a wrong {} leaves the old version running", row.name))
      .only_if(before.find(bad.version) == std::string::npos, kRanItBefore)
      .met(update.still_runs(before), before, update.running());
}

ATTEST_CASE_ON(UpdateCase, OtaImage, IsNotAppliedWhereItDoesNotFit, "OT-08") {
  if (!profile().facts().ota_partition)
    throw CannotTell("nobody has said how large the OTA partition is: set facts.ota_partition");
  const auto before = running();
  const auto large = damaged(Damage::too_large);
  const auto file = offer(large);
  const auto update = refuse(url(*file), profile().deadlines().update);
  owe("OT-08", "a file larger than the OTA partition leaves the old version running")
      .met(update.still_runs(before), before, update.running());
}

}  // namespace
