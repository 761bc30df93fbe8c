#include "server/http/registry.hpp"

#include <sys/eventfd.h>

#include <cerrno>

#include "server/http/head.hpp"

namespace attest::server {

Site::Site(Response response, std::shared_ptr<Journal> journal)
    : response_(std::move(response)), shelf_(std::move(journal)), gone_(::eventfd(0, EFD_CLOEXEC)) {
  if (!gone_)
    throw Failure({Fault::bench, errno_text("make an eventfd for a resource", errno), "raise `ulimit -n`"});
}

void Site::leave() const {
  (void)::eventfd_write(gone_.get(), 1);
}

std::shared_ptr<Site> Registry::add(Response response, std::string_view target) {
  auto site = std::make_shared<Site>(std::move(response), journal_);
  const std::lock_guard lock(mutex_);
  return sites_.try_emplace(std::string(path_of(target)), site).second ? site : nullptr;
}

void Registry::remove(std::string_view target) {
  const std::lock_guard lock(mutex_);
  const auto found = sites_.find(path_of(target));
  if (found == sites_.end()) return;
  found->second->leave();
  sites_.erase(found);
}

std::shared_ptr<Site> Registry::find(std::string_view target) const {
  const std::lock_guard lock(mutex_);
  const auto found = sites_.find(path_of(target));
  return found == sites_.end() ? nullptr : found->second;
}

}  // namespace attest::server
