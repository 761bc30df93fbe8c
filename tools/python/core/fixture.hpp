// The fixture server in Python's hands: an HTTP or HTTPS origin with a relay before it, on which faults are
// done.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "server/control/faults.hpp"
#include "server/control/origin.hpp"
#include "tools/python/core/callback.hpp"
#include "tools/python/core/errors.hpp"

namespace attest::python {

using server::Served;

struct Parts {
  std::shared_ptr<const server::Pki> pki;
  std::unique_ptr<server::Origin> origin;
  std::unique_ptr<server::Relay> relay;
};

class Page {
 public:
  Page(const std::shared_ptr<Parts>& parts, std::unique_ptr<server::Resource> resource)
      : parts_(parts),
        resource_(std::move(resource)),
        path_(resource_->path()),
        url_(parts->relay->url(*resource_)) {}
  [[nodiscard]] const std::string& url() const { return url_; }
  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] std::vector<Served> requests() const { return resource()->requests(); }
  [[nodiscard]] std::function<void()> wake() const {
    return [parts = parts_] {
      if (const auto there = parts.lock()) there->origin->wake();
    };
  }
  /// Shared: another thread may close the page meanwhile.
  [[nodiscard]] std::shared_ptr<const server::Resource> resource() const {
    if (!resource_) refuse(fmt::format("{} is no longer served", path_), "add it again");
    return resource_;
  }
  [[nodiscard]] bool closed() const { return !resource_; }
  void close() { resource_.reset(); }

 private:
  std::weak_ptr<Parts> parts_;  ///< a page may outlive its server
  std::shared_ptr<const server::Resource> resource_;
  std::string path_, url_;
};

class AppliedFault {
 public:
  AppliedFault(std::string kind, std::unique_ptr<server::Relay::Applied> applied)
      : kind_(std::move(kind)), applied_(std::move(applied)) {}
  /// With the interpreter's lock; its end may take a moment and is the caller's.
  [[nodiscard]] std::unique_ptr<server::Relay::Applied> take() { return std::move(applied_); }
  [[nodiscard]] bool lifted() const { return !applied_; }
  [[nodiscard]] const std::string& kind() const { return kind_; }

 private:
  std::string kind_;
  std::unique_ptr<server::Relay::Applied> applied_;
};

struct ServerOptions {
  std::string listen = "127.0.0.1", advertise;
  std::uint16_t port = 0;
  bool tls = false;
  std::string leaf = "good", trouble = "none", key_log;
};

class Server {
 public:
  Server(ServerOptions given, std::shared_ptr<const Callback> on_event);

  std::shared_ptr<Page> add(server::Response response, const std::string& path, const std::string& suffix);
  /// A fault that was applied, until it is lifted or this is closed.
  std::shared_ptr<AppliedFault> keep(const std::string& kind,
                                     std::unique_ptr<server::Relay::Applied> applied);
  [[nodiscard]] server::TlsSetup setup(const std::string& leaf, const std::string& trouble) const {
    return {parts_->pki, must(server::leaf_named(leaf)), must(server::trouble_named(trouble)),
            options_.key_log};
  }
  [[nodiscard]] Parts& parts() const {
    if (!parts_) refuse("the server is closed", "start another: HttpServer(…)");
    return *parts_;
  }
  /// For who goes on without the interpreter's lock: another thread may close this meanwhile. The last one
  /// ends them, so he lets go of them before he takes the lock again.
  [[nodiscard]] std::shared_ptr<Parts> shared_parts() const {
    (void)parts();
    return parts_;
  }
  [[nodiscard]] bool closed() const { return !parts_; }
  [[nodiscard]] const Callback& callback() const { return *on_event_; }
  /// With the interpreter's lock; their end may take a moment and is the caller's, without it.
  [[nodiscard]] std::shared_ptr<Parts> take() {
    pages_.clear();
    faults_.clear();
    return std::move(parts_);
  }

 private:
  const ServerOptions options_;
  std::shared_ptr<const Callback> on_event_;
  std::shared_ptr<Parts> parts_;
  // Kept until they are closed: who writes server.add(…).url keeps no page, and means it to be served.
  std::vector<std::shared_ptr<Page>> pages_;
  std::vector<std::shared_ptr<AppliedFault>> faults_;
};

}  // namespace attest::python
