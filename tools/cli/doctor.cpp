// attest doctor: what a bench needs, looked at before anybody starts a run.
#include "harness/lab/doctor.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "server/net/listening.hpp"
#include "tools/cli/commands.hpp"

namespace attest::cli {
namespace {
using lab::Finding;
using lab::Health;

constexpr int kSchema = 1;

Status bound(const std::string& address, std::uint16_t port, lab::Surroundings::Protocol protocol) {
  const auto socket = server::bind_on(
      address, port,
      protocol == lab::Surroundings::Protocol::udp ? server::Protocol::udp : server::Protocol::tcp);
  if (!socket) return tl::unexpected(socket.error());
  return {};
}

lab::Surroundings surroundings(const DoctorArguments& a) {
  auto at = lab::this_machine();
  at.programs = beside("attest-cases").parent_path();
  at.out = a.out;
  at.contact = a.contact;
  at.bind = bound;
  return at;
}

/// What is wrong stands out; the rest is quiet.
void print_finding(const Finding& finding, std::string& subject) {
  if (finding.subject != subject) fmt::print("{}{}\n", subject.empty() ? "" : "\n", finding.subject);
  subject = finding.subject;
  const auto word = finding.health == Health::fail ? std::string_view("FAIL") : name_of(finding.health);
  fmt::print("  {:<4}  {:<18}  {}\n", word, finding.check, finding.text);
  for (const auto& fix : finding.fixes) fmt::print("        fix: {}\n", fix);
  std::fflush(stdout);
}

std::string counted(std::ptrdiff_t number, const char* one, const char* many) {
  return fmt::format("{} {}", number, number == 1 ? one : many);
}

std::ptrdiff_t count(const std::vector<Finding>& findings, Health health) {
  return std::count_if(findings.begin(), findings.end(),
                       [&](const auto& one) { return one.health == health; });
}

void print_end(const std::vector<Finding>& findings) {
  const auto wrong = count(findings, Health::fail), warned = count(findings, Health::warn),
             skipped = count(findings, Health::skip);
  std::string end = wrong == 0 ? "nothing is wrong" : counted(wrong, "thing is wrong", "things are wrong");
  if (warned > 0) end += ", " + counted(warned, "warning", "warnings");
  if (skipped > 0) end += ", " + counted(skipped, "check skipped", "checks skipped");
  fmt::print("\n{}\n", end);
}

nlohmann::json as_json(const std::vector<Finding>& findings) {
  auto checks = nlohmann::json::array();
  for (const auto& one : findings)
    checks.push_back({{"subject", one.subject},
                      {"check", one.check},
                      {"health", name_of(one.health)},
                      {"text", one.text},
                      {"fixes", one.fixes}});
  nlohmann::json counts;
  for (const auto health : {Health::ok, Health::warn, Health::fail, Health::skip})
    counts[std::string(name_of(health))] = count(findings, health);
  return {{"schema", kSchema},
          {"attest", ATTEST_VERSION},
          {"passed", count(findings, Health::fail) == 0},
          {"counts", std::move(counts)},
          {"checks", std::move(checks)}};
}

}  // namespace

int doctor(const DoctorArguments& a) {
  const auto benches = job::benches_as_given(a);
  std::string subject;
  const auto findings = lab::examine(benches, surroundings(a), [&](const Finding& finding) {
    if (!a.json) print_finding(finding, subject);
  });
  if (a.json)
    print_json(as_json(findings));
  else
    print_end(findings);
  return count(findings, Health::fail) == 0 ? kPassed : kBench;
}

}  // namespace attest::cli
