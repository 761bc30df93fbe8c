#include "harness/record/writer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "harness/record/reader.hpp"

namespace attest::record {
namespace {
using namespace testing;

Event begin() {
  return {Instant(1), "run.begin", {{"schema", kSchema}, {"plan", nlohmann::json::array()}}};
}
Event note(const std::string& text) {
  return {Instant(2), "note", {{"text", text}}};
}

/// The lines of a record from its first on, as the file has them.
std::string chained_lines(const std::vector<Event>& events) {
  Chain chain;
  std::string out;
  for (const auto& event : events) {
    auto line = to_line(event);
    chain.link(line);
    out += line + "\n";
  }
  return out;
}

class Writing : public Test {
 protected:
  [[nodiscard]] std::vector<std::string> types() const {
    std::vector<std::string> out;
    for (const auto& event : must(read_all(path_)).events) out.push_back(event.type);
    return out;
  }
  TempDir folder_;
  std::filesystem::path path_ = folder_.path() / "record.jsonl";
};

TEST_F(Writing, LeavesARecordThatReadsBack) {
  {
    auto writer = must(FileWriter::create(path_));
    writer->append(begin());
    writer->append(note("a"));
  }
  EXPECT_THAT(types(), ElementsAre("run.begin", "note"));
}

TEST_F(Writing, NeverOverwritesARecord) {
  must(write_file_whole(path_, "precious"));
  const auto writer = FileWriter::create(path_);
  ASSERT_FALSE(writer);
  EXPECT_EQ(writer.error().fault, Fault::usage);
  EXPECT_EQ(must(read_file(path_)), "precious");
}

TEST_F(Writing, ContinuesARecordAndCutsOffATornLine) {
  const auto whole = to_line(begin()) + "\n";
  must(write_file_whole(path_, whole + R"({"t":2,"e":"no)"));
  {
    auto writer = must(FileWriter::resume(path_));
    EXPECT_EQ(writer->repaired(), 14U);
    writer->append(note("on we go"));
  }
  EXPECT_THAT(types(), ElementsAre("run.begin", "note"));
  EXPECT_EQ(must(FileWriter::resume(path_))->repaired(), 0U);
}

TEST_F(Writing, CutsOffATornLineThatIsLongerThanOneRead) {
  const auto whole = to_line(begin()) + "\n";
  must(write_file_whole(path_, whole + std::string(200'000, 'x')));
  EXPECT_EQ(must(FileWriter::resume(path_))->repaired(), 200'000U);
  EXPECT_EQ(must(read_file(path_)), whole);
}

TEST_F(Writing, OfOneFileIsForOneWriterAtATime) {
  const auto first = must(FileWriter::create(path_));
  const auto second = FileWriter::resume(path_);
  ASSERT_FALSE(second);
  EXPECT_THAT(second.error().what, HasSubstr("another run"));
}

TEST_F(Writing, TellsWhatIsWrongWithThePlace) {
  EXPECT_EQ(FileWriter::create(folder_.path() / "no" / "r.jsonl").error().fault, Fault::bench);
  EXPECT_EQ(FileWriter::resume(folder_.path() / "none").error().fault, Fault::usage);
}

/// What of `events` is in the file when the process is killed right after appending them.
std::string after_kill(const std::filesystem::path& path, const std::vector<Event>& events) {
  const pid_t child = fork();
  if (child == 0) {
    auto writer = FileWriter::create(path);
    if (!writer) _exit(1);
    for (const auto& event : events) (*writer)->append(event);
    raise(SIGKILL);
  }
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_TRUE(WIFSIGNALED(status));
  return must(read_file(path));
}

TEST_F(Writing, KeepsAllUpToTheLastEventThatMattersWhenKilled) {
  for (const char* type : {"run.begin", "run.end", "case.end", "device", "fault", "case.blocked"}) {
    const auto path = folder_.path() / type;
    const Event matters{Instant(3), type, {}};
    EXPECT_EQ(after_kill(path, {note("a"), matters, note("lost")}), chained_lines({note("a"), matters}))
        << type;
  }
}

TEST_F(Writing, HoldsBackNoMoreThan64KiB) {
  const auto kept = after_kill(path_, std::vector<Event>(200, note(std::string(1000, 'x'))));
  const auto line = chained_lines({note(std::string(1000, 'x'))}).size();
  EXPECT_EQ(kept.size() % line, 0U);
  EXPECT_GT(kept.size() + (std::size_t{64} << 10) + line, 200 * line);
}

TEST_F(Writing, FromManyThreadsKeepsLinesWhole) {
  {
    auto writer = must(FileWriter::create(path_));
    writer->append(begin());
    std::vector<std::thread> threads;
    for (int w = 0; w < 4; ++w)
      threads.emplace_back([&writer, w] {
        for (int i = 0; i < 500; ++i) writer->append(note(std::to_string(w * 1000 + i)));
      });
    for (auto& thread : threads) thread.join();
  }
  std::set<std::string> texts;
  for (const auto& event : must(read_all(path_)).events) texts.insert(event.fields.value("text", ""));
  EXPECT_EQ(texts.size(), 2001U);  // each note, and the none of run.begin
}

/// Fills up after `most` bytes, like a disk that does in the middle of a write.
class SmallDisk {
 public:
  explicit SmallDisk(rlim_t most) {
    std::signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit small{most, before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &small);
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;
  ~SmallDisk() { setrlimit(RLIMIT_FSIZE, &before_); }

 private:
  rlimit before_{};
};

TEST_F(Writing, OnAFullDiskEndsWithAWholeLineAndABenchFault) {
  const auto two = chained_lines({begin(), note("fits")});
  auto writer = must(FileWriter::create(path_));
  writer->append(begin());
  {
    const SmallDisk disk(two.size() + 10);
    writer->append(note("fits"));
    writer->append(note("does not fit whole"));
    try {
      writer->flush();
      FAIL() << "a full disk went unseen";
    } catch (const Failure& failure) {
      EXPECT_EQ(failure.error().fault, Fault::bench);
      EXPECT_THAT(failure.error().what, HasSubstr("record.jsonl"));
      EXPECT_THAT(failure.error().cure, HasSubstr("disk space"));
    }
  }
  EXPECT_EQ(must(read_file(path_)), two);
  EXPECT_THROW(writer->append(note("the first error sticks")), Failure);
  writer.reset();
  EXPECT_EQ(must(read_file(path_)), two);
}

}  // namespace
}  // namespace attest::record
