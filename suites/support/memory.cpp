#include "suites/support/memory.hpp"

#include <utility>

namespace attest::suites {
namespace {

std::vector<Memory>& all() {
  static std::vector<Memory> known;
  return known;
}

}  // namespace

bool remember(Memory memory) {
  all().push_back(std::move(memory));
  return true;
}

const std::vector<Memory>& memories() {
  return all();
}

}  // namespace attest::suites
