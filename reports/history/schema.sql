-- The history, version 1. Verdicts are numbers: 0 none, 1 pass, 2 inconc, 3 fail, 4 error. Times are
-- nanoseconds; `began` is UTC, ISO 8601, so that its order as text is its order in time. Names stand once and
-- are numbered.
CREATE TABLE firmwares(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE cases(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE requirements(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);

CREATE TABLE runs(
  id INTEGER PRIMARY KEY,
  key TEXT NOT NULL UNIQUE,      -- SHA-256 of the record's first line: who the run is
  digest TEXT NOT NULL,          -- SHA-256 of the record's whole lines: what of it was imported
  bytes INTEGER NOT NULL,        -- of these lines
  record TEXT NOT NULL,          -- the path that it was imported from
  began TEXT NOT NULL,
  attest TEXT NOT NULL,
  seed INTEGER NOT NULL,
  profile TEXT NOT NULL,
  selection TEXT NOT NULL,       -- what was asked for with --select and --exclude, as JSON
  firmware_id INTEGER NOT NULL REFERENCES firmwares(id),
  ended TEXT NOT NULL,           -- done, stopped or bench; empty: it was cut
  torn INTEGER NOT NULL,         -- the last line was cut
  exit INTEGER NOT NULL,
  decision TEXT NOT NULL,
  duration_ns INTEGER NOT NULL,
  none INTEGER NOT NULL, passed INTEGER NOT NULL, inconclusive INTEGER NOT NULL, failed INTEGER NOT NULL,
  errors INTEGER NOT NULL        -- cases with each verdict
);
CREATE INDEX runs_in_time ON runs(began, id);

CREATE TABLE devices(
  run_id INTEGER NOT NULL REFERENCES runs(id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  link TEXT NOT NULL,
  is_virtual INTEGER NOT NULL,
  firmware_id INTEGER NOT NULL REFERENCES firmwares(id),
  PRIMARY KEY(run_id, name)
) WITHOUT ROWID;

CREATE TABLE results(
  case_id INTEGER NOT NULL REFERENCES cases(id),
  run_id INTEGER NOT NULL REFERENCES runs(id) ON DELETE CASCADE,
  verdict INTEGER NOT NULL,
  reason TEXT NOT NULL,
  duration_ns INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  attempts_failed INTEGER NOT NULL,
  blocked INTEGER NOT NULL,
  applicable INTEGER NOT NULL,
  firmware_id INTEGER NOT NULL REFERENCES firmwares(id),  -- of the devices that it ran on
  PRIMARY KEY(case_id, run_id)
) WITHOUT ROWID;
CREATE INDEX results_of_run ON results(run_id);

CREATE TABLE attempts(
  case_id INTEGER NOT NULL,
  run_id INTEGER NOT NULL,
  number INTEGER NOT NULL,
  device TEXT NOT NULL,
  verdict INTEGER NOT NULL,
  reason TEXT NOT NULL,
  duration_ns INTEGER NOT NULL,
  firmware_id INTEGER NOT NULL REFERENCES firmwares(id),
  failed INTEGER,                -- NULL: it says nothing of the case (interrupted, bench, bytes lost)
  PRIMARY KEY(case_id, run_id, number),
  FOREIGN KEY(case_id, run_id) REFERENCES results(case_id, run_id) ON DELETE CASCADE
) WITHOUT ROWID;
CREATE INDEX attempts_that_tell ON attempts(case_id, firmware_id, failed) WHERE failed IS NOT NULL;

CREATE TABLE requirement_results(
  requirement_id INTEGER NOT NULL REFERENCES requirements(id),
  run_id INTEGER NOT NULL REFERENCES runs(id) ON DELETE CASCADE,
  verdict INTEGER NOT NULL,
  applicable INTEGER NOT NULL,
  PRIMARY KEY(requirement_id, run_id)
) WITHOUT ROWID;
CREATE INDEX requirement_results_of_run ON requirement_results(run_id);

CREATE TABLE deviations(
  run_id INTEGER NOT NULL REFERENCES runs(id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  requirement_id INTEGER NOT NULL REFERENCES requirements(id),
  summary TEXT NOT NULL,
  count INTEGER NOT NULL,
  certain INTEGER NOT NULL,
  PRIMARY KEY(run_id, name, requirement_id)
) WITHOUT ROWID;
CREATE TABLE deviation_cases(
  run_id INTEGER NOT NULL,
  name TEXT NOT NULL,
  requirement_id INTEGER NOT NULL,
  case_id INTEGER NOT NULL REFERENCES cases(id),
  PRIMARY KEY(run_id, name, requirement_id, case_id),
  FOREIGN KEY(run_id, name, requirement_id) REFERENCES deviations(run_id, name, requirement_id) ON DELETE CASCADE
) WITHOUT ROWID;

CREATE TABLE measurements(
  id INTEGER PRIMARY KEY,
  run_id INTEGER NOT NULL REFERENCES runs(id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  requirement TEXT NOT NULL,
  case_name TEXT NOT NULL,       -- empty: outside of cases
  device TEXT NOT NULL,
  unit TEXT NOT NULL,
  of TEXT NOT NULL,              -- the statistic that the budget is of; empty: there is none
  budget REAL,
  u REAL,
  samples INTEGER NOT NULL
);
CREATE INDEX measurements_by_name ON measurements(name, unit, run_id, samples);
CREATE INDEX measurements_of_run ON measurements(run_id);
CREATE TABLE samples(
  measurement_id INTEGER NOT NULL REFERENCES measurements(id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  value REAL NOT NULL,           -- as measured, in the measurement's unit
  PRIMARY KEY(measurement_id, position)
) WITHOUT ROWID;
