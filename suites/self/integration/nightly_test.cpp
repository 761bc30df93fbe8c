// attest nightly as a timer starts it: flash, run, history, report, decision, and what is kept.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "suites/self/support/program.hpp"

namespace attest::self {
namespace {
using namespace std::chrono_literals;
using namespace testing;
namespace fs = std::filesystem;

class Nightly : public Test {
 protected:
  Said night(std::vector<std::string> more = {}) {
    std::vector<std::string> argv{
        built("attest"), "nightly", "--dir",   lab().string(), "--hurry",
        "--baud",        "0",       "--quiet", "--keys",       (dir_.path() / "keys").string()};
    if (std::find(more.begin(), more.end(), "--from") == more.end())
      argv.insert(argv.end(), {"--select", "HttpGetSize*", "--select", "CommandLine*"});
    argv.insert(argv.end(), more.begin(), more.end());
    return run_program(argv);
  }
  [[nodiscard]] fs::path lab() const { return dir_.path() / "lab"; }
  [[nodiscard]] std::vector<fs::path> runs() const {
    std::vector<fs::path> out;
    for (const auto& entry : fs::directory_iterator(lab() / "runs")) out.push_back(entry.path());
    std::sort(out.begin(), out.end());
    return out;
  }
  [[nodiscard]] nlohmann::json decision() const {
    return nlohmann::json::parse(read_file(lab() / "latest" / "decision.json").value());
  }
  std::string file(const std::string& name, const std::string& text) {
    std::ofstream(dir_.path() / name) << text;
    return (dir_.path() / name).string();
  }
  TempDir dir_{"attest-nightly"};
};

TEST_F(Nightly, LeavesAllOfItAndSaysGo) {
  const auto first = night();
  EXPECT_EQ(first.exit, 0) << first.out << first.err;
  for (const auto* left :
       {"record.jsonl", "report.html", "result.json", "junit.xml", "decision.json", "summary.md"})
    EXPECT_TRUE(fs::exists(lab() / "latest" / left)) << left;
  EXPECT_EQ(decision().at("outcome"), "go");
  const auto runs = run_program(
      {built("attest"), "history", "runs", "--db", (lab() / "history.db").string(), "--format", "json"});
  EXPECT_THAT(runs.out, HasSubstr("\"run\": 1")) << runs.out;
}

TEST_F(Nightly, ComparesWithTheLastGoodOneAndSaysNoGo) {
  ASSERT_EQ(night().exit, 0);
  const auto good = runs().at(0);
  const auto bad = night({"--personality", "getsize-off-by-one"});
  EXPECT_EQ(bad.exit, 1) << bad.out << bad.err;
  EXPECT_EQ(decision().at("outcome"), "no go");
  const auto page = read_file(lab() / "latest" / "report.html").value();
  EXPECT_THAT(page, HasSubstr(good.filename().string())) << "the page compares with it";
  EXPECT_EQ(night().exit, 0) << "and the next one with the same";
}

TEST_F(Nightly, KeepsTheLatestAndWhatFailed) {
  EXPECT_EQ(night({"--personality", "getsize-off-by-one"}).exit, 1);
  const auto failed = runs().at(0);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(night({"--keep", "2"}).exit, 0);
  EXPECT_THAT(runs(), SizeIs(3));
  EXPECT_TRUE(fs::exists(failed / "record.jsonl"));
}

TEST_F(Nightly, FlashesFirst) {
  const auto mark = (dir_.path() / "flashed").string();
  const auto good =
      file("good.toml", "[device]\nlink = \"virtual\"\n[flash]\ncommand = \"touch " + mark + "\"\n");
  EXPECT_EQ(night({"--bench", good}).exit, 0);
  EXPECT_FALSE(fs::exists(mark)) << "nobody asked for it";
  EXPECT_EQ(night({"--bench", good, "--flash"}).exit, 0);
  EXPECT_TRUE(fs::exists(mark));
  const auto bad =
      night({"--bench", file("bad.toml", "[device]\nlink = \"virtual\"\n[flash]\ncommand = \"exit 7\"\n"),
             "--flash"});
  EXPECT_EQ(bad.exit, 3);
  EXPECT_THAT(bad.err, AllOf(HasSubstr("exit 7"), HasSubstr("exit status 7"), HasSubstr("[flash]")));
  EXPECT_EQ(night({"--flash"}).exit, 2) << "there is nothing to flash with";
}

TEST_F(Nightly, LeavesADeviceOutThatCannotBeFlashed) {
  const auto bench =
      file("two.toml",
           "[[device]]\nname = \"well\"\nlink = \"virtual\"\n[device.flash]\ncommand = \"true\"\n"
           "[[device]]\nname = \"stuck\"\nlink = \"virtual\"\n[device.flash]\ncommand = \"false\"\n");
  const auto got = night({"--bench", bench, "--flash"});
  EXPECT_EQ(got.exit, 3) << got.out;
  EXPECT_EQ(decision().at("outcome"), "undecided");
  EXPECT_THAT(got.out, HasSubstr("flash stuck"));
  const auto result = nlohmann::json::parse(read_file(lab() / "latest" / "result.json").value());
  for (const auto& one : result.at("cases")) EXPECT_EQ(one.at("verdict"), "pass") << one.at("id");
}

TEST_F(Nightly, GathersTheRecordsOfOtherHosts) {
  const auto bench =
      file("four.toml",
           "[[device]]\nname = \"a\"\nlink = \"virtual\"\n[[device]]\nname = \"b\"\nlink = \"virtual\"\n");
  const auto deliver = [&](const std::string& name) {
    const auto run =
        attest_run({"--bench", bench, "--link", name, "--hurry", "--baud", "0", "--utc", "--quiet",
                    "--select", "CommandLine*", "--keys", (dir_.path() / "keys").string()},
                   dir_.path() / name);
    EXPECT_EQ(run.said.exit, 0) << run.said.out << run.said.err;
    return (dir_.path() / name / "record.jsonl").string();
  };
  const auto a = deliver("a"), b = deliver("b");
  const auto both = night({"--from", a, b, "--expect", "a", "b"});
  EXPECT_EQ(both.exit, 0) << both.out << both.err;
  const auto judged = run_program(
      {built("attest"), "judge", (lab() / "latest").string(), "--out", (dir_.path() / "judged").string()});
  EXPECT_THAT(judged.out, HasSubstr("all verdicts are as recorded")) << judged.err;
  const auto missing = night({"--from", a, "--expect", "a", "b"});
  EXPECT_EQ(missing.exit, 3);
  EXPECT_THAT(missing.out, HasSubstr("b: no record has come from it"));
  EXPECT_EQ(night({"--expect", "a"}).exit, 3) << "nobody has delivered anything";
}

TEST_F(Nightly, SoaksWithoutGrowing) {
  const auto soaked = night({"--soak", "8s", "--keep", "2"});
  EXPECT_EQ(soaked.exit, 0) << soaked.out << soaked.err;
  EXPECT_LE(runs().size(), 2U);
  std::vector<std::string> descriptors;
  std::istringstream lines(soaked.out);
  for (std::string line; std::getline(lines, line);)
    if (line.starts_with("soak: round")) descriptors.push_back(line.substr(line.rfind(',') + 2));
  ASSERT_GE(descriptors.size(), 3U) << soaked.out;
  EXPECT_THAT(descriptors, Each(descriptors.front()));
}

}  // namespace
}  // namespace attest::self
