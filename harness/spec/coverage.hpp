// Which cases judge which requirements, both ways: from a plan, before anything has run.
#pragma once

#include <string>
#include <vector>

#include "harness/spec/catalogue.hpp"

namespace attest::spec {

/// A case and what it declares.
struct Declared {
  std::string id;
  std::vector<std::string> requirements;
};

struct Coverage {
  struct Row {
    std::string requirement;
    std::vector<std::string> cases;  ///< in the order of the plan
  };
  std::vector<Row> rows;               ///< every requirement of the catalogue, in its order
  std::vector<Declared> cases;         ///< every case once, in the order of the plan; its requirements joined
  std::vector<std::string> uncovered;  ///< requirements that no case declares
  std::vector<std::string> unknown;    ///< ids that cases declare and the catalogue has not
  std::vector<std::string> idle;       ///< cases that declare nothing

  /// Two-way and whole: nothing uncovered, unknown or idle.
  [[nodiscard]] bool complete() const { return uncovered.empty() && unknown.empty() && idle.empty(); }
};

[[nodiscard]] Coverage coverage(const std::vector<Declared>& plan, const Catalogue& catalogue);

}  // namespace attest::spec
