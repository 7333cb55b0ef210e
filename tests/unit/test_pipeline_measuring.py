"""Boxes are compared with the truth one by one, shares keep their n, and goals are met by what is measured."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.judgement import Classification
from parsers.document import Defect, Extraction, FieldCandidate, Location, Scalar
from parsers.sandbox import Sandbox
from pipeline.measuring import forms, goals, learning, reliability
from pipeline.measuring.comparing import BoxResult, CaseResult, compared, same
from pipeline.measuring.corpus import Corpus, Split
from pipeline.measuring.figures import Figures, figures
from pipeline.measuring.intervals import Share
from pipeline.measuring.values import rung_values, summary_values

CITY, STATE = "Producer_MailingAddress_CityName_A", "Producer_MailingAddress_StateOrProvinceCode_A"
AUTO, QUOTE = "Policy_LineOfBusiness_BusinessAutoIndicator_A", "Policy_Status_QuoteIndicator_A"
BIRTH = "Driver_BirthDate_A"


@dataclass(frozen=True, kw_only=True)
class Truth:
    kind: str = "acord_125"
    form: str | None = "125"
    edition: str | None = "2016/03"
    pages: tuple[int, int] = (1, 4)
    known: bool = True
    values: Mapping[str, str | bool] = field(default_factory=dict)
    conflicts: Mapping[str, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Case:
    name: str = "case 1"
    rung: str = "flattened"
    file: bytes = b"%PDF-1.4 no more"
    file_name: str = "form.pdf"
    documents: tuple[Any, ...] = (Truth(),)


@dataclass(frozen=True, kw_only=True)
class Part:
    classification: Classification
    extraction: Extraction


def reading(elabel: str, value: Scalar, **more: Any) -> FieldCandidate:
    given = {"field": elabel, "raw": str(value), "confidence": 0.995, "method": "layout", "at": Location(page=1)}
    return FieldCandidate(**given | {"elabel": elabel, "value": value} | more)


def part(*fields: FieldCandidate, defects: tuple[Defect, ...] = (), **more: Any) -> Part:
    told = {"kind": "acord_125", "confidence": 0.99, "pages": (1, 4), "form": "125", "edition": "2016/03"} | more
    return Part(classification=Classification(**told), extraction=Extraction(fields=fields, defects=defects))


def case_of(**values: str | bool) -> Case:
    return Case(documents=(Truth(values=values),))


def verdicts(case: Case, *parts: Part) -> dict[str, str]:
    return {box.elabel: box.verdict for box in compared(case, parts).boxes}


def measured(case: Case, *parts: Part) -> Figures:
    return figures(case.rung, [compared(case, parts, seconds=2.0)])


def test_each_box_is_right_wrong_missed_invented_or_a_question() -> None:
    truth = {CITY: "Mesa", STATE: "AZ", AUTO: True, "Insurer_FullName_A": "Acme"}
    read = part(
        reading(CITY, "Mesa"),
        reading(STATE, "CA"),
        reading("Producer_FaxNumber_A", "4805550100"),
        reading("Insurer_FullName_A", None, raw="A?me", defect=Defect(reason="unclear")),
    )
    assert verdicts(case_of(**truth), read) == {
        CITY: "right",
        STATE: "wrong",
        AUTO: "missed",
        "Insurer_FullName_A": "asked",
        "Producer_FaxNumber_A": "invented",
    }
    found = measured(case_of(**truth), read)
    assert found.recall == Share(hits=1, n=4)
    assert found.wrong == Share(hits=2, n=3)
    assert found.invented == 1


def test_a_ticked_member_of_a_choice_is_a_tick() -> None:
    read = part(reading(QUOTE, "quote", raw="", field="transaction_status"))
    assert verdicts(case_of(**{QUOTE: True}), read) == {QUOTE: "right"}
    assert verdicts(case_of(), read) == {QUOTE: "invented"}


def test_ticks_count_ticked_falsely_ticked_and_doubtful_boxes() -> None:
    doubtful = reading(AUTO, None, raw="", defect=Defect(reason="doubtful_tick"))
    read = part(reading(QUOTE, "quote"), reading("Policy_Status_BoundIndicator_A", "bound"), doubtful)
    assert measured(case_of(**{QUOTE: True}), read).ticks == Share(hits=1, n=3)


def test_what_follows_from_a_row_is_no_reading_of_its_box() -> None:
    named = reading(CITY, "Mesa")
    followed = reading(CITY, "0", raw="", field="buildings[0].building")
    assert verdicts(case_of(**{CITY: "Mesa"}), part(named, followed)) == {CITY: "right"}
    assert verdicts(case_of(**{CITY: "Mesa"}), part(followed, named)) == {CITY: "right"}


def test_a_value_belongs_to_the_document_its_page_really_is_of() -> None:
    case = Case(documents=(Truth(pages=(1, 2), values={CITY: "Mesa"}), Truth(pages=(3, 4), values={CITY: "Yuma"})))
    whole = part(reading(CITY, "Mesa"), reading(CITY, "Yuma", at=Location(page=3)))
    found = measured(case, whole)
    assert found.recall == Share(hits=2, n=2)
    assert found.documents == Share(hits=0, n=2)
    assert found.boundaries == 0.0


def test_kind_form_and_pages_must_all_be_exact() -> None:
    case = Case(documents=(Truth(pages=(1, 2)), Truth(kind="acord_126", form="126", pages=(3, 4))))
    right = (part(pages=(1, 2)), part(kind="acord_126", form="126", pages=(3, 4)))
    assert measured(case, *right).documents == Share(hits=2, n=2)
    assert measured(case, *right).boundaries == 1.0
    assert measured(case, part(pages=(1, 2)), part(pages=(3, 4))).documents == Share(hits=1, n=2)
    assert measured(case, part(pages=(1, 3)), part(kind="acord_126", form="126", pages=(4, 4))).documents.hits == 0


def test_unknown_layouts_should_be_called_new_and_known_ones_not() -> None:
    new = part(defects=(Defect(reason="new_edition"),))
    assert measured(Case(documents=(Truth(known=False),)), new).called_new == Share(hits=1, n=1)
    assert measured(Case(), new).falsely_new == Share(hits=1, n=1)


def test_a_box_that_says_two_things_must_be_flagged() -> None:
    case = Case(documents=(Truth(conflicts={CITY: ("Mesa", "Yuma")}),))
    flagged = reading(CITY, "Mesa", defect=Defect(reason="value_differs"))
    assert verdicts(case, part(flagged)) == {CITY: "asked"}
    assert measured(case, part(flagged)).conflicts == Share(hits=1, n=1)
    assert verdicts(case, part(reading(CITY, "Mesa"))) == {CITY: "invented"}
    assert measured(case, part()).conflicts == Share(hits=0, n=1)


def test_a_value_under_a_name_that_means_nothing_is_missed_but_not_wrong() -> None:
    read = part(reading("Text100", "Mesa"))
    assert verdicts(case_of(**{CITY: "Mesa"}), read) == {CITY: "missed", "Text100": "unnamed"}
    assert measured(case_of(**{CITY: "Mesa"}), read).wrong == Share(hits=0, n=0)


def test_only_sure_values_are_accepted() -> None:
    read = part(reading(CITY, "Mesa"), reading(STATE, "CA", confidence=0.97))
    found = measured(case_of(**{CITY: "Mesa", STATE: "AZ"}), read)
    assert found.accepted == Share(hits=1, n=2)
    assert found.accepted_right == Share(hits=1, n=1)


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        ("a b", "a\n b", True),
        ("ﬁre", "fire", True),
        ("A", "a", False),
        (True, "True", False),
        (True, True, True),
        (False, None, False),
    ],
)
def test_values_are_compared_as_they_are_but_for_spaces(one: Scalar, other: Scalar, equal: bool) -> None:
    assert same(one, other) is equal


def test_the_interval_of_nothing_wrong_still_leaves_room() -> None:
    low, high = Share(hits=1000, n=1000).interval
    assert 0.9961 < low < 0.9963
    assert high == 1.0
    assert Share(hits=0, n=0).interval == (0.0, 1.0)


@given(st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_holds_its_share(pair: tuple[int, int]) -> None:
    share = Share(hits=pair[0], n=pair[1])
    low, high = share.interval
    assert low <= share.hits / share.n + 1e-12
    assert share.hits / share.n <= high + 1e-12


def box(confidence: float, *, right: bool, **more: Any) -> BoxResult:
    given = {"rung": "flattened", "case": "1", "form": "125", "elabel": CITY, "family": "text", "source": "layout"}
    return BoxResult(**given | {"verdict": "right" if right else "wrong", "confidence": confidence} | more)


def test_the_calibration_error_is_the_gap_weighted_by_values() -> None:
    some = [box(0.85, right=True)] * 85 + [box(0.85, right=False)] * 15
    assert reliability.error(some) == pytest.approx(0.0)
    assert reliability.error([box(0.6, right=True)] * 50 + some[:0]) == pytest.approx(0.4)
    assert reliability.error([]) == 0.0
    assert reliability.errors_by_family(some) == {}


def test_learned_tables_tell_scores_as_often_right_as_they_were() -> None:
    some = [box(0.9, right=n % 10 > 0) for n in range(400)] + [box(0.99, right=True) for _ in range(400)]
    tables = learning.learned(some)
    assert tables.probability("layout", "text", 0.9) == pytest.approx(0.9, abs=0.01)
    assert 0.99 < tables.probability("layout", "text", 0.99) <= learning.MOST
    assert reliability.error(learning.told_by(tables, some)) < 0.01


def test_a_score_is_not_believed_for_what_higher_scores_did() -> None:
    some = [box(0.7, right=True) for _ in range(25)] + [box(0.97, right=True) for _ in range(2000)]
    tables = learning.learned(some)
    sure = [tables.probability("layout", "text", score) for score in (0.3, 0.7, 0.97)]
    assert sure == [learning.UNSEEN, pytest.approx(26 / 27, abs=1e-3), learning.MOST]


@given(st.lists(st.tuples(st.sampled_from([0.1, 0.4, 0.5, 0.8, 0.97]), st.booleans()), min_size=1, max_size=300))
def test_learned_steps_rise(pairs: list[tuple[float, bool]]) -> None:
    for table in learning.learned(box(score, right=right) for score, right in pairs).tables.values():
        assert list(table.scores) == sorted(set(table.scores))
        assert list(table.probabilities) == sorted(set(table.probabilities))
        assert all(0 < one <= learning.MOST for one in table.probabilities)


def test_a_small_family_has_no_table_of_its_own() -> None:
    many = [box(0.9, right=True) for _ in range(300)]
    few = [box(0.9, right=False, family="date") for _ in range(10)]
    tables = learning.learned([*many, *few])
    assert ("layout", "date") not in tables.tables
    assert tables.probability("layout", "date", 0.9) == tables.probability("layout", "zip", 0.9)


def test_the_same_values_have_the_same_hash() -> None:
    some = [box(0.9, right=True), box(0.8, right=False)]
    assert learning.data_hash(some) == learning.data_hash(some)
    assert learning.data_hash(some) != learning.data_hash(some[:1])


def test_every_goal_is_met_or_missed_by_what_was_measured() -> None:
    found = measured(case_of(**{CITY: "Mesa"}), part(reading(CITY, "Mesa")))
    met = {goal.name: goal.met for goal in goals.reached(found, goals.shipped())}
    assert met == {"accepted_right": True, "recall": True, "wrong": True, "documents": True, "ticks": True}
    worse = {goal.name: goal.met for goal in goals.reached(replace(found, recall=Share(hits=1, n=2)), goals.shipped())}
    assert worse["recall"] is False


def test_a_value_on_a_blank_form_misses_its_goal() -> None:
    blank = Case(rung="blank")
    for read, met in ((part(), True), (part(reading(CITY, "x")), False)):
        reached = {goal.name: goal.met for goal in goals.reached(measured(blank, read), goals.shipped())}
        assert reached["reported"] is met


@pytest.mark.parametrize(
    ("entry", "why"),
    [
        ({"title": "x", "rungs": ["a"]}, "lacks files"),
        ({"title": "x", "rungs": ["a"], "files": 1, "speed": 2}, "no figure speed"),
        ({"title": "x", "rungs": ["a", "a"], "files": 1}, "two goals"),
    ],
)
def test_wrong_goals_are_refused(entry: dict[str, Any], why: str) -> None:
    with pytest.raises(goals.GoalsError, match=why):
        goals.read_goals({"goal": [entry]})


def test_errors_are_told_without_restricted_values() -> None:
    case = Case(documents=(Truth(kind="acord_127", form="127", values={BIRTH: "1979-04-13"}),))
    read = part(reading(BIRTH, "1979-04-18", restricted=True), kind="acord_127", form="127")
    result = compared(case, [read])
    rung = forms.Rung(figures=figures("flattened", [result]), goals=(), boxes=result.boxes)
    (fault,) = forms.faults([rung], most=5)
    assert (fault.elabel, fault.verdict, fault.times) == ("Driver_BirthDate", "wrong", 1)
    told = repr(rung_values(rung, split="tune", faults=[fault])) + repr(
        summary_values(forms.summary([rung]), split="tune")
    )
    assert "1979" not in told
    assert "04-1" not in told


class Files:
    """A corpus of one rung whose files are no PDFs at all."""

    RUNGS = ("flattened",)

    def cases(self, split: Split, rung: str, count: int) -> Iterator[Case]:
        for number in range(count):
            truth = Truth(pages=(1, 1), values={CITY: "Mesa"})
            yield Case(name=f"{split} {number}", rung=rung, file=b"\0" * (number + 1), documents=(truth,))


def test_files_are_read_as_any_file_is_and_come_in_order() -> None:
    corpus: Corpus = Files()
    seen: list[CaseResult] = []
    with Sandbox() as sandbox:
        rung = forms.measure("flattened", 5, split="tune", advance=seen.append, corpus=corpus, sandbox=sandbox)
    assert [result.boxes[0].case for result in seen] == [f"tune {number}" for number in range(5)]
    assert rung.figures.recall == Share(hits=0, n=5)
    assert rung.figures.files == rung.figures.pages == 5
    assert not all(goal.met for goal in rung.goals)


def test_as_many_files_are_read_as_the_goals_say_unless_told() -> None:
    assert forms.counts([], None, Files()) == {"flattened": goals.shipped().files("flattened")}
    assert forms.counts(["flattened"], 3, Files()) == {"flattened": 3}
