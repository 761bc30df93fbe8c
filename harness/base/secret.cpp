#include "harness/base/secret.hpp"

#include <string.h>

#include <array>
#include <cerrno>
#include <fstream>

namespace attest {

Secret& Secret::operator=(const Secret& other) {
  if (this != &other) {
    wipe();
    text_ = other.text_;
  }
  return *this;
}

Secret& Secret::operator=(Secret&& other) noexcept {
  if (this != &other) {
    wipe();
    text_ = other.text_;
    other.wipe();
  }
  return *this;
}

/// In place and not to be optimised away: the text also lies in the buffer of a short string.
void Secret::wipe() noexcept {
  ::explicit_bzero(text_.data(), text_.size());
  text_.clear();
}

/// Not by read_file: what is read must not stay behind in a buffer that nobody wipes.
Result<Secret> read_secret(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file)
    return fail(Fault::usage, errno_text("read the secret in " + path.string(), errno),
                "name a file whose first line is the secret");
  std::array<char, 4097> buffer{};
  file.read(buffer.data(), buffer.size());
  const std::string_view all(buffer.data(), static_cast<std::size_t>(file.gcount()));
  std::string_view line = all.substr(0, all.find('\n'));
  if (line.ends_with('\r')) line.remove_suffix(1);
  const bool too_long = all.size() == buffer.size(), empty = line.empty();
  Secret secret{std::string(line)};
  ::explicit_bzero(buffer.data(), buffer.size());
  if (too_long)
    return fail(Fault::usage, path.string() + " is larger than 4 KiB",
                "name a file whose first line is the secret");
  if (empty)
    return fail(Fault::usage, "the first line of " + path.string() + " is empty", "write the secret there");
  return secret;
}

}  // namespace attest
