// Moments of the calendar, as records have them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace attest::reports {

/// Milliseconds since 1970 of "2026-01-02T03:04:05Z" (with a fraction of a second or without); nothing for
/// another form.
[[nodiscard]] std::optional<std::int64_t> epoch_ms(std::string_view utc);

/// The system's clock, in that form, to the second.
[[nodiscard]] std::string now_utc();

}  // namespace attest::reports
