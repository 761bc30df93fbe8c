"""How pytest is told of verdicts. For pytest_plugin.py alone.

What a case comes to is known only when the record ends: a failure proves nothing while a requirement that it presumes fails,
and what proves that may come later, or from another worker. So a case that passes is told at once; one that does not is only
shown, and told at the end, as the whole record judges it: the same that `attest run` says. Nothing is told from memory.
"""

from __future__ import annotations

import collections.abc

import pytest

import attest
from attest._conformance import NODE

#: Verdicts that are neither pass nor fail: pytest's category and its word. None of them says that the device is wrong.
OWN_OUTCOMES = {"inconc": ("inconc", "INCONC"), "error": ("error", "ERROR"), "none": ("blocked", "BLOCKED")}
LETTERS = {"fail": "F", "inconc": "I", "error": "E", "none": "B"}


def provisional(item: pytest.Item, verdict: str, duration: float) -> pytest.TestReport:
    """Shown as it looks now, and counted nowhere."""
    report = pytest.TestReport(item.nodeid, item.location, {}, "passed", None, "provisional", duration=duration)  # type: ignore[arg-type]
    report.attest_provisional = verdict  # type: ignore[attr-defined]
    return report


def status_of(report: pytest.TestReport) -> tuple[str, str, str] | None:
    """Category, letter and word; None for reports that are pytest's own."""
    verdict: str | None = getattr(report, "attest_provisional", None)
    if verdict is not None:
        return "", LETTERS[verdict], f"{verdict}, so far"
    verdict = getattr(report, "attest_verdict", None)
    if verdict is None:
        return None
    category, word = OWN_OUTCOMES.get(verdict, ("passed", "PASSED") if verdict == "pass" else ("failed", "FAILED"))
    return category, "", word


def final_reports(
    judgement: attest.Judgement, record: attest.Record, told: collections.abc.Mapping[str, str]
) -> collections.abc.Iterator[pytest.TestReport]:
    """Of all cases that are not what `told` says (by id), and of requirements that fail where no single case does."""
    open_ = [case for case in judgement.cases if case.applicable and case.id in told and case.verdict != told[case.id]]
    texts = record.transcripts([case.id for case in open_ if case.verdict != "pass"])
    for case in open_:
        yield from case_reports(case, texts.get(case.id, ("", "")))
    failed = {case.id for case in judgement.cases if case.verdict == "fail"}
    for requirement in judgement.requirements:
        if requirement.verdict == "fail" and failed.isdisjoint(requirement.cases):
            failure = report("fail", f"requirement/{requirement.id}", requirement_story(requirement, judgement),
                             [requirement.id])
            yield from (failure, end_of(failure))


def case_reports(
    case: attest.CaseResult, texts: tuple[str, str]
) -> collections.abc.Iterator[pytest.TestReport]:
    """The verdict and its end."""
    verdict = report(case.verdict, case.id, "" if case.verdict == "pass" else case_story(case), case.requirements)
    verdict.duration = case.duration.total_seconds()
    verdict.sections = [(f"attest {name}", text) for name, text in zip(("transcript", "journal"), texts, strict=True) if text]
    yield from (verdict, end_of(verdict))


def end_of(verdict: pytest.TestReport) -> pytest.TestReport:
    """By which pytest's reporters let go of a test; JUnit's writer takes the properties from it."""
    return pytest.TestReport(verdict.nodeid, verdict.location, {}, "passed", None, "teardown",
                             user_properties=verdict.user_properties)


def report(verdict: str, name: str, story: str, requirements: list[str]) -> pytest.TestReport:
    """JUnit's writer makes an error, and no failure, of what is not of the call."""
    out = pytest.TestReport(
        f"{NODE}::{name}",
        (NODE, 0, name),
        {},
        "passed" if verdict == "pass" else "failed",
        story or None,
        "case" if verdict in OWN_OUTCOMES else "call",  # type: ignore[arg-type]
        user_properties=[("requirement", one) for one in requirements],
    )
    out.attest_verdict = verdict  # type: ignore[attr-defined]
    return out


def case_story(case: attest.CaseResult) -> str:
    """For people: the verdict and why, each obligation that was not kept, and the deviations."""
    lines = [f"{case.verdict}: {case.reason or 'it was not run'}"]
    for attempt in case.attempts:
        for check in attempt.checks:
            if check.verdict != "pass":
                lines.append(f"{check.requirement} {check.verdict}: {check.what}\n"
                             f"    owed  {check.owed}\n    got   {check.got}")
        lines += [f"deviation {one}" for one in attempt.deviations]
        lines += [f'unexplained bytes: "{one}"' for one in attempt.unexplained]
    return "\n".join(dict.fromkeys(lines))  # what was judged again and again is told once


def requirement_story(requirement: attest.RequirementResult, judgement: attest.Judgement) -> str:
    """Of one that was broken in cases that are not about it."""
    lines = [f"{requirement.id}, {requirement.level}: {requirement.statement}"]
    for one in judgement.deviations:
        if one.requirement == requirement.id:
            lines += [f"deviation {one.id}: {one.summary}", *(f"    got   {got}" for got in one.evidence)]
            lines += [f"    in    {len(one.cases)} cases, {one.count} times"]
    return "\n".join(lines)
