//! Asks the bank again for what it refused, and changes how a membership is paid.

use super::{OfEnrollment, use_sending};
use crate::components::{Dialog, Notice, RadioCard, RadioCards, Refusal, Severity};
use crate::ids;
use crate::pages::members::card_billing::{change_words, sum};
use crate::pages::members::card_page::CardPageDialog;
use crate::pages::memberships::words::plural;
use crate::pages::stripe::{card_words, sentence};
use crate::query::use_query;
use crate::session::{SignedIn, use_session};
use crate::toast::use_toast;
use domain::Money;
use protocol::customers::GetCustomer;
use protocol::enrollments::{EnrollmentView, PaysBy};
use protocol::stripe::{CardView, ChangePays as Change, FailedChargeView, RetryCharge as Retry};
use std::rc::Rc;
use yew::prelude::*;

/// What is asked for: the oldest, or all of them.
fn asked_for(failed: &[FailedChargeView], all: bool) -> Money {
    if all { sum(failed) } else { failed.first().map_or(Money::ZERO, |oldest| oldest.amount) }
}

/// Never collects more than one without having asked.
#[component]
pub fn RetryCharge(props: &OfEnrollment) -> Html {
    let session = use_session();
    let toast = use_toast();
    let sending = use_sending();
    let key = use_memo((), |()| (ids::request_key(), ids::request_key()));
    let all = use_state(|| false);
    let view = &props.view;
    let failed: &[FailedChargeView] = view.card.as_ref().map_or(&[], |billing| &billing.failed);
    let title = format!("Charge the card of {}", view.customer_name);
    if failed.is_empty() {
        return html! {
            <Dialog {title} width="30rem" secondary="Close" onclose={props.onclose.clone()}><p>{ "Nothing was refused by the bank." }</p></Dialog>
        };
    }
    let amount = session.money(asked_for(failed, *all));
    let onprimary = {
        let (sending, toast, onclose, id, all, amount) =
            (sending.clone(), toast, props.onclose.clone(), view.id, *all, amount.clone());
        // Each of the two is another request.
        let key = if all { key.1 } else { key.0 };
        Callback::from(move |()| {
            let (toast, onclose, amount) = (toast.clone(), onclose.clone(), amount.clone());
            sending.send(Retry { id, all }, key, move |_| {
                toast.done(format!("The bank is asked for {amount}"));
                onclose.emit(());
            });
        })
    };
    let onselect = {
        let all = all.clone();
        Callback::from(move |chosen: bool| all.set(chosen))
    };
    let oldest = &failed[0];
    let cards = vec![
        RadioCard::new(
            false,
            format!("The oldest, {}", session.money(oldest.amount)),
            format!("Of {}; the others stay owed", session.day(oldest.on)),
        ),
        RadioCard::new(
            true,
            format!("All of them, {}", session.money(sum(failed))),
            format!("{}, each on its own", plural(failed.len() as i64, "charge", "charges")),
        ),
    ];
    html! {
        <Dialog {title} description={view.plan_name.clone()} primary={format!("Charge {amount}")} {onprimary} disabled={*sending.busy} onclose={props.onclose.clone()} width="34rem">
            <div class="pl-dialog-body">
                <Refusal error={(*sending.refusal).clone()} title="Not charged" />
                if let Some(why) = &view.moves.retry_charge { <Notice severity={Severity::Warning} title="It cannot be charged now">{ why }</Notice> }
                if failed.len() > 1 {
                    <p>{ format!("{} were missed. Collect the oldest, or all of them?", plural(failed.len() as i64, "charge", "charges")) }</p>
                    <RadioCards<bool> label="What is charged" {cards} selected={*all} {onselect} />
                } else {
                    <p>{ format!("{} of {} was declined: {}", session.money(oldest.amount), session.day(oldest.on), sentence(&oldest.why)) }</p>
                }
                if let Some(card) = view.card.as_ref().and_then(|billing| billing.card.as_ref()) { <p class="pl-subtle">{ format!("It goes to {}.", card_words(card)) }</p> }
                <p class="pl-small pl-subtle">{ "The bank answers within seconds where Stripe is reached; else it waits in the queue. Nothing is charged twice." }</p>
            </div>
        </Dialog>
    }
}

#[derive(Properties, PartialEq)]
pub struct ChangePaysProps {
    pub view: Rc<EnrollmentView>,
    pub to: PaysBy,
    pub onclose: Callback<()>,
}

/// Over to the other way to pay; or not after all, where that is agreed for later.
#[component]
pub fn ChangePays(props: &ChangePaysProps) -> Html {
    let session = use_session();
    let toast = use_toast();
    let sending = use_sending();
    let key = use_memo((), |()| ids::request_key());
    let (view, to) = (&props.view, props.to);
    let who = use_query(GetCustomer { id: view.customer });
    let asks_card = use_state(|| false);
    if *asks_card {
        return html!(<CardPageDialog customer={view.customer} name={view.customer_name.clone()} onclose={props.onclose.clone()} />);
    }
    let card = who.data.as_ref().and_then(|who| who.card.clone());
    let onprimary = {
        let (sending, toast, onclose, id, key) =
            (sending.clone(), toast, props.onclose.clone(), view.id, *key);
        let needs_card = to == PaysBy::Card && view.pays != to && card.is_none();
        let asks_card = asks_card.clone();
        Callback::from(move |()| {
            let (toast, onclose, asks_card) = (toast.clone(), onclose.clone(), asks_card.clone());
            sending.send(Change { id, pays: to }, key, move |_| {
                toast.done("Agreed");
                if needs_card {
                    asks_card.set(true);
                } else {
                    onclose.emit(());
                }
            });
        })
    };
    let (title, primary) = match view.pays == to {
        true => (format!("Keep how {} pays", view.customer_name), "Keep it as it is"),
        false => (format!("{}: {}", view.customer_name, change_words(to).to_lowercase()), change_words(to)),
    };
    html! {
        <Dialog {title} description={view.plan_name.clone()} {primary} {onprimary} disabled={*sending.busy || who.data.is_none()} onclose={props.onclose.clone()} width="34rem">
            <div class="pl-dialog-body">
                <Refusal error={(*sending.refusal).clone()} title="Not changed" />
                <Refusal error={who.error.clone()} title="The card could not be read" onretry={who.reload.clone()} />
                if let Some(why) = &view.moves.change_pays { <Notice severity={Severity::Warning} title="It cannot be changed now">{ why }</Notice> }
                <div class="pl-words">
                    <h3 class="pl-eyebrow">{ "What happens" }</h3>
                    { for what_happens(view, to, card.as_ref(), &session).into_iter().map(|words| html!(<div>{ words }</div>)) }
                    <div class="pl-small pl-subtle">{ "No money moves now. Benefits stay as they are." }</div>
                </div>
            </div>
        </Dialog>
    }
}

/// From when, and by what, in words.
fn what_happens(
    view: &EnrollmentView,
    to: PaysBy,
    card: Option<&CardView>,
    session: &SignedIn,
) -> Vec<String> {
    let next = view.next_charge.as_ref().map(|charge| session.day(charge.on));
    let from = match (view.paid_count, next) {
        (0, _) => "at once, for nothing was charged yet".to_owned(),
        (_, Some(day)) => format!("from {day} on, the next billing date"),
        (_, None) => "from the next billing date on".to_owned(),
    };
    said(view.pays, to, view.paid_count > 0, &from, card)
}

fn said(now: PaysBy, to: PaysBy, was_charged: bool, from: &str, card: Option<&CardView>) -> Vec<String> {
    if now == to {
        let goes_on = match to {
            PaysBy::Card => {
                "The card goes on being charged; what was agreed for the next billing date is dropped."
            }
            PaysBy::Counter => {
                "Renewals go on being collected at the counter; what was agreed for the next billing date is dropped."
            }
        };
        return vec![goes_on.to_owned()];
    }
    match (to, card) {
        (PaysBy::Counter, _) if was_charged => vec![
            format!("It is paid at the counter {from}: each renewal is collected here."),
            "Until then the card is charged as before, and not after it.".to_owned(),
        ],
        (PaysBy::Counter, _) => {
            vec![format!("It is paid at the counter {from}. The card is not charged.")]
        }
        (PaysBy::Card, Some(card)) => {
            vec![format!("{} is charged {from}, for each renewal.", card_words(card))]
        }
        (PaysBy::Card, None) => vec![
            format!("Their card is charged {from}, for each renewal."),
            "There is none on file yet: it is asked for next.".to_owned(),
        ],
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
            why: String::new(),
            next: String::new(),
            tries_again: None,
        }
    }

    #[test]
    fn the_oldest_is_asked_for_unless_all_are_wanted() {
        let missed = [failed(9_900), failed(10_900)];
        assert_eq!(asked_for(&missed, false).minor(), 9_900);
        assert_eq!(asked_for(&missed, true).minor(), 20_800);
        assert_eq!(asked_for(&[], false), Money::ZERO);
    }

    #[test]
    fn a_change_says_from_when_and_which_card() {
        let card = CardView { words: "Visa 4242".into(), expires: None, expires_soon: false };
        let from = "from 12 Apr on, the next billing date";
        let words = said(PaysBy::Counter, PaysBy::Card, true, from, Some(&card));
        assert_eq!(words, ["Visa 4242 is charged from 12 Apr on, the next billing date, for each renewal."]);
        let without = said(PaysBy::Counter, PaysBy::Card, true, from, None);
        assert!(without[1].contains("asked for next"));
        let back = said(PaysBy::Card, PaysBy::Counter, true, from, Some(&card));
        assert!(back[1].starts_with("Until then the card is charged"));
        assert!(said(PaysBy::Card, PaysBy::Card, true, from, None)[0].contains("is dropped"));
    }
}
