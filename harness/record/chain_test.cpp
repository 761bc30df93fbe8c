#include "harness/record/chain.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <vector>

#include "harness/base/file.hpp"
#include "harness/base/text.hpp"
#include "harness/record/reader.hpp"
#include "harness/record/writer.hpp"

namespace attest::record {
namespace {
using namespace testing;
using State = ChainResult::State;

Event numbered(int number) {
  if (number == 0) return {Instant(0), "run.begin", {{"schema", kSchema}, {"plan", nlohmann::json::array()}}};
  return {Instant(number), "note", {{"text", std::to_string(number)}}};
}

class Chained : public Test {
 protected:
  void SetUp() override {
    auto writer = must(FileWriter::create(path_));
    for (int i = 0; i < 5; ++i) writer->append(numbered(i));
    writer.reset();
    const auto text = must(read_file(path_));
    for (const auto line : split(text, '\n'))
      if (!line.empty()) lines_.emplace_back(line);
  }
  ChainResult of(const std::vector<std::string>& lines, const std::string& torn = "") {
    must(write_file_whole(path_, (lines.empty() ? "" : joined(lines, "\n") + "\n") + torn));
    return must(verify_chain(path_));
  }
  void expect_wrong(const std::vector<std::string>& lines, std::uint64_t at) {
    const auto got = of(lines);
    EXPECT_EQ(got.state, State::broken);
    EXPECT_EQ(got.wrong_line, at);
    EXPECT_FALSE(got.what.empty());
    EXPECT_EQ(got.head, "");
  }
  TempDir folder_;
  std::filesystem::path path_ = folder_.path() / "record.jsonl";
  std::vector<std::string> lines_;
};

TEST(Digest, IsThatOfTheStandard) {
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  Sha256 again;
  again.update("a");
  again.update("bc");
  EXPECT_EQ(hex_of(again.finish()), sha256_hex("abc"));
  EXPECT_EQ(hex_of(again.finish()), sha256_hex(""));
}

TEST_F(Chained, IsWholeAsItWasWritten) {
  const auto got = must(verify_chain(path_));
  EXPECT_EQ(got.state, State::whole);
  EXPECT_EQ(got.lines, 5U);
  EXPECT_EQ(got.head, chained(lines_.back()).value());
  EXPECT_EQ(got.sha256, must(sha256_of_file(path_)));
  EXPECT_EQ(got.sha256, sha256_hex(must(read_file(path_))));
}

/// The rule, written once more with nothing of ours but the digest.
TEST_F(Chained, IsWhatTheHeaderSays) {
  std::string head = "attest-chain-1";
  for (int i = 0; i < 5; ++i) {
    head = sha256_hex(head + to_line(numbered(i))).substr(0, 32);
    auto line = to_line(numbered(i));
    line.insert(line.size() - 1, ",\"h\":\"" + head + "\"");
    EXPECT_EQ(lines_[static_cast<std::size_t>(i)], line);
  }
}

TEST_F(Chained, HidesItsHFromReaders) {
  for (const auto& event : must(read_all(path_)).events) EXPECT_FALSE(event.fields.contains("h"));
  EXPECT_EQ(to_line({Instant(1), "note", {{"h", "mine"}, {"k", 1}}}), R"({"t":1,"e":"note","k":1})");
}

TEST_F(Chained, FindsALineThatWasChanged) {
  for (std::size_t at = 0; at < lines_.size(); ++at) {
    auto lines = lines_;
    lines[at][6] = '7';  // in its time
    expect_wrong(lines, at + 1);
  }
}

TEST_F(Chained, FindsEveryBitThatIsTurned) {
  auto lines = lines_;
  for (std::size_t i = 0; i < lines_[2].size(); ++i) {
    lines[2] = lines_[2];
    lines[2][i] = static_cast<char>(lines[2][i] ^ 1);
    const auto got = of(lines);
    EXPECT_EQ(got.state, State::broken) << i;
    EXPECT_EQ(got.wrong_line, 3U) << i;
  }
}

TEST_F(Chained, FindsALineThatIsGone) {
  for (std::size_t at = 0; at + 1 < lines_.size(); ++at) {
    auto lines = lines_;
    lines.erase(lines.begin() + static_cast<std::ptrdiff_t>(at));
    expect_wrong(lines, at + 1);
  }
}

TEST_F(Chained, FindsALineThatWasPutInOrMoved) {
  auto lines = lines_;
  lines.insert(lines.begin() + 2, lines_[1]);
  expect_wrong(lines, 3);
  lines = lines_;
  std::swap(lines[1], lines[3]);
  expect_wrong(lines, 2);
  lines = lines_;
  lines.insert(lines.begin() + 3, to_line(numbered(9)));
  expect_wrong(lines, 4);
}

TEST_F(Chained, LeavesACutEndToRunEnd) {
  auto lines = lines_;
  lines.pop_back();
  EXPECT_EQ(of(lines).state, State::whole);
  const auto torn = of(lines, lines_.back());
  EXPECT_EQ(torn.state, State::whole);
  EXPECT_EQ(torn.torn_bytes, lines_.back().size());
}

TEST_F(Chained, GoesOnAfterATornLastLine) {
  (void)of(lines_, R"({"t":9,"e":"no)");
  auto writer = must(FileWriter::resume(path_));
  EXPECT_EQ(writer->repaired(), 14U);
  writer->append(numbered(5));
  writer.reset();
  const auto got = must(verify_chain(path_));
  EXPECT_EQ(got.state, State::whole) << got.what;
  EXPECT_EQ(got.lines, 6U);
}

TEST_F(Chained, GoesOnAfterALongLastLineAndInAnEmptyFile) {
  auto writer = must(FileWriter::resume(path_));
  writer->append({Instant(7), "note", {{"text", std::string(200'000, 'x')}}});
  writer.reset();
  must(FileWriter::resume(path_))->append(numbered(6));
  EXPECT_EQ(must(verify_chain(path_)).state, State::whole);
  (void)of({}, "{\"t\":1,");
  must(FileWriter::resume(path_))->append(numbered(0));
  EXPECT_EQ(must(verify_chain(path_)).state, State::whole);
}

TEST_F(Chained, IsNotMadeForARecordThatHadNone) {
  const auto old = of({to_line(numbered(0)), to_line(numbered(1))});
  EXPECT_EQ(old.state, State::unchained);
  EXPECT_EQ(old.head, "");
  must(FileWriter::resume(path_))->append(numbered(2));
  EXPECT_EQ(must(verify_chain(path_)).state, State::unchained);
  EXPECT_EQ(must(read_all(path_)).events.size(), 3U);
}

TEST_F(Chained, OfHalfARecordIsBroken) {
  auto lines = lines_;
  lines[3] = to_line(numbered(3));
  expect_wrong(lines, 4);
  lines = lines_;
  lines.insert(lines.begin(), to_line(numbered(0)));
  expect_wrong(lines, 2);
}

TEST_F(Chained, OfNoFileIsAnErrorOfUsage) {
  EXPECT_EQ(verify_chain(folder_.path() / "none").error().fault, Fault::usage);
  EXPECT_EQ(verify_chain(folder_.path()).error().fault, Fault::usage);
  EXPECT_EQ(sha256_of_file(folder_.path() / "none").error().fault, Fault::usage);
  EXPECT_EQ(of({}).state, State::unchained);
}

}  // namespace
}  // namespace attest::record
