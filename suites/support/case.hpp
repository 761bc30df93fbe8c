// What a conformance case is written with.
//
//     namespace {
//     using namespace attest::suites;
//
//     // HC-39: a body is delivered unchanged, also where it looks like a reply.
//     ATTEST_CASE(HttpClientGet, DeliversBodiesThatLookLikeResultCodes, "HC-39") {
//       const auto page = serve({.body = "OK\r\nERROR\r\n"});
//       const auto got = command(http_get(*page));
//       owe("HC-39", "the data are the body").that(data_of(got), Eq(body));
//     }
//     }  // namespace
//
// A case declares the requirements that it judges and judges no others: what else goes wrong in it is told by
// the reader's deviations, each against the requirement that it belongs to. Every verdict is a check, made
// through owe(); a case that makes none is an error. Cases run one after another, in any order, in the case
// host's only thread.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <ostream>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "harness/at/session.hpp"
#include "harness/base/bytes.hpp"
#include "harness/base/random.hpp"
#include "harness/spec/profile.hpp"
#include "server/control/faults.hpp"
#include "server/control/names.hpp"
#include "server/control/origin.hpp"
#include "suites/support/doors.hpp"
#include "suites/support/owed.hpp"
#include "suites/support/recorder.hpp"

namespace attest::server {
/// For GoogleTest, which would show a query's bytes in memory.
void PrintTo(const Query& query, std::ostream* out);
}  // namespace attest::server

namespace attest::suites {

using namespace std::chrono_literals;
using namespace testing;

class Stage;

/// A case as the plan knows it.
struct CaseInfo {
  std::string
      id;  ///< "HttpClientGet.DeliversBodiesAtBufferEdges/1024": given, not counted; history hangs on it
  std::string suite, name;
  std::vector<std::string> requirements;
  std::string file;
  int line = 0;
  bool quick = false;  ///< part of the smoke (--quick)
};

/// All cases, in the order of their files.
[[nodiscard]] const std::vector<CaseInfo>& cases();

[[nodiscard]] inline double milliseconds(Nanos span) {
  return static_cast<double>(span.count()) / 1e6;
}

/// The base of every case. GoogleTest constructs it, calls body() and destroys it.
class Case : public ::testing::Test {
 protected:
  virtual void body() = 0;

  [[nodiscard]] Stage& stage() const;
  [[nodiscard]] server::Origin& origin() const;
  [[nodiscard]] const spec::Profile& profile() const;
  [[nodiscard]] at::Session& session() const;
  /// Seeded by the run's seed and the case's id: the same in every repetition of a run.
  [[nodiscard]] Random& random();
  [[nodiscard]] const Clock& clock() const;

  /// One command and its reply. A device left in doubt by an earlier one is brought back first. Never returns
  /// an exchange whose link broke: that ends the case with `error`.
  [[nodiscard]] at::Exchange command(std::string_view line) const;
  [[nodiscard]] at::Exchange command(std::string_view line, const at::Expectation& expectation) const;
  /// Data after a prompt, and the final result.
  [[nodiscard]] at::Exchange data(std::string_view bytes) const;
  [[nodiscard]] at::Exchange data(std::string_view bytes, const at::Expectation& expectation) const;
  /// Cuts the power and gives it again, and waits as restart() does; `inconc` on a bench that cannot.
  void power_cycle() const;
  /// Restarts the device, and waits until it is back on its network. Ends the case with `error` if it does
  /// not come back.
  void restart() const;
  /// A command line of the manual as this device takes it, for sending it raw; ends the case if it needs what
  /// the profile does not claim.
  [[nodiscard]] std::string spoken(std::string_view line) const;
  /// Bytes as they are, then the reply to `line` (the command that those bytes make up).
  void send_raw(std::string_view bytes) const;
  [[nodiscard]] at::Exchange await_reply_to(std::string_view line) const;
  /// What comes while nobody asks.
  [[nodiscard]] at::Exchange listen(Nanos quiet, Nanos most) const;
  /// The same, from the first byte on: what comes within `most`.
  [[nodiscard]] at::Exchange await_anything(Nanos quiet, Nanos most) const;

  /// A response under a path of its own, for the length of the case.
  [[nodiscard]] std::unique_ptr<server::Resource> serve(
      server::Response response = {.content_type = "text/plain", .body = "hello"},
      std::string_view suffix = {}) const;
  /// The same over HTTPS, from a server that shows that certificate and makes that trouble.
  [[nodiscard]] std::unique_ptr<server::Resource> serve_securely(
      server::Leaf leaf, server::Response response = {.content_type = "text/plain", .body = "hello"},
      server::TlsTrouble trouble = server::TlsTrouble::none, std::string_view suffix = {}) const;
  /// The HTTPS origin as the last serve_securely left it, for its handshakes and authority.
  [[nodiscard]] server::Origin& secure_origin() const;
  [[nodiscard]] const server::Pki& pki() const;
  /// Trouble on the way to the origin, for as long as it lives. What is to go through it is asked for under
  /// relay().url(resource).
  [[nodiscard]] std::unique_ptr<server::Relay::Applied> disturb(server::NetFault fault) const;
  [[nodiscard]] server::Relay& relay() const;
  /// A name's answer, for as long as it lives; `inconc` on a bench without a name server. By default the
  /// origin's address.
  [[nodiscard]] std::unique_ptr<server::Names::Record> name(std::string name) const;
  [[nodiscard]] std::unique_ptr<server::Names::Record> name(std::string name,
                                                            server::NameAnswer answer) const;
  [[nodiscard]] server::Names& names() const;
  /// At the origin's host, for as long as it lives.
  [[nodiscard]] HeldPort refusing_port() const;
  [[nodiscard]] bool has_names() const;
  /// Whether http://name/ without a port leads to the origin (through the relay), and https://name/ to the
  /// HTTPS origin.
  [[nodiscard]] bool has_standard_ports() const;
  /// The path "/get" of any host name without a port ("http://httpbin.org/get"): `inconc` where the origin is
  /// not on port 80 (443).
  [[nodiscard]] std::unique_ptr<server::Resource> serve_at_standard_port(std::string path,
                                                                         server::Response response) const;
  [[nodiscard]] std::unique_ptr<server::Resource> serve_securely_at_standard_port(
      std::string path, server::Leaf leaf, server::Response response) const;
  /// The only request that came for it (waiting for its end), or an empty one after a moment's patience.
  [[nodiscard]] server::Served request_of(const server::Resource& resource) const;
  /// How many requests came for it within a moment: for "no request leaves the device".
  [[nodiscard]] std::size_t requests_of(const server::Resource& resource) const;

  /// For a stimulus out of the ordinary: what the reader finds wrong from here to the end of the case
  /// (silence, strays, a malformed reply) belongs to this requirement, unless the same is also seen where
  /// nobody provoked it.
  void blame(std::string_view requirement) const;
  /// The reply to what was sent raw, where no reply at all is right as well.
  [[nodiscard]] at::Exchange await_if_any(Nanos patience) const;
  /// Holds still without reading: a pause in the middle of what is being sent.
  void pause(Nanos span) const;

  /// Ends the case as not applicable unless the device claims so much: `limit` names the key of the profile.
  void need_within(std::size_t size, std::uint64_t limit, std::string_view key) const;

  /// An obligation of a requirement that this case declares.
  [[nodiscard]] Owed owe(std::string_view requirement, std::string_view obligation) const;
  /// What is about to happen, for people.
  void step(std::string text) const;
  /// A declared measurement: raw samples, its unit, and the requirement that it characterises. If the profile
  /// has a budget for it, that is judged: a budget under the requirement's id alone is of the first
  /// measurement of a case that its unit fits; one under "ID NAME" is of that name.
  void measure(std::string_view name, std::string_view requirement, std::string_view unit,
               const std::vector<double>& values);
  /// Which way this device goes where the manual contradicts itself or is silent (fixtures/errata).
  void reads(std::string_view erratum, std::string found) const;
  /// Something worth a line in the report that is neither right nor wrong ("HEAD replies with the header
  /// block").
  void found(std::string text) const;

 private:
  [[nodiscard]] const spec::Budget* budget_of(const Measured& measured);
  void judge_budget(const Measured& measured, const spec::Budget& budget);
  void need_network() const;
  void need_standard_ports() const;
  void TestBody() final;
  std::unique_ptr<Random> random_;
  std::set<std::string> budgeted_;  ///< requirements whose budget has found its measurement
};

namespace detail {
bool add(CaseInfo info, const std::function<Case*()>& make);

template <class T>
bool add_case(const char* suite, const char* name, const char* file, int line,
              std::vector<std::string> requirements) {
  return add({std::string(suite) + "." + name, suite, name, std::move(requirements), file, line, false},
             []() -> Case* { return new T; });
}

/// One case for each row; a row has a member `name`, which becomes part of the id, and may have a
/// `requirement`.
template <class T, class Rows>
bool add_sweep(const char* suite, const char* name, const Rows& rows, const char* file, int line,
               const std::vector<std::string>& requirements = {}) {
  for (const auto& row : rows) {
    auto declared = requirements;
    if constexpr (requires { row.requirement; })
      declared.insert(declared.begin(), std::string(row.requirement));
    const std::string full = std::string(name) + "/" + std::string(row.name);
    add({std::string(suite) + "." + full, suite, full, declared, file, line, false},
        [&row]() -> Case* { return new T(row); });
  }
  return true;
}
}  // namespace detail

/// Names cases for the smoke that --quick runs: `const bool smoke = in_smoke({"Suite.Name", …});`
bool in_smoke(const std::vector<std::string>& ids);

}  // namespace attest::suites

// NOLINTBEGIN(cppcoreguidelines-macro-usage)
/// ATTEST_CASE(Suite, Name, "HC-01", …) { … }
#define ATTEST_CASE(Suite, Name, ...) ATTEST_CASE_ON(::attest::suites::Case, Suite, Name, __VA_ARGS__)

/// The same on a base of the file's own, with what its cases share.
#define ATTEST_CASE_ON(Base, Suite, Name, ...)                                                              \
  struct Suite##_##Name final : Base {                                                                      \
    void body() override;                                                                                   \
  };                                                                                                        \
  [[maybe_unused]] static const bool Suite##_##Name##_added =                                               \
      ::attest::suites::detail::add_case<Suite##_##Name>(#Suite, #Name, __FILE__, __LINE__, {__VA_ARGS__}); \
  void Suite##_##Name::body()

/// ATTEST_SWEEP(Suite, Name, rows, "HC-41", …) { … row.size … }: the same case for each row of a table with
/// static storage (any container whose elements have a `name`, and perhaps a `requirement` of their own).
#define ATTEST_SWEEP(Suite, Name, rows, ...) \
  ATTEST_SWEEP_ON(::attest::suites::Case, Suite, Name, rows, __VA_ARGS__)

#define ATTEST_SWEEP_ON(Base, Suite, Name, rows, ...)                                              \
  struct Suite##_##Name final : Base {                                                             \
    using Row = std::decay_t<decltype(*std::begin(rows))>;                                         \
    explicit Suite##_##Name(const Row& of) : row(of) {}                                            \
    void body() override;                                                                          \
    const Row& row;                                                                                \
  };                                                                                               \
  [[maybe_unused]] static const bool Suite##_##Name##_added =                                      \
      ::attest::suites::detail::add_sweep<Suite##_##Name>(#Suite, #Name, rows, __FILE__, __LINE__, \
                                                          {__VA_ARGS__});                          \
  void Suite##_##Name::body()
// NOLINTEND(cppcoreguidelines-macro-usage)
