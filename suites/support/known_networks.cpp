#include "suites/support/known_networks.hpp"

#include <nlohmann/json.hpp>

#include "suites/support/memory.hpp"
#include "suites/support/stage.hpp"

namespace attest::suites {
namespace {

nlohmann::json saved_of_networks() {
  const auto& now = learned_of(*Stage::current);
  auto saved = nlohmann::json::object();
  if (!now.stop.empty()) saved["stop"] = now.stop;
  if (!now.absent.empty()) saved["absent"] = now.absent;
  if (!now.wrong.empty()) saved["wrong"] = now.wrong;
  if (!now.good.empty()) saved["good"] = now.good;
  if (now.knows_failures) saved["knows_failures"] = true;
  return saved;
}

void restore_of_networks(const nlohmann::json& saved) {
  const auto lines = [&](const char* key) { return saved.value(key, std::set<std::string>{}); };
  learned_of(*Stage::current) = {.of = Stage::current,
                                 .stop = saved.value("stop", ""),
                                 .absent = lines("absent"),
                                 .wrong = lines("wrong"),
                                 .good = lines("good"),
                                 .knows_failures = saved.value("knows_failures", false)};
}

const bool remembered = remember({"networks", saved_of_networks, restore_of_networks});

}  // namespace

Learned& learned_of(const Stage& stage) {
  static Learned known;
  if (known.of != &stage) known = {.of = &stage};
  return known;
}

}  // namespace attest::suites
