// Answers of the doors as they stand on the tape, and the way back. Internal to the taped doors. What is not
// of the right form throws a json exception: such a tape was not written by this attest.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "harness/airkiss/sender.hpp"
#include "harness/base/bytes.hpp"
#include "harness/base/result.hpp"
#include "harness/ble/provision.hpp"
#include "server/control/faults.hpp"
#include "server/control/names.hpp"
#include "server/control/tls.hpp"

namespace attest::suites {

[[nodiscard]] nlohmann::json answer_of(const Error& error);
[[nodiscard]] Error error_in(const nlohmann::json& answer);

/// Null, or the error.
[[nodiscard]] nlohmann::json answer_of(const Status& status);
[[nodiscard]] Status status_in(const nlohmann::json& answer);

/// Text of any bytes.
[[nodiscard]] std::string text_in(const nlohmann::json& answer);

/// An unset moment is null.
[[nodiscard]] nlohmann::json answer_of(const std::optional<Instant>& moment);
[[nodiscard]] std::optional<Instant> moment_in(const nlohmann::json& answer);

[[nodiscard]] nlohmann::json answer_of(const server::Relayed& one);
[[nodiscard]] server::Relayed relayed_in(const nlohmann::json& answer);

[[nodiscard]] nlohmann::json answer_of(const server::Query& one);
[[nodiscard]] server::Query query_in(const nlohmann::json& answer);

/// `hello` stands for what the client offered: versions, suites, their names, ALPN.
[[nodiscard]] nlohmann::json hello_of(const server::Handshake& one);
[[nodiscard]] nlohmann::json answer_of(const server::Handshake& one, std::size_t hello);
/// Gives the hello's number.
std::size_t handshake_in(const nlohmann::json& answer, server::Handshake& into);
void hello_in(const nlohmann::json& hello, server::Handshake& into);

[[nodiscard]] nlohmann::json answer_of(const ble::Delivered& one);
[[nodiscard]] ble::Delivered delivered_in(const nlohmann::json& answer);

[[nodiscard]] nlohmann::json answer_of(const airkiss::Outcome& one);
[[nodiscard]] airkiss::Outcome outcome_in(const nlohmann::json& answer);

/// {"error": …} or {"ok": …}.
template <class T, class ToAnswer>
[[nodiscard]] nlohmann::json answer_of_result(Result<T> result, const ToAnswer& to_answer) {
  if (!result) return {{"error", answer_of(result.error())}};
  return {{"ok", to_answer(*result)}};
}
template <class T, class FromAnswer>
[[nodiscard]] Result<T> result_in(const nlohmann::json& answer, const FromAnswer& from_answer) {
  if (answer.contains("error")) return tl::unexpected(error_in(answer.at("error")));
  return from_answer(answer.at("ok"));
}

}  // namespace attest::suites
