#include "suites/support/update.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "harness/base/file.hpp"
#include "suites/support/http.hpp"
#include "suites/support/known_updates.hpp"
#include "suites/support/stage.hpp"

namespace attest::suites {
namespace {

using at::Kind;

constexpr auto kStep = 10ms;
constexpr const char* kName = "update.attest.test";

/// News of the Wi-Fi are none of the update; other lines that may come at any time can be.
bool is_said(Kind kind, std::string_view line) {
  if (kind == Kind::unsolicited) return !line.starts_with("WIFI ");
  return kind == Kind::info || kind == Kind::data || kind == Kind::final || kind == Kind::unexplained;
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> out;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    out.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

/// `bytes=0-4095` as [0, 4096); all of it where there is no range.
std::pair<std::uint64_t, std::uint64_t> asked_range(const server::Served& served) {
  constexpr std::string_view kUnit = "bytes=";
  const auto ranges = served.values("Range");
  if (ranges.empty() || !ranges.front().starts_with(kUnit)) return {0, served.body_bytes_sent};
  const char* at = ranges.front().data() + kUnit.size();
  std::uint64_t from = 0;
  (void)std::from_chars(at, ranges.front().data() + ranges.front().size(), from);
  return {from, from + served.body_bytes_sent};
}

}  // namespace

std::string Update::text() const {
  std::string all;
  for (const auto& line : lines) all += (all.empty() ? "" : " | ") + line.text;
  return all.empty() ? "nothing" : all;
}

bool Update::still_runs(std::string_view before) const {
  if (!after) return false;
  for (const auto line : lines_of(before))
    if (const auto now = lines_of(*after); std::find(now.begin(), now.end(), line) == now.end()) return false;
  return true;
}

std::string Update::running() const {
  return after ? *after : "AT+GMR is not answered";
}

std::size_t gets_of(const server::Resource& resource) {
  const auto all = resource.requests();
  return static_cast<std::size_t>(
      std::count_if(all.begin(), all.end(), [](const auto& one) { return one.method == "GET"; }));
}

bool went_out_whole(const server::Resource& resource, std::size_t size) {
  std::vector<std::pair<std::uint64_t, std::uint64_t>> parts;
  for (const auto& one : resource.requests())
    if (one.method == "GET") parts.push_back(asked_range(one));
  std::sort(parts.begin(), parts.end());
  std::uint64_t covered = 0;
  for (const auto& [from, to] : parts)
    if (from <= covered) covered = std::max(covered, to);
  return covered >= size;
}

bool UpdateCase::may_update() const {
  const auto& bench = stage().setup().bench;
  return bench.is_virtual() || !bench.ota_image.empty();
}

Image UpdateCase::image(std::size_t raw, server::ota::Compression compression) {
  const auto& bench = stage().setup().bench;
  if (!may_update())
    throw CannotTell("this bench allows no update of its device: give ota.image and ota.version");
  if (!bench.is_virtual()) {
    const bool runs_it = !bench.ota_version.empty() && runs().find(bench.ota_version) != std::string::npos;
    if (runs_it && !bench.ota_other_image.empty())
      return {file_of_bench(bench.ota_other_image), bench.ota_other_version};
    return {file_of_bench(bench.ota_image), bench.ota_version};
  }
  Image out;
  out.version =
      fmt::format("{}.{}.{}", 2 + random().below(7), random().below(90) + 10, random().below(9000) + 1000);
  out.file =
      server::ota::make_rbl({.raw = random().bytes(raw), .version = out.version, .compression = compression});
  return out;
}

void UpdateCase::need_damaged() const {
  const auto& bench = stage().setup().bench;
  if (!bench.is_virtual() && (bench.ota_image.empty() || !bench.ota_damaged))
    throw CannotTell(
        "this bench allows no damaged images for its device: give ota.image, ota.version and ota.damaged = "
        "true");
}

Image UpdateCase::damaged(server::ota::Damage kind) {
  need_damaged();
  auto out = image();
  server::ota::Target target;
  if (const auto capacity = profile().facts().ota_partition; capacity)
    target.capacity = static_cast<std::uint32_t>(*capacity);
  const auto seed = random().next();
  const auto damaged = [&] { return server::ota::damage(out.file, kind, seed, target); };
  out.file = stage().setup().bench.is_virtual() ? damaged() : stage().bytes_of_bench(damaged);
  return out;
}

std::string UpdateCase::file_of_bench(const std::string& path) const {
  return stage().bytes_of_bench([&] { return must(read_file(path)); });
}

std::unique_ptr<server::Resource> UpdateCase::offer(const Image& image, std::string_view suffix) const {
  return serve({.body = image.file}, suffix);
}

std::string UpdateCase::by_name(std::string url) const {
  const auto& host = origin().advertised_host();
  const auto at = url.find(host);
  return at == std::string::npos ? url : url.replace(at, host.size(), kName);
}

std::string UpdateCase::url(const server::Resource& resource) {
  return name_ ? by_name(resource.url()) : resource.url();
}

std::string UpdateCase::url_by_relay(const server::Resource& resource) {
  const auto direct = relay().url(resource);
  return name_ ? by_name(direct) : direct;
}

bool UpdateCase::asked(const std::string& url, const server::Resource& page) const {
  HttpClient get;
  get.url = url;
  for (const auto& line : {http_get_size(url), get.line()}) {
    if (!stage().unclaimed(line).empty()) continue;
    (void)command(line);
    if (page.wait_for(1, Deadline::in(clock(), 100ms))) return true;
  }
  return false;
}

bool UpdateCase::reaches_origin() {
  const auto page = serve();
  name_.reset();
  if (stage().names() != nullptr) {
    name_ = name(kName);
    if (asked(by_name(page->url()), *page)) return true;
    name_.reset();
  }
  return asked(page->url(), *page);
}

Update UpdateCase::started() {
  const Chatter window(stage().recorder());
  Update update;
  watch(update, Deadline::in(clock(), profile().deadlines().update), [&] { return update.starts > 0; });
  settle(update);
  return update;
}

void UpdateCase::as_at_first() {
  auto* power = stage().power();
  if (power == nullptr) return;
  const Chatter window(stage().recorder());
  must(power->off());
  (void)listen(kStep, 200ms);
  if (!power->flash_anew()) found("this bench cannot flash its device anew");
  must(power->on());
  (void)started();
  if (stage().gets_through(1)) return;
  stage().moved();  // it may have begun in no network
  stage().come_home();
}

bool UpdateCase::comes_to_origin() {
  if (reaches_origin()) return true;
  if (restart_helps()) {
    restart();
    if ((restart_helps() = reaches_origin())) return true;
  }
  as_at_first();
  return reaches_origin();
}

/// Other cases are not to suffer from what an update has broken.
void UpdateCase::TearDown() {
  if (!restarted_ || stage().unreachable()) return;
  try {
    if (!comes_to_origin())
      stage().no_network({Fault::bench, "the device does not reach the origin any more since an update",
                          "flash it anew, or give its network's name and password again"});
  } catch (const std::exception& exception) {
    stage().broke(exception);
  }
}

std::string UpdateCase::running() {
  if (!comes_to_origin())
    throw CannotTell("the device does not reach the origin any more, though it did when the run began");
  const auto version = command("AT+GMR");
  std::string text;
  for (const auto line : version.infos()) text += (text.empty() ? "" : "\n") + std::string(line);
  return runs() = text;
}

void UpdateCase::hear(Update& update, const at::Exchange& exchange) const {
  for (const auto& item : exchange.items) {
    if (item.kind == Kind::boot) {
      if (!update.ready) update.ready = item.last;
      ++update.starts;
    }
    const auto text = std::string(trimmed(exchange.text(item)));
    if (is_said(item.kind, text) && !text.empty() && text != profile().lines().network_up)
      update.lines.push_back({text, item.last});
  }
}

template <class Enough>
void UpdateCase::watch(Update& update, Deadline limit, const Enough& enough) const {
  while (!enough() && !limit.passed(clock()))
    hear(update, listen(std::min<Nanos>(kStep, limit.left(clock())), limit.left(clock())));
}

void UpdateCase::settle(Update& update) {
  restarted_ = restarted_ || update.starts > 0;
  if (update.starts > 0) (void)stage().dut().settle_after_boot();
  update.after = pulse();
  if (update.after) runs() = *update.after;
}

std::optional<std::string> UpdateCase::pulse() const {
  const auto limit = Deadline::in(clock(), profile().deadlines().restart + profile().deadlines().command);
  for (int silent = 0; silent < 2 && !limit.passed(clock());) {
    const auto exchange = session().command("AT+GMR");
    stage().dut().noticed(exchange);
    if (exchange.ok()) {
      std::string text;
      for (const auto line : exchange.infos()) text += (text.empty() ? "" : "\n") + std::string(line);
      return text;
    }
    if (exchange.outcome == at::Outcome::silent) ++silent;
    if (exchange.find(Kind::boot) != nullptr) (void)stage().dut().settle_after_boot();
    if (exchange.error()) (void)listen(100ms, 100ms);  // it may be busy
  }
  return {};
}

/// The OK may come when the download is over.
Update UpdateCase::begun(const std::string& url, Nanos patience) {
  const auto line = at::command("OTA", {url});
  auto expectation = at::expectation_for(line, session().dialect());
  expectation.deadline = patience;
  Update update;
  update.answer = stage().dut().command(line, expectation);
  hear(update, update.answer);
  return update;
}

std::vector<std::string> UpdateCase::told(const Update& update) const {
  std::vector<std::string> out;
  for (const auto& line : update.lines)
    if (line.text != profile().words().ok && !usual().knows(line.text)) out.push_back(line.text);
  return out;
}

Update UpdateCase::apply(const std::string& url, const server::Resource& resource, const Image& sound) {
  const Chatter window(stage().recorder());
  auto update = begun(url, profile().deadlines().update);
  auto& known = usual();
  const bool first = known.texts.empty() && !known.tried;
  const auto over = [&] {
    if (update.starts > 0) return true;
    if (update.answer.error() && resource.requests().empty()) return true;
    return !first && !told(update).empty() && !update.answer.error();
  };
  if (update.answer.error()) (void)resource.wait_for(1, Deadline::in(clock(), 100ms));
  watch(update, Deadline::in(clock(), profile().deadlines().update), over);
  if (update.ready && gets_of(resource) == 0) {
    // A restart before the download: let it come to its end.
    watch(update, Deadline::in(clock(), profile().deadlines().network_up),
          [&] { return gets_of(resource) > 0; });
    if (gets_of(resource) > 0)
      watch(update, Deadline::in(clock(), profile().deadlines().update), [&] { return update.starts > 1; });
  }
  settle(update);
  known.tried = true;
  if (update.answer.ok() && update.ready && update.runs(sound)) known.learn(update.lines);
  // What was downloaded and not used may be at the next start, which would be in another case.
  if (!update.runs(sound) && gets_of(resource) > 0) start_afresh(update.after.has_value());
  return update;
}

Update UpdateCase::refuse(const std::string& url, Nanos patience) {
  const Chatter window(stage().recorder());
  auto update = begun(url, patience);
  auto limit = Deadline::in(clock(), patience);
  watch(update, limit, [&] { return update.starts > 0 || !told(update).empty(); });
  // One that restarts may tell of it then.
  if (update.starts > 0 && told(update).empty())
    watch(update, Deadline::in(clock(), profile().deadlines().network_up),
          [&] { return !told(update).empty(); });
  settle(update);
  // One that says ERROR may go on all the same, and start anew when others need it.
  const auto starts = update.starts;
  if (update.answer.error())
    watch(update, Deadline::in(clock(), 200ms), [&] { return update.starts > starts; });
  if (update.starts > starts) settle(update);
  return update;
}

/// One that is silent is not asked to restart where its power can be cut.
void UpdateCase::start_afresh(bool answers) const {
  auto& dut = stage().dut();
  must(answers || stage().power() == nullptr ? dut.restart() : dut.power_cycle());
}

void UpdateCase::know_success() {
  if (usual().tried || !may_update()) return;
  const auto sound = image();
  const auto file = offer(sound);
  (void)apply(url(*file), *file, sound);
}

}  // namespace attest::suites
