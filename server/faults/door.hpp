// A listening port that can be shut: connecting is then refused, and still nobody else can have the port.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <string>

#include "server/net/listening.hpp"

namespace attest::server::faults {

/// All but `bind` on the thread of its io_context.
class Door {
 public:
  using Enter = std::function<void(boost::asio::ip::tcp::socket client)>;

  /// A socket that Door can shut; not listening yet.
  [[nodiscard]] static Result<Listening> bind(const std::string& address, std::uint16_t port);

  Door(boost::asio::io_context& io, Listening bound, Enter enter);
  [[nodiscard]] Status open();  ///< no matter if it is
  void shut();
  void close();

 private:
  void accept();

  boost::asio::ip::tcp::acceptor acceptor_;
  boost::asio::steady_timer pause_;
  Enter enter_;
  bool open_ = false;
  std::uint64_t opened_ = 0;  ///< times, so that an accept of before the last shutting is not taken up
};

}  // namespace attest::server::faults
