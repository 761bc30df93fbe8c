// What may stand in Markdown (CommonMark, and what GitHub and GitLab add to it), whoever said it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace attest::reports {

/// A code span on one line: within it nothing is markup, HTML, a mention or a link. It may stand wherever
/// text may, but in a table. Cut after `most` bytes.
[[nodiscard]] std::string code_span(std::string_view text, std::size_t most = 160);

/// A link whose text is such a span. `target` is a URL of our own.
[[nodiscard]] std::string code_link(std::string_view text, std::string_view target, std::size_t most = 160);

}  // namespace attest::reports
