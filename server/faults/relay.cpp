#include <fmt/format.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <future>
#include <map>
#include <thread>

#include "server/faults/course.hpp"
#include "server/faults/door.hpp"
#include "server/faults/pair.hpp"

namespace attest::server {
namespace faults {
namespace {
namespace asio = boost::asio;
using asio::ip::tcp;

/// One call of apply(), while it lasts.
struct Application {
  NetFault fault;
  std::uint64_t done_to = 0;  ///< connections
};

/// The relay's thread and all that lives on it.
class Switchboard {
 public:
  Switchboard(Listening bound, tcp::endpoint server, const Clock& clock, RelayListener listener)
      : book_(std::move(listener)),
        clock_(clock),
        server_(std::move(server)),
        work_(io_.get_executor()),
        door_(io_, std::move(bound), [this](tcp::socket client) { enter(std::move(client)); }),
        thread_([this] { io_.run(); }) {}
  Switchboard(const Switchboard&) = delete;
  Switchboard& operator=(const Switchboard&) = delete;
  ~Switchboard() { end(); }

  const Book& book() const { return book_; }
  const Clock& clock() const { return clock_; }

  Status open() {
    Status opened;
    on_thread([&] { opened = door_.open(); });
    return opened;
  }

  void add(std::shared_ptr<Application> application) {
    on_thread([&] {
      applied_.push_back(std::move(application));
      turn_door();
    });
  }

  void remove(const std::shared_ptr<Application>& application) {
    on_thread([&] {
      std::erase(applied_, application);
      turn_door();
      const auto pairs = pairs_;
      for (const auto& [pair, cause] : pairs)
        if (cause == application) pair->lift();
    });
  }

  std::size_t end_open() {
    std::size_t ended = 0;
    on_thread([&] {
      const auto pairs = pairs_;
      for (const auto& [pair, cause] : pairs) pair->part();
      ended = pairs.size();
    });
    return ended;
  }

  void end() {
    {
      const std::scoped_lock lock(ending_);
      if (ended_) return;
      ended_ = true;
    }
    asio::post(io_, [this] {
      door_.close();
      const auto pairs = pairs_;
      for (const auto& [pair, cause] : pairs) pair->abort();
      work_.reset();
    });
    thread_.join();
  }

 private:
  /// Does it there, and waits until it is done; nothing once the relay has ended.
  template <class Work>
  void on_thread(Work work) {
    if (std::this_thread::get_id() == thread_.get_id()) return work();
    const auto done =
        std::make_shared<std::promise<void>>();  // the thread still holds it when the wait is over
    {
      const std::scoped_lock lock(ending_);
      if (ended_) return;
      asio::post(io_, [&work, done] {
        work();
        done->set_value();
      });
    }
    done->get_future().wait();
  }

  void turn_door() {
    if (!applied_.empty() && applied_.back()->fault.kind == Trouble::refuse) return door_.shut();
    if (auto opened = door_.open(); !opened) fmt::print(stderr, "attest: {}\n", opened.error().text());
  }

  void enter(tcp::socket client) {
    auto cause = applied_.empty() ? nullptr : applied_.back();
    if (cause && cause->fault.times != 0 && cause->done_to == cause->fault.times) cause = nullptr;
    auto flow = cause ? flow_of(cause->fault, cause->done_to++) : Flow();
    const auto trouble = cause ? cause->fault.kind : Trouble::none;
    auto pair = std::make_shared<Pair>(std::move(client), std::move(flow), trouble, clock_, book_,
                                       [this](const Pair& gone) { forget(gone); });
    pairs_.emplace(pair, std::move(cause));
    pair->start(server_);
  }

  void forget(const Pair& gone) {
    std::erase_if(pairs_, [&](const auto& one) { return one.first.get() == &gone; });
  }

  Book book_;
  const Clock& clock_;
  const tcp::endpoint server_;
  asio::io_context io_{1};
  asio::executor_work_guard<asio::io_context::executor_type> work_;
  std::mutex ending_;
  bool ended_ = false;
  std::vector<std::shared_ptr<Application>> applied_;  ///< the last counts
  std::map<std::shared_ptr<Pair>, std::shared_ptr<Application>> pairs_;
  Door door_;
  std::thread thread_;
};

class HeldApplied final : public Relay::Applied {
 public:
  HeldApplied(std::shared_ptr<Switchboard> board, NetFault fault)
      : board_(std::move(board)), application_(std::make_shared<Application>(Application{std::move(fault)})) {
    board_->add(application_);
  }
  HeldApplied(const HeldApplied&) = delete;
  HeldApplied& operator=(const HeldApplied&) = delete;
  ~HeldApplied() override { board_->remove(application_); }

 private:
  std::shared_ptr<Switchboard> board_;
  std::shared_ptr<Application> application_;
};

class AsioRelay final : public Relay {
 public:
  AsioRelay(std::shared_ptr<Switchboard> board, const RelayConfig& config, std::uint16_t port)
      : board_(std::move(board)),
        port_(port),
        scheme_(config.tls ? "https" : "http"),
        authority_(authority_of(config.advertise.empty() ? config.address : config.advertise,
                                config.advertise_port == 0 ? port : config.advertise_port,
                                config.tls ? 443 : 80)) {}
  AsioRelay(const AsioRelay&) = delete;
  AsioRelay& operator=(const AsioRelay&) = delete;
  ~AsioRelay() override { board_->end(); }

  std::unique_ptr<Applied> apply(NetFault fault) override {
    check(fault);
    return std::make_unique<HeldApplied>(board_, std::move(fault));
  }
  std::size_t end_open() override { return board_->end_open(); }
  std::uint16_t port() const override { return port_; }
  std::string authority() const override { return authority_; }
  std::string url(const Resource& resource) const override {
    return fmt::format("{}://{}{}", scheme_, authority_, resource.path());
  }
  std::vector<Relayed> connections() const override { return board_->book().all(); }
  bool wait_closed(Deadline deadline) const override {
    return board_->book().wait_closed(deadline, board_->clock());
  }
  bool wait_left(Deadline deadline) const override {
    return board_->book().wait_left(deadline, board_->clock());
  }

 private:
  std::shared_ptr<Switchboard> board_;
  const std::uint16_t port_;
  const std::string scheme_, authority_;
};

}  // namespace
}  // namespace faults

Result<std::unique_ptr<Relay>> start_relay(const RelayConfig& config, const Clock& clock,
                                           RelayListener listener) {
  boost::system::error_code bad;
  const auto server = boost::asio::ip::make_address(config.to_address, bad);
  if (bad)
    return fail(Fault::usage, fmt::format("relay to {}: not a numeric address", config.to_address),
                "give the address that the origin listens on");
  if ((config.address == "0.0.0.0" || config.address == "::") && config.advertise.empty())
    return fail(Fault::usage,
                fmt::format("relay on {}, which is no address that a device could ask", config.address),
                "say which address to advertise; this host has " + own_addresses());
  auto bound = faults::Door::bind(config.address, config.port);
  if (!bound) return tl::unexpected(bound.error());
  const auto port = bound->port;
  auto board = std::make_shared<faults::Switchboard>(
      std::move(*bound), boost::asio::ip::tcp::endpoint(server, config.to_port), clock, std::move(listener));
  if (auto opened = board->open(); !opened) return tl::unexpected(opened.error());
  return std::make_unique<faults::AsioRelay>(std::move(board), config, port);
}

}  // namespace attest::server
