//! Giving back units of a ticket, line by line, after showing exactly what goes back where.

use crate::components::{Button, Dialog, Look, MoneyText, Notice, Refusal, Severity, TextField, ToggleGroup};
use crate::session::use_session;
use crate::toast::use_toast;
use crate::{bridge, ids};
use domain::LineId;
use protocol::ErrorReply;
use protocol::receipt::tender_words;
use protocol::tickets::{AfterEnd, PreviewRefund, RefundLine, RefundPreview, RefundTicket, TicketView};
use std::rc::Rc;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct RefundProps {
    pub ticket: Rc<TicketView>,
    pub onclose: Callback<()>,
}

#[component]
pub fn Refund(props: &RefundProps) -> Html {
    let session = use_session();
    let toast = use_toast();
    let chosen = use_state(Vec::<RefundLine>::new);
    let reason = use_state(String::new);
    let after_end = use_state(|| None::<AfterEnd>);
    let preview = use_state(|| None::<RefundPreview>);
    let refusal = use_state(|| None::<ErrorReply>);
    let sending = use_state(|| false);
    // The same choice sent twice is one refund; another choice is another.
    let key = use_memo(((*chosen).clone(), *after_end, (*reason).clone()), |_| ids::request_key());
    let ticket = props.ticket.id;
    let newest = use_mut_ref(|| (Vec::<RefundLine>::new(), None::<AfterEnd>));
    let look = {
        let (preview, refusal, newest) = (preview.clone(), refusal.clone(), newest.clone());
        Callback::from(move |(lines, after_end): (Vec<RefundLine>, Option<AfterEnd>)| {
            *newest.borrow_mut() = (lines.clone(), after_end);
            if lines.is_empty() {
                preview.set(None);
                return;
            }
            let (preview, refusal, newest) = (preview.clone(), refusal.clone(), newest.clone());
            wasm_bindgen_futures::spawn_local(async move {
                let answer = bridge::call(PreviewRefund { ticket, lines: lines.clone(), after_end }).await;
                if *newest.borrow() != (lines, after_end) {
                    return;
                }
                match answer {
                    Ok(shown) => {
                        preview.set(Some(shown));
                        refusal.set(None);
                    }
                    Err(error) => {
                        preview.set(None);
                        refusal.set(Some(error));
                    }
                }
            });
        })
    };
    {
        let look = look.clone();
        use_effect_with(((*chosen).clone(), *after_end), move |asked| look.emit(asked.clone()));
    }
    let set = {
        let chosen = chosen.clone();
        Callback::from(move |(line, qty): (LineId, u32)| chosen.set(with(&chosen, line, qty)))
    };
    let set_card = {
        let chosen = chosen.clone();
        Callback::from(move |(line, code): (LineId, String)| chosen.set(with_card(&chosen, line, &code)))
    };
    let everything = {
        let (chosen, all) = (chosen.clone(), everything_of(&props.ticket));
        Callback::from(move |()| chosen.set(all.clone()))
    };
    let confirm = {
        let (chosen, reason, preview, refusal) =
            (chosen.clone(), reason.clone(), preview.clone(), refusal.clone());
        let after_end = *after_end;
        let (sending, close, key, look) = (sending.clone(), props.onclose.clone(), *key, look.clone());
        let money = {
            let session = session.clone();
            move |amount| session.money(amount)
        };
        Callback::from(move |()| {
            let Some(shown) = (*preview).clone().filter(|_| !*sending) else { return };
            let request = RefundTicket {
                ticket,
                lines: (*chosen).clone(),
                reason: reason.trim().to_owned(),
                expected: shown.money,
                after_end,
            };
            let (refusal, sending, close, look) =
                (refusal.clone(), sending.clone(), close.clone(), look.clone());
            let (toast, words) = (toast.clone(), format!("{} refunded", money(shown.money)));
            sending.set(true);
            wasm_bindgen_futures::spawn_local(async move {
                let lines = request.lines.clone();
                match bridge::act_with_key(request, key).await {
                    Ok(_) => {
                        toast.done(words);
                        close.emit(());
                    }
                    Err(error) => {
                        sending.set(false);
                        look.emit((lines, after_end));
                        refusal.set(Some(error));
                    }
                }
            });
        })
    };
    let instead = {
        let after_end = after_end.clone();
        Callback::from(move |choice| after_end.set(choice))
    };
    let onreason = {
        let reason = reason.clone();
        Callback::from(move |typed| reason.set(typed))
    };
    let chosen_instead =
        preview.as_ref().is_none_or(|shown| shown.after_end.is_zero() || after_end.is_some());
    let ready = preview.is_some() && chosen_instead && !reason.trim().is_empty() && !*sending;
    let primary = match &*preview {
        Some(shown) => format!("Refund {}", session.money(shown.money)),
        None => "Refund".to_owned(),
    };
    html! {
        <Dialog title={format!("Refund ticket {}", props.ticket.number)} description="Choose what comes back; each unit gives back exactly what it paid."
            {primary} disabled={!ready} onprimary={confirm} onclose={props.onclose.clone()}>
            <div class="pl-stack">
                <Refusal error={(*refusal).clone()} title="Not refunded. No money moved" />
                <ul class="pl-found" aria-label="Lines">
                    { for props.ticket.refundable.iter().map(|line| {
                        let sold_cards = props.ticket.gift_cards.iter().any(|card| card.line == line.line);
                        if sold_cards { card_rows(&props.ticket, line, &chosen, &set_card) } else { line_row(&props.ticket, line, quantity(&chosen, line.line), &set) }
                    }) }
                </ul>
                <div><Button look={Look::Inline} text="Everything that is left" onclick={everything} /></div>
                <TextField label="Reason" required=true value={(*reason).clone()} onchange={onreason} max_length={200} />
                if let Some(shown) = &*preview {
                    <div class="pl-words" role="status">
                        <span class="pl-row pl-row--between"><span class="pl-strong">{ "Goes back" }</span><MoneyText amount={shown.money} strong=true /></span>
                        { for shown.tenders.iter().map(|tender| html!(<span class="pl-row pl-row--between"><span>{ tender_words(&tender.kind) }</span><MoneyText amount={tender.amount} /></span>)) }
                        { for shown.returns.iter().chain(&shown.notes).map(|words| html!(<span>{ words }</span>)) }
                    </div>
                    if shown.after_end.is_positive() {
                        <ToggleGroup<Option<AfterEnd>> label={format!("In place of {} that cannot return", session.money(shown.after_end))} selected={*after_end} onselect={instead}
                            options={vec![(Some(AfterEnd::Cash), "Cash".into()), (Some(AfterEnd::GiftCard), "A gift card".into())]}
                            help="The membership that paid it has ended. A manager chooses." />
                    }
                    if shown.needs_manager {
                        <Notice severity={Severity::Info} title="A manager must allow this refund">{ "You are asked for their PIN next." }</Notice>
                    }
                }
            </div>
        </Dialog>
    }
}

fn line_row(ticket: &TicketView, left: &RefundLine, qty: u32, set: &Callback<(LineId, u32)>) -> Html {
    let line = left.line;
    let name = ticket
        .settled
        .input
        .lines
        .iter()
        .find(|sold| sold.id == line)
        .map(|sold| sold.name.clone())
        .unwrap_or_default();
    let put = |qty: u32| set.reform(move |()| (line, qty));
    html! {
        <li key={line.to_string()} class="pl-found-row pl-found-row--plain">
            <span class="pl-grow">
                <span class="pl-clip" dir="auto">{ name.clone() }</span>
                <span class="pl-small pl-subtle">{ if left.qty == 0 { "all refunded".to_owned() } else { format!("{} can come back", left.qty) } }</span>
            </span>
            if left.qty > 0 {
                <div class="pl-stepper" role="group" aria-label={format!("How many of {name}")}>
                    <Button look={Look::Plain} small=true icon="minus" label={format!("One less of {name}")} disabled={qty == 0} onclick={put(qty.saturating_sub(1))} />
                    <span class="pl-num pl-stepper-count" aria-live="polite">{ qty }</span>
                    <Button look={Look::Plain} small=true icon="plus" label={format!("One more of {name}")} disabled={qty >= left.qty} onclick={put(qty + 1)} />
                </div>
            }
        </li>
    }
}

/// A line of gift cards: the one that is brought back is the one that is chosen.
fn card_rows(
    ticket: &TicketView,
    left: &RefundLine,
    chosen: &[RefundLine],
    set: &Callback<(LineId, String)>,
) -> Html {
    let line = left.line;
    let cards = ticket.gift_cards.iter().filter(|card| card.line == line);
    html! {
        <>
            { for cards.map(|card| {
                let on = chosen.iter().any(|it| it.line == line && it.cards.contains(&card.code));
                let onchange = {
                    let (set, code) = (set.clone(), card.code.clone());
                    Callback::from(move |_: Event| set.emit((line, code.clone())))
                };
                let id = format!("refund-card-{}", card.code);
                html! {
                    <li key={card.code.clone()} class="pl-found-row pl-found-row--plain">
                        <span class="pl-grow">
                            <label class="pl-num" for={id.clone()}>{ format!("Gift card {}", card.shown) }</label>
                            <span class="pl-small pl-subtle">{ if card.taken_back { "taken back" } else { "can come back with what is left on it" } }</span>
                        </span>
                        <MoneyText amount={card.amount} />
                        if !card.taken_back { <input class="pf-v6-c-check__input" type="checkbox" {id} checked={on} {onchange} /> }
                    </li>
                }
            }) }
        </>
    }
}

/// All units that can still come back, gift cards by their names.
fn everything_of(ticket: &TicketView) -> Vec<RefundLine> {
    let left = ticket.refundable.iter().filter(|line| line.qty > 0);
    left.map(|line| RefundLine {
        cards: ticket
            .gift_cards
            .iter()
            .filter(|card| card.line == line.line && !card.taken_back)
            .map(|card| card.code.clone())
            .collect(),
        ..line.clone()
    })
    .collect()
}

/// The choice with that gift card turned on or off.
fn with_card(chosen: &[RefundLine], line: LineId, code: &str) -> Vec<RefundLine> {
    let before = chosen.iter().find(|it| it.line == line);
    let mut cards = before.map_or_else(Vec::new, |it| it.cards.clone());
    match cards.iter().position(|known| known == code) {
        Some(at) => {
            cards.remove(at);
        }
        None => cards.push(code.to_owned()),
    }
    let qty = cards.len() as u32;
    let others = chosen.iter().filter(|it| it.line != line).cloned();
    others.chain((qty > 0).then_some(RefundLine { line, qty, cards })).collect()
}

fn quantity(chosen: &[RefundLine], line: LineId) -> u32 {
    chosen.iter().find(|it| it.line == line).map_or(0, |it| it.qty)
}

/// The choice with `qty` units of `line`.
fn with(chosen: &[RefundLine], line: LineId, qty: u32) -> Vec<RefundLine> {
    let others = chosen.iter().filter(|it| it.line != line).cloned();
    others.chain((qty > 0).then_some(RefundLine::of(line, qty))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn a_line_is_chosen_once_and_none_of_it_is_not_a_choice() {
        let line = |n: u128| LineId::new(Uuid::from_u128(n));
        let chosen = with(&with(&[], line(1), 1), line(2), 3);
        let changed = with(&chosen, line(1), 2);
        assert_eq!((changed.len(), quantity(&changed, line(1)), quantity(&changed, line(2))), (2, 2, 3));
        assert_eq!(with(&changed, line(2), 0).len(), 1);
    }

    #[test]
    fn gift_cards_are_chosen_one_by_one() {
        let line = LineId::new(Uuid::from_u128(1));
        let both = with_card(&with_card(&[], line, "A"), line, "B");
        assert_eq!(
            (both.len(), both[0].qty, both[0].cards.as_slice()),
            (1, 2, ["A".to_owned(), "B".to_owned()].as_slice())
        );
        assert_eq!(with_card(&both, line, "A")[0].cards, ["B"]);
        assert!(with_card(&with_card(&both, line, "A"), line, "B").is_empty());
    }
}
