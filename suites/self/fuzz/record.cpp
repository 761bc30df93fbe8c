// The readers of records under damaged ones: what parses comes back the same through to_line, and a tape is
// read to its end.
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "harness/record/reader.hpp"
#include "harness/record/tape.hpp"

namespace {

void read_to_its_end(attest::record::TapeReader tape) {
  using namespace attest::record;
  while (!tape.over()) {
    const auto next = tape.next();
    const bool moved = next.question      ? tape.answer(next.what).has_value()
                       : next.what == 't' ? tape.time().has_value()
                                          : tape.token(next.what);
    if (!moved) return;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace attest::record;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  std::vector<Event> events;
  LineSplitter splitter;
  const auto done = splitter.feed(bytes, [&](std::string_view line) -> attest::Status {
    const auto event = parse_line(line);
    if (!event) return {};
    const auto again = parse_line(to_line(*event));
    if (!again || again->at != event->at || again->type != event->type || again->fields != event->fields)
      std::abort();
    events.push_back(*event);
    return {};
  });
  for (const auto& host : hosts_in(events))
    for (const auto& one : host.cases)
      if (one.begin > one.end || one.end > events.size()) std::abort();
  for (const auto& event : events)
    if (event.type == "tape") read_to_its_end(TapeReader(event.fields));
  return done ? 0 : 1;
}
