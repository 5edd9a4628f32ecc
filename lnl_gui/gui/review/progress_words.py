"""What is expected of the samples left, what audits found and how reviewers agree, in words."""

from lnl_gui.gui.i18n.numbers import decimal, fill
from lnl_gui.gui.widgets.basic import number
from lnl_gui.session.figures.audit import AuditReport, audited_bound, verdict_remarks
from lnl_gui.session.figures.budget import Budget
from lnl_gui.session.figures.unseen_decisions import UnseenDecisions
from lnl_gui.store.detection.unjudged import not_judged
from lnl_gui.store.review.second_opinion import ReviewerAgreement
from lnl_gui.util.messages import Message, message_n
from lnl_gui.util.translation import localized, tr


def elsewhere_message(count: int) -> Message:
    """That so many samples of what came from elsewhere are not here."""
    return message_n(
        "{count:,} sample is not in this project.",
        "{count:,} samples are not in this project.",
        count,
    )


def adopt_message(count: int) -> Message:
    """The button that makes verdicts of so many opinions."""
    return message_n("Adopt {count:,} opinion", "Adopt {count:,} opinions", count)


def suspects_left_message(count: int) -> Message:
    """How many suspects there are to look at."""
    return message_n("{count:,} suspect left", "{count:,} suspects left", count)


def to_settle_message(count: int) -> Message:
    """How many samples reviewers decided differently."""
    return message_n(
        "{count:,} disagreement to settle.", "{count:,} disagreements to settle.", count
    )


def budget_summary(
    budget: Budget, *, at_random: bool = False, unseen: UnseenDecisions | None = None
) -> tuple[str, str, str]:
    """Title, explanation and role of the title.

    Args:
        budget: of the project.
        at_random: whether its intervals hold for errors at random alone.
        unseen: what counts as reviewed and nobody vouches for.
    """
    title, text, role = _of_unreviewed(budget, at_random=at_random)
    told = [localized(said) for said in unseen.messages()] if unseen is not None else []
    if not told:
        return title, text, role
    if not budget.unreviewed and not budget.unjudged:
        return tr("Everything is decided"), " ".join(told), "warning"
    return title, " ".join((text, *told)), role


def _of_unreviewed(budget: Budget, *, at_random: bool) -> tuple[str, str, str]:
    unjudged = localized(not_judged(budget.unjudged))
    if budget.unreviewed == 0 and budget.unjudged:
        return tr("Everything that was judged is reviewed"), unjudged, "warning"
    if budget.unreviewed == 0:
        return (
            tr("Everything is reviewed"),
            tr("Nothing is left to expect errors in."),
            "good",
        )
    low, high = whole(budget.expected_errors.low), whole(budget.expected_errors.high)
    if at_random:
        return _at_random(budget, low, high)
    next_text = tr("Review the next {}, expect {} errors ({}–{})").format(
        number(budget.next_samples), whole(budget.expected_errors.value), low, high
    )
    rate = budget.residual_rate
    count, shares = budget.unreviewed, {"rate": rate.value, "low": rate.low, "high": rate.high}
    rest = localized(
        message_n(
            "In the {count:,} sample judged and not reviewed about {rate:.1%} are wrong"
            " ({low:.1%} to {high:.1%}).",
            "In the {count:,} samples judged and not reviewed about {rate:.1%} are wrong"
            " ({low:.1%} to {high:.1%}).",
            count,
            **shares,
        )
        if budget.unjudged
        else message_n(
            "In the {count:,} sample not reviewed about {rate:.1%} are wrong ({low:.1%} to"
            " {high:.1%}).",
            "In the {count:,} samples not reviewed about {rate:.1%} are wrong ({low:.1%} to"
            " {high:.1%}).",
            count,
            **shares,
        )
    )
    if budget.enough and rate.high > budget.target_rate:
        expected = tr(
            "{} On average that is under your {:.1%}, but it may be more: an audit of a random"
            " sample tells."
        )
        return tr("Probably enough"), fill(expected, rest, budget.target_rate), "good"
    if budget.enough:
        return (
            tr("Enough"),
            fill(tr("{} That is under your {:.1%}."), rest, budget.target_rate),
            "good",
        )
    if budget.unjudged:
        # When it would be enough is not known either.
        return next_text, f"{rest} {unjudged}", "warning"
    until = fill(
        tr("After {} more it would be under {:.1%}."),
        number(budget.until_enough),
        budget.target_rate,
    )
    return next_text, f"{rest} {until}", "strong"


def _at_random(budget: Budget, low: str, high: str) -> tuple[str, str, str]:
    """The same where perhaps no label is wrong: no number is known, nor is it ever enough."""
    rate = budget.residual_rate
    rest = message_n(
        "In the {count:,} sample judged and not reviewed {low:.1%} to {high:.1%} are wrong if"
        " errors are at random.",
        "In the {count:,} samples judged and not reviewed {low:.1%} to {high:.1%} are wrong if"
        " errors are at random.",
        budget.unreviewed,
        low=rate.low,
        high=rate.high,
    )
    title = tr("Review the next {}: {}–{} errors").format(number(budget.next_samples), low, high)
    text = " ".join(filter(None, (localized(rest), localized(not_judged(budget.unjudged)))))
    return title, text, "warning"


def audit_summary(report: AuditReport) -> tuple[str, str]:
    """Title and explanation of an audit."""
    rate, errors = report.residual_rate, report.expected_errors
    told = (*verdict_remarks(report), audited_bound(report))
    more = [localized(said) for said in told if said]
    if not report.judged:
        drawn = localized(
            message_n("{count:,} sample drawn.", "{count:,} samples drawn.", report.drawn)
        )
        return tr("Audit {}: not begun").format(report.audit), " ".join((drawn, *more))
    title = fill(
        tr("Audit {}: {:.1%} wrong ({:.1%} to {:.1%})"),
        report.audit,
        rate.value,
        rate.low,
        rate.high,
    )
    left = tr(" {} to go.").format(number(report.left)) if report.left else ""
    text = tr(
        "{} of {} judged were wrong; 95 % interval. That is {} to {} among {} not flagged when"
        " it was drawn.{}",
    ).format(
        number(report.wrong),
        number(report.judged),
        whole(errors.low),
        whole(errors.high),
        number(report.population),
        left,
    )
    return title, " ".join((text, *more))


def agreement_summary(found: ReviewerAgreement) -> str:
    """One pair of reviewers in a line."""
    kappa = tr("not defined") if found.kappa is None else decimal(found.kappa, 2)
    share = found.agreed / found.samples
    said = message_n(
        "{first} and {second}: κ {kappa}, agree on {share:.0%} of {count:,} sample",
        "{first} and {second}: κ {kappa}, agree on {share:.0%} of {count:,} samples",
        found.samples,
        first=found.first,
        second=found.second,
        kappa=kappa,
        share=share,
    )
    return localized(said)


def whole(value: float) -> str:
    """A number of samples that need not be a whole one."""
    return fill("{:,.0f}", value)
