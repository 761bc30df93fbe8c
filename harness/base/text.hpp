// Small things about words.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace attest {

[[nodiscard]] std::vector<std::string_view> split(std::string_view text, char at);
[[nodiscard]] std::string joined(const std::vector<std::string>& words, std::string_view between);

/// `*` any run, `?` any one character; the whole text must match. For --select and for unsolicited lines.
[[nodiscard]] bool glob(std::string_view pattern, std::string_view text);

/// The word of `known` nearest to `wrong` (by edit distance), or empty if none is near: "did you mean …?".
[[nodiscard]] std::string nearest(std::string_view wrong, const std::vector<std::string>& known);

}  // namespace attest
