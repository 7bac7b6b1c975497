//! The receipt, on the screen and on paper.

use crate::pages::checkout::payment::tender_words;
use crate::session::use_session;
use crate::toast::Notify;
use domain::checkout::LineKind;
use domain::plan::TaxMode;
use domain::{Money, Rate};
use protocol::ErrorReply;
use protocol::tickets::TicketView;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct ReceiptProps {
    pub ticket: Rc<TicketView>,
}

/// The receipt as it is printed: every line, what was saved, how it was paid, and what was given back since.
#[component]
pub fn Receipt(props: &ReceiptProps) -> Html {
    let session = use_session();
    let ticket = &props.ticket;
    let settled = &ticket.settled;
    let totals = &settled.quote.totals;
    let money = |amount: Money| session.money(amount);
    let text = &session.practice.receipt;
    let row = |words: String, amount: Money| html!(<div class="pl-receipt-row"><span>{ words }</span><span class="pl-money">{ money(amount) }</span></div>);
    html! {
        <article class="pl-receipt" aria-label={format!("Receipt {}", ticket.number)}>
            <header>
                <strong dir="auto">{ &session.practice.name }</strong>
                <span dir="auto">{ &ticket.location_name }</span>
                if !text.header.is_empty() { <span class="pl-receipt-text" dir="auto">{ &text.header }</span> }
                <span>{ format!("{} · {} {}", ticket.number, ticket.on.long(), ticket.at) }</span>
                <span dir="auto">{ format!("Served by {}", ticket.staff) }</span>
                if let Some(name) = &ticket.customer_name { <span dir="auto">{ name }</span> }
            </header>
            if let Some(voided) = &ticket.voided {
                <p class="pl-receipt-stamp">{ format!("VOID, {}", session.day(voided.on)) }</p>
            }
            <section>
                { for settled.input.lines.iter().zip(&settled.quote.lines).map(|(line, quoted)| {
                    let count = if line.qty > 1 { format!("{} × ", line.qty) } else { String::new() };
                    let per = match (line.minutes, line.qty) {
                        (Some(minutes), _) => format!("{} at {} an hour", crate::pages::checkout::words::duration(i64::from(minutes)), money(line.price())),
                        (None, 1) => String::new(),
                        (None, _) => format!("{} each", money(line.price())),
                    };
                    let saved = quoted.list - quoted.net;
                    html! {
                        <div class="pl-receipt-line">
                            <div class="pl-receipt-row"><span dir="auto">{ format!("{count}{}", line.name) }</span><span class="pl-money">{ money(quoted.list) }</span></div>
                            if !per.is_empty() { <small>{ per }</small> }
                            if !line.note.is_empty() { <small dir="auto">{ &line.note }</small> }
                            if saved.is_positive() { <div class="pl-receipt-row"><small>{ taken_off(line.manual_discount.as_ref().map(|it| it.reason.as_str()), quoted.manual == saved) }</small><small class="pl-money">{ money(-saved) }</small></div> }
                        </div>
                    }
                }) }
            </section>
            <section>
                { row("List".to_owned(), totals.list) }
                if totals.savings.is_positive() { { row("Member savings".to_owned(), -totals.savings) } }
                if totals.manual.is_positive() { { row("Discount".to_owned(), -totals.manual) } }
                { for taxes(ticket).into_iter().map(|(words, tax)| row(words, tax)) }
                <div class="pl-receipt-row pl-receipt-total"><span>{ "Total" }</span><span class="pl-money">{ money(totals.total) }</span></div>
                if totals.credits.is_positive() { { row("Paid with credit".to_owned(), -totals.credits) } }
                if settled.tip.is_positive() { { row("Tip".to_owned(), settled.tip) } }
                if !settled.cash_rounding.is_zero() { { row("Rounding of cash".to_owned(), settled.cash_rounding) } }
            </section>
            <section>
                { for settled.tenders.iter().map(|tender| html! {
                    <>
                        { row(tender_words(&tender.kind), tender.received) }
                        if tender.change.is_positive() { { row("Change".to_owned(), -tender.change) } }
                    </>
                }) }
                if settled.tenders.is_empty() { <span>{ "Nothing to pay" }</span> }
            </section>
            { for ticket.refunds.iter().map(|refund| html! {
                <section>
                    { row(format!("Refund {}, {}", refund.number, session.day(refund.on)), -refund.money) }
                    { for refund.returns.iter().map(|words| html!(<small>{ words }</small>)) }
                </section>
            }) }
            if totals.savings.is_positive() {
                <p class="pl-receipt-saved">{ format!("You saved {} as a member", money(totals.savings)) }</p>
            }
            if !text.footer.is_empty() { <footer class="pl-receipt-text" dir="auto">{ &text.footer }</footer> }
        </article>
    }
}

fn taken_off(reason: Option<&str>, by_hand_alone: bool) -> String {
    match reason {
        Some(reason) if by_hand_alone && !reason.is_empty() => reason.to_owned(),
        _ if by_hand_alone => "Discount".to_owned(),
        _ => "Member savings and discounts".to_owned(),
    }
}

/// The tax of each rate, in the order it first appears; inside the prices where the practice prices so.
fn taxes(ticket: &TicketView) -> Vec<(String, Money)> {
    let mut sums: Vec<(Rate, TaxMode, Money)> = Vec::new();
    let lines = ticket.settled.input.lines.iter().zip(&ticket.settled.quote.lines);
    for (line, quoted) in lines.filter(|(line, _)| line.kind != LineKind::GiftCard) {
        match sums.iter_mut().find(|(rate, mode, _)| (*rate, *mode) == (line.tax_rate, line.tax_mode)) {
            Some((_, _, sum)) => *sum += quoted.tax,
            None => sums.push((line.tax_rate, line.tax_mode, quoted.tax)),
        }
    }
    sums.into_iter()
        .filter(|(_, _, sum)| !sum.is_zero())
        .map(|(rate, mode, sum)| match mode {
            TaxMode::Exclusive => (format!("Tax {rate} %"), sum),
            TaxMode::Inclusive => (format!("Including tax {rate} %"), sum),
        })
        .collect()
}

/// The receipt as the printer sees it: beside the page and hidden, until the page is printed.
#[component]
pub fn PrintedReceipt(props: &ReceiptProps) -> Html {
    let paper =
        html!(<div class="pl-paper" aria-hidden="true"><Receipt ticket={props.ticket.clone()} /></div>);
    match web_sys::window().and_then(|window| window.document()?.body()) {
        Some(body) => create_portal(paper, body.into()),
        None => html!(),
    }
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch, js_namespace = ["window", "__TAURI_INTERNALS__"], js_name = invoke)]
    async fn invoke(command: &str, arguments: JsValue) -> Result<JsValue, JsValue>;
}

/// Prints what [`PrintedReceipt`] holds.
pub fn print(toast: Notify) {
    wasm_bindgen_futures::spawn_local(async move {
        if let Err(problem) = invoke("print_page", js_sys::Object::new().into()).await {
            toast.refused(&read_refusal(problem, "The receipt was not printed. The sale stands."));
        }
    });
}

fn read_refusal(problem: JsValue, otherwise: &str) -> ErrorReply {
    let text = js_sys::JSON::stringify(&problem).ok().map(String::from);
    text.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_else(|| ErrorReply {
        code: "shell".into(),
        message: otherwise.to_owned(),
        details: serde_json::Value::Null,
    })
}
