#include "suites/support/known_updates.hpp"

#include <nlohmann/json.hpp>

#include "suites/support/memory.hpp"

namespace attest::suites {
namespace {

std::string masked(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool digit = c >= '0' && c <= '9';
    if (!digit) out += c;
    if (digit && !out.ends_with('#')) out += '#';
  }
  return out;
}

nlohmann::json saved_of_updates() {
  auto saved = nlohmann::json::object();
  if (usual().tried) saved = {{"texts", usual().texts}, {"by_mask", usual().by_mask}};
  if (!runs().empty()) saved["runs"] = runs();
  if (!restart_helps()) saved["hopeless"] = true;
  return saved;
}

void restore_of_updates(const nlohmann::json& saved) {
  usual() = {};
  usual().tried = saved.contains("texts");
  if (usual().tried) {
    saved.at("texts").get_to(usual().texts);
    saved.at("by_mask").get_to(usual().by_mask);
  }
  runs() = saved.value("runs", "");
  restart_helps() = !saved.value("hopeless", false);
}

const bool remembered = remember({"updates", saved_of_updates, restore_of_updates});

}  // namespace

void Usual::learn(const std::vector<Update::Line>& lines) {
  for (const auto& line : lines) {
    texts.insert(line.text);
    by_mask[masked(line.text)].insert(line.text);
  }
}

bool Usual::knows(const std::string& text) const {
  if (text == "ERROR") return false;
  const auto counting = by_mask.find(masked(text));
  return texts.contains(text) || (counting != by_mask.end() && counting->second.size() > 1);
}

Usual& usual() {
  static Usual known;
  return known;
}

std::string& runs() {
  static std::string text;
  return text;
}

bool& restart_helps() {
  static bool helps = true;
  return helps;
}

}  // namespace attest::suites
