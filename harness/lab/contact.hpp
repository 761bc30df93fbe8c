// What is said of a device with which no contact is made.
#pragma once

#include <string_view>

#include "harness/base/result.hpp"
#include "harness/transport/link.hpp"

namespace attest::lab {

/// A bench error: where AT was sent so many times and for how long, what came instead of an answer, and what
/// to do. `heard`: the last that came; empty: nothing ever did.
[[nodiscard]] tl::unexpected<Error> no_contact(const transport::Link& link, int tries, Nanos span,
                                               std::string_view heard);

}  // namespace attest::lab
