// A client's connection and the one to the server that it is passed on to.
#pragma once

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>

#include "server/faults/book.hpp"
#include "server/faults/flow.hpp"

namespace attest::server::faults {

/// All on the thread of its io_context, on which its own handlers keep it alive until it is closed.
class Pair : public std::enable_shared_from_this<Pair> {
 public:
  using Socket = boost::asio::ip::tcp::socket;
  using Gone = std::function<void(const Pair&)>;

  /// `trouble` is what the flow does when its place comes.
  Pair(Socket client, Flow to_client, Trouble trouble, const Clock& clock, Book& book, Gone gone);
  void start(const boost::asio::ip::tcp::endpoint& server);
  /// The fault is over.
  void lift();
  /// At once, with FIN to both sides.
  void part();
  /// At once, with RST to both sides.
  void abort();

 private:
  /// One direction.
  struct Way {
    Way(Socket& source, Socket& sink, std::uint64_t& counter, Flow rules)
        : from(source), to(sink), passed(counter), flow(std::move(rules)), due(sink.get_executor()) {}
    Socket &from, &to;
    std::uint64_t& passed;
    Flow flow;
    boost::asio::steady_timer due;
    std::array<char, 16 * 1024> in{};
    std::string out{};
    bool reading = false, writing = false;
    bool over = false;         ///< nothing more goes to `to`
    bool from_broken = false;  ///< writing to `from` failed: its end of file is no orderly one
  };
  enum class How { orderly, reset };
  using Patience = std::optional<Instant>;

  void pump(Way& way);
  void read(Way& way);
  void take(Way& way, boost::system::error_code error, std::size_t count);
  [[nodiscard]] bool was_reset(const Way& way);
  void write(Way& way);
  void act(Way& way, Step step);
  void send(Way& way, std::string bytes);
  void sent(Way& way, boost::system::error_code error);
  void await(Way& way, Instant until);
  void finish(Way& way);
  void note_strike();
  /// Closes both when `socket` has nothing unacknowledged, or patience is over: a reset before would take
  /// away bytes that the peer was to have.
  void close_when_acknowledged(Socket& socket, How how, Patience patience);
  void close(How how);
  [[nodiscard]] Way& other(const Way& way) { return &way == &up_ ? down_ : up_; }

  const Clock& clock_;
  Book& book_;
  Gone gone_;
  Trouble trouble_;
  Relayed seen_;
  Socket client_, server_;
  Way up_, down_;
  boost::asio::steady_timer poll_;
  bool connected_ = false, closing_ = false, struck_ = false;
};

}  // namespace attest::server::faults
