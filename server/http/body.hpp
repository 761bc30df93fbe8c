// The body of a request: so many bytes, or chunks (RFC 9112 section 6 and 7). Bytes in, decoded body out.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "server/http/head.hpp"

namespace attest::server {

class BodyReader {
 public:
  explicit BodyReader(const Head& head);

  /// Takes what belongs to the body from the front of `bytes`, and says how many that were. Call it again
  /// with the rest and more, until done.
  [[nodiscard]] std::size_t take(std::string_view bytes);
  [[nodiscard]] bool done() const { return step_ == Step::done; }
  /// Why the chunks make no sense; the body then ends where the sense does.
  [[nodiscard]] const std::string& fault() const { return fault_; }
  /// What a body that is not done lacks: "Content-Length is 30, and 27 bytes came".
  [[nodiscard]] std::string lacking() const;
  /// The body, decoded. Leaves none behind.
  [[nodiscard]] std::string release() { return std::move(body_); }

 private:
  enum class Step { counted, size_line, chunk, chunk_end, trailer, done };
  [[nodiscard]] std::size_t take_counted(std::string_view bytes, Step then);
  [[nodiscard]] std::size_t take_line(std::string_view bytes);
  void read_line(std::string_view line);
  void read_size(std::string_view line);
  void break_off(std::string why);

  Step step_;
  std::uint64_t length_ = 0;
  std::uint64_t left_ = 0;  // of the body, or of the chunk
  std::string body_, fault_;
};

}  // namespace attest::server
