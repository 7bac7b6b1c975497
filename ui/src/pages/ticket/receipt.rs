//! The receipt, on the screen, on paper and as a file.

use crate::components::{Dots, Paper};
use crate::pictures::Logo;
use crate::session::{SignedIn, use_session};
use protocol::enrollments::ChargeReceipt;
use protocol::receipt::{self, Sum};
use protocol::tickets::TicketView;
use std::rc::Rc;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct ReceiptProps {
    pub ticket: Rc<TicketView>,
}

/// The receipt as it is printed: every line, what was saved, how it was paid, and what was given back since.
#[component]
pub fn Receipt(props: &ReceiptProps) -> Html {
    let session = use_session();
    html!(<Slip receipt={receipt::Receipt::of(&props.ticket, &session.practice)} />)
}

#[derive(Properties, PartialEq)]
pub struct SlipProps {
    pub receipt: receipt::Receipt,
}

/// Any receipt in words and sums.
#[component]
pub fn Slip(props: &SlipProps) -> Html {
    let receipt = &props.receipt;
    let row = |sum: &Sum| html!(<div class="pl-receipt-row"><span dir="auto">{ &sum.words }</span><span class="pl-money">{ &sum.amount }</span></div>);
    let total = |sum: &Sum| html!(<div class="pl-receipt-row pl-receipt-total"><span>{ &sum.words }</span><span class="pl-money">{ &sum.amount }</span></div>);
    let small = |words: &String| html!(<small dir="auto">{ words }</small>);
    let text = |words: &str| html!(if !words.is_empty() { <span class="pl-receipt-text" dir="auto">{ words.to_owned() }</span> });
    html! {
        <article class="pl-receipt" aria-label={format!("Receipt {}", receipt.number)}>
            <header>
                if receipt.logo.is_some() { <Logo hash={receipt.logo.clone()} /> }
                <strong dir="auto">{ &receipt.practice }</strong>
                <span dir="auto">{ &receipt.location }</span>
                { text(&receipt.address) }
                { text(&receipt.header) }
                { for receipt.facts.iter().map(|fact| html!(<span dir="auto">{ fact }</span>)) }
            </header>
            if let Some(stamp) = &receipt.stamp { <p class="pl-receipt-stamp">{ stamp }</p> }
            <section>
                { for receipt.lines.iter().map(|line| html! {
                    <div class="pl-receipt-line">
                        { row(&line.sum) }
                        { for line.notes.iter().map(small) }
                        if let Some(Sum { words, amount }) = &line.taken_off {
                            <div class="pl-receipt-row"><small dir="auto">{ words }</small><small class="pl-money">{ amount }</small></div>
                        }
                    </div>
                }) }
            </section>
            <section>
                { for receipt.totals.iter().enumerate().map(|(at, sum)| if at == receipt.total { total(sum) } else { row(sum) }) }
            </section>
            <section>
                { for receipt.tenders.iter().map(row) }
                if receipt.tenders.is_empty() { <span>{ "Nothing to pay" }</span> }
            </section>
            { for receipt.refunds.iter().map(|refund| html! {
                <section>
                    { row(&refund.sum) }
                    { for refund.notes.iter().map(small) }
                </section>
            }) }
            { for receipt.cards.iter().map(|card| html! {
                <section class="pl-receipt-card">
                    { row(&card.sum) }
                    <Dots code={card.code.clone()} />
                    <span class="pl-receipt-card-code pl-num">{ &card.shown }</span>
                </section>
            }) }
            { for receipt.renewals.iter().map(|words| html!(<span class="pl-receipt-text" dir="auto">{ words }</span>)) }
            if let Some(saved) = &receipt.saved { <p class="pl-receipt-saved">{ saved }</p> }
            { for receipt.left.iter().map(|left| html!(<span class="pl-receipt-text" dir="auto">{ left }</span>)) }
            if !receipt.footer.is_empty() { <footer class="pl-receipt-text" dir="auto">{ &receipt.footer }</footer> }
        </article>
    }
}

/// The receipt as the printer sees it.
#[component]
pub fn PrintedReceipt(props: &ReceiptProps) -> Html {
    html!(<Paper><Receipt ticket={props.ticket.clone()} /></Paper>)
}

/// The receipt of a membership charge, as it is printed.
pub fn slip_of(charge: &ChargeReceipt, session: &SignedIn) -> receipt::Receipt {
    receipt::Receipt::of_charge(charge, &session.practice)
}
