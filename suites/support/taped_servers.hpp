// The servers with a tape: the second of the three doors. `real` is null in a replay, here and below.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "server/control/faults.hpp"
#include "server/control/names.hpp"
#include "server/control/origin.hpp"
#include "suites/support/tape.hpp"

namespace attest::suites {

/// A list that only grows, of things that change until they are over, as a door gives it out again and again:
/// what has changed goes on the tape once.
template <class T>
class TapedList {
 public:
  explicit TapedList(std::string name) : name_(std::move(name)) {}

  template <class Real, class Same, class ToAnswer, class FromAnswer>
  std::vector<T> ask(Tape& tape, const Question& question, const Real& real, const Same& same,
                     const ToAnswer& to_answer, const FromAnswer& from_answer) {
    const bool replays = tape.replays();
    const auto answer = tape.list(question, name_, [&] {
      auto now = real();
      Tape::ListAnswer changed{now.size(), {}};
      for (std::size_t i = 0; i < now.size(); ++i)
        if (i >= seen_.size() || !same(seen_[i], now[i])) changed.changes.push_back({i, to_answer(now[i])});
      seen_ = std::move(now);
      return changed;
    });
    if (!replays) return seen_;
    for (const auto& one : answer.changes) {
      if (one.place > changed_.size()) tape.diverge(std::string(question.words), "one of them is missing");
      if (one.place == changed_.size()) changed_.emplace_back();
      changed_[one.place] = one.value;
    }
    if (answer.size > changed_.size()) tape.diverge(std::string(question.words), "not all of them are there");
    seen_.resize(answer.size);
    for (std::size_t i = 0; i < answer.size; ++i)
      if (auto& change = changed_[i]; !change.is_null())
        seen_[i] = from_answer(std::exchange(change, nullptr));
    return seen_;
  }

 private:
  std::string name_;
  std::vector<T> seen_;
  std::vector<nlohmann::json> changed_;  ///< of a replay: what stands in a place and was not looked at yet
};

class TapedOrigin final : public server::Origin {
 public:
  /// `name` and `place`: what it is called on the tape.
  TapedOrigin(Tape& tape, std::string name, std::size_t place, bool tls, server::Origin* real);

  std::unique_ptr<server::Resource> add(server::Response response, std::string_view suffix) override;
  Result<std::unique_ptr<server::Resource>> add_at(server::Response response, std::string path) override;
  std::uint16_t port() const override { return port_; }
  std::string authority() const override { return authority_; }
  const std::string& advertised_host() const override { return host_; }
  std::uint64_t connections() const override;
  std::size_t open_connections() const override;
  void use(const server::TlsSetup& tls) override;
  std::vector<server::Handshake> handshakes() const override;
  bool wait_handshakes(std::size_t count, Deadline deadline) const override;
  std::vector<server::Served> strangers() override;

 private:
  [[nodiscard]] Result<std::unique_ptr<server::Resource>> placed(
      const std::function<Result<std::unique_ptr<server::Resource>>()>& place);

  Tape& tape_;
  server::Origin* real_;
  std::string scheme_, host_, authority_;
  std::uint16_t port_ = 0;
  mutable TapedList<server::Handshake> handshakes_;
};

class TapedRelay final : public server::Relay {
 public:
  TapedRelay(Tape& tape, std::size_t place, server::Relay* real);

  std::unique_ptr<Applied> apply(server::NetFault fault) override;
  std::size_t end_open() override;
  std::uint16_t port() const override { return port_; }
  std::string authority() const override { return authority_; }
  std::string url(const server::Resource& resource) const override;
  std::vector<server::Relayed> connections() const override;
  bool wait_closed(Deadline deadline) const override;
  bool wait_left(Deadline deadline) const override;

 private:
  Tape& tape_;
  server::Relay* real_;
  std::string authority_;
  std::uint16_t port_ = 0;
  mutable TapedList<server::Relayed> connections_;
};

class TapedNames final : public server::Names {
 public:
  TapedNames(Tape& tape, server::Names* real);

  std::unique_ptr<Record> answer(std::string name, server::NameAnswer answer) override;
  std::uint16_t port() const override { return port_; }
  const std::string& address() const override { return address_; }
  std::vector<server::Query> queries(std::string_view name) const override;
  bool wait_for(std::string_view name, std::size_t count, Deadline deadline) const override;

 private:
  Tape& tape_;
  server::Names* real_;
  std::string address_;
  std::uint16_t port_ = 0;
  mutable std::map<std::string, TapedList<server::Query>, std::less<>> queries_;
};

/// Certificates, without any key: those stay with the real one.
class TapedPki final : public server::Pki {
 public:
  TapedPki(Tape& tape, const server::Pki* real) : tape_(tape), real_(real) {}
  std::string ca_pem(server::Ca which) const override;
  std::string chain_pem(server::Leaf leaf) const override;
  /// In a replay there is none: a Failure.
  const server::Identity& identity(server::Leaf leaf) const override;

 private:
  Tape& tape_;
  const server::Pki* real_;
};

}  // namespace attest::suites
