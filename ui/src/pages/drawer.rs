//! The day at this desk: its cash drawer, opened, kept and closed, and the closings of every desk for a manager.

mod closing;
mod moving;
mod report;

use crate::bridge::problem_with;
use crate::components::{
    Button, Column, DataTable, EmptyState, Look, MoneyField, MoneyText, Notice, PageHead, Refusal, RouteLink,
    Severity, Skeleton, TableRow, TextField, parse_money,
};
use crate::pages_of::{Paged, use_pages};
use crate::query::use_query;
use crate::route::Route;
use crate::saving::use_saving;
use crate::session::{SignedIn, use_session};
use crate::toast::use_toast;
use closing::Closing;
use domain::Money;
use domain::drawer::Takings;
use domain::practice::Role;
use moving::Moving;
use protocol::drawers::{
    DrawerRow, GetDrawer, LastClosing, ListDrawers, OpenDrawer, OpenDrawerView, Waiting, Way,
};
pub use report::DrawerReportPage;
use yew::prelude::*;
use yew_nested_router::prelude::use_router;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Over {
    Nothing,
    Moving(Way),
    Closing,
}

#[component]
pub fn DrawerPage() -> Html {
    let session = use_session();
    let router = use_router::<Route>();
    let over = use_state(|| Over::Nothing);
    let drawer = use_query(GetDrawer {});
    let show = |what: Over| {
        let over = over.clone();
        Callback::from(move |()| over.set(what))
    };
    let back = Callback::from(move |()| {
        if let Some(router) = &router {
            router.push(Route::default());
        }
    });
    let open = drawer.data.as_ref().and_then(|view| view.open.clone());
    let actions = match &open {
        Some(_) => html! {
            <>
                <Button icon="plus" text="Pay in" onclick={show(Over::Moving(Way::In))} />
                <Button icon="minus" text="Pay out" onclick={show(Over::Moving(Way::Out))} />
                <Button look={Look::Primary} icon="lock" text="Close the drawer" onclick={show(Over::Closing)} />
            </>
        },
        None => html!(),
    };
    let subtitle = drawer.data.as_ref().map(|view| view.desk.clone()).unwrap_or_default();
    html! {
        <>
            <PageHead title="Cash drawer" {subtitle} {actions} onback={Some(back)} />
            <div class="pl-scroll pl-drawerpage" tabindex="0" role="group" aria-label="Cash drawer">
                <Refusal error={drawer.error.clone()} title="The drawer could not be read" onretry={Some(drawer.reload.clone())} />
                if drawer.slow { <Skeleton /><Skeleton /> }
                if let Some(view) = &drawer.data {
                    if let Some(open) = &open {
                        <Standing open={open.clone()} />
                    } else {
                        <Opening waiting={view.waiting} />
                    }
                }
                { for drawer.data.as_ref().and_then(|view| view.last_closing.as_ref()).filter(|last| may_read(last, &session)).map(|last| last_closing(last, &session)) }
                if session.staff.role >= Role::Manager { <Closings /> }
            </div>
            { match (*over, &open) {
                (Over::Moving(way), Some(_)) => html!(<Moving {way} onclose={show(Over::Nothing)} />),
                (Over::Closing, Some(open)) => html!(<Closing open={open.clone()} onclose={show(Over::Nothing)} />),
                _ => html!(),
            } }
        </>
    }
}

/// A report is for everybody on the day it was made, later for a manager.
fn may_read(last: &LastClosing, session: &SignedIn) -> bool {
    last.on == session.today || session.staff.role >= Role::Manager
}

/// The way back to the newest report, to read or print it again.
fn last_closing(last: &LastClosing, session: &SignedIn) -> Html {
    html! {
        <p>
            <span class="pl-subtle">{ format!("Last closing {} at {} by ", session.day(last.on), last.at) }<bdi>{ &last.by }</bdi>{ ". " }</span>
            <RouteLink to={Route::DrawerReport(last.id)}>{ "Open its report, to read or print" }</RouteLink>
        </p>
    }
}

#[derive(Properties, PartialEq)]
struct OpeningProps {
    waiting: Option<Waiting>,
}

/// Counting what lies in the drawer before the day begins.
#[component]
fn Opening(props: &OpeningProps) -> Html {
    let session = use_session();
    let toast = use_toast();
    let currency = session.currency();
    let expected = props.waiting.map(Waiting::expected);
    let counted = use_state(String::new);
    let note = use_state(String::new);
    let saving = use_saving::<OpenDrawer>(Callback::from(move |_| toast.done("Drawer open")));
    let typed = parse_money(currency, &counted);
    let differs = expected.zip(typed.as_ref().ok()).is_some_and(|(expected, typed)| expected != *typed);
    let set = |state: &UseStateHandle<String>| {
        let state = state.clone();
        Callback::from(move |text: String| state.set(text))
    };
    let onsubmit = {
        let (send, typed, note) = (saving.send.clone(), typed.clone(), note.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            if let Ok(counted) = typed {
                send.emit(OpenDrawer { counted, note: note.trim().to_owned() });
            }
        })
    };
    let help = match props.waiting {
        None => "Coins and notes that are in it now".to_owned(),
        Some(Waiting { left, since }) if since.is_zero() => {
            format!("{} stayed in it at the last closing", session.money(left))
        }
        Some(waiting) => format!(
            "{} stayed in it at the last closing and {} came in since: {} should be there",
            session.money(waiting.left),
            session.money(waiting.since),
            session.money(waiting.expected()),
        ),
    };
    html! {
        <section class="pl-panel pl-drawer-open">
            <h2 class="pl-section-title">{ "The drawer is closed" }</h2>
            <p class="pl-subtle">{ "Count it and open it: from then on every sale, refund and membership that is paid in cash at this desk is expected in it." }</p>
            <form class="pf-v6-c-form pl-stack" {onsubmit}>
                <Refusal error={saving.error.clone().filter(|error| error.code != "invalid")} title="Not opened" />
                <MoneyField label="Counted in the drawer" required=true value={(*counted).clone()} onchange={set(&counted)} autofocus=true {help}
                    error={problem_with(saving.error.as_ref(), "counted")} />
                if differs {
                    <TextField label="What do you know about the difference?" required=true value={(*note).clone()} onchange={set(&note)} max_length={500}
                        error={problem_with(saving.error.as_ref(), "note")} />
                }
                <div><Button look={Look::Primary} submit=true text="Open the drawer" disabled={saving.busy || typed.is_err() || (differs && note.trim().is_empty())} /></div>
            </form>
        </section>
    }
}

#[derive(Properties, PartialEq)]
struct StandingProps {
    open: OpenDrawerView,
}

/// What should lie in the open drawer, and why.
#[component]
fn Standing(props: &StandingProps) -> Html {
    let session = use_session();
    let open = &props.open;
    html! {
        <>
            if open.on != session.today {
                <Notice severity={Severity::Warning} title={format!("Open since {}", session.day(open.on))}>
                    { "A drawer is closed at the end of its day, so that a difference is found while somebody still knows why." }
                </Notice>
            }
            <div class="pl-drawer-two">
                <section class="pl-panel">
                    <h2 class="pl-section-title">{ "Cash" }</h2>
                    { cash_rows(&open.takings, open.opened_with) }
                    <div class="pl-drawer-sum"><span>{ "Should be in the drawer" }</span><span class="pl-big"><MoneyText amount={open.expected} /></span></div>
                    <p class="pl-small pl-subtle">{ format!("Opened {} at {} by ", session.day(open.on), open.at) }<bdi>{ &open.by }</bdi></p>
                </section>
                <section class="pl-panel">
                    <h2 class="pl-section-title">{ "Everything taken at this desk" }</h2>
                    { totals_rows(&open.takings) }
                </section>
                <section class="pl-panel pl-wide">
                    <h2 class="pl-section-title">{ "Paid in and out" }</h2>
                    if open.moved.is_empty() { <p class="pl-subtle">{ "Nothing yet. Pay in what is laid into the drawer without a sale, pay out what is taken for an errand or the bank." }</p> }
                    { moves(&open.moved) }
                </section>
            </div>
        </>
    }
}

fn row(words: &str, amount: Money) -> Html {
    html!(<><dt>{ words.to_owned() }</dt><dd><MoneyText {amount} /></dd></>)
}

/// How the cash of a drawer came about.
fn cash_rows(takings: &Takings, opened_with: Money) -> Html {
    let cash = takings.methods.iter().find(|by| by.method == domain::drawer::Method::Cash);
    html! {
        <dl class="pl-kv pl-kv--sums">
            { row("Opened with", opened_with) }
            { row("Taken in cash", cash.map_or(Money::ZERO, |by| by.taken)) }
            { row("Given back in cash", -cash.map_or(Money::ZERO, |by| by.given_back)) }
            { row("Paid in", takings.paid_in) }
            { row("Paid out", -takings.paid_out) }
        </dl>
    }
}

/// What was sold, and how it was paid.
fn totals_rows(takings: &Takings) -> Html {
    let counted =
        |count: u32, one: &str, many: &str| format!("{count} {}", if count == 1 { one } else { many });
    html! {
        <>
        <dl class="pl-kv pl-kv--sums">
            { row(&counted(takings.tickets, "ticket", "tickets"), takings.sold) }
            if !takings.tax.is_zero() { { row("Tax in it", takings.tax) } }
            if !takings.credits.is_zero() { { row("Paid by credits", -takings.credits) } }
            if !takings.tips.is_zero() { { row("Tips", takings.tips) } }
            if takings.charges > 0 { { row(&counted(takings.charges, "membership charge", "membership charges"), takings.charged) } }
            if !takings.rounding.is_zero() { { row("Cash rounding", takings.rounding) } }
            if takings.voids > 0 || takings.refunds > 0 {
                { row(&format!("{} and {}", counted(takings.refunds, "refund", "refunds"), counted(takings.voids, "void", "voids")), -takings.given_back) }
            }
        </dl>
        if !takings.methods.is_empty() {
            <dl class="pl-kv pl-kv--sums pl-kv--paid">
                { for takings.methods.iter().map(|by| row(by.method.words(), by.taken - by.given_back)) }
            </dl>
        }
        </>
    }
}

fn moves(moved: &[protocol::drawers::CashMove]) -> Html {
    html! {
        <ul class="pl-plainlist pl-drawer-moves">
            { for moved.iter().map(|moved| html! {
                <li>
                    <span class="pl-num pl-subtle">{ &moved.at }</span>
                    <span class="pl-grow"><bdi>{ &moved.reason }</bdi>{ " " }<span class="pl-small pl-subtle"><bdi>{ &moved.by }</bdi></span></span>
                    <MoneyText amount={moved.amount} />
                </li>
            }) }
        </ul>
    }
}

impl Paged for ListDrawers {
    type Row = DrawerRow;
    fn page(&self, after: Option<String>, limit: u32) -> Self {
        Self { after, limit: Some(limit) }
    }
    fn open(reply: Self::Reply) -> (Vec<DrawerRow>, Option<u32>, Option<String>) {
        (reply.rows, None, reply.next)
    }
}

/// Closed drawers of every desk, newest first.
#[component]
fn Closings() -> Html {
    let session = use_session();
    let router = use_router::<Route>();
    let list = use_pages(ListDrawers::default());
    let rows = list.rows.clone();
    let onopen = {
        let rows = rows.clone();
        Callback::from(move |at: usize| {
            if let (Some(router), Some(row)) = (&router, rows.get(at)) {
                router.push(Route::DrawerReport(row.id));
            }
        })
    };
    let more = {
        let (reach, have) = (list.reach.clone(), rows.len());
        Callback::from(move |()| reach.emit(have + 1))
    };
    let columns = vec![
        Column::new("Closed", "pl-w-price"),
        Column::new("Desk", ""),
        Column::new("By", "pl-w-tier"),
        Column::new("Expected", "pl-w-price").end(),
        Column::new("Counted", "pl-w-price").end(),
        Column::new("Difference", "pl-w-price").end(),
    ];
    let cells = rows.iter().map(|row| {
        let difference = row.counted - row.expected;
        let class = if difference.is_zero() { "pl-subtle" } else { "pl-bad pl-strong" };
        TableRow::new(row.id.to_string(), vec![
            html!(<span class="pl-date">{ format!("{} {}", session.day(row.closed_on), row.closed_at) }</span>),
            html!(<bdi class="pl-clip">{ &row.desk }</bdi>),
            html!(<bdi class="pl-clip">{ &row.closed_by }</bdi>),
            html!(<MoneyText amount={row.expected} />),
            html!(<MoneyText amount={row.counted} />),
            html!(<span {class} title={row.note.clone()}><MoneyText amount={difference} /></span>),
        ])
    });
    html! {
        <section class="pl-stack">
            <h2 class="pl-section-title">{ "Closings of every desk" }</h2>
            <DataTable label="Closings" {columns} rows={cells.collect::<Vec<_>>()} loading={list.slow} error={list.error.clone()} onretry={list.reload.clone()}
                onopen={Some(onopen)} empty={html!(<EmptyState title="No drawer was closed yet">{ "Each closing stays here with its report: what was expected, what was counted, and what was said about a difference." }</EmptyState>)} />
            if rows.len() >= 100 { <div><Button look={Look::Link} text="Show older" onclick={more} /></div> }
        </section>
    }
}
