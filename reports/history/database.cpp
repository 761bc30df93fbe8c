#include "reports/history/database.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <cerrno>
#include <cstring>

#include "harness/base/clock.hpp"
#include "harness/base/result.hpp"

namespace attest::reports {
namespace {

/// What SQLite said, and below it the system: SQLite keeps the system's number of some errors, and leaves
/// errno as it found it at others.
std::string words_of(sqlite3* handle, int code, int number) {
  std::string out = handle != nullptr ? sqlite3_errmsg(handle) : sqlite3_errstr(code);
  if (number == 0 && handle != nullptr) number = sqlite3_system_errno(handle);
  const int kind = code & 0xff;
  const bool of_the_system = kind == SQLITE_IOERR || kind == SQLITE_CANTOPEN || kind == SQLITE_FULL;
  if (of_the_system && number != 0) out += fmt::format(" ({})", std::strerror(number));
  return out;
}

Error error_of(const std::filesystem::path& path, int code, const std::string& words,
               std::chrono::milliseconds patience) {
  const auto history = path.string();
  switch (code & 0xff) {
    case SQLITE_FULL:
      return {
          Fault::bench, fmt::format("write to the history {}: no room is left: {}", history, words),
          "make room on its disk and do it again; what was in it before is still there, and nothing else"};
    case SQLITE_IOERR:
      return {Fault::bench, fmt::format("read or write the history {}: {}", history, words),
              "look at its disk and at the limits of this user, then do it again; what was in it before is "
              "still there"};
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return {Fault::bench,
              fmt::format("another process has held the history {} for {}", history, human(patience)),
              "do it again when that one is done"};
    case SQLITE_NOTADB:
      return {Fault::usage, fmt::format("{} is no history: {}", history, words),
              "give another file with --db; this one is left as it is"};
    case SQLITE_CORRUPT:
      return {Fault::usage, fmt::format("the history {} is damaged: {}; it is left as it is", history, words),
              kRecordsHoldAll};
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return {Fault::usage, fmt::format("open the history {}: {}", history, words),
              "give a file with --db that this user may write, in a folder that is there"};
    default:
      return {Fault::bench, fmt::format("the history {}: {}", history, words), kRecordsHoldAll};
  }
}

}  // namespace

void Statement::Finalize::operator()(sqlite3_stmt* statement) const {
  sqlite3_finalize(statement);
}

Statement::Statement(const Database& database, std::string_view sql) : database_(&database) {
  sqlite3_stmt* made = nullptr;
  const int code =
      sqlite3_prepare_v2(database.handle_.get(), sql.data(), static_cast<int>(sql.size()), &made, nullptr);
  held_.reset(made);
  if (code != SQLITE_OK) database.refuse(code);
}

bool Statement::step() {
  errno = 0;
  const int code = sqlite3_step(held_.get());
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) {
    try {
      database_->refuse(code);
    } catch (...) {
      reset();  // it would hold its lock
      throw;
    }
  }
  reset();
  return false;
}

void Statement::run() {
  while (step()) {
  }
}

void Statement::reset() {
  sqlite3_reset(held_.get());  // gives the error of the last step once more
}

std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(held_.get(), column);
}

double Statement::real(int column) const {
  return sqlite3_column_double(held_.get(), column);
}

std::string Statement::text(int column) const {
  const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(held_.get(), column));
  if (bytes == nullptr) return {};
  return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(held_.get(), column))};
}

bool Statement::null(int column) const {
  return sqlite3_column_type(held_.get(), column) == SQLITE_NULL;
}

std::optional<double> Statement::maybe_real(int column) const {
  if (null(column)) return std::nullopt;
  return real(column);
}

void Statement::bind(int index, std::int64_t value) {
  if (const int code = sqlite3_bind_int64(held_.get(), index, value); code != SQLITE_OK)
    database_->refuse(code);
}

void Statement::bind(int index, double value) {
  if (const int code = sqlite3_bind_double(held_.get(), index, value); code != SQLITE_OK)
    database_->refuse(code);
}

void Statement::bind(int index, std::string_view value) {
  const char* bytes = value.data() == nullptr ? "" : value.data();  // no address would be NULL
  const int code =
      sqlite3_bind_text64(held_.get(), index, bytes, value.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
  if (code != SQLITE_OK) database_->refuse(code);
}

void Statement::bind(int index, std::nullopt_t) {
  if (const int code = sqlite3_bind_null(held_.get(), index); code != SQLITE_OK) database_->refuse(code);
}

void Database::Close::operator()(sqlite3* handle) const {
  sqlite3_close_v2(handle);
}

std::unique_ptr<Database> Database::open(const std::filesystem::path& path, bool create,
                                         std::chrono::milliseconds patience) {
  std::unique_ptr<Database> out(new Database(path));
  out->patience_ = patience;
  sqlite3* made = nullptr;
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | (create ? SQLITE_OPEN_CREATE : 0);
  errno = 0;
  const int code = sqlite3_open_v2(path.c_str(), &made, flags, nullptr);
  out->handle_.reset(made);
  if (code != SQLITE_OK) out->refuse(code);
  sqlite3_extended_result_codes(made, 1);
  sqlite3_busy_timeout(made, static_cast<int>(patience.count()));
  out->execute("PRAGMA foreign_keys = ON");
  return out;
}

Database::~Database() {
  statements_.clear();
}

void Database::execute(const std::string& sql) const {
  errno = 0;
  const int code = sqlite3_exec(handle_.get(), sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) refuse(code);
}

Statement& Database::prepared(std::string_view sql) {
  auto& slot = statements_[std::string(sql)];
  if (!slot) slot = std::make_unique<Statement>(*this, sql);
  slot->reset();
  return *slot;
}

std::int64_t Database::integer(std::string_view sql) const {
  Statement statement(*this, sql);
  return statement.step() ? statement.integer(0) : 0;
}

std::string Database::text(std::string_view sql) const {
  Statement statement(*this, sql);
  return statement.step() ? statement.text(0) : std::string();
}

std::int64_t Database::last_id() const {
  return sqlite3_last_insert_rowid(handle_.get());
}

void Database::refuse(int code) const {
  const int number = errno;
  throw Failure(error_of(path_, code, words_of(handle_.get(), code, number), patience_));
}

Transaction::Transaction(Database& database) : database_(database) {
  database_.execute("BEGIN IMMEDIATE");
}

Transaction::~Transaction() {
  if (!open_) return;
  try {
    database_.execute("ROLLBACK");
  } catch (const Failure&) {
    // SQLite has undone it already, as it does when the disk is full
  }
}

void Transaction::commit() {
  database_.execute("COMMIT");
  open_ = false;
}

Snapshot::Snapshot(Database& database) : database_(database) {
  database_.execute("SAVEPOINT snapshot");
}

Snapshot::~Snapshot() {
  try {
    database_.execute("RELEASE snapshot");
  } catch (const Failure&) {
    // it only read
  }
}

}  // namespace attest::reports
