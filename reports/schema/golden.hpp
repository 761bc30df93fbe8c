// For tests: a text beside the one that is kept. ATTEST_GOLDEN=write in the environment writes the kept one
// anew, to be looked at and committed.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

namespace attest::reports {

inline std::string golden(const std::filesystem::path& path, std::string_view now) {
  const char* asked = std::getenv("ATTEST_GOLDEN");
  if (asked != nullptr && std::string_view(asked) == "write") std::ofstream(path, std::ios::binary) << now;
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace attest::reports
