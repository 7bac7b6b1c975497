//! One gift card: what is left, and every movement with its ticket.

use crate::bridge;
use crate::components::{Button, Dialog, Look, MoneyText, Notice, Refusal, RouteLink, Severity, TextField};
use crate::keys::use_scan;
use crate::route::Route;
use crate::session::use_session;
use protocol::ErrorReply;
use protocol::gift_cards::{GetGiftCard, GiftCardView};
use std::rc::Rc;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct CardProps {
    pub card: Rc<GiftCardView>,
}

/// What is left, large, and why it cannot be spent where it cannot.
#[component]
pub fn CardFacts(props: &CardProps) -> Html {
    let session = use_session();
    let card = &props.card;
    let day = |day: Option<domain::Day>| day.map_or_else(|| "never".to_owned(), |day| session.day(day));
    html! {
        <>
            if let Some(reason) = &card.blocked {
                <Notice severity={Severity::Danger} title="Blocked: nobody can spend it">{ reason.clone() }</Notice>
            }
            if card.balance.is_negative() {
                <Notice severity={Severity::Danger} title="Two desks spent the same money">{ "Both sales stand. Put the balance right to forgive it, or ask for the money." }</Notice>
            }
            <div class="pl-row pl-row--between"><span class="pl-subtle">{ "Left" }</span><span class="pl-big">{ session.money(card.balance) }</span></div>
            <p class="pl-small pl-subtle">{ format!("Sold {} for {}, last used {}.", day(card.issued_on), session.money(card.issued), day(card.last_used)) }</p>
        </>
    }
}

#[component]
pub fn CardMovements(props: &CardProps) -> Html {
    let session = use_session();
    html! {
        <>
            <h3 class="pl-eyebrow">{ "Every movement" }</h3>
            <ul class="pl-lines pl-small pl-cardmoves">
                { for props.card.movements.iter().map(|line| html! {
                    <li class="pl-row pl-row--between">
                        <span class="pl-grow">
                            <span class="pl-wrap">
                                if let Some(ticket) = line.ticket {
                                    <RouteLink to={Route::Ticket(ticket)}>{ &line.words }</RouteLink>
                                } else {
                                    <bdi>{ &line.words }</bdi>
                                }
                            </span>
                            <span class="pl-subtle">{ format!("{} {}, {}", session.day(line.on), line.at, line.by) }</span>
                        </span>
                        <span class="pl-end">
                            if let Some(moved) = line.moved { <MoneyText amount={moved.effect()} strong=true /> }
                            <span class="pl-subtle pl-money">{ format!("{} left", session.money(line.left)) }</span>
                        </span>
                    </li>
                }) }
            </ul>
        </>
    }
}

#[derive(Properties, PartialEq)]
pub struct BalanceProps {
    /// Already scanned; otherwise it is asked for.
    #[prop_or_default]
    pub code: AttrValue,
    pub onclose: Callback<()>,
}

/// What is left on a card, by its code, typed or scanned.
#[component]
pub fn Balance(props: &BalanceProps) -> Html {
    let code = use_state(|| props.code.to_string());
    let found = use_state(|| None::<Rc<GiftCardView>>);
    let error = use_state(|| None::<ErrorReply>);
    let look = {
        let (found, error) = (found.clone(), error.clone());
        use_callback((), move |code: String, ()| {
            let (found, error) = (found.clone(), error.clone());
            wasm_bindgen_futures::spawn_local(async move {
                match bridge::call(GetGiftCard { code, id: None }).await {
                    Ok(view) => {
                        found.set(Some(Rc::new(view)));
                        error.set(None);
                    }
                    Err(refusal) => {
                        found.set(None);
                        error.set(Some(refusal));
                    }
                }
            });
        })
    };
    {
        let look = look.clone();
        use_effect_with(props.code.clone(), move |code| {
            if !code.is_empty() {
                look.emit(code.to_string());
            }
        });
    }
    let scanned = {
        let (look, code) = (look.clone(), code.clone());
        Callback::from(move |text: String| {
            code.set(text.clone());
            look.emit(text);
        })
    };
    use_scan(scanned);
    let onprimary = {
        let (look, code) = (look.clone(), code.clone());
        Callback::from(move |()| look.emit((*code).clone()))
    };
    let onchange = {
        let code = code.clone();
        Callback::from(move |text: String| code.set(text))
    };
    let again = {
        let (code, found) = (code.clone(), found.clone());
        Callback::from(move |()| {
            code.set(String::new());
            found.set(None);
        })
    };
    let title = found
        .as_ref()
        .map_or_else(|| "Gift card balance".to_owned(), |card| format!("Gift card {}", card.shown));
    html! {
        <Dialog {title} primary={if found.is_some() { "" } else { "Look it up" }} {onprimary} disabled={code.trim().is_empty()}
            onclose={props.onclose.clone()} secondary="Close" width="34rem"
            beside={html!(if found.is_some() { <Button look={Look::Link} text="Another card" onclick={again} /> })}>
            <div class="pl-stack">
                <Refusal error={(*error).clone()} title="No balance" />
                if let Some(card) = &*found {
                    <CardFacts card={card.clone()} />
                    <CardMovements card={card.clone()} />
                } else {
                    <TextField label="Code" value={(*code).clone()} {onchange} autofocus=true max_length={60} help="Type it or scan it; dashes and small letters do not matter" />
                }
            </div>
        </Dialog>
    }
}
