// From a record to a run of the history: is it there, is it the same, is it more of the same?
#include <fmt/format.h>

#include <system_error>

#include "harness/record/reader.hpp"
#include "harness/spec/catalogue.hpp"
#include "reports/history/guarded.hpp"
#include "reports/history/history.hpp"
#include "reports/history/store.hpp"

namespace attest::reports {
namespace {
namespace fs = std::filesystem;

struct Held {
  std::int64_t run = 0;
  std::string digest;
  std::uint64_t bytes = 0;
};

std::optional<Held> held(Database& database, const std::string& key) {
  auto& look = database.prepared("SELECT id, digest, bytes FROM runs WHERE key = ?").with(key);
  if (!look.step()) return std::nullopt;
  Held out{look.integer(0), look.text(1), static_cast<std::uint64_t>(look.integer(2))};
  look.reset();
  return out;
}

/// What importing the record would do to what is held. Throws where it is another record under the same first
/// line.
Import what_to_do(const std::optional<Held>& held, const fs::path& path, const Fingerprint& is) {
  if (!held) return Import::added;
  if (held->digest == is.digest) return Import::unchanged;
  if (is.bytes < held->bytes) return Import::older;
  if (must(digest_of_beginning(path, held->bytes)) == held->digest) return Import::replaced;
  throw Failure(
      {Fault::usage,
       fmt::format("the record {} has the first line of run {}, and does not go on as that one did",
                   path.string(), held->run),
       "it was edited, or damaged: records are only ever appended to. Import the one that the run wrote"});
}

/// A run that still writes would be imported at a moment that nobody chose.
void still_the_same(const fs::path& path, const Fingerprint& is) {
  std::error_code error;
  if (fs::file_size(path, error) == is.file_size && !error) return;
  throw Failure({Fault::usage,
                 fmt::format("the record {} has changed while it was read: its run goes on", path.string()),
                 "import it when the run is over"});
}

JudgedRecord judged(const fs::path& path, const Fingerprint& is) {
  JudgedRecord out;
  std::error_code error;
  out.path = fs::absolute(path, error).lexically_normal().string();
  out.is = is;
  spec::Judge judge(spec::Catalogue::embedded());
  bool first = true;
  const auto summary = must(record::read(path, [&](record::Event&& event) {
    if (std::exchange(first, false)) out.began = record::text_of(event, "wall");
    judge.take(event);
  }));
  still_the_same(path, is);
  out.torn = summary.torn();
  out.judgement = judge.result();
  return out;
}

Imported said(Database& database, Import what, std::int64_t run) {
  auto& look = database.prepared(
      "SELECT ended <> '' AND NOT torn, none + passed + inconclusive + failed + errors, failed FROM runs "
      "WHERE id = ?");
  Imported out{what, run};
  if (!look.with(run).step()) return out;
  out.complete = look.integer(0) != 0;
  out.cases = static_cast<std::size_t>(look.integer(1));
  out.failed = static_cast<std::size_t>(look.integer(2));
  look.reset();
  return out;
}

bool changes_something(Import what) {
  return what == Import::added || what == Import::replaced;
}

Imported import_into(Database& database, const fs::path& path) {
  const auto is = must(fingerprint(path));
  if (const auto before = held(database, is.key); before && !changes_something(what_to_do(before, path, is)))
    return said(database, what_to_do(before, path, is), before->run);
  const auto record = judged(path, is);
  Transaction transaction(database);
  const auto now = held(database, is.key);  // once more: another process may have been faster
  const auto what = what_to_do(now, path, is);
  if (!changes_something(what)) return said(database, what, now->run);
  if (now) database.prepared("DELETE FROM runs WHERE id = ?").with(now->run).run();
  const auto run = store(database, record, now ? now->run : 0);
  transaction.commit();
  return said(database, what, run);
}

}  // namespace

std::string_view name_of(Import what) {
  switch (what) {
    case Import::added:
      return "added";
    case Import::unchanged:
      return "unchanged";
    case Import::replaced:
      return "replaced";
    case Import::older:
      return "older";
  }
  return "";
}

Result<Imported> History::import(const fs::path& record) {
  return guarded([&] { return import_into(*database_, record); });
}

}  // namespace attest::reports
