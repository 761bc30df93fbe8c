#include "harness/lab/virtual_world.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <atomic>

namespace attest::lab {
namespace {

/// From the number of the process, which has 22 bits, and of the world in it.
std::string address_of_our_own() {
  static std::atomic<unsigned> worlds{0};
  const auto number = static_cast<unsigned>(::getpid()) & 0x3FFFFFU;
  const auto world = (worlds++ & 1U) << 6U;
  return fmt::format("127.{}.{}.{}", 64U + world + (number >> 16U), (number >> 8U) & 0xFFU, number & 0xFFU);
}

}  // namespace

VirtualWorld VirtualWorld::start() {
  VirtualWorld world;
  world.folder_ = std::make_unique<TempDir>("attest-world");
  world.air_ = address_of_our_own();
  if (auto bus = PrivateBus::start())
    world.bus_.emplace(std::move(*bus));
  else
    world.fault_ = bus.error();
  return world;
}

}  // namespace attest::lab
