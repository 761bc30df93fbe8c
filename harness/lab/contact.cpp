#include "harness/lab/contact.hpp"

#include <fmt/format.h>

#include "harness/base/bytes.hpp"

namespace attest::lab {

tl::unexpected<Error> no_contact(const transport::Link& link, int tries, Nanos span, std::string_view heard) {
  const auto baud = link.line().baud;
  const std::string tried = fmt::format("{}: sent AT {} times in {}", link.name(), tries, human(span));
  if (heard.empty())
    return fail(Fault::bench, fmt::format("{}, and the device answers nothing: not one byte came", tried),
                fmt::format("check power, that TX and RX are crossed, and the line rate ({} now)", baud));
  if (trimmed(heard) == "AT")
    return fail(Fault::bench, fmt::format("{}, and only the echo came back", tried),
                "is this a loopback plug, or a device stuck in data mode? power it off and on");
  return fail(
      Fault::bench, fmt::format("{}, and the device answers garbage: \"{}\"", tried, visible(heard, 60)),
      fmt::format("check the line rate ({} now) and that this is the AT port; if it is another firmware, "
                  "`attest probe` finds how it speaks",
                  baud));
}

}  // namespace attest::lab
