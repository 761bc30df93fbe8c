#include "server/http/http_server.hpp"

#include <httplib.h>
#include <sys/eventfd.h>

#include <condition_variable>
#include <csignal>
#include <future>
#include <mutex>

#include "server/http/connection.hpp"
#include "server/http/workers.hpp"

namespace attest::server {
namespace {

// Sixteen for each of 64 devices; the next one would wait until another ends.
constexpr std::size_t kMostConnections = 1024;

// When the connection that this thread is about to serve was accepted: httplib hands over no more than its
// number.
thread_local Instant accepted_at;
// What this thread is answering, for httplib's handlers, which are the server's and not the request's.
thread_local Reply* replying = nullptr;

class Threads final : public httplib::TaskQueue {
 public:
  explicit Threads(const Clock& clock) : clock_(clock), workers_(kMostConnections) {}
  void enqueue(std::function<void()> serve) override {
    workers_.run([at = clock_.now(), serve = std::move(serve)] {
      accepted_at = at;
      serve();
    });
  }
  void shutdown() override { workers_.join(); }

 private:
  const Clock& clock_;
  Workers workers_;
};

/// What httplib sees of a connection. It reads a request that it cannot refuse: what the device wrote,
/// however odd, has been read and judged by then and is owed its answer. Its response goes out on the wire.
class Answering final : public httplib::Stream {
 public:
  explicit Answering(Reply& reply)
      : reply_(reply), request_(reply.head_only ? "HEAD / HTTP/1.1\r\n\r\n" : "GET / HTTP/1.1\r\n\r\n") {}

  bool is_readable() const override { return !request_.empty(); }
  bool is_writable() const override { return !broken_; }
  ssize_t read(char* to, std::size_t size) override {
    const auto count = request_.copy(to, size);
    request_.remove_prefix(count);
    return static_cast<ssize_t>(count);
  }
  ssize_t write(const char* bytes, std::size_t size) override {
    const bool head = !std::exchange(head_written_, true);  // httplib writes it in one go
    broken_ = !reply_.wire.send({bytes, size}, head && has_body(reply_));
    return broken_ ? -1 : static_cast<ssize_t>(size);
  }
  void get_remote_ip_and_port(std::string&, int&) const override {}
  void get_local_ip_and_port(std::string&, int&) const override {}
  // httplib asks only in order to refuse numbers that select cannot take; nothing here selects.
  socket_t socket() const override { return INVALID_SOCKET; }

  [[nodiscard]] bool broken() const { return broken_; }

 private:
  Reply& reply_;
  std::string_view request_;
  bool head_written_ = false;
  bool broken_ = false;
};

/// The connections that are served alike, and their common end.
class Era {
 public:
  /// One of its connections, as long as it is served.
  class Member {
   public:
    explicit Member(std::shared_ptr<Era> era) : era_(std::move(era)) {
      const std::lock_guard lock(era_->mutex_);
      ++era_->inside_;
    }
    Member(const Member&) = delete;
    Member& operator=(const Member&) = delete;
    ~Member() {
      const std::lock_guard lock(era_->mutex_);
      if (--era_->inside_ == 0) era_->empty_.notify_all();
    }
    [[nodiscard]] const Era& era() const { return *era_; }

   private:
    const std::shared_ptr<Era> era_;
  };

  explicit Era(std::shared_ptr<TlsServer> tls) : tls_(std::move(tls)), stop_(::eventfd(0, EFD_CLOEXEC)) {
    if (!stop_)
      throw Failure({Fault::bench, errno_text("make an eventfd for the origin", errno), "raise `ulimit -n`"});
  }
  [[nodiscard]] TlsServer* tls() const { return tls_.get(); }
  [[nodiscard]] int stop() const { return stop_.get(); }

  void end() {
    (void)::eventfd_write(stop_.get(), 1);
    std::unique_lock lock(mutex_);
    empty_.wait(lock, [this] { return inside_ == 0; });
  }

 private:
  const std::shared_ptr<TlsServer> tls_;
  const Fd stop_;
  std::mutex mutex_;
  std::condition_variable empty_;
  std::size_t inside_ = 0;
};

}  // namespace

class HttpServer::Library final : public httplib::Server {
 public:
  Library(Fd listening, std::shared_ptr<Registry> registry, std::shared_ptr<Journal> journal,
          const Clock& clock, std::shared_ptr<TlsServer> tls)
      : registry_(std::move(registry)),
        journal_(std::move(journal)),
        clock_(clock),
        era_(std::make_shared<Era>(std::move(tls))) {
    set_pre_routing_handler([](const httplib::Request&, httplib::Response& out) {
      compose(*replying, out);
      return HandlerResponse::Handled;
    });
    set_post_routing_handler(
        [](const httplib::Request&, httplib::Response& out) { strip(replying->response, out); });
    svr_sock_ = listening.release();
    start();
  }

  ~Library() override {
    (void)::eventfd_write(era_->stop(), 1);
    // Ends accept with an error, upon which httplib closes the socket itself, in the thread that uses it.
    ::shutdown(svr_sock_, SHUT_RDWR);
    thread_.join();
  }

  void use(std::shared_ptr<TlsServer> tls) {
    auto next = std::make_shared<Era>(std::move(tls));
    {
      const std::lock_guard lock(era_mutex_);
      era_.swap(next);
    }
    next->end();
  }

 private:
  Era::Member enter() {
    const std::lock_guard lock(era_mutex_);
    return Era::Member(era_);
  }

  void start() {
    std::promise<void> running;
    new_task_queue = [this, &running] {
      auto* threads = new Threads(clock_);  // httplib takes it
      running.set_value();
      return threads;
    };
    // A signal would end accept, and with it the server: signals go to threads that know what to do with
    // them.
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    thread_ = std::thread([this] { listen_after_bind(); });
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    running.get_future().wait();
  }

  bool process_and_close_socket(socket_t socket) override {
    const auto member = enter();
    const auto& era = member.era();
    Wire wire(Fd(socket), era.stop(), clock_);
    ConnectionLog log(journal_, wire.peer(), accepted_at);
    if (era.tls() != nullptr)
      wire.secure(era.tls()->session(socket, clock_, [&log](const Handshake& seen) { log.handshake(seen); }));
    Connection(wire, log, *registry_, clock_, [this](Reply& reply) { return write(reply); }).run();
    wire.close();  // before the log's end, which says so
    return true;
  }

  bool write(Reply& reply) {
    Answering stream(reply);
    bool closed = false;
    replying = &reply;
    const bool whole = process_request(stream, reply.announce_close, closed, nullptr);
    replying = nullptr;
    return whole && !stream.broken();
  }

  std::shared_ptr<Registry> registry_;
  std::shared_ptr<Journal> journal_;
  const Clock& clock_;
  std::mutex era_mutex_;
  std::shared_ptr<Era> era_;
  std::thread thread_;
};

HttpServer::HttpServer(Fd listening, std::shared_ptr<Registry> registry, std::shared_ptr<Journal> journal,
                       const Clock& clock, std::shared_ptr<TlsServer> tls)
    : library_(std::make_unique<Library>(std::move(listening), std::move(registry), std::move(journal), clock,
                                         std::move(tls))) {}

HttpServer::~HttpServer() = default;

void HttpServer::use(std::shared_ptr<TlsServer> tls) {
  library_->use(std::move(tls));
}

}  // namespace attest::server
