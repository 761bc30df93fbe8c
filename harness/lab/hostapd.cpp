#include "harness/lab/hostapd.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/asio.hpp>
#include <deque>
#include <mutex>
#include <thread>

#include "harness/base/bytes.hpp"
#include "harness/base/file.hpp"

namespace attest::lab {
namespace {
using namespace std::chrono_literals;
namespace asio = boost::asio;
using Datagrams = asio::local::datagram_protocol;
using Code = boost::system::error_code;

constexpr Nanos kPatience = 2s;
constexpr std::size_t kMostEvents = 64;

class Attached final : public StationWatch {
 public:
  Attached(const Clock& clock, Listener listener) : clock_(clock), listener_(std::move(listener)) {}
  ~Attached() override {
    asio::post(io_, [this] {
      Code none;
      socket_.send(asio::buffer(std::string_view("DETACH")), 0, none);
      socket_.close(none);
    });
    if (thread_.joinable()) thread_.join();
  }

  Status open(const std::filesystem::path& control) {
    const auto trying = fmt::format("listen to hostapd at {}", control.string());
    try {
      Code error;
      socket_.open({}, error);
      if (!error) socket_.bind(Datagrams::endpoint((folder_.path() / "attest").string()), error);
      if (!error) socket_.connect(Datagrams::endpoint(control.string()), error);
      if (!error) socket_.send(asio::buffer(std::string_view("ATTACH")), 0, error);
      if (error)
        return fail(Fault::bench, fmt::format("{}: {}", trying, error.message()),
                    "is hostapd running with ctrl_interface there, and may this user use it "
                    "(ctrl_interface_group)?");
    } catch (const boost::system::system_error& e) {  // a path that no socket can have
      return fail(Fault::usage, fmt::format("{}: {}", trying, e.code().message()),
                  "network.hostapd is the control socket, such as /run/hostapd/wlan0");
    }
    hear();
    io_.run_for(std::chrono::duration_cast<std::chrono::milliseconds>(kPatience));
    if (!accepted_)
      return fail(Fault::bench, fmt::format("{}: it does not accept ATTACH", trying),
                  "try `hostapd_cli -p <folder> -i <interface>` by hand");
    io_.restart();
    thread_ = std::thread([this] { io_.run(); });
    return {};
  }

  std::optional<StationEvent> connected_since(Instant moment) const override {
    const std::scoped_lock lock(mutex_);
    const auto found = std::find_if(events_.begin(), events_.end(), [&](const auto& one) {
      return one.event == "AP-STA-CONNECTED" && one.at >= moment;
    });
    return found == events_.end() ? std::nullopt : std::optional(*found);
  }

 private:
  void hear() {
    socket_.async_receive(asio::buffer(heard_), [this](const Code& error, std::size_t size) {
      if (error) return;
      take({heard_.data(), size});
      hear();
    });
  }

  void take(std::string_view message) {
    if (!accepted_ && trimmed(message) == "OK") {
      accepted_ = true;
      io_.stop();  // ends the wait of open()
      return;
    }
    const auto event = station_event_in(message, clock_.now());
    if (!event) return;
    {
      const std::scoped_lock lock(mutex_);
      if (events_.size() == kMostEvents) events_.pop_front();
      events_.push_back(*event);
    }
    if (listener_) listener_(*event);
  }

  const Clock& clock_;
  const Listener listener_;
  const TempDir folder_{"attest-hostapd"};  ///< where hostapd's answers go
  asio::io_context io_{1};
  Datagrams::socket socket_{io_};
  std::array<char, 4096> heard_{};
  bool accepted_ = false;
  mutable std::mutex mutex_;
  std::deque<StationEvent> events_;
  std::thread thread_;
};

}  // namespace

std::optional<StationEvent> station_event_in(std::string_view message, Instant at) {
  if (message.starts_with('<')) message.remove_prefix(std::min(message.find('>') + 1, message.size()));
  for (const std::string_view event : {"AP-STA-CONNECTED ", "AP-STA-DISCONNECTED "}) {
    if (!message.starts_with(event)) continue;
    const auto station = trimmed(message.substr(event.size()));
    const auto end = std::min(station.find(' '), std::size_t{17});
    return StationEvent{std::string(trimmed(event)), visible(station.substr(0, end)), at};
  }
  return std::nullopt;
}

Result<std::unique_ptr<StationWatch>> StationWatch::attach(const std::filesystem::path& control,
                                                           const Clock& clock, Listener listener) {
  auto watch = std::make_unique<Attached>(clock, std::move(listener));
  if (auto ok = watch->open(control); !ok) return tl::unexpected(ok.error());
  return watch;
}

}  // namespace attest::lab
