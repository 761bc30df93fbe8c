// Which response lives under which path.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "harness/base/file.hpp"
#include "server/journal/journal.hpp"

namespace attest::server {

/// A registered response. Connections that are serving it keep it alive.
class Site {
 public:
  Site(Response response, std::shared_ptr<Journal> journal);
  [[nodiscard]] const Response& response() const { return response_; }
  [[nodiscard]] Shelf& shelf() { return shelf_; }
  /// Readable from the moment on that the resource is gone.
  [[nodiscard]] int gone() const { return gone_.get(); }
  void leave() const;

 private:
  const Response response_;
  Shelf shelf_;
  Fd gone_;
};

/// Thread-safe.
class Registry {
 public:
  explicit Registry(std::shared_ptr<Journal> journal) : journal_(journal), strangers_(std::move(journal)) {}
  /// A site for the path of `target`; nothing if that path is taken.
  [[nodiscard]] std::shared_ptr<Site> add(Response response, std::string_view target);
  void remove(std::string_view target);
  [[nodiscard]] std::shared_ptr<Site> find(std::string_view target) const;
  [[nodiscard]] Shelf& strangers() { return strangers_; }

 private:
  std::shared_ptr<Journal> journal_;
  Shelf strangers_;
  mutable std::mutex mutex_;
  std::map<std::string, std::shared_ptr<Site>, std::less<>> sites_;
};

}  // namespace attest::server
