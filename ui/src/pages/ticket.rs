//! One settled ticket: its receipt, what became of it, and giving it back.

pub mod receipt;
mod refund;
mod void;

use crate::components::{
    Button, EmptyState, Look, MoneyText, PageHead, Refusal, RouteLink, Skeleton, print_paper,
};
use crate::outside;
use crate::pages::checkout::held::status;
use crate::pages::log::Log;
use crate::pages::send_mail::SendMail;
use crate::query::use_query;
use crate::route::{CustomerTab, Route};
use crate::session::use_session;
use crate::toast::use_toast;
use domain::{Money, TicketId};
use protocol::keeping::Thing;
use protocol::mail::Wanted;
use protocol::receipt::{GetReceiptPdf, tender_words};
use protocol::tickets::{GetTicket, RefundView, TicketView};
use receipt::{PrintedReceipt, Receipt};
use refund::Refund;
use std::rc::Rc;
use void::Void;
use yew::prelude::*;
use yew_nested_router::prelude::use_router;

#[derive(Properties, PartialEq)]
pub struct TicketProps {
    pub id: TicketId,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Over {
    Nothing,
    Refund,
    Void,
    Mail,
}

#[component]
pub fn TicketPage(props: &TicketProps) -> Html {
    let router = use_router::<Route>();
    let over = use_state(|| Over::Nothing);
    let ticket = use_query(GetTicket { id: props.id });
    let back = {
        let router = router.clone();
        Callback::from(move |()| match web_sys::window().and_then(|window| window.history().ok()) {
            Some(history) if history.length().is_ok_and(|pages| pages > 1) => {
                // Where it fails, the address stays as it is.
                let _ = history.back();
            }
            _ => {
                if let Some(router) = &router {
                    router.push(Route::default());
                }
            }
        })
    };
    let show = |what: Over| {
        let over = over.clone();
        Callback::from(move |()| over.set(what))
    };
    let Some(view) = ticket.data.clone() else {
        return html! {
            <>
                <PageHead title="Ticket" onback={Some(back)} />
                <div class="pl-ticketpage">
                    <Refusal error={ticket.error.clone()} title="The ticket could not be read" onretry={Some(ticket.reload.clone())} />
                    if ticket.slow { <Skeleton /> }
                </div>
            </>
        };
    };
    html! {
        <>
            <Head view={view.clone()} {back} onrefund={show(Over::Refund)} onvoid={show(Over::Void)} onmail={show(Over::Mail)} />
            <div class="pl-ticketpage" tabindex="0" role="group" aria-label="Ticket">
                <div class="pl-receipt-frame"><Receipt ticket={view.clone()} /></div>
                <Facts view={view.clone()} />
            </div>
            <PrintedReceipt ticket={view.clone()} />
            { match *over {
                Over::Nothing => html!(),
                Over::Refund => html!(<Refund ticket={view} onclose={show(Over::Nothing)} />),
                Over::Void => html!(<Void ticket={view} onclose={show(Over::Nothing)} />),
                Over::Mail => html! {
                    <SendMail what={Wanted::Receipt { ticket: view.id }} title={format!("Receipt {}", view.number)} own={view.customer_email.clone()}
                        onclose={show(Over::Nothing)} />
                },
            } }
        </>
    }
}

#[derive(Properties, PartialEq)]
struct HeadProps {
    view: Rc<TicketView>,
    back: Callback<()>,
    onrefund: Callback<()>,
    onvoid: Callback<()>,
    onmail: Callback<()>,
}

#[component]
fn Head(props: &HeadProps) -> Html {
    let session = use_session();
    let toast = use_toast();
    let view = &props.view;
    let onprint = {
        let toast = toast.clone();
        Callback::from(move |()| print_paper(toast.clone()))
    };
    let onsave = {
        let (toast, id) = (toast.clone(), view.id);
        Callback::from(move |()| outside::keep_file(GetReceiptPdf { ticket: id }, toast.clone()))
    };
    let can_refund = view.voided.is_none() && view.refundable.iter().any(|line| line.qty > 0);
    let actions = html! {
        <>
            <Button icon="print" text="Print" onclick={onprint} />
            <Button icon="download" text="Save PDF" onclick={onsave} />
            <Button icon="envelope" text="E-mail" onclick={props.onmail.clone()} />
            if can_refund { <Button icon="undo" text="Refund" onclick={props.onrefund.clone()} /> }
            if view.can_void { <Button look={Look::Danger} icon="ban" text="Void" onclick={props.onvoid.clone()} /> }
        </>
    };
    let subtitle = format!("{} {}", session.day(view.on), view.at);
    html!(<PageHead title={format!("Ticket {}", view.number)} {subtitle} beside={status(view.status)} {actions} onback={Some(props.back.clone())} />)
}

#[derive(Properties, PartialEq)]
struct FactsProps {
    view: Rc<TicketView>,
}

#[component]
fn Facts(props: &FactsProps) -> Html {
    let session = use_session();
    let view = &props.view;
    let totals = &view.settled.quote.totals;
    let refunded: Money = view.refunds.iter().map(|refund| refund.money).sum();
    html! {
        <div class="pl-stack pl-ticketfacts">
            <section class="pl-panel">
                <h2 class="pl-section-title">{ "Sale" }</h2>
                <dl class="pl-kv">
                    <dt>{ session.practice.customer_word.one() }</dt>
                    <dd>
                        if let (Some(id), Some(name)) = (view.customer, &view.customer_name) {
                            <RouteLink to={Route::Customer { id, tab: CustomerTab::Purchases }}><span dir="auto">{ name }</span></RouteLink>
                        } else { { "None" } }
                    </dd>
                    <dt>{ "Served by" }</dt><dd dir="auto">{ &view.staff }</dd>
                    <dt>{ "Location" }</dt><dd dir="auto">{ &view.location_name }</dd>
                    <dt>{ "Paid" }</dt>
                    <dd>{ for view.settled.tenders.iter().map(|tender| html!(<div><MoneyText amount={tender.amount} />{ format!(", {}", tender_words(&tender.kind)) }</div>)) }
                        if view.settled.tenders.is_empty() { { "Nothing: benefits and credit paid for it" } }
                    </dd>
                    if totals.savings.is_positive() { <dt>{ "Saved" }</dt><dd><MoneyText amount={totals.savings} saving=true /></dd> }
                    if totals.credits.is_positive() { <dt>{ "Credits used" }</dt><dd><MoneyText amount={totals.credits} /></dd> }
                    if !view.note.is_empty() { <dt>{ "Note" }</dt><dd class="pl-lines-kept" dir="auto">{ &view.note }</dd> }
                    if refunded.is_positive() { <dt>{ "Refunded" }</dt><dd><MoneyText amount={refunded} /></dd> }
                </dl>
            </section>
            if let Some(voided) = &view.voided {
                <section class="pl-panel">
                    <h2 class="pl-section-title">{ "Voided" }</h2>
                    <p>{ format!("{} by {}", session.day(voided.on), voided.by) }</p>
                    <p class="pl-subtle" dir="auto">{ &voided.reason }</p>
                </section>
            }
            { for view.refunds.iter().map(|refund| refund_panel(view, refund, &session)) }
            if view.refunds.is_empty() && view.voided.is_none() && view.refundable.iter().all(|line| line.qty == 0) {
                <EmptyState title="Nothing to give back">{ "Every unit of this ticket was refunded." }</EmptyState>
            }
            <section class="pl-panel">
                <h2 class="pl-section-title">{ "Log" }</h2>
                <Log about={Thing::Ticket(view.id)} />
            </section>
        </div>
    }
}

fn refund_panel(view: &TicketView, refund: &RefundView, session: &crate::session::SignedIn) -> Html {
    let name =
        |id| view.settled.input.lines.iter().find(|line| line.id == id).map_or("", |line| line.name.as_str());
    html! {
        <section class="pl-panel" key={refund.number.clone()}>
            <div class="pl-row pl-row--between">
                <h2 class="pl-section-title">{ format!("Refund {}", refund.number) }</h2>
                <MoneyText amount={refund.money} strong=true />
            </div>
            <p class="pl-small pl-subtle">{ format!("{} {} by {}", session.day(refund.on), refund.at, refund.by) }</p>
            <ul class="pl-list">
                { for refund.lines.iter().map(|line| html!(<li dir="auto">{ format!("{} × {}", line.qty, name(line.line)) }</li>)) }
                { for refund.tenders.iter().map(|tender| html!(<li>{ format!("{} back: {}", session.money(tender.amount), tender_words(&tender.kind)) }</li>)) }
                { for refund.returns.iter().map(|words| html!(<li>{ words }</li>)) }
            </ul>
            <p class="pl-subtle" dir="auto">{ &refund.reason }</p>
        </section>
    }
}
