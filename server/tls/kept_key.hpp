// Keys that several processes share. Only for tests: whoever reads the folder has them.
#pragma once

#include <filesystem>
#include <functional>

#include "server/tls/openssl.hpp"

namespace attest::server {

/// The private key in the PEM file `file`; if there is none, or none that can be read, the one that `make`
/// returns, which is written there for the next process. Processes may do so at the same time: the file is
/// always whole, and each has a key. Throws a Failure if the file cannot be written.
[[nodiscard]] Key kept_key(const std::filesystem::path& file, const std::function<Key()>& make);

}  // namespace attest::server
