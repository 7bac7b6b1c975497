//! The pay dialog: cash with change, a card terminal, a check, or several of them.

use super::payment::{PayForm, Seen, cash_due, preview};
use super::pricing::Priced;
use crate::bridge;
use crate::components::{
    Button, Covered, Dialog, Look, Method, Missing, MoneyField, Notice, Severity, TenderFields, Typed,
};
use crate::session::use_session;
use domain::checkout::smallest_coin;
use domain::{Money, RequestKey};
use protocol::ErrorReply;
use protocol::tickets::{GetTicket, SettleTicket, TicketDraft, TicketView};
use std::rc::Rc;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct PayProps {
    pub title: AttrValue,
    pub draft: TicketDraft,
    pub priced: Priced,
    /// Made when the payment was opened; a retry uses it again.
    pub payment: RequestKey,
    pub onpaid: Callback<Rc<TicketView>>,
    pub onclose: Callback<()>,
    /// What the desk knows was read again, because a total was stale.
    pub onstale: Callback<()>,
}

#[component]
pub fn Pay(props: &PayProps) -> Html {
    let session = use_session();
    let currency = session.currency();
    let form = use_state(PayForm::default);
    let tipping = use_state(|| false);
    let sending = use_state(|| false);
    let refusal = use_state(|| None::<ErrorReply>);
    let totals = props.priced.quote.totals;
    let seen = Seen { due: totals.due, credits: totals.credits, cash_step: smallest_coin(currency) };
    // The amount on the button is the one that is sent: a price that changed behind the dialog shows, and is asked again.
    let out = preview(&form, &props.priced.input, seen, currency);
    let tip = currency.parse(&form.tip).unwrap_or_default();
    let set = {
        let (form, refusal) = (form.clone(), refusal.clone());
        Callback::from(move |next: PayForm| {
            refusal.set(None);
            form.set(next);
        })
    };
    let take = {
        let (ready, draft, key) = (out.clone().ok(), props.draft.clone(), props.payment);
        let (sending, refusal) = (sending.clone(), refusal.clone());
        let (onpaid, onstale) = (props.onpaid.clone(), props.onstale.clone());
        Callback::from(move |()| {
            let Some(ready) = ready.clone().filter(|_| !*sending) else { return };
            let request = SettleTicket {
                draft: draft.clone(),
                expected_due: seen.due,
                expected_credits: seen.credits,
                tenders: ready.offers,
                tip,
            };
            let (sending, refusal, onpaid, onstale) =
                (sending.clone(), refusal.clone(), onpaid.clone(), onstale.clone());
            sending.set(true);
            refusal.set(None);
            wasm_bindgen_futures::spawn_local(async move {
                let id = request.draft.id;
                match bridge::act_with_key(request, key).await {
                    Ok(ticket) => onpaid.emit(Rc::new(ticket)),
                    Err(error) => {
                        // Settled before under another key or with other tenders: the sale stands, show it.
                        if is_settled_already(&error.code)
                            && let Ok(ticket) = bridge::call(GetTicket { id }).await
                        {
                            onpaid.emit(Rc::new(ticket));
                            return;
                        }
                        if matches!(
                            error.code.as_str(),
                            "stale_total" | "insufficient_credit" | "blocked" | "not_on_sale"
                        ) {
                            onstale.emit(());
                        }
                        refusal.set(Some(error));
                        sending.set(false);
                    }
                }
            });
        })
    };
    let money = |amount: Money| session.money(amount);
    let primary = if *sending {
        "Taking the payment…".to_owned()
    } else {
        primary_words(&form, &out, seen.due, &money)
    };
    let description = if totals.credits.is_positive() {
        format!("{} of credit already taken off", money(totals.credits))
    } else {
        String::new()
    };
    let typed = {
        let (form, set) = (form.clone(), set.clone());
        Callback::from(move |tenders: Typed| set.emit(PayForm { tenders, tip: form.tip.clone() }))
    };
    let tipped = {
        let (form, set) = (form.clone(), set.clone());
        Callback::from(move |tip: String| set.emit(PayForm { tip, tenders: form.tenders.clone() }))
    };
    let exact_cash = cash_due(&props.priced.input, seen, tip, currency).unwrap_or(seen.due);
    let pays = !seen.due.is_zero() || !form.tip.is_empty();
    let above = refusal.as_ref().map(refused).unwrap_or_default();
    let disabled = out.is_err() || *sending;
    html! {
        <Dialog title={props.title.clone()} {description} {primary} onprimary={take} {disabled}
            onclose={props.onclose.clone()} secondary="Back to ticket">
            <TenderFields typed={form.tenders.clone()} onchange={typed} {currency} due={seen.due} {exact_cash} out={out} {pays} {above} autofocus=true>
                if !pays { <p>{ "Benefits and credit pay for all of it. Nothing is collected." }</p> }
                if *tipping {
                    <MoneyField label="Tip" value={form.tip.clone()} onchange={tipped} autofocus=true help="Untaxed, on top of what is due" />
                } else {
                    <div><Button look={Look::Inline} icon="plus" text="Add a tip" onclick={let tipping = tipping.clone(); Callback::from(move |()| tipping.set(true))} /></div>
                }
            </TenderFields>
        </Dialog>
    }
}

fn is_settled_already(code: &str) -> bool {
    matches!(code, "key_reused" | "not_now")
}

fn primary_words(
    form: &PayForm,
    out: &Result<Covered, Missing>,
    due: Money,
    money: &impl Fn(Money) -> String,
) -> String {
    let total = match out {
        Ok(covered) => covered.total(),
        Err(_) => due,
    };
    match form.tenders.method {
        _ if total.is_zero() => "Finish, nothing to pay".to_owned(),
        Method::Cash => format!("Take {} in cash", money(total)),
        Method::Terminal => format!("Terminal approved {}", money(total)),
        Method::Check => format!("Take a check of {}", money(total)),
        Method::GiftCard => format!("Take {} from the gift card", money(total)),
        Method::Split => format!(
            "Take {} in {} parts",
            money(total),
            out.as_ref().map_or(2, |covered| covered.offers.len())
        ),
    }
}

/// A refusal of the desk: what happened, that nothing moved, and what to do; the ticket stays as it was.
fn refused(error: &ErrorReply) -> Html {
    let what_next = match error.code.as_str() {
        "stale_total" => "The ticket was priced again. Check the new amount, then take the payment.",
        "insufficient_credit" => "The credits were read again. Check what is due now, then take the payment.",
        "blocked" | "not_on_sale" => "Go back to the ticket and change the marked line.",
        "needs_manager" => "Ask a manager for their PIN, or go back and take the change off.",
        _ => "No money was taken and the ticket is as you left it.",
    };
    html!(<Notice severity={Severity::Danger} title="The ticket was not settled">{ format!("{} {what_next}", error.message) }</Notice>)
}
