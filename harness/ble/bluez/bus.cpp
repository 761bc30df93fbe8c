#include "harness/ble/bluez/bus.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "harness/ble/bluez/errors.hpp"
#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/lsan_interface.h>
#endif

namespace attest::ble::bluez {
namespace {
using namespace std::chrono_literals;

constexpr const char* object_manager = "org.freedesktop.DBus.ObjectManager";

/// A signal that is not as it should be is not worth a crash.
template <class F>
void leniently(F&& f) {
  try {
    f();
  } catch (const sdbus::Error&) {
  }
}

std::string match(const char* interface, const char* member, const char* more = "") {
  return fmt::format("type='signal',sender='{}',interface='{}',member='{}'{}", service_name, interface,
                     member, more);
}

std::unique_ptr<sdbus::IConnection> connect_to(const std::string& address) {
#ifdef __SANITIZE_ADDRESS__
  const __lsan::ScopedDisabler library_forgets_its_bus_when_it_cannot_connect;  // sdbus-c++ 1.2
#endif
  return address == "system" ? sdbus::createSystemBusConnection()
                             : sdbus::createSessionBusConnectionWithAddress(address);
}

}  // namespace

struct Bus::Answer {
  bool done = false;
  std::optional<CallError> error;
};

Result<std::unique_ptr<Bus>> Bus::open(const std::string& address, const Clock& clock) {
  try {
    auto bus = std::unique_ptr<Bus>(new Bus(connect_to(address), clock));
    bus->subscribe();
    bus->thread_ = std::thread([b = bus.get()] { b->loop(); });
    if (auto s = bus->load(address); !s) return tl::unexpected(s.error());
    return bus;
  } catch (const sdbus::Error& e) {
    return tl::unexpected(no_bus(address, e.getMessage()));
  }
}

Bus::Bus(std::unique_ptr<sdbus::IConnection> connection, const Clock& clock)
    : clock_(clock), connection_(std::move(connection)) {}

Bus::~Bus() {
  if (!thread_.joinable()) return;
  leniently([&] { connection_->leaveEventLoop(); });
  thread_.join();
}

void Bus::subscribe() {
  const auto on = [this](const std::string& rule, void (Bus::*handler)(sdbus::Message&)) {
    connection_->addMatch(
        rule, [this, handler](sdbus::Message& m) { leniently([&] { (this->*handler)(m); }); },
        sdbus::floating_slot);
  };
  on(match(object_manager, "InterfacesAdded"), &Bus::on_added);
  on(match(object_manager, "InterfacesRemoved"), &Bus::on_removed);
  on(match(properties_interface, "PropertiesChanged"), &Bus::on_changed);
  on(fmt::format("type='signal',sender='org.freedesktop.DBus',member='NameOwnerChanged',arg0='{}'",
                 service_name),
     &Bus::on_owner);
}

/// The library's own thread would end the program when the bus goes away.
void Bus::loop() {
  std::string why = "the connection to D-Bus ended";
  try {
    connection_->enterEventLoop();
  } catch (const std::exception& e) {
    why += fmt::format(": {}", e.what());
  }
  const std::lock_guard lock(mutex_);
  world_.lost = why;
  changed_.notify_all();
}

void Bus::on_added(sdbus::Message& m) {
  const auto at = clock_.now();
  sdbus::ObjectPath path;
  Interfaces interfaces;
  m >> path >> interfaces;
  tell(with_world([&](World& w) { return w.added(path, interfaces, at); }));
}

void Bus::on_removed(sdbus::Message& m) {
  sdbus::ObjectPath path;
  std::vector<std::string> interfaces;
  m >> path >> interfaces;
  with_world([&](World& w) { w.removed(path, interfaces); });
  tell({});
}

void Bus::on_changed(sdbus::Message& m) {
  const auto at = clock_.now();
  std::string interface;
  Properties properties;
  m >> interface >> properties;
  const auto path = m.getPath();
  tell(with_world([&](World& w) { return w.changed(path, interface, properties, at); }));
}

void Bus::on_owner(sdbus::Message& m) {
  std::string name, before, after;
  m >> name >> before >> after;
  // One that comes back knows nothing of our scan and connection: it is lost all the same.
  if (!before.empty()) with_world([](World& w) { w.lost = "org.bluez ended"; });
  tell({});
}

void Bus::tell(const std::optional<Advertisement>& seen) {
  changed_.notify_all();
  const std::lock_guard lock(listening_);
  if (seen && listener_) listener_(*seen);
}

void Bus::hear(OnAdvertisement listener) {
  const std::lock_guard lock(listening_);
  listener_ = std::move(listener);
}

Status Bus::load(const std::string& address) {
  const auto read = [this](sdbus::MethodReply& reply) {
    std::map<sdbus::ObjectPath, Interfaces> all;
    reply >> all;
    with_world([&](World& w) {
      for (const auto& [path, interfaces] : all) (void)w.added(path, interfaces, clock_.now());
    });
  };
  const auto called =
      call({.path = "/", .interface = object_manager, .method = "GetManagedObjects", .read = read},
           Deadline::in(clock_, 10s));
  if (called) return {};
  return tl::unexpected(no_bluez(address, called.error()));
}

sdbus::IProxy& Bus::proxy(const std::string& path) {
  auto& p = proxies_[path];
  if (!p) p = sdbus::createProxy(*connection_, service_name, path);
  return *p;
}

Called Bus::call(Call what, Deadline deadline) {
  const auto answer = std::make_shared<Answer>();
  const auto on_reply = [this, answer, read = what.read](sdbus::MethodReply& reply,
                                                         const sdbus::Error* error) {
    std::optional<CallError> trouble;
    if (error != nullptr) trouble = CallError{error->getName(), error->getMessage()};
    try {
      if (error == nullptr && read) read(reply);
    } catch (const sdbus::Error& e) {
      trouble = CallError{e.getName(), e.getMessage()};
    }
    with_world([&](World&) { *answer = {true, trouble}; });
    changed_.notify_all();
  };
  try {
    auto& p = proxy(what.path);
    auto message = p.createMethodCall(what.interface, what.method);
    if (what.fill) what.fill(message);
    // Longer than we wait, so that there is one place that says "timed out".
    p.callMethod(message, on_reply, deadline.left(clock_) + Nanos(5s));
  } catch (const sdbus::Error& e) {
    return tl::unexpected(CallError{e.getName(), e.getMessage()});
  }
  const auto over = [&](const World& w) { return answer->done || (what.unless && what.unless(w)); };
  const bool ended = wait(deadline, over);
  const std::lock_guard lock(mutex_);
  if (answer->done && answer->error) return tl::unexpected(*answer->error);
  if (answer->done) return {};
  if (!world_.lost.empty()) return tl::unexpected(CallError{interrupted, world_.lost});
  return tl::unexpected(ended ? CallError{interrupted, ""}
                              : CallError{timed_out, "no answer by the deadline"});
}

bool Bus::wait(Deadline deadline, const Condition& condition) {
  std::unique_lock lock(mutex_);
  for (;;) {
    if (condition(world_)) return true;
    if (!world_.lost.empty() || deadline.passed(clock_)) return false;
    changed_.wait_for(lock, deadline.left(clock_));
  }
}

void Bus::give_up() {
  with_world([](World& w) { w.lost = "it was given up"; });
  changed_.notify_all();
}

std::string Bus::lost() {
  return with_world([](const World& w) { return w.lost; });
}

}  // namespace attest::ble::bluez
