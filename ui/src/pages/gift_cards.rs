//! Inventory > Gift cards: every card, what is left on it, and what the practice owes on all of them.

pub mod card;
pub mod change;

use crate::components::{
    Button, Column, DataTable, Drawer, EmptyState, FilterMenu, Look, MoneyText, NothingMatches, PageHead,
    SearchField, StatusLabel, TableRow, Tone, Toolbar,
};
use crate::keys::Command;
use crate::pages::memberships::kept::use_kept;
use crate::pages::memberships::words::plural;
use crate::pages_of::{Paged, use_pages};
use crate::query::use_query;
use crate::route::Route;
use crate::session::use_session;
use card::{CardFacts, CardMovements};
use change::{Change, ChangeCard};
use domain::practice::Role;
use domain::{GiftCardId, Money};
use protocol::gift_cards::{GetGiftCard, GiftCardRow, GiftCardView, ListGiftCards, WhichCards};
use std::cell::RefCell;
use std::rc::Rc;
use yew::prelude::*;
use yew_nested_router::prelude::use_router;

thread_local! {
    /// What the list is narrowed to, as it was left.
    static NARROWED: RefCell<Option<ListGiftCards>> = const { RefCell::new(None) };
}

impl Paged for ListGiftCards {
    type Row = GiftCardRow;
    fn page(&self, after: Option<String>, limit: u32) -> Self {
        Self { after, limit: Some(limit), ..self.clone() }
    }
    fn open(reply: Self::Reply) -> (Vec<GiftCardRow>, Option<u32>, Option<String>) {
        (reply.rows, None, reply.next)
    }
}

#[derive(Properties, PartialEq)]
pub struct GiftCardsProps {
    /// The one whose drawer is open.
    #[prop_or_default]
    pub card: Option<GiftCardId>,
}

#[component]
pub fn GiftCardsPage(props: &GiftCardsProps) -> Html {
    let session = use_session();
    let router = use_router::<Route>();
    let asked = use_kept(&NARROWED);
    let cards = use_pages((*asked).clone());
    // The sums speak of all cards, whatever the list is narrowed to.
    let sums = use_query(ListGiftCards { limit: Some(1), ..ListGiftCards::default() });
    let go = {
        let router = router.clone();
        Callback::from(move |card: Option<GiftCardId>| {
            if let Some(router) = &router {
                router.push(Route::GiftCards { card });
            }
        })
    };
    let is_filtered = !asked.text.trim().is_empty() || asked.which != WhichCards::All;
    let rows: Vec<TableRow> = cards
        .rows
        .iter()
        .map(|row| {
            let day =
                |day: Option<domain::Day>| day.map_or_else(|| "\u{2014}".to_owned(), |day| session.day(day));
            TableRow::new(
                row.id.to_string(),
                vec![
                    html! { <bdi class="pl-name pl-num">{ &row.shown }</bdi> },
                    status(row.blocked, row.balance),
                    html! { <span class="pl-date">{ day(row.issued_on) }</span> },
                    html! { <span class="pl-date">{ day(row.last_used) }</span> },
                    html! { <MoneyText amount={row.issued} /> },
                    html! { <MoneyText amount={row.balance} strong=true /> },
                ],
            )
        })
        .collect();
    let id_at = {
        let rows = cards.rows.clone();
        move |at: usize| rows.get(at).map(|row| row.id)
    };
    let onopen = {
        let (go, id_at) = (go.clone(), id_at.clone());
        Callback::from(move |at: usize| go.emit(id_at(at)))
    };
    // The drawer follows the arrows once it is open.
    let onmove = {
        let (go, open) = (go.clone(), props.card.is_some());
        Callback::from(move |at: usize| {
            if open {
                go.emit(id_at(at));
            }
        })
    };
    let narrow = |put: fn(&mut ListGiftCards)| {
        let asked = asked.clone();
        Callback::from(move |()| asked.change(put))
    };
    let ontext = {
        let asked = asked.clone();
        Callback::from(move |text: String| asked.change(|asked| asked.text = text))
    };
    let onwhich = {
        let asked = asked.clone();
        Callback::from(move |which: WhichCards| asked.change(|asked| asked.which = which))
    };
    let more = {
        let (reach, have) = (cards.reach.clone(), cards.rows.len());
        Callback::from(move |()| reach.emit(have + 1))
    };
    let owed = sums.data.as_ref().map(|page| {
        let cards = plural(i64::from(page.open), "card with something left", "cards with something left");
        format!("{} owed on {cards}", session.money(page.liability))
    });
    let which = vec![
        (WhichCards::All, AttrValue::from("all")),
        (WhichCards::Open, "with something left".into()),
        (WhichCards::Empty, "empty".into()),
        (WhichCards::Blocked, "blocked".into()),
        (WhichCards::Overdrawn, "overdrawn".into()),
    ];
    let empty = if is_filtered {
        html! { <NothingMatches what="gift cards" onclear={narrow(|asked| *asked = ListGiftCards::default())} /> }
    } else {
        html! {
            <EmptyState title="No gift card was sold yet" icon="gift">
                { "Add an item of the kind gift card, and sell it at the checkout. Each one sold gets a code of its own, and is listed here with what is left on it." }
            </EmptyState>
        }
    };
    html! {
        <div class="pl-split">
            <div class="pl-pane">
                <PageHead title="Gift cards" />
                <Toolbar count={owed.unwrap_or_default()}>
                    <SearchField width="15rem" value={asked.text.clone()} placeholder={if session.staff.role >= Role::Manager { "Begins or ends with" } else { "Last four, or all of it" }} label="Filter gift cards by code" command={Command::Filter} onchange={ontext} />
                    <FilterMenu<WhichCards> title="Show" options={which} selected={asked.which} onselect={onwhich} />
                </Toolbar>
                <DataTable label="Gift cards" {rows} {onopen} {onmove} loading={cards.slow} error={cards.error.clone()} onretry={cards.reload.clone()} {empty}
                    columns={vec![
                        Column::new("Code", ""), Column::new("State", "pl-w-st"), Column::new("Sold", "pl-w-date"), Column::new("Last used", "pl-w-date"),
                        Column::new("Value", "pl-w-bal").end(), Column::new("Left", "pl-w-bal").end(),
                    ]} />
                if cards.more { <div><Button look={Look::Link} text="Show older" onclick={more} /></div> }
            </div>
            if let Some(id) = props.card {
                <CardDrawer key={id.to_string()} {id} onclose={go.reform(|()| None)} />
            }
        </div>
    }
}

/// What can be done with a card now.
pub fn status(blocked: bool, balance: Money) -> Html {
    let (text, tone) = if blocked {
        ("Blocked", Tone::Red)
    } else if balance.is_negative() {
        ("Overdrawn", Tone::Red)
    } else if balance.is_zero() {
        ("Empty", Tone::Grey)
    } else {
        ("Active", Tone::Green)
    };
    html!(<StatusLabel {text} {tone} />)
}

#[derive(Properties, PartialEq)]
struct CardDrawerProps {
    id: GiftCardId,
    onclose: Callback<()>,
}

#[component]
fn CardDrawer(props: &CardDrawerProps) -> Html {
    let card = use_query(GetGiftCard { code: String::new(), id: Some(props.id) });
    let changing = use_state(|| None::<Change>);
    let open = |what: Change| {
        let changing = changing.clone();
        Callback::from(move |()| changing.set(Some(what)))
    };
    let close = {
        let changing = changing.clone();
        Callback::from(move |()| changing.set(None))
    };
    let Some(view) = &card.data else {
        return html! {
            <Drawer label="Gift card" head={html!(<h2 class="pl-section-title">{ "Gift card" }</h2>)} onclose={props.onclose.clone()}>
                <crate::components::Refusal error={card.error.clone()} title="The gift card could not be read" onretry={Some(card.reload.clone())} />
            </Drawer>
        };
    };
    let view: Rc<GiftCardView> = view.clone();
    let head = html! {
        <div class="pl-stack pl-snug">
            <h2 class="pl-section-title pl-num">{ &view.shown }</h2>
            <div>{ status(view.blocked.is_some(), view.balance) }</div>
        </div>
    };
    html! {
        <>
            <Drawer label={format!("Gift card {}", view.shown)} {head} onclose={props.onclose.clone()}>
                <div class="pl-stack">
                    <CardFacts card={view.clone()} />
                    <div class="pl-row pl-flow">
                        <Button look={Look::Secondary} text="Put the balance right" onclick={open(Change::Adjust)} />
                        if view.blocked.is_some() {
                            <Button look={Look::Secondary} text="Unblock" onclick={open(Change::Unblock)} />
                        } else {
                            <Button look={Look::Secondary} text="Block" onclick={open(Change::Block)} />
                        }
                    </div>
                    <CardMovements card={view.clone()} />
                </div>
            </Drawer>
            if let Some(what) = *changing { <ChangeCard card={view} {what} onclose={close} /> }
        </>
    }
}
