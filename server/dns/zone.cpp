#include "server/dns/zone.hpp"

#include <fmt/format.h>

namespace attest::server::dns {
namespace {

std::string_view text_of(Rcode rcode) {
  switch (rcode) {
    case Rcode::noerror:
      return "no records";
    case Rcode::formerr:
      return "FORMERR";
    case Rcode::servfail:
      return "SERVFAIL";
    case Rcode::nxdomain:
      return "NXDOMAIN";
    case Rcode::notimp:
      return "NOTIMP";
    case Rcode::refused:
      return "REFUSED";
  }
  return "?";
}

Decision plain(const Parsed& query, Rcode rcode, Nanos delay = {}) {
  return {encode_answer(query, rcode, {}, 0), delay, std::string(text_of(rcode))};
}

}  // namespace

std::uint64_t Zone::add(const std::string& name, NameAnswer answer, std::vector<Ipv4> addresses) {
  const std::scoped_lock lock(mutex_);
  entries_[name].push_back({++last_id_, std::move(answer), std::move(addresses)});
  return last_id_;
}

void Zone::remove(const std::string& name, std::uint64_t id) {
  const std::scoped_lock lock(mutex_);
  auto& all = entries_[name];
  std::erase_if(all, [id](const Entry& one) { return one.id == id; });
  if (all.empty()) entries_.erase(name);
}

Decision Zone::decide(const Parsed& query) const {
  if (query.kind == Parsed::Kind::error) return plain(query, query.rcode);
  if (query.question.klass != kClassIn && query.question.klass != kClassAny)
    return plain(query, Rcode::refused);
  const std::scoped_lock lock(mutex_);
  const auto found = entries_.find(query.question.name);
  return found == entries_.end() ? plain(query, Rcode::nxdomain) : decide_for(found->second.back(), query);
}

Decision Zone::decide_for(const Entry& entry, const Parsed& query) const {
  const auto& answer = entry.answer;
  switch (answer.kind) {
    case NameAnswer::Kind::silence:
      return {std::nullopt, {}, "nothing"};
    case NameAnswer::Kind::nxdomain:
      return plain(query, Rcode::nxdomain, answer.delay);
    case NameAnswer::Kind::servfail:
      return plain(query, Rcode::servfail, answer.delay);
    case NameAnswer::Kind::addresses:
      break;
  }
  const auto type = query.question.type;
  if (entry.addresses.empty() || (type != kTypeA && type != kTypeAny))
    return plain(query, Rcode::noerror, answer.delay);
  return {encode_answer(query, Rcode::noerror, entry.addresses, answer.ttl, answer.alias), answer.delay,
          fmt::format("{}A {}", answer.alias.empty() ? "" : fmt::format("CNAME {}, ", answer.alias),
                      fmt::join(answer.addresses, ", "))};
}

void Zone::journal(Query query) {
  const std::scoped_lock lock(mutex_);
  queries_[query.name].push_back(std::move(query));
  asked_.notify_all();
}

std::vector<Query> Zone::queries(const std::string& name) const {
  const std::scoped_lock lock(mutex_);
  const auto found = queries_.find(name);
  return found == queries_.end() ? std::vector<Query>{} : found->second;
}

bool Zone::wait_for(const std::string& name, std::size_t count, Nanos at_most) const {
  std::unique_lock lock(mutex_);
  return asked_.wait_for(lock, at_most, [&] {
    const auto found = queries_.find(name);
    return count == 0 || (found != queries_.end() && found->second.size() >= count);
  });
}

}  // namespace attest::server::dns
