//! A manager puts a gift card right, blocks it, or lets it be spent again; always with a reason.

use crate::components::{Dialog, MoneyField, Refusal, TextField, ToggleGroup};
use crate::ids;
use crate::pages::members::actions::use_sending;
use crate::session::use_session;
use crate::toast::use_toast;
use protocol::gift_cards::{AdjustGiftCard, BlockGiftCard, GiftCardView, UnblockGiftCard};
use std::rc::Rc;
use yew::prelude::*;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    Adjust,
    Block,
    Unblock,
}

#[derive(Properties, PartialEq)]
pub struct ChangeCardProps {
    pub card: Rc<GiftCardView>,
    pub what: Change,
    pub onclose: Callback<()>,
}

#[component]
pub fn ChangeCard(props: &ChangeCardProps) -> Html {
    let session = use_session();
    let toast = use_toast();
    let sending = use_sending();
    let adds = use_state(|| true);
    let amount = use_state(String::new);
    let reason = use_state(String::new);
    let currency = session.currency();
    let key = use_memo((*adds, (*amount).clone(), (*reason).clone()), |_| ids::request_key());
    let card = &props.card;
    let typed = currency.parse(&amount).ok().filter(|amount| amount.is_positive());
    let signed = typed.map(|amount| if *adds { amount } else { -amount });
    let after = signed.map(|signed| card.balance + signed);
    let too_low = !*adds && after.is_some_and(|after| after.is_negative());
    let ready = !reason.trim().is_empty()
        && match props.what {
            Change::Adjust => signed.is_some() && !too_low,
            Change::Block | Change::Unblock => true,
        };
    let (title, primary) = match (props.what, signed) {
        (Change::Adjust, Some(signed)) if signed.is_positive() => {
            ("Put the balance right", format!("Add {}", session.money(signed)))
        }
        (Change::Adjust, Some(signed)) => {
            ("Put the balance right", format!("Take away {}", session.money(-signed)))
        }
        (Change::Adjust, None) => ("Put the balance right", "Put right".to_owned()),
        (Change::Block, _) => ("Block gift card", "Block it".to_owned()),
        (Change::Unblock, _) => ("Unblock gift card", "Unblock it".to_owned()),
    };
    let onprimary = {
        let (sending, toast, close, key) = (sending.clone(), toast, props.onclose.clone(), *key);
        let (what, id, reason) = (props.what, Some(card.id), reason.trim().to_owned());
        Callback::from(move |()| {
            let (toast, close) = (toast.clone(), close.clone());
            let (code, reason) = (String::new(), reason.clone());
            let done = move |words: &'static str| {
                toast.done(words);
                close.emit(());
            };
            match (what, signed) {
                (Change::Adjust, Some(amount)) => {
                    sending.send(AdjustGiftCard { code, id, amount, reason }, key, move |_| {
                        done("Balance put right")
                    });
                }
                (Change::Adjust, None) => {}
                (Change::Block, _) => {
                    sending.send(BlockGiftCard { code, id, reason }, key, move |_| done("Gift card blocked"));
                }
                (Change::Unblock, _) => {
                    sending.send(UnblockGiftCard { code, id, reason }, key, move |_| {
                        done("Gift card unblocked")
                    });
                }
            }
        })
    };
    let into = |state: &UseStateHandle<String>| {
        let state = state.clone();
        Callback::from(move |text: String| state.set(text))
    };
    let onselect = {
        let adds = adds.clone();
        Callback::from(move |value| adds.set(value))
    };
    html! {
        <Dialog title={format!("{title} {}", card.shown)} width="34rem" {primary} disabled={!ready || *sending.busy} {onprimary} onclose={props.onclose.clone()}>
            <div class="pl-dialog-body">
                <Refusal error={(*sending.refusal).clone()} title="Nothing was changed" />
                if props.what == Change::Adjust {
                    <ToggleGroup<bool> label="Change" options={vec![(true, "Add".into()), (false, "Take away".into())]} selected={*adds} {onselect} />
                    <MoneyField label="Amount" value={(*amount).clone()} onchange={into(&amount)} autofocus=true
                        error={too_low.then(|| AttrValue::from(format!("Only {} is left", session.money(card.balance))))} />
                }
                if props.what == Change::Block {
                    <p>{ "Nobody can spend it until it is unblocked. What it paid for can still be given back to it." }</p>
                }
                <TextField label="Reason" required=true value={(*reason).clone()} onchange={into(&reason)} max_length={200} autofocus={props.what != Change::Adjust}
                    help="Kept in the card’s history" />
                if let Some(after) = after.filter(|_| props.what == Change::Adjust && !too_low) {
                    <div class="pl-words pl-row pl-row--between" role="status">
                        <span>{ format!("{} now", session.money(card.balance)) }</span>
                        <span class="pl-strong">{ format!("{} after", session.money(after)) }</span>
                    </div>
                }
            </div>
        </Dialog>
    }
}
