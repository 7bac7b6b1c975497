//! What was taken for a membership, with the change to give back.

use crate::components::{Dialog, MoneyText};
use domain::checkout::TenderKind;
use protocol::enrollments::ChargeReceipt;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct TakenProps {
    pub title: AttrValue,
    pub receipt: ChargeReceipt,
    pub onclose: Callback<()>,
}

/// Shown after money was taken, so that change is given back before anything else is done.
#[component]
pub fn Taken(props: &TakenProps) -> Html {
    let receipt = &props.receipt;
    html! {
        <Dialog title={props.title.clone()} primary="Done" onprimary={props.onclose.clone()} onclose={props.onclose.clone()}>
            <div class="pl-stack">
                if receipt.change.is_positive() {
                    <div class="pl-change" role="status">
                        <span class="pl-strong">{ "Change to give back" }</span>
                        <span class="pl-big"><MoneyText amount={receipt.change} /></span>
                    </div>
                }
                <dl class="pl-kv">
                    <dt>{ "Receipt" }</dt><dd class="pl-num">{ &receipt.number }</dd>
                    <dt>{ "For" }</dt><dd><bdi>{ &receipt.what }</bdi></dd>
                    <dt>{ "Total" }</dt><dd><MoneyText amount={receipt.total} /></dd>
                    if !receipt.tax.is_zero() { <dt>{ "Of it tax" }</dt><dd><MoneyText amount={receipt.tax} /></dd> }
                    { for receipt.tenders.iter().map(|tender| html! {
                        <><dt>{ tender_words(&tender.kind) }</dt><dd><MoneyText amount={tender.received} /></dd></>
                    }) }
                </dl>
            </div>
        </Dialog>
    }
}

pub fn tender_words(kind: &TenderKind) -> String {
    match kind {
        TenderKind::Cash => "Cash".into(),
        TenderKind::Terminal { reference } if reference.is_empty() => "Card terminal".into(),
        TenderKind::Terminal { reference } => format!("Card terminal, {reference}"),
        TenderKind::Check { number } if number.is_empty() => "Check".into(),
        TenderKind::Check { number } => format!("Check {number}"),
        TenderKind::CardOnFile => "Card on file".into(),
        TenderKind::GiftCard { .. } => "Gift card".into(),
    }
}
