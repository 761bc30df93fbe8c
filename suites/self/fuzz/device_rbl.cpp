// What the virtual device's bootloader makes of a file that anyone may have put into its flash.
#include "fixtures/virtual_bk7238/ota/rbl.hpp"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t kLargest = std::size_t{1} << 16;
  const vbk::Bytes file(data, size);
  const auto header = vbk::readRblHeader(file);
  // Checksums keep nearly all made-up files out: the unpacking is tried without them as well.
  const vbk::RblChecks none{false, false, false, false, false};
  if (!header || vbk::checkRbl(file, kLargest, none) != vbk::RblProblem::none) return 0;
  std::size_t total = 0;
  const bool whole = vbk::unpackRbl(file, *header, [&](vbk::Bytes piece) {
    total += piece.size();
    if (piece.size() > 4096 || total > header->rawSize) std::abort();
  });
  if (whole && total != header->rawSize) std::abort();
  if (vbk::checkRbl(file, kLargest) == vbk::RblProblem::none && !whole) std::abort();
  return 0;
}
