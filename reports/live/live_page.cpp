#include "reports/live/live_page.hpp"

#include <fmt/format.h>
#include <httplib.h>

#include <algorithm>
#include <charconv>
#include <thread>

#include "reports/html/page.hpp"
#include "reports/live/happening.hpp"

namespace attest::reports {
namespace {
using namespace std::chrono_literals;

constexpr const char* kHost = "127.0.0.1";
/// Streams hold a thread each.
constexpr std::size_t kStreams = 8, kThreads = kStreams + 4;
/// So often a stream says that it is still there; a browser that has gone is noticed then.
constexpr Nanos kStillThere = 10s;

std::string sse(const char* event, const nlohmann::json& data) {
  return fmt::format("event: {}\ndata: {}\n\n", event, data.dump());
}

bool write(httplib::DataSink& sink, const std::string& text) {
  return sink.write(text.data(), text.size());
}

bool write(httplib::DataSink& sink, const Happening::News& news) {
  std::string out = sse("progress", news.progress);
  for (const auto& one : news.cases) out += sse("case", one);
  if (news.more) out += sse("data", nullptr);
  if (news.over) out += sse("end", nullptr);
  return write(sink, out);
}

void refuse(httplib::Response& response, int status, const Error& error) {
  response.status = status;
  response.set_content(error.what + "\n" + error.cure + "\n", "text/plain; charset=utf-8");
}

}  // namespace

struct LivePage::State {
  State(std::filesystem::path record, const Clock& clock, Estimate::Usual usual)
      : happening(std::move(record), clock, std::move(usual)) {}

  void route();
  void events(httplib::Response& response);
  void data(httplib::Response& response);
  void bye();
  [[nodiscard]] bool is_for_us(const httplib::Request& request) const;

  Happening happening;
  httplib::Server server;
  int port = 0;
  std::thread thread;
  std::mutex mutex;
  std::condition_variable left;
  std::size_t streams = 0, owed = 0;  ///< owed: pages that have not said goodbye
  std::atomic<bool> stopping = false;
};

bool LivePage::State::is_for_us(const httplib::Request& request) const {
  const auto host = request.get_header_value("Host");
  return host == fmt::format("{}:{}", kHost, port) || host == fmt::format("localhost:{}", port);
}

void LivePage::State::data(httplib::Response& response) {
  const auto json = happening.data();
  if (!json) return refuse(response, 503, json.error());
  response.set_content(json->dump(), "application/json");
}

void LivePage::State::bye() {
  const std::lock_guard lock(mutex);
  if (owed > 0) --owed;
  left.notify_all();
}

void LivePage::State::events(httplib::Response& response) {
  {
    const std::lock_guard lock(mutex);
    if (streams >= kStreams)
      return refuse(response, 503, {Fault::usage, "so many pages watch this run already", "close one"});
    ++streams;
  }
  auto told = std::make_shared<Happening::Told>(happening.now());
  response.set_chunked_content_provider(
      "text/event-stream",
      [this, told](std::size_t, httplib::DataSink& sink) {
        if (stopping) return false;
        const auto news = happening.news(*told);
        if (!news) return false;
        const bool silent = news->told.changes == told->changes;
        *told = news->told;
        if (!(silent && !news->over ? write(sink, ": still there\n\n") : write(sink, *news))) return false;
        if (news->over)
          sink.done();
        else
          happening.wait(*told, kStillThere);
        return true;
      },
      [this](bool) {
        const std::lock_guard lock(mutex);
        --streams;
        left.notify_all();
      });
}

void LivePage::State::route() {
  server.set_socket_options([](socket_t) {});  // none that lets two servers have one port
  server.new_task_queue = [] { return new httplib::ThreadPool(kThreads); };
  server.set_pre_routing_handler([this](const auto& request, auto& response) {
    response.set_header("Cache-Control", "no-store");
    response.set_header("X-Content-Type-Options", "nosniff");
    if (is_for_us(request)) return httplib::Server::HandlerResponse::Unhandled;
    refuse(response, 403,
           {Fault::usage, "this is the live page of a run on this machine", "ask for it by its address"});
    return httplib::Server::HandlerResponse::Handled;
  });
  server.Get("/", [this](const auto&, auto& response) {
    const auto json = happening.data();
    if (!json) return refuse(response, 503, json.error());
    response.set_content(page_text("attest: a run goes on",
                                   "<p>A run goes on; this page needs scripts to follow it.</p>", *json),
                         "text/html; charset=utf-8");
  });
  server.Get("/data.json", [this](const auto&, auto& response) { data(response); });
  server.Post("/bye", [this](const auto&, auto& response) {
    response.status = 204;
    bye();
  });
  server.Get("/events", [this](const auto&, auto& response) { events(response); });
  server.Get(R"(/timeline/(\d{1,9}))", [this](const httplib::Request& request, auto& response) {
    std::size_t key = 0;
    const auto digits = request.matches[1].str();
    std::from_chars(digits.data(), digits.data() + digits.size(), key);
    const auto found = happening.timeline(key);
    if (!found) return refuse(response, 503, found.error());
    if (!*found) return refuse(response, 404, {Fault::usage, "no attempt " + digits, "see data.json"});
    response.set_content(**found, "application/json");
  });
}

Result<std::unique_ptr<LivePage>> LivePage::start(std::filesystem::path record, const Clock& clock,
                                                  Estimate::Usual usual, int port) {
  auto state = std::make_unique<State>(std::move(record), clock, std::move(usual));
  state->route();
  state->port = port == 0 ? state->server.bind_to_any_port(kHost)
                          : (state->server.bind_to_port(kHost, port) ? port : -1);
  if (state->port < 0)
    return fail(Fault::usage,
                fmt::format("serve the live page on {}:{}: the port cannot be had", kHost, port),
                "name another port, or none");
  auto& served = *state;
  state->thread = std::thread([&served] { served.server.listen_after_bind(); });
  (void)httplib::Client(kHost, state->port)
      .Get("/ready");  // a server that does not serve yet cannot be stopped
  return std::unique_ptr<LivePage>(new LivePage(std::move(state)));
}

LivePage::LivePage(std::unique_ptr<State> state) : state_(std::move(state)) {}

LivePage::~LivePage() {
  state_->stopping = true;
  state_->happening.end();
  state_->server.stop();
  state_->thread.join();
}

std::string LivePage::url() const {
  return fmt::format("http://{}:{}/", kHost, state_->port);
}

bool LivePage::heeds(std::string_view type) {
  return type == "deviation" || type == "fault" || Estimate::heeds(type);
}

void LivePage::take(const record::Event& event) {
  if (heeds(event.type)) state_->happening.take(event);
}

void LivePage::end(Nanos patience) {
  std::unique_lock lock(state_->mutex);
  state_->owed = state_->streams;
  lock.unlock();
  state_->happening.end();
  lock.lock();
  state_->left.wait_for(lock, patience, [this] { return state_->owed == 0; });
}

}  // namespace attest::reports
