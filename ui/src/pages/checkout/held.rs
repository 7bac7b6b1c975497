//! Tickets set aside, and those of today.

use crate::bridge;
use crate::components::{
    Button, DateField, Dialog, Look, MoneyText, Refusal, RouteLink, Skeleton, StatusLabel, Tone,
};
use crate::pages_of::use_pages;
use crate::query::use_query;
use crate::route::Route;
use crate::session::use_session;
use domain::{Day, TicketId};
use protocol::ErrorReply;
use protocol::tickets::{
    DropHeld, HeldTicket, ListHeld, ListTickets, RecallTicket, TicketDraft, TicketRow, TicketStatus,
};
use web_sys::KeyboardEvent;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct HeldProps {
    pub onrecalled: Callback<TicketDraft>,
    pub onclose: Callback<()>,
}

/// The list of held tickets; Enter takes the marked one back to the counter.
#[component]
pub fn Held(props: &HeldProps) -> Html {
    let session = use_session();
    let held = use_query(ListHeld {});
    let marked = use_state(|| 0_usize);
    let dropping = use_state(|| None::<TicketId>);
    let refusal = use_state(|| None::<ErrorReply>);
    let rows: Vec<HeldTicket> = held.data.as_ref().map(|list| list.held.clone()).unwrap_or_default();
    let at = (*marked).min(rows.len().saturating_sub(1));
    let recall = {
        let (recalled, refusal) = (props.onrecalled.clone(), refusal.clone());
        Callback::from(move |id: TicketId| {
            let (recalled, refusal) = (recalled.clone(), refusal.clone());
            wasm_bindgen_futures::spawn_local(async move {
                match bridge::act(RecallTicket { id }).await {
                    Ok(draft) => recalled.emit(draft),
                    Err(error) => refusal.set(Some(error)),
                }
            });
        })
    };
    let throw_away = {
        let (refusal, dropping) = (refusal.clone(), dropping.clone());
        Callback::from(move |id: TicketId| {
            let (refusal, dropping) = (refusal.clone(), dropping.clone());
            wasm_bindgen_futures::spawn_local(async move {
                if let Err(error) = bridge::act(DropHeld { id }).await {
                    refusal.set(Some(error));
                }
                dropping.set(None);
            });
        })
    };
    let onkeydown = {
        let (marked, last) = (marked.clone(), rows.len().saturating_sub(1));
        Callback::from(move |event: KeyboardEvent| {
            let next = match event.key().as_str() {
                "ArrowDown" => (at + 1).min(last),
                "ArrowUp" => at.saturating_sub(1),
                _ => return,
            };
            event.prevent_default();
            marked.set(next);
        })
    };
    let chosen = rows.get(at).cloned();
    let onprimary = {
        let (recall, id) = (recall.clone(), chosen.as_ref().map(|ticket| ticket.id));
        Callback::from(move |()| {
            if let Some(id) = id {
                recall.emit(id)
            }
        })
    };
    let primary = chosen.map_or_else(AttrValue::default, |ticket| format!("Recall {}", ticket.label).into());
    html! {
        <Dialog title="Held tickets" {primary} {onprimary} onclose={props.onclose.clone()} secondary="Close" width="36rem">
            <div tabindex="0" class="pl-found-box" data-autofocus="" role="group" aria-label="Held tickets" {onkeydown}>
                <Refusal error={(*refusal).clone().or_else(|| held.error.clone())} />
                if held.slow { <Skeleton /> }
                if held.data.is_some() && rows.is_empty() {
                    <p class="pl-subtle">{ "Nothing is held. Hold sets a ticket aside with all its lines, so that the next person can pay." }</p>
                }
                <ul class="pl-found" aria-label="Held tickets">
                    { for rows.iter().enumerate().map(|(nth, ticket)| {
                        let id = ticket.id;
                        let when = if ticket.on == session.today { ticket.at.clone() } else { format!("{} {}", session.day(ticket.on), ticket.at) };
                        let lines = if ticket.lines == 1 { "1 line".to_owned() } else { format!("{} lines", ticket.lines) };
                        let asks = *dropping == Some(id);
                        let ask = { let dropping = dropping.clone(); Callback::from(move |()| dropping.set(Some(id))) };
                        let keep = { let dropping = dropping.clone(); Callback::from(move |()| dropping.set(None)) };
                        html! {
                            <li key={id.to_string()} class={classes!("pl-found-row", (nth == at).then_some("pl-found-row--on"))} aria-current={(nth == at).then_some("true")}>
                                <span class="pl-grow">
                                    <span class="pl-clip pl-strong" dir="auto">{ &ticket.label }</span>
                                    <span class="pl-small pl-subtle pl-clip">{ format!("{lines} · {when} · {}", ticket.by) }</span>
                                </span>
                                if asks {
                                    <span class="pl-small">{ "Throw its lines away?" }</span>
                                    <Button small=true look={Look::Danger} text="Throw away" onclick={throw_away.reform(move |()| id)} />
                                    <Button small=true look={Look::Link} text="Keep" onclick={keep} />
                                } else {
                                    <Button small=true look={Look::Secondary} text="Recall" onclick={recall.reform(move |()| id)} />
                                    <Button look={Look::Plain} small=true icon="trash" label={format!("Drop the held ticket {}", ticket.label)} onclick={ask} />
                                }
                            </li>
                        }
                    }) }
                </ul>
            </div>
        </Dialog>
    }
}

#[derive(Properties, PartialEq)]
pub struct TodayProps {
    pub onclose: Callback<()>,
}

/// What was settled on one day, newest first; today to begin with.
#[component]
pub fn Today(props: &TodayProps) -> Html {
    let session = use_session();
    let day = use_state(|| session.today);
    let onday = {
        let day = day.clone();
        // A day that is still being typed changes nothing yet.
        Callback::from(move |chosen: Option<Day>| {
            if let Some(chosen) = chosen {
                day.set(chosen);
            }
        })
    };
    let title = if *day == session.today {
        "Today’s tickets".to_owned()
    } else {
        format!("Tickets of {}", session.day(*day))
    };
    html! {
        <Dialog {title} onclose={props.onclose.clone()} secondary="Close">
            <div class="pl-stack">
                <DateField label="Day" value={Some(*day)} onchange={onday} to={Some(session.today)} />
                <OfTheDay key={day.to_string()} day={*day} />
            </div>
        </Dialog>
    }
}

#[derive(Properties, PartialEq)]
struct OfTheDayProps {
    day: Day,
}

#[component]
fn OfTheDay(props: &OfTheDayProps) -> Html {
    let session = use_session();
    let day = props.day;
    let tickets = use_pages(ListTickets { from: Some(day), to: Some(day), ..ListTickets::default() });
    let onmore = {
        let (reach, have) = (tickets.reach.clone(), tickets.rows.len());
        Callback::from(move |()| reach.emit(have + 1))
    };
    let nothing = if day == session.today {
        "Nothing was sold yet today.".to_owned()
    } else {
        format!("Nothing was sold on {}.", session.day(day))
    };
    html! {
        <>
            <Refusal error={tickets.error.clone()} title="The tickets could not be read" onretry={Some(tickets.reload.clone())} />
            if tickets.slow { <Skeleton /> }
            if tickets.total.is_some() && tickets.rows.is_empty() { <p class="pl-subtle">{ nothing }</p> }
            <ul class="pl-found" aria-label="Tickets">{ for tickets.rows.iter().map(ticket_row) }</ul>
            if tickets.more { <div><Button look={Look::Link} text="Show more" onclick={onmore} /></div> }
        </>
    }
}

fn ticket_row(row: &TicketRow) -> Html {
    html! {
        <li key={row.id.to_string()}>
            <RouteLink to={Route::Ticket(row.id)} class="pl-found-row">
                <span class="pl-num pl-subtle pl-found-number">{ format!("{} · {}", row.number, row.at) }</span>
                <span class="pl-grow">
                    <span class="pl-clip" dir="auto">{ &row.what }</span>
                    <span class="pl-small pl-subtle pl-clip" dir="auto">{ row.customer_name.clone().unwrap_or_else(|| "No customer".to_owned()) }</span>
                </span>
                if row.status != TicketStatus::Settled { { status(row.status) } }
                <MoneyText amount={row.due} strong=true />
            </RouteLink>
        </li>
    }
}

/// The status of a settled ticket, in icon and words.
pub fn status(status: TicketStatus) -> Html {
    let (text, tone, icon) = match status {
        TicketStatus::Settled => ("Paid", Tone::Green, "check-circle"),
        TicketStatus::Voided => ("Voided", Tone::Outline, "ban"),
        TicketStatus::PartlyRefunded => ("Partly refunded", Tone::Yellow, "undo"),
        TicketStatus::Refunded => ("Refunded", Tone::Grey, "undo"),
    };
    html!(<StatusLabel {text} {tone} icon={icon} />)
}
