// A text that must not be seen: a Wi-Fi password, a private key. It has no stream, format or JSON form, so
// that it cannot reach a record, a log or a report by mistake; who needs the text says so by reveal().
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "harness/base/result.hpp"

namespace attest {

class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string text) : text_(std::move(text)) {}
  Secret(const Secret&) = default;
  Secret(Secret&& other) noexcept : text_(other.text_) { other.wipe(); }
  Secret& operator=(const Secret& other);
  Secret& operator=(Secret&& other) noexcept;
  ~Secret() { wipe(); }

  [[nodiscard]] std::string_view reveal() const { return text_; }
  [[nodiscard]] std::size_t size() const { return text_.size(); }
  [[nodiscard]] bool empty() const { return text_.empty(); }
  bool operator==(const Secret&) const = default;

 private:
  void wipe() noexcept;

  std::string text_;
};

/// The first line of a file, without its line end. A file that is not there, is empty or is larger than 4 KiB
/// is a usage error.
[[nodiscard]] Result<Secret> read_secret(const std::filesystem::path& path);

}  // namespace attest
