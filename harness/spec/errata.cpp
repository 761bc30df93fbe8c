#include "harness/spec/errata.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace attest::spec {
namespace embedded {
std::string_view file(std::string_view name);
}

const std::vector<Erratum>& errata() {
  static const auto all = [] {
    std::vector<Erratum> out;
    const auto file = nlohmann::json::parse(embedded::file("errata.json"));
    for (const auto& one : file.at("errata"))
      out.push_back(
          {one.at("id"), one.at("where"), one.at("says"), one.at("reading"), one.at("requirements")});
    return out;
  }();
  return all;
}

const Erratum* erratum(std::string_view id) {
  const auto found =
      std::find_if(errata().begin(), errata().end(), [&](const Erratum& one) { return one.id == id; });
  return found == errata().end() ? nullptr : &*found;
}

}  // namespace attest::spec
