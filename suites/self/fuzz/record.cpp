// The reader of records under damaged ones: what parses comes back the same through to_line.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "harness/record/reader.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace attest::record;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  LineSplitter splitter;
  const auto done = splitter.feed(bytes, [](std::string_view line) -> attest::Status {
    const auto event = parse_line(line);
    if (!event) return {};
    const auto again = parse_line(to_line(*event));
    if (!again || again->at != event->at || again->type != event->type || again->fields != event->fields)
      std::abort();
    return {};
  });
  return done ? 0 : 1;
}
