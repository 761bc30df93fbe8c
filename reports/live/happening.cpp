#include "reports/live/happening.hpp"

#include "reports/html/run_data.hpp"
#include "reports/json/result.hpp"
#include "reports/json/utf8.hpp"
#include "reports/text/utc.hpp"

namespace attest::reports {
namespace {

using Json = nlohmann::json;
using record::text_of;

std::int64_t in_ms(Nanos span) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(span).count();
}

}  // namespace

void Happening::take(const record::Event& event) {
  const std::lock_guard lock(mutex_);
  estimate_.take(event);
  const auto device = text_of(event, "device"), id = text_of(event, "case");
  if (event.type == "run.begin") {
    const auto plan = event.fields.find("plan");
    planned_ = plan != event.fields.end() && plan->is_array() ? plan->size() : 0;
    begun_ = event.at;
    ++so_far_.more;
  } else if (event.type == "case.begin") {
    running_[device] = {id, event.at};
  } else if (event.type == "case.end") {
    running_.erase(device);
    ended(id);
  } else if (event.type == "case.blocked" ||
             (event.type == "case.inapplicable" && !running_.contains(device))) {
    ended(id);
  } else {
    ++so_far_.more;  // a deviation, a fault, a device
  }
  ++so_far_.changes;
  changed_.notify_all();
}

void Happening::ended(const std::string& id) {
  ++done_;
  ended_.push_back(id);
}

void Happening::end() {
  const std::lock_guard lock(mutex_);
  over_ = true;
  running_.clear();
  ++so_far_.changes;
  ++so_far_.more;
  changed_.notify_all();
}

Happening::Told Happening::now() const {
  const std::lock_guard lock(mutex_);
  // One change is left to tell, and data.json is read anew: that is the present state.
  return {so_far_.changes - 1, so_far_.more - 1, ended_.size()};
}

void Happening::wait(const Told& told, Nanos at_most) const {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, at_most, [&] { return so_far_.changes != told.changes || over_; });
}

Result<Happening::Seen> Happening::catch_up() {
  Seen seen;
  std::vector<std::string> fresh;
  {
    const std::lock_guard lock(mutex_);
    seen = {{so_far_.changes, so_far_.more, ended_.size()}, over_};
    fresh.assign(ended_.begin() + static_cast<std::ptrdiff_t>(counted_), ended_.end());
  }
  if (auto read = reading_.advance(); !read) return tl::unexpected(read.error());
  for (const auto& id : fresh)
    if (const auto one = reading_.judge().case_result(id)) verdicts_[id] = one->verdict;
  counted_ += fresh.size();
  return seen;
}

nlohmann::json Happening::progress() const {
  const auto at = clock_.now();
  Json counts{{"none", 0}, {"pass", 0}, {"inconc", 0}, {"fail", 0}, {"error", 0}};
  for (const auto& [id, verdict] : verdicts_) {
    auto& count = counts[std::string(record::name_of(verdict))];
    count = count.get<std::size_t>() + 1;
  }
  auto running = Json::array();
  for (const auto& [device, one] : running_)
    running.push_back({{"case", one.id}, {"device", device}, {"since_ms", in_ms(at - one.since)}});
  const auto left = over_ ? std::optional(Nanos{}) : estimate_.left(at);
  return {{"planned", planned_},
          {"ended", done_},
          {"counts", counts},
          {"running", std::move(running)},
          {"elapsed_ms", planned_ == 0 ? 0 : in_ms(at - begun_)},
          {"eta_ms", left ? Json(in_ms(*left)) : Json()},
          {"over", over_}};
}

Result<Happening::News> Happening::news(const Told& told) {
  const std::lock_guard reading_lock(reading_mutex_);
  const auto seen = catch_up();
  if (!seen) return tl::unexpected(seen.error());
  News out{.progress = {},
           .cases = {},
           .more = told.more != seen->told.more,
           .over = seen->over,
           .told = seen->told};
  std::set<std::string> fresh;
  {
    const std::lock_guard lock(mutex_);
    out.progress = in_utf8(progress());
    for (auto i = told.cases; i < seen->told.cases; ++i) fresh.insert(ended_[i]);
  }
  for (const auto& id : fresh)
    if (const auto one = reading_.judge().case_result(id)) out.cases.push_back(case_json(*one));
  return out;
}

Result<nlohmann::json> Happening::data() {
  const std::lock_guard lock(reading_mutex_);
  if (auto read = catch_up(); !read) return tl::unexpected(read.error());
  return run_data(reading_, reading_.judge().result(), {.live = true, .made = now_utc()});
}

Result<std::optional<std::string>> Happening::timeline(std::size_t key) {
  AttemptLines attempt;
  {
    const std::lock_guard lock(reading_mutex_);
    if (auto read = catch_up(); !read) return tl::unexpected(read.error());
    const auto& all = reading_.timelines().attempts();
    if (key >= all.size()) return std::optional<std::string>();
    attempt = all[key];
  }
  std::string out;
  const auto copied =
      copy_timeline(reading_.record(), attempt, {}, [&](std::string_view piece) { out += piece; });
  if (!copied) return tl::unexpected(copied.error());
  return std::optional(std::move(out));
}

}  // namespace attest::reports
