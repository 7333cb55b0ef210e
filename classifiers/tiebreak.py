"""Where two intents use the same words, one more fact decides: who wrote first, what is attached, what is numbered.

Each rule is a pure function that moves probabilities and says why; they run in the order of ``RULES``. The pairs are
those of the domain reference's table of confusable intents.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from classifiers import mailfacts
from classifiers.judgement import Cue

LIKELY = 0.9
FAIR = 0.7
FAINT = 0.2
HINT = 0.05
CERTAIN = 0.99
UNKNOWN = "unknown"
BY_FACT = frozenset({"internal_forward"})
"""What no word can say: a colleague of ours passed it on, or nobody did."""
APPLICATIONS = frozenset({"acord_125", "acord_130", "acord_160", "acord_825", "carrier_app"})
NOTICES = frozenset({"acord_1", "acord_2", "acord_3", "acord_4"})
NOT_PAPERS = frozenset({"photo", "inline_logo", "signature_banner", "disclaimer_txt", "calendar_invite", "vcard"})


@dataclass(slots=True, kw_only=True)
class Case:
    """One message under judgement: the facts the rules look at and the probabilities they move."""

    text: str
    attachments: frozenset[str]
    ours: bool
    reply: bool
    forward: bool
    internal: bool = False
    with_us: bool = False
    told: dict[str, float]
    cues: dict[str, list[Cue]] = field(default_factory=dict)

    def written(self) -> str:
        """Return the text without the subject where somebody else wrote that: an answer repeats it."""
        return self.text.partition("\n")[2] if self.reply or self.ours else self.text

    def best(self) -> str:
        """Return the likeliest intent so far."""
        return max(self.told, key=lambda intent: self.told[intent], default="unknown")

    def raise_to(self, intent: str, probability: float, why: str) -> None:
        """Lift an intent to at least ``probability`` and remember why; the message is no longer a riddle."""
        self.told["unknown"] = min(self.told.get("unknown", 0.0), FAINT)
        self.told[intent] = max(self.told.get(intent, 0.0), probability)
        self.cues.setdefault(intent, []).append(Cue(how="rule", what=why))

    def lower_to(self, intent: str, probability: float) -> None:
        """Press an intent down to at most ``probability``."""
        if intent in self.told:
            self.told[intent] = min(self.told[intent], probability)


def settle(case: Case) -> Case:
    """Apply every rule in order and return the same case."""
    for rule in RULES:
        rule(case)
    return case


def _passed_on(case: Case) -> None:
    """Only a colleague of ours can forward from inside; what the words say of it counts for nothing."""
    case.told.pop("internal_forward", None)
    if case.internal:
        case.told["internal_forward"] = CERTAIN
        case.cues.setdefault("internal_forward", []).append(Cue(how="header", what="a forward from our own domain"))


def _whose_renewal(case: Case) -> None:
    """A renewal of our policy is a renewal; one with another carrier is new business for us."""
    if case.ours or not (case.with_us or mailfacts.renews(case.text)):
        return
    new, again = case.told.get("new_business", 0.0), case.told.get("renewal", 0.0)
    if max(new, again) < FAINT:
        return
    us, elsewhere = case.with_us or mailfacts.insured_with_us(case.text), mailfacts.insured_elsewhere(case.text)
    if us or (again >= FAINT and not elsewhere and mailfacts.names_policy(case.text)):
        case.raise_to("renewal", LIKELY, "our policy expires")
        case.lower_to("new_business", FAINT)
    elif elsewhere:
        case.raise_to("new_business", LIKELY, "another carrier's policy expires")
        case.lower_to("renewal", FAINT)


def _evidence_delivered(case: Case) -> None:
    """A certificate that comes on our thread shows what coverage there is; it asks for none."""
    if case.ours and "acord_25" in case.attachments and not mailfacts.asks_for_paper(case.written()):
        case.raise_to("missing_info_reply", LIKELY, "attached acord_25")
        case.lower_to("certificate_request", FAINT)


def _forms_speak(case: Case) -> None:
    """A form made for one purpose names that purpose."""
    for kinds, intent in _FORM_INTENTS.items():
        if case.attachments & kinds and not case.ours:
            case.raise_to(intent, LIKELY, f"attached {', '.join(sorted(case.attachments & kinds))}")


def _broker_letters(case: Case) -> None:
    """A broker letter with taking-back words is a rescission, one without is an appointment."""
    letters = case.attachments & {"bor_letter", "acord_36"}
    if "bor_rescission" in case.attachments:
        case.raise_to("bor_rescission", 0.95, "attached bor_rescission")
        case.lower_to("bor_change", FAINT)
    elif letters and max(case.told.get("bor_change", 0.0), case.told.get("bor_rescission", 0.0)) > FAINT:
        undo = mailfacts.takes_back(case.text) and case.told.get("bor_rescission", 0.0) > FAINT
        chosen, other = ("bor_rescission", "bor_change") if undo else ("bor_change", "bor_rescission")
        case.raise_to(chosen, LIKELY, f"attached {', '.join(sorted(letters))}")
        case.lower_to(other, FAINT)


def _our_thread(case: Case) -> None:
    """A reply on our thread answers us, unless it brings a new insured."""
    if not case.ours and not (case.reply and case.told.get("missing_info_reply", 0.0) >= FAINT):
        return
    start = max(("new_business", "renewal"), key=lambda intent: case.told.get(intent, 0.0))
    papers = bool(case.attachments - NOT_PAPERS - {"unknown"})
    answer = case.told.get("missing_info_reply", 0.0)
    if case.attachments & APPLICATIONS and (
        mailfacts.is_another(case.text) or (case.told.get("new_business", 0.0) >= LIKELY and answer < FAINT)
    ):
        case.raise_to("new_business", LIKELY, "a new insured on an old thread")
        case.lower_to("missing_info_reply", FAINT)
        return
    if case.told.get(start, 0.0) >= 0.5 or case.ours:
        case.lower_to("new_business", FAINT)
        case.lower_to("renewal", FAINT)
    chased = mailfacts.chases(case.text)
    other, fact = _other_wish(case), mailfacts.gives_value(case.text)
    if papers and (not other or case.told.get("missing_info_reply", 0.0) >= FAINT):
        case.raise_to("missing_info_reply", LIKELY if case.ours else FAIR, "papers on our thread")
    elif (
        not other and (fact or (case.ours and not chased and not _hinted(case))) and case.told.get("unknown", 0.0) < 0.5
    ):
        case.raise_to("missing_info_reply", LIKELY if case.ours else FAIR, "answer on our thread")


def _hinted(case: Case) -> bool:
    """Return whether something else than an answer is likelier than not to be at least meant."""
    answer = case.told.get("missing_info_reply", 0.0)
    return any(probability > max(answer, 0.25) for intent, probability in case.told.items() if intent not in _ANSWERING)


def _other_wish(case: Case) -> bool:
    """Return whether something other than an answer or an exposure update is clearly asked for."""
    return any(probability >= 0.75 for intent, probability in case.told.items() if intent not in _ANSWERING)


def _status_or_answer(case: Case) -> None:
    """Only a question and no new fact is a status inquiry; a fact makes it an answer that also asks."""
    asked = mailfacts.chases(case.text) and "?" in case.text
    if not asked or case.best() not in ("missing_info_reply", "status_inquiry", UNKNOWN):
        return
    brings = mailfacts.gives_value(case.text) or bool(case.attachments - NOT_PAPERS)
    if not brings and (case.ours or case.reply):
        case.raise_to("status_inquiry", LIKELY, "a question and no new fact")
        case.lower_to("missing_info_reply", FAINT)
    elif brings and case.ours:
        case.raise_to("missing_info_reply", LIKELY, "a fact beside a question")
        case.raise_to("status_inquiry", LIKELY, "an answer that also asks")


def _change_or_update(case: Case) -> None:
    """A change without a policy number, on our thread, updates the open submission."""
    if case.ours and not mailfacts.names_policy(case.text) and case.told.get("endorsement_request", 0.0) >= FAINT:
        case.raise_to("missing_info_reply", case.told["endorsement_request"], "change to an open submission")
        case.lower_to("endorsement_request", FAINT)


def _own_change(case: Case) -> None:
    """An agency that moves an account to another producer of its own wants no change of broker: no insured signs it."""
    letters = case.attachments & {"bor_letter", "acord_36", "bor_rescission"}
    if mailfacts.changes_own_producer(case.text) and not letters and not mailfacts.insured_signed(case.text):
        for intent in ("bor_change", "bor_rescission", "endorsement_request", "commission_inquiry"):
            case.lower_to(intent, FAINT)
        if max(case.told.values(), default=0.0) < FAIR:
            case.told[UNKNOWN] = max(case.told.get(UNKNOWN, 0.0), LIKELY)


def _nothing_to_rescind(case: Case) -> None:
    """Where neither a letter nor a broker is spoken of, nothing of that kind is taken back."""
    if not case.attachments & {"bor_letter", "acord_36", "bor_rescission"} and not mailfacts.speaks_of_brokers(
        case.text
    ):
        case.lower_to("bor_rescission", FAINT)


def _certificate_of_a_change(case: Case) -> None:
    """Who wants a policy changed for a holder, and a certificate of it, wants both."""
    change, paper = case.told.get("endorsement_request", 0.0), case.told.get("certificate_request", 0.0)
    if max(change, paper) >= FAIR > min(change, paper) >= HINT and mailfacts.certifies_a_change(case.text):
        case.raise_to("endorsement_request", FAIR, "a change to a policy")
        case.raise_to("certificate_request", FAIR, "a certificate of it")


def _runs_delivered(case: Case) -> None:
    """Loss runs that are attached are delivered, not asked for."""
    if "loss_run" in case.attachments:
        case.lower_to("loss_run_request", FAINT)


def _values_stay(case: Case) -> None:
    """Who names a vehicle or a tax number on our thread, and no end of anything, goes on with the submission."""
    if case.ours and mailfacts.names_object(case.text) and not mailfacts.leaves(case.text):
        case.lower_to("withdraw_close", FAINT)


def _cancel_or_withdraw(case: Case) -> None:
    """A policy in force is cancelled; where there is only a submission, that is closed."""
    cancel, close = case.told.get("cancellation_request", 0.0), case.told.get("withdraw_close", 0.0)
    if min(cancel, close) < FAINT and not (case.ours and cancel > close):
        return
    if mailfacts.names_policy(case.text) or "acord_35" in case.attachments:
        case.raise_to("cancellation_request", max(cancel, close), "a policy number")
        case.lower_to("withdraw_close", FAINT)
    elif case.ours or mailfacts.speaks_of_a_quote(case.text):
        case.raise_to("withdraw_close", max(cancel, close), "a submission and no policy number")
        case.lower_to("cancellation_request", FAINT)


def _bindable_terms(case: Case) -> None:
    """Wanting bindable terms is not an order to bind."""
    if mailfacts.orders_to_bind(case.text):
        return
    unpriced = bool(case.attachments & APPLICATIONS) and mailfacts.has_no_price_yet(case.text)
    if mailfacts.wants_bindable(case.text) or unpriced:
        case.lower_to("bind_request", FAINT)


def _loss_explained(case: Case) -> None:
    """A loss told in the past with amounts, on our thread, explains the history; it reports nothing new."""
    if case.ours and mailfacts.tells_past_loss(case.text) and case.told.get("claim_notice", 0.0) >= FAINT:
        case.raise_to("missing_info_reply", LIKELY, "explains a past loss")
        case.lower_to("claim_notice", FAINT)


def _applications_without_words(case: Case) -> None:
    """Application forms from outside our threads, when the words say little, ask for a quote."""
    if (
        case.attachments & APPLICATIONS
        and not case.ours
        and max((p for i, p in case.told.items() if i != "unknown"), default=0.0) < FAIR
    ):
        case.raise_to("new_business", FAIR, "applications attached")


_ANSWERING = frozenset(
    {"missing_info_reply", "new_business", "renewal", "endorsement_request", "loss_run_request"}
    | {"internal_forward", "unknown"}
)
"""What an answer on our thread may sound like."""
_FORM_INTENTS: Mapping[frozenset[str], str] = {
    NOTICES: "claim_notice",
    frozenset({"acord_175"}): "endorsement_request",
    frozenset({"acord_35"}): "cancellation_request",
}
RULES: tuple[Callable[[Case], None], ...] = (
    _passed_on,
    _forms_speak,
    _broker_letters,
    _runs_delivered,
    _whose_renewal,
    _own_change,
    _nothing_to_rescind,
    _certificate_of_a_change,
    _evidence_delivered,
    _bindable_terms,
    _loss_explained,
    _change_or_update,
    _cancel_or_withdraw,
    _values_stay,
    _our_thread,
    _status_or_answer,
    _applications_without_words,
)
