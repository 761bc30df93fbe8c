// A resource at the origin with a tape, and requests as they stand there.
#pragma once

#include <memory>
#include <string>

#include "suites/support/taped_servers.hpp"

namespace attest::suites {

/// A request's head is in the record (`server`, event head), and its body is as a rule what the device was
/// given to send: the tape points there.
[[nodiscard]] nlohmann::json answer_of(const server::Served& one, Tape& tape);
[[nodiscard]] server::Served served_in(const nlohmann::json& answer, Tape& tape);

class TapedResource final : public server::Resource {
 public:
  TapedResource(Tape& tape, std::string path, std::string url, std::unique_ptr<server::Resource> real);

  const std::string& path() const override { return path_; }
  const std::string& url() const override { return url_; }
  std::vector<server::Served> requests() const override;
  bool wait_for(std::size_t count, Deadline deadline) const override;
  bool wait_answered(std::size_t count, Deadline deadline) const override;
  bool wait_closed(Deadline deadline) const override;

 private:
  Tape& tape_;
  std::unique_ptr<server::Resource> real_;
  std::string path_, url_;
  mutable TapedList<server::Served> requests_;
};

}  // namespace attest::suites
