// Packing, which zlib does.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace attest::server::ota {

/// The same bytes always give the same stream: no name and no time in it.
[[nodiscard]] std::string gzip(std::string_view raw);

/// Nothing if it is no whole gzip stream, or if something comes behind it. Stops beyond `most` bytes, of
/// which one more is then there.
[[nodiscard]] std::optional<std::string> gunzip(std::string_view packed, std::size_t most);

}  // namespace attest::server::ota
