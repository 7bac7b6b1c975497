//! A membership that is paid by card: how it stands at Stripe, what the bank refused, and what can be done about it.

use super::actions::Move;
use crate::components::{Button, Look, Notice, Severity, StatusLabel, Tone};
use crate::pages::memberships::words::plural;
use crate::pages::stripe::{CardOnFile, card_words, sentence};
use crate::session::{SignedIn, use_session};
use domain::{EnrollmentId, Money};
use protocol::enrollments::{EnrollmentView, PaysBy, StatusView};
use protocol::stripe::{CardBillingState, CardBillingView, FailedChargeView};
use std::rc::Rc;
use yew::prelude::*;

/// How it is paid: `At the counter`, `By card, Visa 4242, expires 04/27`.
pub fn pays_words(view: &EnrollmentView) -> String {
    match (view.pays, view.card.as_ref().and_then(|billing| billing.card.as_ref())) {
        (PaysBy::Counter, _) => "At the counter".to_owned(),
        (PaysBy::Card, Some(card)) => format!("By card, {}", card_words(card)),
        (PaysBy::Card, None) => "By card, none on file yet".to_owned(),
    }
}

/// The charges of one membership that the bank refused and can be asked for again.
#[derive(Debug, Clone, PartialEq)]
pub struct Missed {
    pub enrollment: EnrollmentId,
    plan: String,
    charges: usize,
    total: Money,
}

impl Missed {
    pub fn words(&self, session: &SignedIn) -> String {
        let charges = plural(self.charges as i64, "charge was", "charges were");
        format!("{charges} missed for {}, {} in all.", self.plan, session.money(self.total))
    }
}

/// What was missed, by membership.
pub fn missed(enrollments: &[EnrollmentView]) -> Vec<Missed> {
    let of = |view: &EnrollmentView| {
        let failed = &view.card.as_ref()?.failed;
        (!failed.is_empty() && view.moves.retry_charge.is_none()).then(|| Missed {
            enrollment: view.id,
            plan: view.plan_name.clone(),
            charges: failed.len(),
            total: sum(failed),
        })
    };
    enrollments.iter().filter_map(of).collect()
}

pub fn sum(failed: &[FailedChargeView]) -> Money {
    failed.iter().map(|charge| charge.amount).sum()
}

/// Something of it is on its way, so that it changes without anything being done in this window.
pub fn is_moving(view: &EnrollmentView) -> bool {
    view.card
        .as_ref()
        .is_some_and(|billing| billing.state == CardBillingState::Waiting || !billing.waiting.is_empty())
}

fn state_label(state: CardBillingState) -> Html {
    let (text, tone, icon) = match state {
        CardBillingState::Waiting => ("Waits for Stripe", Tone::Blue, "clock"),
        CardBillingState::Running => ("Stripe bills it", Tone::Green, "check-circle"),
        CardBillingState::PastDue => ("A charge failed", Tone::Orange, "exclamation-triangle"),
        CardBillingState::Paused => ("Billing rests", Tone::Grey, "pause"),
        CardBillingState::Ended => ("Stripe bills no more", Tone::Outline, "ban"),
    };
    html!(<StatusLabel {text} {tone} icon={icon} />)
}

#[derive(Properties, PartialEq)]
pub struct CardBillingProps {
    pub view: Rc<EnrollmentView>,
    pub onact: Callback<Move>,
}

/// What a person must know or do now about the card, if anything; money that did not come first.
#[component]
pub fn CardNotices(props: &CardBillingProps) -> Html {
    let session = use_session();
    let view = &props.view;
    let Some(billing) = &view.card else { return html!() };
    let act = |what: Move| props.onact.reform(move |()| what.clone());
    html! {
        <>
            if !billing.failed.is_empty() { { declined(view, billing, &act, &session) } }
            if billing.on_trust.is_positive() { { used_on_trust(view, billing, &act, &session) } }
            if view.pays == PaysBy::Card && billing.card.is_none() && is_billed(view, billing) {
                <Notice severity={Severity::Warning} title="There is no card on file" actions={html!(<Button look={Look::Inline} text="Ask for their card" onclick={act(Move::AskCard)} />)}>
                    { "Nothing can be charged until one is entered. No money moved." }
                </Notice>
            }
            if let Some(card) = billing.card.as_ref().filter(|card| card.expires_soon && view.pays == PaysBy::Card && is_billed(view, billing)) {
                <Notice severity={Severity::Warning} title={format!("{} expires soon", card.words)} actions={html!(<Button look={Look::Inline} text="Ask for another card" onclick={act(Move::AskCard)} />)}>
                    { "Asking now saves a declined renewal." }
                </Notice>
            }
            if !billing.waiting.is_empty() {
                <Notice severity={Severity::Info} title="Waits to be sent to Stripe">
                    <ul class="pl-list">{ for billing.waiting.iter().map(|words| html!(<li class="pl-wrap">{ words }</li>)) }</ul>
                </Notice>
            }
            { for changes_words(view, &session).map(|words| html! {
                <Notice severity={Severity::Info} title={words} actions={html!(<Button look={Look::Inline} text="Keep it as it is" onclick={act(Move::ChangePays(view.pays))} />)} />
            }) }
        </>
    }
}

/// Something more will be charged for it.
fn is_billed(view: &EnrollmentView, billing: &CardBillingView) -> bool {
    !matches!(view.status, StatusView::Cancelled { .. } | StatusView::Ends { .. })
        && billing.state != CardBillingState::Ended
}

/// `From 12 Apr it is paid at the counter`
fn changes_words(view: &EnrollmentView, session: &SignedIn) -> Option<String> {
    let on = session.day(view.card.as_ref()?.changes_on?);
    Some(match view.pays {
        PaysBy::Card => format!("From {on} it is paid at the counter"),
        PaysBy::Counter => format!("From {on} it is paid by card"),
    })
}

fn declined(
    view: &EnrollmentView,
    billing: &CardBillingView,
    act: &impl Fn(Move) -> Callback<()>,
    session: &SignedIn,
) -> Html {
    let failed = &billing.failed;
    let title = match failed.as_slice() {
        [one] => format!("{} was declined: {}", session.money(one.amount), one.why),
        many => format!("{} charges were declined, {} in all", many.len(), session.money(sum(many))),
    };
    let severity = match view.status {
        StatusView::PastDueSuspended { .. } => Severity::Danger,
        _ => Severity::Warning,
    };
    let actions = html! {
        <>
            if view.moves.retry_charge.is_none() { <Button look={Look::Inline} text="Retry charge" onclick={act(Move::RetryCharge)} /> }
            <Button look={Look::Inline} text="Replace card" onclick={act(Move::AskCard)} />
            if view.moves.collect.is_none() && !view.dues.is_empty() { <Button look={Look::Inline} text="Collect at the counter" onclick={act(Move::Collect)} /> }
        </>
    };
    html! {
        <Notice {severity} {title} {actions}>
            { format!("No money moved. {}", benefits_words(view, session)) }
            if failed.len() == 1 {
                { format!(" {}", what_next(&failed[0], session)) }
            } else {
                <ul class="pl-list">
                    { for failed.iter().map(|one| html! {
                        <li class="pl-wrap">{ format!("{}, {}: {}. {}", session.day(one.on), session.money(one.amount), one.why, what_next(one, session)) }</li>
                    }) }
                </ul>
            }
        </Notice>
    }
}

/// What was used before it was paid for, and whether the money may still come by itself.
fn used_on_trust(
    view: &EnrollmentView,
    billing: &CardBillingView,
    act: &impl Fn(Move) -> Callback<()>,
    session: &SignedIn,
) -> Html {
    let used = session.money(billing.on_trust);
    let on: Vec<String> = billing
        .trusted_on
        .iter()
        .map(|(_, number, amount)| format!("{} on receipt {number}", session.money(*amount)))
        .collect();
    let goes_on = !matches!(view.status, StatusView::Cancelled { .. });
    let comes = goes_on
        && view.pays == PaysBy::Card
        && billing.failed.is_empty()
        && billing.state != CardBillingState::Ended;
    let severity = if comes { Severity::Info } else { Severity::Warning };
    let next = match comes {
        true => "They are paid for once the bank confirms the charge that is on its way.",
        false if goes_on => {
            "They are paid for once the charge succeeds. Else take it at the checkout, or forgive it."
        }
        false => "Take it at the checkout, or forgive it.",
    };
    let actions = html!(<Button look={Look::Inline} text="Settle it" onclick={act(Move::SettleTrust)} />);
    html! {
        <Notice {severity} title={format!("{used} of benefits were used before they were paid for")} actions={if comes { html!() } else { actions }}>
            { format!("{}. {next}", on.join(", ")) }
        </Notice>
    }
}

fn benefits_words(view: &EnrollmentView, session: &SignedIn) -> String {
    match view.status {
        StatusView::PastDueGrace { until, .. } => format!("Benefits stay on through {}.", session.day(until)),
        _ if view.benefits_on => "Benefits are on.".to_owned(),
        _ => "Benefits are off until it is paid.".to_owned(),
    }
}

/// What can be done, and whether Stripe tries by itself.
fn what_next(failed: &FailedChargeView, session: &SignedIn) -> String {
    let tries = match failed.tries_again {
        Some(day) => format!("Stripe tries again on {}.", session.day(day)),
        None => "Stripe does not try again by itself.".to_owned(),
    };
    match sentence(&failed.next) {
        next if next.is_empty() => tries,
        next => format!("{next} {tries}"),
    }
}

/// The card, how Stripe stands to it, and what can be changed: a part of the billing of one membership.
#[component]
pub fn CardBilling(props: &CardBillingProps) -> Html {
    let session = use_session();
    let view = &props.view;
    let connected = session.practice.stripe.is_some();
    let ended = matches!(view.status, StatusView::Cancelled { .. });
    let act = |what: Move| props.onact.reform(move |()| what.clone());
    let has_failed = view.card.as_ref().is_some_and(|billing| !billing.failed.is_empty());
    let other = other_way(view.pays);
    html! {
        <>
            if let Some(billing) = &view.card {
                <div class="pl-row pl-flow">
                    if let Some(card) = &billing.card { <CardOnFile card={card.clone()} /> }
                    { state_label(billing.state) }
                </div>
            }
            if connected && (!ended || has_failed) {
                <div class="pl-row pl-flow">
                    if has_failed { <Button small=true text="Retry charge" disabled={view.moves.retry_charge.is_some()} onclick={act(Move::RetryCharge)} /> }
                    if view.pays == PaysBy::Card { <Button small=true text={if view.card.as_ref().is_some_and(|billing| billing.card.is_some()) { "Replace card" } else { "Ask for their card" }} onclick={act(Move::AskCard)} /> }
                    if !ended { <Button small=true look={Look::Link} text={change_words(other)} disabled={view.moves.change_pays.is_some()} onclick={act(Move::ChangePays(other))} /> }
                </div>
                if let Some(why) = view.moves.change_pays.as_ref().filter(|_| !ended) { <p class="pl-small pl-subtle">{ why }</p> }
                if let Some(why) = view.moves.retry_charge.as_ref().filter(|_| has_failed) { <p class="pl-small pl-subtle">{ why }</p> }
            }
        </>
    }
}

/// The way it is not paid now.
pub fn other_way(pays: PaysBy) -> PaysBy {
    match pays {
        PaysBy::Counter => PaysBy::Card,
        PaysBy::Card => PaysBy::Counter,
    }
}

/// What the move to a way is called.
pub fn change_words(to: PaysBy) -> &'static str {
    match to {
        PaysBy::Counter => "Pay at the counter",
        PaysBy::Card => "Pay by card",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::Day;

    fn failed(minor: i64) -> FailedChargeView {
        FailedChargeView {
            period: 1,
            on: Day::ymd(2026, 1, 15).unwrap(),
            amount: Money::from_minor(minor),
            why: "not enough funds".into(),
            next: String::new(),
            tries_again: None,
        }
    }

    #[test]
    fn what_was_missed_is_summed() {
        assert_eq!(sum(&[failed(9_900), failed(9_900), failed(9_900)]).minor(), 29_700);
        assert_eq!(sum(&[]), Money::ZERO);
    }

    #[test]
    fn each_way_leads_to_the_other() {
        for pays in [PaysBy::Counter, PaysBy::Card] {
            assert_ne!(other_way(pays), pays);
            assert_eq!(other_way(other_way(pays)), pays);
        }
    }
}
