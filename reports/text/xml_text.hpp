// What XML 1.0 can hold.
#pragma once

#include <string>
#include <string_view>

namespace attest::reports {

/// The text with everything that no XML 1.0 document may hold, not even as a character reference (most
/// control characters, U+FFFE, U+FFFF, surrogates, what is no UTF-8), shown as \xNN. Markup is the writer's
/// to escape.
[[nodiscard]] std::string xml_text(std::string_view text);

}  // namespace attest::reports
