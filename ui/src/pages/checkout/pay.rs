//! The pay dialog: cash with change, a card terminal, a check, the card on file, or several of them.

use super::charging::{Charging, ask_the_bank, on_card};
use super::payment::{PayForm, Seen, cash_due, preview};
use super::pricing::Priced;
use crate::bridge;
use crate::components::{
    Button, Covered, Dialog, Look, Method, Missing, MoneyField, Notice, Severity, TenderFields, Typed,
};
use crate::pages::stripe::sentence;
use crate::session::{SignedIn, use_session};
use crate::toast::use_toast;
use domain::checkout::smallest_coin;
use domain::{Money, RequestKey};
use protocol::ErrorReply;
use protocol::stripe::{CardView, ChargeCard};
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
    /// Of the person on the ticket, where one is on file.
    #[prop_or_default]
    pub card: Option<CardView>,
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
    let toast = use_toast();
    let charging = use_state(Charging::default);
    // Which asking of the bank is waited for; none once this counts on.
    let round = use_mut_ref(|| 0_u32);
    {
        let round = round.clone();
        use_effect_with((), move |()| move || *round.borrow_mut() += 1);
    }
    let totals = props.priced.quote.totals;
    let seen = Seen { due: totals.due, credits: totals.credits, cash_step: smallest_coin(currency) };
    // The amount on the button is the one that is sent: a price that changed behind the dialog shows, and is asked again.
    let out = preview(&form, &props.priced.input, seen, currency);
    let tip = currency.parse(&form.tip).unwrap_or_default();
    let set = {
        let (form, refusal) = (form.clone(), refusal.clone());
        let (charging, round, stop_words) = (charging.clone(), round.clone(), stopped(&charging, &session));
        let toast = toast.clone();
        Callback::from(move |next: PayForm| {
            match &*charging {
                // What the bank is asked for stays as it is until it has answered.
                Charging::Asking { .. } => return,
                Charging::Idle | Charging::Taken { .. } => {}
                Charging::Late { .. } | Charging::Declined { .. } => {
                    *round.borrow_mut() += 1;
                    charging.set(Charging::Idle);
                    if let Some((title, text)) = &stop_words {
                        toast.warn(*title, text.clone());
                    }
                }
            }
            refusal.set(None);
            form.set(next);
        })
    };
    let settle = {
        let (draft, key) = (props.draft.clone(), props.payment);
        let (sending, refusal, round) = (sending.clone(), refusal.clone(), round.clone());
        let (onpaid, onstale) = (props.onpaid.clone(), props.onstale.clone());
        Callback::from(move |ready: Covered| {
            *round.borrow_mut() += 1;
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
    let take = {
        let (ready, customer, ticket) = (out.clone().ok(), props.draft.customer, props.draft.id);
        let (sending, refusal, charging, round) =
            (sending.clone(), refusal.clone(), charging.clone(), round.clone());
        Callback::from(move |()| {
            let Some(ready) = ready.clone().filter(|_| !*sending) else { return };
            let (Some(amount), Some(customer)) = (on_card(&ready.offers), customer) else {
                settle.emit(ready);
                return;
            };
            // Without an answer a person has decided to settle now; the desk holds it against the limits.
            match &*charging {
                Charging::Asking { .. } => return,
                Charging::Late { .. } => {
                    settle.emit(ready);
                    return;
                }
                Charging::Idle | Charging::Taken { .. } | Charging::Declined { .. } => {}
            }
            let this = {
                let mut round = round.borrow_mut();
                *round += 1;
                *round
            };
            refusal.set(None);
            let (settle, charging, round, refusal) =
                (settle.clone(), charging.clone(), round.clone(), refusal.clone());
            wasm_bindgen_futures::spawn_local(async move {
                let still = || *round.borrow() == this;
                let show = |now: Charging| {
                    if still() {
                        charging.set(now);
                    }
                };
                let request = ChargeCard { ticket, customer, amount };
                match ask_the_bank(request, show, still).await {
                    Ok(Some(now)) => {
                        let taken = now.taken().is_some();
                        charging.set(now);
                        if taken {
                            settle.emit(ready);
                        }
                    }
                    Ok(None) => {}
                    Err(error) => {
                        charging.set(Charging::Idle);
                        refusal.set(Some(error));
                    }
                }
            });
        })
    };
    let leave = {
        let (onclose, toast, words) = (props.onclose.clone(), toast.clone(), stopped(&charging, &session));
        Callback::from(move |()| {
            if let Some((title, text)) = &words {
                toast.warn(*title, text.clone());
            }
            onclose.emit(());
        })
    };
    let another = {
        let (form, set) = (form.clone(), set.clone());
        Callback::from(move |()| {
            let tenders = Typed { method: Method::Cash, ..form.tenders.clone() };
            set.emit(PayForm { tenders, tip: form.tip.clone() });
        })
    };
    let money = |amount: Money| session.money(amount);
    let primary = match &*charging {
        _ if *sending => "Taking the payment…".to_owned(),
        Charging::Asking { .. } => "Asking the bank…".to_owned(),
        Charging::Late { amount, .. } => format!("Settle now, charge {} later", money(*amount)),
        Charging::Idle | Charging::Taken { .. } | Charging::Declined { .. } => {
            primary_words(&form, &out, seen.due, &money)
        }
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
    let above = html! {
        <>
            { for refusal.as_ref().map(|error| refused(error, charging.taken(), &money)) }
            <Charge charging={(*charging).clone()} />
        </>
    };
    let disabled = out.is_err() || *sending || matches!(*charging, Charging::Asking { .. });
    let late = matches!(*charging, Charging::Late { .. }) && !*sending;
    html! {
        <Dialog title={props.title.clone()} {description} {primary} onprimary={take} {disabled}
            onclose={leave} secondary="Back to ticket"
            beside={html!(if late { <Button look={Look::Secondary} text="Another way to pay" onclick={another} /> })}>
            <TenderFields typed={form.tenders.clone()} onchange={typed} {currency} due={seen.due} {exact_cash} out={out} card={props.card.clone()} {pays} {above} autofocus=true>
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
        Method::CardOnFile => format!("Charge {} to the card", money(total)),
        Method::Split => format!(
            "Take {} in {} parts",
            money(total),
            out.as_ref().map_or(2, |covered| covered.offers.len())
        ),
    }
}

/// A refusal of the desk: what happened, that nothing moved, and what to do; the ticket stays as it was.
///
/// `taken`: what the card was charged already, which a settled ticket uses up.
fn refused(error: &ErrorReply, taken: Option<Money>, money: &impl Fn(Money) -> String) -> Html {
    if let Some(taken) = taken {
        return html! {
            <Notice severity={Severity::Danger} title="The card was charged, but the ticket is not settled">
                { format!("{} {} is taken from the card. Take the payment again: it is not charged twice. If the ticket is paid otherwise, it goes back by itself.", error.message, money(taken)) }
            </Notice>
        };
    }
    let what_next = match error.code.as_str() {
        "stale_total" => "The ticket was priced again. Check the new amount, then take the payment.",
        "insufficient_credit" => "The credits were read again. Check what is due now, then take the payment.",
        "blocked" | "not_on_sale" => "Go back to the ticket and change the marked line.",
        "needs_manager" => "Ask a manager for their PIN, or go back and take the change off.",
        _ => "No money was taken and the ticket is as you left it.",
    };
    html!(<Notice severity={Severity::Danger} title="The ticket was not settled">{ format!("{} {what_next}", error.message) }</Notice>)
}

/// What to know when the bank's answer is not waited for any more.
fn stopped(charging: &Charging, session: &SignedIn) -> Option<(&'static str, String)> {
    let amount = session.money(charging.open()?);
    let text = format!(
        "If the bank takes {amount} after all, and the ticket is not settled with it, it goes back by itself."
    );
    Some(("The card may still be charged", text))
}

#[derive(Properties, PartialEq)]
struct ChargeProps {
    charging: Charging,
}

/// How the charge of the card stands; the focus goes to it, for the button that was pressed rests meanwhile.
#[component]
fn Charge(props: &ChargeProps) -> Html {
    let session = use_session();
    let node = use_node_ref();
    {
        let node = node.clone();
        let phase = std::mem::discriminant(&props.charging);
        use_effect_with(phase, move |_| {
            if let Some(element) = node.cast::<web_sys::HtmlElement>() {
                let _ = element.focus();
            }
        });
    }
    let shown = match &props.charging {
        Charging::Idle | Charging::Taken { .. } => return html!(),
        Charging::Asking { amount, .. } => html! {
            <Notice severity={Severity::Info} title="Asking the bank…">{ format!("{} from the card on file.", session.money(*amount)) }</Notice>
        },
        Charging::Late { amount, said } => {
            let why = match said {
                Some(said) => format!("Stripe is not reached: {}", sentence(said)),
                None => "The bank has not answered in 10 seconds.".to_owned(),
            };
            html! {
                <Notice severity={Severity::Warning} title="No answer from the bank">
                    { format!("{why} No money moved as far as is known. Settled now, {} is charged when the answer can be had; if the bank then declines, you get a task.", session.money(*amount)) }
                    { for limit_words(*amount, &session).map(|words| html!(<span class="pl-small pl-subtle pl-limit">{ words }</span>)) }
                </Notice>
            }
        }
        Charging::Declined { why, next } => html! {
            <Notice severity={Severity::Danger} title={format!("The card was declined: {}", why.trim_end_matches('.'))}>
                { format!("No money moved. {} Try again, or take another way to pay.", sentence(next)) }
            </Notice>
        },
    };
    html!(<div ref={node} tabindex="-1">{ shown }</div>)
}

/// How much of what one ticket may owe this is.
fn limit_words(amount: Money, session: &SignedIn) -> Option<String> {
    let most = session.practice.stripe.as_ref()?.limits.ticket;
    let (amount_words, most_words) = (session.money(amount), session.money(most));
    Some(match amount > most {
        true => format!(
            "More than the {most_words} that one ticket may owe like this: a manager’s PIN is asked for."
        ),
        false => format!("This ticket: {amount_words} of {most_words} allowed."),
    })
}
