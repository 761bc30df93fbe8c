// The seam to SQLite's C API: a connection, its prepared statements, a transaction. It knows no table.
//
// Whatever SQLite refuses is thrown as a Failure that names the file and says what to do: a full disk and a
// lock that nobody gives back are of the bench; a file that is damaged, or is none of ours, is of usage. Not
// thread-safe: one connection per thread. Several processes may have the same file open.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

struct sqlite3;
struct sqlite3_stmt;

namespace attest::reports {

class Database;

/// The cure for a history that cannot be read any more.
inline constexpr const char* kRecordsHoldAll =
    "the records hold everything: move it away and import them again, or bring back a copy";

/// Prepared once, run often. Parameters are numbered from 1, columns from 0, as in SQL and in C.
class Statement {
 public:
  Statement(const Database& database, std::string_view sql);

  /// Binds them all, in their order.
  template <class... Values>
  Statement& with(const Values&... values) {
    reset();
    int index = 0;
    (bind(++index, values), ...);
    return *this;
  }
  /// To the next row; false: there is none left, and the statement is ready to be run again.
  [[nodiscard]] bool step();
  /// For what gives no rows.
  void run();

  [[nodiscard]] std::int64_t integer(int column) const;
  [[nodiscard]] double real(int column) const;
  [[nodiscard]] std::string text(int column) const;  ///< "" for NULL
  [[nodiscard]] bool null(int column) const;
  [[nodiscard]] std::optional<double> maybe_real(int column) const;

  void reset();

 private:
  void bind(int index, std::int64_t value);
  void bind(int index, std::uint64_t value) { bind(index, static_cast<std::int64_t>(value)); }
  void bind(int index, int value) { bind(index, static_cast<std::int64_t>(value)); }
  void bind(int index, bool value) { bind(index, static_cast<std::int64_t>(value)); }
  void bind(int index, double value);
  void bind(int index, std::string_view value);
  void bind(int index, const std::string& value) { bind(index, std::string_view(value)); }
  void bind(int index, const char* value) { bind(index, std::string_view(value)); }
  void bind(int index, std::nullopt_t);
  template <class T>
  void bind(int index, const std::optional<T>& value) {
    if (value)
      bind(index, *value);
    else
      bind(index, std::nullopt);
  }

  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  const Database* database_;
  std::unique_ptr<sqlite3_stmt, Finalize> held_;
};

class Database {
 public:
  /// How long a writer waits for another one. An import holds the file for well under a second.
  static constexpr std::chrono::milliseconds kPatience{30'000};

  /// `create`: where there is no file yet, an empty one. Foreign keys are held. Nothing is read from the file
  /// yet.
  [[nodiscard]] static std::unique_ptr<Database> open(const std::filesystem::path& path, bool create,
                                                      std::chrono::milliseconds patience = kPatience);
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  ~Database();

  /// One or more statements without parameters and without rows.
  void execute(const std::string& sql) const;
  /// The statement of that text, ready to be bound: prepared at its first use, and kept.
  [[nodiscard]] Statement& prepared(std::string_view sql);
  /// The first column of the first row.
  [[nodiscard]] std::int64_t integer(std::string_view sql) const;
  [[nodiscard]] std::string text(std::string_view sql) const;
  /// The rowid of the latest INSERT on this connection.
  [[nodiscard]] std::int64_t last_id() const;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  /// What stands in the way, thrown: `code` is SQLite's.
  [[noreturn]] void refuse(int code) const;

 private:
  friend class Statement;
  explicit Database(std::filesystem::path path) : path_(std::move(path)) {}

  struct Close {
    void operator()(sqlite3* handle) const;
  };
  std::filesystem::path path_;
  std::chrono::milliseconds patience_{};
  std::unique_ptr<sqlite3, Close> handle_;  // goes after the statements
  std::unordered_map<std::string, std::unique_ptr<Statement>> statements_;
};

/// Takes the write lock at once (BEGIN IMMEDIATE), so that two writers queue up instead of colliding half
/// way. What is not committed is undone.
class Transaction {
 public:
  explicit Transaction(Database& database);
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  ~Transaction();
  void commit();

 private:
  Database& database_;
  bool open_ = true;
};

/// As long as it lives, this connection sees the history as it was at its first question, whatever others
/// import. May stand within another one.
class Snapshot {
 public:
  explicit Snapshot(Database& database);
  Snapshot(const Snapshot&) = delete;
  Snapshot& operator=(const Snapshot&) = delete;
  ~Snapshot();

 private:
  Database& database_;
};

}  // namespace attest::reports
