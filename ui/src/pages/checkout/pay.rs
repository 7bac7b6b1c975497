//! The pay dialog: cash with change, a card terminal, a check, or several of them.

use super::payment::{
    Method, Missing, Part, PartKind, PayForm, Ready, Seen, cash_due, preview, quick_amounts,
};
use super::pricing::Priced;
use crate::bridge;
use crate::components::{Button, Dialog, Icon, Look, MoneyField, Notice, Select, Severity, TextField};
use crate::session::use_session;
use domain::checkout::smallest_coin;
use domain::{Money, RequestKey};
use protocol::ErrorReply;
use protocol::tickets::{GetTicket, SettleTicket, TicketDraft, TicketView};
use std::rc::Rc;
use web_sys::KeyboardEvent;
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
                tenders: ready.payment.tenders,
                tip: ready.payment.tip,
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
    let onkeydown = {
        let (form, set) = (form.clone(), set.clone());
        Callback::from(move |event: KeyboardEvent| {
            let nth = event.code().strip_prefix("Digit").and_then(|digit| digit.parse::<usize>().ok());
            if let Some(method) =
                nth.and_then(|nth| Method::ALL.get(nth.checked_sub(1)?)).filter(|_| event.alt_key())
            {
                event.prevent_default();
                set.emit(PayForm { method: *method, ..(*form).clone() });
            }
        })
    };
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
    html! {
        <Dialog title={props.title.clone()} {description} {primary} onprimary={take} disabled={out.is_err() || *sending}
            onclose={props.onclose.clone()} secondary="Back to ticket">
            <div class="pl-pay" {onkeydown}>
                { methods(&form, &set) }
                <div class="pl-grow pl-pay-body">
                    if let Some(error) = &*refusal { { refused(error) } }
                    <div class="pl-row pl-row--between"><span class="pl-subtle">{ "Due" }</span><span class="pl-big">{ money(seen.due) }</span></div>
                    if seen.due.is_zero() && form.tip.is_empty() {
                        <p>{ "Benefits and credit pay for all of it. Nothing is collected." }</p>
                    } else {
                        { match form.method {
                            Method::Cash => cash(&form, &set, &props.priced, seen, &out, currency),
                            Method::Terminal => terminal(&form, &set, &out, &money),
                            Method::Check => check(&form, &set),
                            Method::Split => split(&form, &set, &out, currency),
                        } }
                    }
                    if *tipping {
                        <MoneyField label="Tip" value={form.tip.clone()} onchange={change(&form, &set, |form, tip| form.tip = tip)} autofocus=true help="Untaxed, on top of what is due" />
                    } else {
                        <div><Button look={Look::Inline} icon="plus" text="Add a tip" onclick={let tipping = tipping.clone(); Callback::from(move |()| tipping.set(true))} /></div>
                    }
                    { outcome(&form, &out, &money) }
                </div>
            </div>
        </Dialog>
    }
}

fn is_settled_already(code: &str) -> bool {
    matches!(code, "key_reused" | "not_now")
}

fn change(
    form: &UseStateHandle<PayForm>,
    set: &Callback<PayForm>,
    edit: fn(&mut PayForm, String),
) -> Callback<String> {
    let (form, set) = (form.clone(), set.clone());
    Callback::from(move |typed: String| {
        let mut next = (*form).clone();
        edit(&mut next, typed);
        set.emit(next);
    })
}

fn primary_words(
    form: &PayForm,
    out: &Result<Ready, Missing>,
    due: Money,
    money: &impl Fn(Money) -> String,
) -> String {
    let total = match out {
        Ok(ready) => ready.outcome.tenders.iter().map(|tender| tender.amount).sum(),
        Err(_) => due,
    };
    match form.method {
        _ if total.is_zero() => "Finish, nothing to pay".to_owned(),
        Method::Cash => format!("Take {} in cash", money(total)),
        Method::Terminal => format!("Terminal approved {}", money(total)),
        Method::Check => format!("Take a check of {}", money(total)),
        Method::Split => format!(
            "Take {} in {} parts",
            money(total),
            out.as_ref().map_or(2, |ready| ready.payment.tenders.len())
        ),
    }
}

fn methods(form: &UseStateHandle<PayForm>, set: &Callback<PayForm>) -> Html {
    let choose = |method: Method| {
        let (form, set) = (form.clone(), set.clone());
        move || set.emit(PayForm { method, ..(*form).clone() })
    };
    let at = Method::ALL.iter().position(|method| *method == form.method).unwrap_or(0);
    let onkeydown = {
        let (form, set) = (form.clone(), set.clone());
        Callback::from(move |event: KeyboardEvent| {
            let next = match event.key().as_str() {
                "ArrowDown" => (at + 1) % Method::ALL.len(),
                "ArrowUp" => (at + Method::ALL.len() - 1) % Method::ALL.len(),
                _ => return,
            };
            event.prevent_default();
            set.emit(PayForm { method: Method::ALL[next], ..(*form).clone() });
        })
    };
    html! {
        <div class="pl-method" role="tablist" aria-label="How is it paid?" aria-orientation="vertical" {onkeydown}>
            { for Method::ALL.iter().enumerate().map(|(nth, method)| {
                let on = *method == form.method;
                let choose = choose(*method);
                html! {
                    <button type="button" role="tab" aria-selected={on.to_string()} tabindex={if on { "0" } else { "-1" }} onclick={move |_: MouseEvent| choose()}>
                        <Icon name={method.icon()} /><span>{ method.words() }</span><span class="pl-key" aria-hidden="true">{ format!("Alt {}", nth + 1) }</span>
                    </button>
                }
            }) }
        </div>
    }
}

fn cash(
    form: &UseStateHandle<PayForm>,
    set: &Callback<PayForm>,
    priced: &Priced,
    seen: Seen,
    out: &Result<Ready, Missing>,
    currency: domain::Currency,
) -> Html {
    let tip = currency.parse(&form.tip).unwrap_or_default();
    let exact = cash_due(&priced.input, seen, tip).unwrap_or(seen.due);
    let put = |amount: Money| {
        let (form, set) = (form.clone(), set.clone());
        let received = currency.format_plain(amount);
        Callback::from(move |()| set.emit(PayForm { received: received.clone(), ..(*form).clone() }))
    };
    let quick = quick_amounts(exact, currency);
    let whole = |amount: Money| {
        currency
            .format(amount)
            .trim_end_matches(&format!(".{}", "0".repeat(currency.exponent() as usize)))
            .to_owned()
    };
    let received = currency.parse(&form.received).ok();
    let pressed = |amount: Money| classes!((received == Some(amount)).then_some("pf-m-clicked"));
    let error = matches!(out, Err(Missing::NotAnAmount(text)) if *text == form.received.trim())
        .then_some(AttrValue::from("Type an amount"));
    html! {
        <>
            <MoneyField label="Received" value={form.received.clone()} onchange={change(form, set, |form, received| form.received = received)} autofocus=true
                {error} help={if form.received.is_empty() { "Empty means the exact amount" } else { "" }} />
            <div class="pl-quick">
                <Button text="Exact" class={pressed(exact)} onclick={put(exact)} />
                { for quick.into_iter().map(|amount| html!(<Button text={whole(amount)} class={pressed(amount)} onclick={put(amount)} />)) }
            </div>
        </>
    }
}

fn terminal(
    form: &UseStateHandle<PayForm>,
    set: &Callback<PayForm>,
    out: &Result<Ready, Missing>,
    money: &impl Fn(Money) -> String,
) -> Html {
    let amount = out
        .as_ref()
        .map_or(Money::ZERO, |ready| ready.payment.tenders.iter().map(|tender| tender.amount).sum());
    html! {
        <>
            <div class="pl-words">
                <span>{ "Key " }<span class="pl-strong pl-num">{ money(amount) }</span>{ " into the terminal." }</span>
                <span class="pl-small pl-subtle">{ "When it says approved, copy the reference from its slip. Perennial does not talk to the terminal." }</span>
            </div>
            <TextField key="terminal" label="Reference" value={form.reference.clone()} onchange={change(form, set, |form, text| form.reference = text)}
                help="From the terminal’s slip" autofocus=true max_length={60} />
        </>
    }
}

fn check(form: &UseStateHandle<PayForm>, set: &Callback<PayForm>) -> Html {
    html!(<TextField key="check" label="Check number" value={form.check_number.clone()} onchange={change(form, set, |form, text| form.check_number = text)}
        autofocus=true max_length={60} />)
}

fn split(
    form: &UseStateHandle<PayForm>,
    set: &Callback<PayForm>,
    out: &Result<Ready, Missing>,
    currency: domain::Currency,
) -> Html {
    let edit = |nth: usize, edit: Rc<dyn Fn(&mut Part)>| {
        let mut next = (**form).clone();
        if let Some(part) = next.parts.get_mut(nth) {
            edit(part);
        }
        next
    };
    let rest = match out {
        Err(Missing::LeftToPay(left)) => Some(*left),
        Ok(_) | Err(_) => None,
    };
    let rows = form.parts.iter().enumerate().map(|(nth, part)| {
        let amount = {
            let (form, set) = (form.clone(), set.clone());
            Callback::from(move |typed: String| {
                let mut next = (*form).clone();
                next.parts[nth].amount = typed;
                set.emit(next);
            })
        };
        let reference = {
            let (form, set) = (form.clone(), set.clone());
            Callback::from(move |typed: String| {
                let mut next = (*form).clone();
                next.parts[nth].reference = typed;
                set.emit(next);
            })
        };
        let kind = {
            let (form, set) = (form.clone(), set.clone());
            Callback::from(move |kind: PartKind| {
                let mut next = (*form).clone();
                next.parts[nth].kind = kind;
                set.emit(next);
            })
        };
        let remove = {
            let (form, set) = (form.clone(), set.clone());
            Callback::from(move |()| {
                let mut next = (*form).clone();
                next.parts.remove(nth);
                set.emit(next);
            })
        };
        let fill = rest.filter(|_| part.amount.trim().is_empty()).map(|rest| {
            let (next, set) = (edit(nth, Rc::new(move |part| part.amount = currency.format_plain(rest))), set.clone());
            html!(<Button small=true look={Look::Inline} text={format!("Rest: {}", currency.format(rest))} onclick={Callback::from(move |()| set.emit(next.clone()))} />)
        });
        let options = PartKind::ALL.iter().map(|kind| (*kind, AttrValue::from(kind.words()))).collect::<Vec<_>>();
        let reference_label = match part.kind {
            PartKind::Cash => None,
            PartKind::Terminal => Some("Reference"),
            PartKind::Check => Some("Check number"),
        };
        html! {
            <div class="pl-part" key={nth} role="group" aria-label={format!("Part {}", nth + 1)}>
                <Select<PartKind> label="" {options} selected={Some(part.kind)} onselect={kind} />
                <div>
                    <MoneyField label={format!("Amount of part {}", nth + 1)} value={part.amount.clone()} onchange={amount} autofocus={nth == 0} />
                    { fill.unwrap_or_default() }
                </div>
                <Button look={Look::Plain} icon="times" label={format!("Remove part {}", nth + 1)} disabled={form.parts.len() <= 1} onclick={remove} />
                if let Some(label) = reference_label {
                    <div class="pl-part-reference"><TextField {label} value={part.reference.clone()} onchange={reference} max_length={60} /></div>
                }
            </div>
        }
    });
    let add = {
        let (form, set) = (form.clone(), set.clone());
        Callback::from(move |()| {
            let mut next = (*form).clone();
            next.parts.push(Part {
                kind: PartKind::Terminal,
                amount: String::new(),
                reference: String::new(),
            });
            set.emit(next);
        })
    };
    html! {
        <>
            { for rows }
            <div><Button look={Look::Inline} icon="plus" text="Add another part" onclick={add} /></div>
            <p class="pl-small pl-subtle">{ "A refund gives back the latest part first." }</p>
        </>
    }
}

/// What will happen with what was typed: the change, what is left to pay, or why it is refused.
fn outcome(form: &PayForm, out: &Result<Ready, Missing>, money: &impl Fn(Money) -> String) -> Html {
    let line = |words: &str, amount: Money| {
        html! {
            <div class="pl-change" role="status"><span class="pl-strong">{ words.to_owned() }</span><span class="pl-big">{ money(amount) }</span></div>
        }
    };
    match out {
        Err(Missing::LeftToPay(left)) => line("Left to pay", *left),
        Err(Missing::Refused(words)) => {
            html!(<Notice severity={Severity::Warning} title="Not like this">{ words.clone() }</Notice>)
        }
        Err(Missing::NotAnAmount(text)) => {
            html!(<Notice severity={Severity::Warning} title={format!("“{text}” is not an amount")} />)
        }
        Ok(ready) => {
            let has_cash =
                matches!(form.method, Method::Cash | Method::Split) && !ready.outcome.tenders.is_empty();
            let change = ready.outcome.tenders.iter().map(|tender| tender.change).sum();
            html! {
                <>
                    if !ready.outcome.cash_rounding.is_zero() {
                        <div class="pl-row pl-row--between pl-small pl-subtle"><span>{ "Rounded to the smallest coin" }</span><span class="pl-money">{ money(ready.outcome.cash_rounding) }</span></div>
                    }
                    if has_cash { { line("Change", change) } }
                </>
            }
        }
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
