// attest: a conformance harness for the AT firmware of the BK7238. This file reads the command line.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <functional>
#include <string>
#include <utility>

#include "harness/base/result.hpp"
#include "harness/base/subprocess.hpp"
#include "tools/cli/commands.hpp"

namespace attest::cli {

std::filesystem::path beside(const char* program) {
  return program_folder() / program;
}

void print_json(const nlohmann::json& json) {
  fmt::print("{}\n", json.dump(1));
}

namespace {

constexpr const char* kExits =
    "Exit status: 0 all that counts passed; 1 the device failed; 2 usage or configuration; 3 the bench "
    "failed, so\n"
    "nothing is known of the device; 4 stopped by the user.";

void add_link(CLI::App& app, DeviceArguments& a) {
  app.add_option(
      "--link", a.link,
      "serial:/dev/ttyUSB0?baud=115200, tcp://host:port or virtual (default); or the name of one of several "
      "devices of the bench file");
  app.add_option("--bench", a.bench, "Bench file (TOML): link, profile, and what there is around the device")
      ->check(CLI::ExistingFile);
}

void add_device(CLI::App& app, DeviceArguments& a) {
  add_link(app, a);
  app.add_option("--profile", a.profile,
                 "A shipped profile's name or a file: deadlines, unsolicited lines, facts");
  app.add_option("--set", a.set, "KEY=VALUE: one value of the profile, such as deadlines.network=5s");
}

/// What is run, on what: of all verbs that carry out a plan.
void add_plan(CLI::App& app, RunArguments& a) {
  add_device(app, a);
  app.add_option("-s,--select", a.selection.select,
                 "Only cases that fit: by case, suite, requirement, command or level (globs), or `quick`");
  app.add_option("--exclude", a.selection.exclude, "Not the cases that fit");
  app.add_flag("--quick", a.selection.quick, "The smoke: a few cases of each command, some twenty seconds");
  app.add_flag("-q,--quiet", a.quiet, "No progress, only the summary");
  app.add_option("--repeat", a.repeat, "Run each case so many times")
      ->check(CLI::Range(1, 100000))
      ->capture_default_str();
  app.add_option("--seed", a.seed, "Repeats the order and the random data of an earlier run");
  app.add_flag("!--no-shuffle", a.shuffle, "Run in the order of the files");
  app.add_flag("--key-log", a.key_log,
               "Keep the secrets of TLS sessions in tls-keys.log, for reading a capture");
  app.add_option(
      "--keys", a.keys,
      "Folder for the keys of the test certificates, shared by runs to spare making them; not for a "
      "device that may remember a CA of an earlier run");
  app.add_flag(
      "--utc", a.utc,
      "Times of the record are those of the host's clock (nanoseconds since 1970), read once at the start: "
      "records of several hosts can be put together");
  app.add_flag(
      "--hurry", a.hurry,
      "Short deadlines, and a virtual device whose own times are short too; the record is not forced to "
      "the disk. For many runs of which none is kept");
  app.add_option("--devices", a.devices, "How many virtual devices share the plan (default: as many as pay)")
      ->check(CLI::Range(0, 64));
  app.add_option("--baud", a.baud, "Line rate of the virtual device; 0: unpaced")->capture_default_str();
  app.add_option("--personality", a.personalities,
                 "A fault of the virtual device, by name; see `attest personalities`");
  app.add_option("--habit", a.habits, "A legal oddity of the virtual device, by name; see `attest habits`");
  app.add_option("--virtual-option", a.virtual_options,
                 "Handed to bk7238-virtual as it is, such as --virtual-option=--http-timeout-ms=500");
}

void add_run(CLI::App& app, RunArguments& a) {
  add_plan(app, a);
  app.add_flag("-l,--list", a.list, "Show what would run, and run nothing");
  app.add_flag("--json", a.json,
               "With --list: as JSON. Else: print result.json when done, instead of the summary");
  auto* out =
      app.add_option(
             "-o,--out", a.out,
             "Folder for record.jsonl, report.html, result.json and junit.xml; an earlier run in it is moved "
             "aside")
          ->capture_default_str();
  auto* resume =
      app.add_option(
             "--resume", a.resume,
             "Go on with the run in this folder, which was killed, stopped or lost its bench: same "
             "seed, same order, and what has a verdict keeps it. Link, bench and profile may be given "
             "anew")
          ->check(CLI::ExistingDirectory)
          ->excludes(out);
  app.add_option("--interrupted", a.interrupted,
                 "What becomes of the case that was running: repeat, or error")
      ->check(CLI::IsMember({"repeat", "error"}))
      ->capture_default_str()
      ->needs(resume);
  auto* live = app.add_flag("--live", a.live, "Serve the run's page on 127.0.0.1 while it goes on");
  app.add_option("--live-port", a.live_port, "Its port (default: the kernel chooses)")
      ->check(CLI::Range(1, 65535))
      ->needs(live);
  app.add_option("--history", a.history,
                 "Of earlier runs: tells how long the rest takes (default: $ATTEST_HISTORY, if it is there)");
}

void add_probe(CLI::App& app, ProbeArguments& a) {
  add_link(app, a);
  app.add_option("-o,--out", a.out, "The profile to write")->required();
  app.add_flag("--force", a.force, "Write over a file that is there");
  app.add_flag("--json", a.json, "Print what was found as JSON instead of the summary");
  app.add_option("--virtual-option", a.virtual_options, "Handed to bk7238-virtual as it is");
}

void add_doctor(CLI::App& app, DoctorArguments& a) {
  add_link(app, a);
  app.add_option("--profile", a.profile, "A shipped profile's name or a file: how the device is spoken to");
  app.add_flag("!--no-contact", a.contact,
               "Leave the device alone: by default it is asked for AT and AT+GMR, and its echo switched off");
  app.add_flag("--json", a.json, "Print the findings as JSON");
  app.add_option("-o,--out", a.out, "Folder that runs will be written to: its disk is looked at")
      ->capture_default_str();
}

void add_provision(CLI::App& app, ProvisionArguments& a) {
  auto* ble = app.add_flag("--ble", a.ble, "Over BLE: BlueZ of this machine is the phone");
  app.add_flag("--airkiss", a.airkiss, "By AirKiss: this machine sends UDP packets, as the phone's app does")
      ->excludes(ble);
  app.add_option("--ssid", a.ssid, "The network's name")->required();
  auto* file = app.add_option("--password-file", a.password_file,
                              "A file whose first line is the password; - for standard input");
  app.add_flag("--open", a.open, "The network has no password")->excludes(file);
  add_device(app, a);
  app.add_option("--ble-bus", a.ble_bus, "D-Bus with BlueZ: system (default), or an address");
  app.add_option("--ble-adapter", a.ble_adapter, "Such as hci0 (default: the first)");
  app.add_option("--airkiss-to", a.airkiss_to,
                 "ADDRESS:PORT that the packets go to: the broadcast address of the device's network");
  app.add_option("--airkiss-listen", a.airkiss_listen, "This machine's address on that network");
  app.add_option("--airkiss-key-file", a.airkiss_key_file,
                 "A file with the 16 characters of the AES-128 variant's key");
  app.add_flag("--json", a.json, "Print what came of it as JSON");
  app.add_flag("-q,--quiet", a.quiet, "No steps, only what came of it");
  app.add_option("--virtual-option", a.virtual_options, "Handed to bk7238-virtual as it is");
}

void add_selftest(CLI::App& app, SelftestArguments& a) {
  app.add_option("names", a.only,
                 "Faults and oddities by name, oddities together as A+B, or `correct` (default: all)");
  app.add_option("--seeds", a.seeds, "Runs of each oddity, each with the next seed")
      ->check(CLI::Range(1, 10000))
      ->capture_default_str();
  app.add_option("--seed", a.seed, "The first seed")->capture_default_str();
  app.add_option("-j,--jobs", a.jobs, "Runs at a time (default: as many as the processors carry)")
      ->check(CLI::Range(0, 256));
  app.add_option("--limit", a.limit, "Seconds after which a run is killed")->capture_default_str();
  app.add_flag(
      "--whole", a.whole,
      "Every case for every fault and oddity. By default one that has to do with a single command meets that "
      "command's cases and the quick cases of all others");
  app.add_flag("--keep", a.keep, "Keep all runs, not only those that are off target");
  app.add_flag("--json", a.json, "Print selftest.json instead of the summary");
  app.add_flag("-q,--quiet", a.quiet, "No progress");
  app.add_option("--run-option", a.run_options,
                 "Handed to `attest run` as it is, such as --run-option=--quick");
  app.add_option("-o,--out", a.out,
                 "Folder for selftest.json, matrix.md and runs; an earlier one is moved aside")
      ->capture_default_str();
}

void add_gate(CLI::App& app, GateArguments& a) {
  app.add_option("record", a.record, "record.jsonl, or the folder of a run")
      ->required()
      ->check(CLI::ExistingPath);
  app.add_option("--policy", a.policy, "A shipped policy (release, nightly) or a file")->required();
  app.add_option("--known-failures", a.known_failures, "The failures that a release may have (TOML)")
      ->check(CLI::ExistingFile);
  app.add_option("--baseline", a.baseline, "The run to compare with: its record.jsonl or its folder")
      ->check(CLI::ExistingPath);
  auto* firmware =
      app.add_option("--firmware", a.firmware, "The image that is to be released")->check(CLI::ExistingFile);
  app.add_option("--firmware-version", a.firmware_version, "Its version, as the device tells it");
  app.add_option("--decision", a.decision, "Also write the decision there, as JSON");
  auto* key = app.add_option("--key", a.key, "Ed25519 private key (PEM): signs the decision")
                  ->check(CLI::ExistingFile)
                  ->needs(firmware);
  auto* out =
      app.add_option("-o,--out", a.out, "Where to write the signed decision (DSSE, in-toto)")->needs(key);
  key->needs(out);
  app.add_option("--date", a.date, "Decide as on that day, such as 2026-12-31 (default: today)");
  app.add_flag("--json", a.json, "Print the decision as JSON");
}

void add_judge(CLI::App& app, JudgeArguments& a) {
  app.add_option("record", a.record, "record.jsonl, or the folder of a run")
      ->required()
      ->check(CLI::ExistingPath);
  app.add_option(
      "-o,--out", a.out,
      "Folder for the record of what comes of it, report.html, result.json and junit.xml (default: `judged` "
      "beside the record); with --as-recorded only for the last two (default: nowhere). An earlier one in it "
      "is moved aside");
  auto* select =
      app.add_option("-s,--select", a.select,
                     "Only cases that fit, as in `attest run`; the others stand as they are recorded");
  app.add_flag("--as-recorded", a.as_recorded,
               "Run no case again: only sum up what the record says, as for records of earlier versions")
      ->excludes(select);
  app.add_flag("--json", a.json, "Print result.json instead of the summary");
}

void add_verify(CLI::App& app, VerifyArguments& a) {
  app.add_option("envelope", a.envelope, "What `attest gate --out` has written")
      ->required()
      ->check(CLI::ExistingFile);
  app.add_option("--key", a.key, "Ed25519 public key (PEM)")->required()->check(CLI::ExistingFile);
  app.add_option("--firmware", a.firmware, "The image that it has to be about")->check(CLI::ExistingFile);
  app.add_option("--record", a.record, "The record, or the run's folder, that it has to be about")
      ->check(CLI::ExistingPath);
}

int exit_for(Fault fault) {
  switch (fault) {
    case Fault::usage:
      return kUsage;
    case Fault::stopped:
      return kStopped;
    case Fault::device:
      return kDeviceFailed;
    case Fault::bench:
      break;
  }
  return kBench;
}

/// What the command line asks for, and all that it may say.
struct Asked {
  std::function<int()> verb;
  RunArguments run;
  DoctorArguments doctor;
  ProbeArguments probe;
  ProvisionArguments provision;
  SelftestArguments selftest;
  GateArguments gate;
  VerifyArguments verify;
  JudgeArguments judge;
  ReportArguments report;
  HistoryArguments history;
  NightlyArguments nightly;
  std::string record;  ///< of latency
  bool json = false;   ///< of latency and the listings
};

CLI::App& add_verb(CLI::App& app, Asked& asked, const std::string& name, const std::string& what,
                   std::function<int()> verb) {
  auto* added = app.add_subcommand(name, what);
  added->callback([&asked, verb = std::move(verb)] { asked.verb = verb; });
  return *added;
}

void add_verbs_for_devices(CLI::App& app, Asked& a) {
  auto& run_app =
      add_verb(app, a, "run", "Run conformance cases against a device", [&a] { return run(a.run); });
  add_run(run_app, a.run);
  run_app.footer(kExits);
  auto& nightly_app =
      add_verb(app, a, "nightly", "A whole night of a bench: flash, run, report, decide, and keep",
               [&a] { return nightly(a.nightly); });
  add_plan(nightly_app, a.nightly.run);
  add_nightly(nightly_app, a.nightly);
  nightly_app.footer(
      "Exit status: 0 go; 1 no go; 2 usage or configuration; 3 the bench failed, so nothing can be decided; "
      "4 "
      "stopped.");
  auto& doctor_app = add_verb(app, a, "doctor",
                              "Check all that a bench needs before a run, and say how to mend what is amiss",
                              [&a] { return doctor(a.doctor); });
  add_doctor(doctor_app, a.doctor);
  doctor_app.footer(
      "Exit status: 0 nothing is wrong (warnings may be there); 2 usage; 3 something is wrong.");
  auto& probe_app =
      add_verb(app, a, "probe", "Find how a connected device speaks, and write a profile to edit",
               [&a] { return probe(a.probe); });
  add_probe(probe_app, a.probe);
  probe_app.footer(
      "Exit status: 0 a profile is written; 2 usage; 3 the bench failed: no profile is written.");
  auto& provision_app =
      add_verb(app, a, "provision", "Give a device a network's name and password, over BLE or by AirKiss",
               [&a] { return provision(a.provision); });
  add_provision(provision_app, a.provision);
  provision_app.footer(
      "The password is read from a file and never printed. Exit status: 0 the device tells of the network; 1 "
      "it does\nnot; 2 usage or configuration; 3 the bench failed.");
}

void add_verbs_for_attest(CLI::App& app, Asked& a) {
  auto& requirements_app = add_verb(
      app, a, "requirements", "The matrix: requirement to cases, case to requirements, and what has none",
      [&a] { return requirements(a.json); });
  auto& personalities_app = add_verb(app, a, "personalities", "The faults that the virtual device can have",
                                     [&a] { return virtual_names("personalities", a.json); });
  auto& habits_app = add_verb(app, a, "habits", "The legal oddities that the virtual device can have",
                              [&a] { return virtual_names("habits", a.json); });
  for (auto* listing : {&requirements_app, &personalities_app, &habits_app})
    listing->add_flag("--json", a.json, "As JSON");
  auto& selftest_app =
      add_verb(app, a, "selftest",
               "Prove the suites: every fault of the virtual device must be found, no legal oddity accused",
               [&a] { return selftest(a.selftest); });
  add_selftest(selftest_app, a.selftest);
  selftest_app.footer("Exit status: 0 the target is met; 1 it is not; 2 usage; 3 the bench failed.");
}

void add_verbs_for_records(CLI::App& app, Asked& a) {
  auto& judge_app = add_verb(app, a, "judge", "Run the cases of a record again, without a device, and judge",
                             [&a] { return judge(a.judge); });
  add_judge(judge_app, a.judge);
  judge_app.footer(kExits);
  auto& report_app = add_verb(app, a, "report", "Write the page of a run, or of what all runs together say",
                              [&a] { return report(a.report); });
  add_report(report_app, a.report);
  auto& latency_app = add_verb(app, a, "latency", "Where the time of each command of a run went",
                               [&a] { return latency(a.record, a.json); });
  latency_app.add_option("record", a.record, "record.jsonl, or the folder of a run")
      ->required()
      ->check(CLI::ExistingPath);
  latency_app.add_flag("--json", a.json, "Print JSON, with every sample");
  auto& history_app = add_verb(app, a, "history", "What all runs together say: import records, and ask",
                               [&a] { return history(a.history); });
  add_history(history_app, a.history);
  auto& gate_app =
      add_verb(app, a, "gate", "Decide a release from a record and a policy, and sign the decision",
               [&a] { return gate(a.gate); });
  add_gate(gate_app, a.gate);
  gate_app.footer(
      "Exit status: 0 go; 1 no go; 2 usage or configuration; 3 the bench failed or the record is not whole, "
      "so\nnothing can be decided.");
  auto& verify_app =
      add_verb(app, a, "verify", "Check a signed decision, offline", [&a] { return verify(a.verify); });
  add_verify(verify_app, a.verify);
  verify_app.footer(
      "Exit status: 0 it is signed, about that image and record, and PASSED; 1 it is not; 2 usage.");
}

int main_of(int argc, char** argv) {
  CLI::App app{"attest: a conformance harness for the AT firmware of the BK7238", "attest"};
  app.set_version_flag("--version", std::string("attest ") + ATTEST_VERSION);
  app.require_subcommand(1);
  app.footer(kExits);
  Asked asked;
  asked.run.argv.assign(argv, argv + argc);
  asked.nightly.run.argv = asked.run.argv;
  add_verbs_for_devices(app, asked);
  add_verbs_for_attest(app, asked);
  add_verbs_for_records(app, asked);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? kPassed : kUsage;
  }
  const int status = asked.verb();
  if (std::fflush(stdout) != 0) throw Failure({Fault::bench, "write to standard output failed", {}});
  return status;
}

}  // namespace
}  // namespace attest::cli

int main(int argc, char** argv) {
  try {
    return attest::cli::main_of(argc, argv);
  } catch (const attest::Failure& failure) {
    fmt::print(stderr, "attest: {}\n", failure.error().what);
    if (!failure.error().cure.empty()) fmt::print(stderr, "        {}\n", failure.error().cure);
    return attest::cli::exit_for(failure.error().fault);
  } catch (const std::exception& e) {
    fmt::print(stderr, "attest: {}\n", e.what());
    return attest::cli::kBench;
  }
}
