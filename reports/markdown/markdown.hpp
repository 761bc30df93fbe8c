// A run in a comment: for a pull request or a chat. The decision first, then what is wrong, each line with a
// link into the page; what does not fit is counted. Whatever a device said stands in code spans, in which
// nothing acts.
#pragma once

#include <cstddef>
#include <string>

#include "harness/spec/judgement.hpp"

namespace attest::reports {

struct MarkdownOptions {
  std::string page = "report.html";  ///< where the page is: a URL, or a path beside the comment
  std::size_t most = 10;             ///< lines of each kind
};

[[nodiscard]] std::string markdown_summary(const spec::Judgement& judgement,
                                           const MarkdownOptions& options = {});

}  // namespace attest::reports
