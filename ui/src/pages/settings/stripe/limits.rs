//! How far the desk trusts a card whose bank has not been asked.

use crate::bridge::problem_with;
use crate::components::{Button, Look, MoneyField, Refusal, parse_money};
use crate::saving::use_saving;
use crate::session::use_session;
use crate::toast::use_toast;
use domain::stripe::OfflineLimits;
use domain::{Currency, Money};
use protocol::stripe::SaveStripeLimits;
use yew::prelude::*;

#[derive(Debug, Clone, PartialEq)]
struct Draft {
    ticket: String,
    desk: String,
    refund_alone: String,
}

impl Draft {
    fn of(limits: OfflineLimits, currency: Currency) -> Self {
        Self {
            ticket: currency.format_plain(limits.ticket),
            desk: currency.format_plain(limits.desk),
            refund_alone: currency.format_plain(limits.refund_alone),
        }
    }

    fn read(&self, currency: Currency) -> Result<OfflineLimits, String> {
        Ok(OfflineLimits {
            ticket: not_negative(currency, &self.ticket)?,
            desk: not_negative(currency, &self.desk)?,
            refund_alone: not_negative(currency, &self.refund_alone)?,
        })
    }
}

fn not_negative(currency: Currency, text: &str) -> Result<Money, String> {
    let amount = parse_money(currency, text)?;
    if amount.is_negative() { Err("Not below zero".to_owned()) } else { Ok(amount) }
}

#[derive(Properties, PartialEq)]
pub struct LimitsProps {
    pub limits: OfflineLimits,
}

#[component]
pub fn Limits(props: &LimitsProps) -> Html {
    let session = use_session();
    let toast = use_toast();
    let currency = session.currency();
    let draft = use_state(|| Draft::of(props.limits, currency));
    let saving = use_saving::<SaveStripeLimits>(Callback::from(move |_| toast.done("Saved")));
    let read = draft.read(currency);
    let changed = read.as_ref().ok() != Some(&props.limits);
    let change = |apply: fn(&mut Draft, String)| {
        let draft = draft.clone();
        Callback::from(move |text: String| {
            let mut next = (*draft).clone();
            apply(&mut next, text);
            draft.set(next);
        })
    };
    let onsubmit = {
        let (send, read) = (saving.send.clone(), read.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            if let Ok(limits) = read {
                send.emit(SaveStripeLimits { limits });
            }
        })
    };
    let problem = |text: &str, field: &str| {
        not_negative(currency, text)
            .err()
            .map(AttrValue::from)
            .or_else(|| problem_with(saving.error.as_ref(), field))
    };
    html! {
        <form class="pl-stack pl-settings-form" {onsubmit} novalidate=true>
            <h3 class="pl-section-title">{ "Limits while a bank has not answered" }</h3>
            <p class="pl-subtle">{ "Without a network a card can be charged later, and a membership be used before its charge is through. If the bank then says no, the practice bears it until it is collected." }</p>
            <Refusal error={saving.error.clone().filter(|error| error.code != "invalid")} />
            <div class="pl-fields">
                <MoneyField label="On one ticket" value={draft.ticket.clone()} onchange={change(|draft, text| draft.ticket = text)} error={problem(&draft.ticket, "limits.ticket")}
                    help="A manager’s PIN allows more for one ticket" />
                <MoneyField label="At one desk together" value={draft.desk.clone()} onchange={change(|draft, text| draft.desk = text)} error={problem(&draft.desk, "limits.desk")}
                    help="All that is not answered yet" />
                <MoneyField label="Given back without a question" value={draft.refund_alone.clone()} onchange={change(|draft, text| draft.refund_alone = text)} error={problem(&draft.refund_alone, "limits.refund_alone")}
                    help="What Stripe charged after a membership was cancelled or paused; more becomes a task" />
            </div>
            <div><Button look={Look::Primary} text="Save" submit=true disabled={saving.busy || !changed || read.is_err()} /></div>
        </form>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_read_as_they_are_shown_and_none_is_below_zero() {
        let usual = OfflineLimits::usual(Currency::USD);
        let mut draft = Draft::of(usual, Currency::USD);
        assert_eq!(draft.read(Currency::USD), Ok(usual));
        draft.desk = "1,500".into();
        assert_eq!(draft.read(Currency::USD).map(|limits| limits.desk.minor()), Ok(150_000));
        draft.ticket = "-1".into();
        assert_eq!(draft.read(Currency::USD), Err("Not below zero".to_owned()));
    }
}
