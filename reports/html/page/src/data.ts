// What attest puts into the page: the contract between the writers in C++ (reports/html) and everything that is drawn
// here. The writers' tests hold what they write against page.schema.json, which says the same.
//
// A page is one template in which attest fills three places: a part in plain HTML that needs no script (inside #app, which
// the page takes over), <script type="application/json" id="data"> with a PageData, and one
// <script type="application/json" id="timeline-N"> for each attempt whose timeline was kept: a JSON array of record lines,
// as harness/record/event.hpp describes them, without their hashes. In all of it `<` is written as \u003c.
//
// Bytes are texts in which each character U+0000..U+00FF is one byte. Everything that came from a device is hostile: it is
// shown as text nodes with control characters made visible, never as markup, never as a link.

export type Verdict = 'none' | 'pass' | 'inconc' | 'fail' | 'error';
export type Counts = Record<Verdict, number>;

/** A finished run ("run"), one that goes on ("live": the same, and it changes), or what all runs say ("history"). */
export type PageData = RunData | HistoryData;

export interface RunData {
  schema: 'attest-page-1';
  form: 'run' | 'live';
  made: string; // UTC, ISO 8601
  result: Result;
  /** By case id, for cases that were made very often: how many of their attempts are not in `result`. */
  attempts_left_out: Record<string, number>;
  /** By requirement id; those of the catalogue, whether a case declares them or not. */
  catalogue: Record<string, { source: string; evidence: string[] }>;
  /** By erratum id: what the manual says, and how attest reads it. */
  errata: Record<string, { where: string; says: string; reading: string }>;
  /** Shell words that run a case again, without its id: the case is `--select ID` behind them. */
  again: string[];
  latency: Latency[];
  /** Our own round trip on that link; null where it was not measured. */
  floor: Floor | null;
  throughput: Throughput[];
  /** Null where no baseline was named. */
  comparison: Comparison | null;
  timelines: Timelines;
}

/** The attest-result-1 of reports/schema/result.schema.json. */
export interface Result {
  schema: 'attest-result-1';
  run: {
    attest: string;
    seed: number;
    wall: string;
    command: string[] | null;
    options: Record<string, unknown> | null;
    devices: { name: string; link: string; virtual: boolean; firmware: string }[];
    profile: Record<string, unknown> | null;
    bench: Record<string, unknown> | null;
    ended: 'done' | 'stopped' | 'bench' | '';
    duration_ns: number;
    exit: number; // 0 passed, 1 the device failed, 3 nothing is known of it, 4 stopped
    decision: string; // one sentence
  };
  counts: { cases: Counts; requirements: Counts };
  cases: CaseResult[];
  requirements: RequirementResult[];
  deviations: Deviation[];
  faults: { fault: string; what: string; cure: string; device: string; current: boolean }[];
  measurements: Measurement[];
  errata: { id: string; found: string }[];
}

export interface CaseResult {
  id: string; // "HttpClientGet.DeliversTheBody", "HttpClientGet.DeliversBinaryBodies/nul": any characters, kept whole
  command: string;
  verdict: Verdict;
  requirements: string[];
  deviations: string[];
  reason: string; // why it is not pass
  blocked: boolean;
  applicable: boolean;
  duration_ns: number;
  attempts: Attempt[];
  checks: Check[];
}

export interface Attempt {
  number: number; // counts from 1
  device: string;
  verdict: Verdict;
  reason: string;
  duration_ns: number;
  deviations: string[];
  unexplained: string[];
  steps: string[];
  lost_bytes: boolean;
  interrupted: boolean;
}

export interface Check {
  attempt: number;
  requirement: string;
  verdict: Verdict;
  what: string;
  owed: string;
  got: string;
  exchange: number; // 0: none
}

export interface RequirementResult {
  id: string;
  level: string; // "must" | "should" | "measure"
  command: string;
  statement: string;
  verdict: Verdict;
  applicable: boolean;
  cases: string[];
  deviations: string[];
}

export interface Deviation {
  id: string;
  requirement: string;
  summary: string;
  cases: string[];
  count: number;
  certain: boolean;
  evidence: { case: string; device: string; exchange: number; bytes: string }[];
}

export interface Measurement {
  name: string;
  requirement: string;
  case: string;
  device: string;
  unit: string;
  values: number[];
  of: string | null; // the statistic that the budget is of: "p95", "max", …
  limit: number | null;
  u: number | null; // uncertainty, in `unit`
}

export interface Quantile {
  value: number;
  low: number | null; // of its confidence interval; null where so few samples give none
  high: number | null;
}

/** Nanoseconds throughout. */
export interface Latency {
  command: string; // "HTTPCLIENT", "AT", "HTTPCPOST data"
  ending: string; // "OK", "ERROR", "prompt", …
  count: number; // of all samples; `samples` may hold fewer of them, evenly taken
  samples: number[]; // totals
  p50: Quantile;
  p95: Quantile;
  p99: Quantile;
  /** In the order of a command's life; only those that were seen. */
  parts: { name: string; count: number; p50: Quantile; p95: Quantile; p99: Quantile }[];
}

export interface Floor {
  unit: string;
  values: number[]; // round trips
  lateness: number[];
  u: number | null;
}

/** What performance cases measured of bytes per second. */
export interface Throughput {
  what: string; // "GET", "HTTPCPOST", "HTTPCERT", …
  bytes: number; // of the body
  baud: number | null; // null: the run's own
  line_rate: number | null; // bytes per second that the line can carry; null: no rate
  values: number[]; // bytes per second
  case: string;
}

/** From `attest report --baseline`: the gate's comparison (reports/schema/decision.schema.json). */
export interface Comparison {
  baseline: string;
  policy: string;
  outcome: 'go' | 'no go' | 'undecided';
  reasons: { word: string; stops: boolean; subject: string; sentence: string; evidence: string[] }[];
  /** Cases whose verdict differs; null: not in that run. */
  changed: { case: string; was: Verdict | null; now: Verdict | null }[];
  compared: {
    name: string;
    requirement: string;
    unit: string;
    samples: number;
    baseline_samples: number;
    shift: number;
    interval: [number | null, number | null]; // null: without end
    p: number;
    p_adjusted: number;
    smallest_visible: number | null;
    matters: number;
  }[];
}

export interface Timelines {
  kept: number;
  /** Attempts whose timeline is too much for one file; the record has them. */
  left_out: number;
  /** In the order of begin. `key` is the N of timeline-N; live, of GET timeline/N. */
  attempts: { key: number; case: string; attempt: number; device: string; begin_ns: number; end_ns: number; bytes: number; kept: boolean; cut: boolean }[];
}

/** One line of the record: t in CLOCK_MONOTONIC nanoseconds, e its type, and its fields. */
export interface Event {
  t: number;
  e: string;
  [field: string]: unknown;
}

// While a run goes on, GET data.json gives a RunData of form "live", GET timeline/KEY an Event[], and GET events a stream of
// server-sent events: `progress` with a Progress at each change, `case` with a CaseResult when one has ended or been set
// aside, `data` (empty) when data.json has more than that to say (a deviation, a fault, the end), `end` when the run is over:
// the page then fetches what is left for it and says POST bye, after which it asks for nothing.
// A stream that is opened again begins with the present state (`progress`, then `data`).
export interface Progress {
  planned: number;
  ended: number;
  counts: Counts;
  running: { case: string; device: string; since_ms: number }[];
  elapsed_ms: number;
  eta_ms: number | null; // null: nothing is known of how long the rest takes
  over: boolean;
}

/** All runs together; oldest first. */
export interface HistoryData {
  schema: 'attest-page-1';
  form: 'history';
  made: string;
  history: string; // the database's file name
  runs: HistoryRun[];
  flakes: { case: string; firmware: string; failed: number; attempts: number; low: number; high: number }[]; // worst first
  /** A series of runs in which it was seen; the latest one of each deviation. */
  deviations: DeviationSeries[];
  /** Each requirement and case that fails now or did lately. */
  first_bad: { id: string; first_bad: number; latest_bad: number; fails: number; last_good: number | null; good_again: number | null }[];
  measurements: MeasurementTrend[];
  firmwares: FirmwareSummary[];
  /** How many of each are in the history and not in here: runs are the latest, flakes the worst, deviations and first_bad
   *  those that are there still and then the latest, measurements those with the most points (all of them of the runs in
   *  here), firmwares the latest; one that has no complete run is always left out. Ids may name runs that are left out. */
  left_out: { runs: number; flakes: number; deviations: number; first_bad: number; measurements: number; firmwares: number };
}

export interface HistoryRun {
  id: number;
  began: string;
  firmware: string;
  profile: string;
  attest: string;
  record: string;
  ended: string;
  complete: boolean;
  exit: number;
  duration_ns: number;
  cases: Counts;
}

export interface DeviationSeries {
  id: string;
  requirement: string;
  summary: string;
  first: number; // runs by id: of the latest unbroken series
  latest: number;
  before: number | null; // the last run before it that was without
  gone_since: number | null;
  runs: number; // in which it was seen, of all
}

export interface MeasurementTrend {
  name: string;
  unit: string;
  device: string;
  case: string;
  limit: number | null;
  of: string | null;
  u: number | null;
  points: { run: number; count: number; median: number; least: number; most: number }[];
  /** Where the level of the medians has shifted: the run with which the new level begins, and the medians of the points on
   *  both sides of it. */
  changes: { run: number; before: number; after: number; p: number }[];
}

/** Firmware versions in the order in which they first came, each by its latest complete run. */
export interface FirmwareSummary {
  firmware: string;
  runs: number;
  latest: number;
  cases: Counts;
  /** Against the version before it. */
  newly_failing: string[];
  newly_passing: string[];
  medians: { name: string; unit: string; median: number; count: number }[];
}
