// What may stand in a report, whoever said it.
#pragma once

#include <string>
#include <string_view>

namespace attest::reports {

/// UTF-8 on one line: control characters, marks that turn the direction of writing and what is no UTF-8 made
/// visible; cut after `most` bytes or a little less, with a note of how much was left out. Markup is left as
/// it is.
[[nodiscard]] std::string shown(std::string_view text, std::size_t most);

/// The same for an element or an attribute of HTML: markup escaped.
[[nodiscard]] std::string html_text(std::string_view text, std::size_t most = 4096);

/// JSON for a script element: every `<` as \u003c. In JSON one stands only inside of texts.
[[nodiscard]] std::string json_in_html(std::string_view json);

/// As JavaScript's encodeURIComponent, for fragments of the page.
[[nodiscard]] std::string uri_component(std::string_view utf8);

}  // namespace attest::reports
