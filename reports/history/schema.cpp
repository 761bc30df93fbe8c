#include "reports/history/schema.hpp"

#include <fmt/format.h>

#include <array>
#include <chrono>
#include <fstream>
#include <string>
#include <thread>

#include "harness/base/result.hpp"
#include "reports/console/paper.hpp"

namespace attest::reports {

namespace embedded_history {
std::string_view file(std::string_view name);  // made by attest_embed
}

namespace {
namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr std::string_view kMagic("SQLite format 3\0", 16);
constexpr const char* kAnotherFile = "give another file with --db; this one is left as it is";

[[noreturn]] void refuse(const fs::path& path, std::string_view why, std::string cure = kAnotherFile) {
  throw Failure({Fault::usage, fmt::format("{} is no history: {}", path.string(), why), std::move(cure)});
}

/// The header is looked at before SQLite is: SQLite tidies up in what it has opened, and a file that is not
/// ours is not to be touched. The id stands there since the commit that made the tables.
void look_at_header(const fs::path& path) {
  std::array<char, 100> head{};
  std::ifstream file(path, std::ios::binary);
  file.read(head.data(), head.size());
  const auto got = static_cast<std::size_t>(file.gcount());
  if (got == 0) return;
  const std::string_view bytes(head.data(), got);
  if (!bytes.starts_with(kMagic.substr(0, got))) refuse(path, "it is not an SQLite database");
  if (got < head.size()) refuse(path, fmt::format("it is cut after {} bytes", got));
  std::uint32_t id = 0;
  for (const char byte : bytes.substr(68, 4)) id = id << 8 | static_cast<unsigned char>(byte);
  if (id != kHistoryId) refuse(path, "it is an SQLite database of another program");
}

bool has_tables(const Database& database) {
  return database.integer("SELECT count(*) FROM sqlite_master") > 0;
}

/// In one transaction, so that of two processes that come first one makes it and the other one finds it.
void make_tables(Database& database) {
  Transaction transaction(database);
  if (has_tables(database)) return;
  database.execute(fmt::format("PRAGMA application_id = {}", kHistoryId));
  database.execute(fmt::format("PRAGMA user_version = {}", kHistoryVersion));
  database.execute(std::string(embedded_history::file("schema.sql")));
  transaction.commit();
}

void check_version(const Database& database) {
  const auto version = database.integer("PRAGMA user_version");
  if (version == kHistoryVersion) return;
  throw Failure({Fault::usage,
                 fmt::format("the history {} is of version {}, and this attest knows version {}",
                             database.path().string(), version, kHistoryVersion),
                 "use the attest that wrote it, or give another file with --db"});
}

/// Before anything is written: what is added to a damaged file is lost with it, and unseen.
void check_soundness(const Database& database) {
  const auto found = database.text("PRAGMA quick_check(1)");
  if (found == "ok") return;
  throw Failure({Fault::usage,
                 fmt::format("the history {} is damaged: {}; it is left as it is", database.path().string(),
                             one_line(found)),
                 kRecordsHoldAll});
}

/// The switch needs the file for itself, and SQLite does not wait for that one by itself. Where the file
/// system allows no such log, the history works as well, and its readers wait for its writers.
void switch_to_write_ahead_log(const Database& database) {
  const auto until = std::chrono::steady_clock::now() + Database::kPatience;
  for (;; std::this_thread::sleep_for(10ms)) {
    try {
      (void)database.text("PRAGMA journal_mode = WAL");
      return;
    } catch (const Failure& failure) {
      if (failure.error().fault == Fault::usage || std::chrono::steady_clock::now() > until) throw;
    }
  }
}

/// Readers do not wait for writers then, nor writers for readers. It stays so, and who may only read has to
/// do nothing.
void use_write_ahead_log(const Database& database) {
  if (database.text("PRAGMA journal_mode") != "wal") switch_to_write_ahead_log(database);
  // A power cut may take the last imports with it, and never the file: they can be made again.
  database.execute("PRAGMA synchronous = NORMAL");
}

}  // namespace

std::unique_ptr<Database> open_history(const fs::path& path, bool create) {
  std::error_code error;
  if (!create && !fs::exists(path, error))
    throw Failure(
        {Fault::usage, fmt::format("there is no history at {}", path.string()),
         "make it with `attest history import RUN-FOLDER`, or name another with --db or $ATTEST_HISTORY"});
  if (fs::is_directory(path, error)) refuse(path, "it is a folder", "give a file with --db");
  look_at_header(path);
  auto database = Database::open(path, create);
  if (!has_tables(*database)) {
    if (!create) refuse(path, "it is empty", "make it with `attest history import RUN-FOLDER`");
    make_tables(*database);
  }
  check_version(*database);
  if (create) check_soundness(*database);
  use_write_ahead_log(*database);
  return database;
}

}  // namespace attest::reports
