// Where the manual contradicts itself or is silent, and how it is read: fixtures/errata/errata.json.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace attest::spec {

struct Erratum {
  std::string id, where, says, reading;
  std::vector<std::string> requirements;  ///< that it decides
};

/// All, in the order of their ids.
[[nodiscard]] const std::vector<Erratum>& errata();
/// Or nullptr.
[[nodiscard]] const Erratum* erratum(std::string_view id);

}  // namespace attest::spec
