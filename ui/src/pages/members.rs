//! Members: a table of any length, the drawer beside it, and what can be done to each.

pub mod actions;
pub mod card_billing;
pub mod card_page;
pub mod consent;
pub mod drawer;
pub mod enroll;
mod export;
pub mod find_customer;
mod listing;
pub mod many;
pub mod receipt;
pub mod table;

pub use table::{KeptAt, MemberTable};

use crate::components::{PageHead, TabItem, Tabs};
use crate::pages::memberships::words::every;
use crate::route::Route;
use crate::session::SignedIn;
use domain::plan::CreditUnit;
use domain::{Currency, Money};
use protocol::enrollments::EnrollmentView;
use yew::prelude::*;
use yew_nested_router::prelude::use_router;

/// Everyone who holds a membership, from the navigation.
#[component]
pub fn Members() -> Html {
    html! { <MemberTable head={|add: Html| html! {
        <>
            <PageHead title="Members" actions={add} />
            <MemberTabs selected={Tab::People} />
        </>
    }} /> }
}

/// Who holds memberships: people, and organizations for their people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tab {
    People,
    Organizations,
}

#[derive(Properties, PartialEq)]
pub struct MemberTabsProps {
    pub selected: Tab,
}

#[component]
pub fn MemberTabs(props: &MemberTabsProps) -> Html {
    let router = use_router::<Route>();
    let onselect = Callback::from(move |tab| {
        if let Some(router) = &router {
            router.push(match tab {
                Tab::People => Route::Members,
                Tab::Organizations => Route::Organizations,
            });
        }
    });
    let tabs = vec![TabItem::new(Tab::People, "Members"), TabItem::new(Tab::Organizations, "Organizations")];
    html! { <Tabs<Tab> label="Members" {tabs} selected={props.selected} {onselect} /> }
}

/// What it costs and how often, as its holder has it: `$99.00 every month`, `$40.00 per person every month`.
pub fn price_words(view: &EnrollmentView, session: &SignedIn) -> String {
    let (price, each) = (session.money(view.terms.price), session.money(view.terms.family.add_on_price()));
    let often = every(view.terms.frequency);
    match view.seats {
        Some(_) if view.terms.price.is_zero() => format!("{each} per person {often}"),
        Some(_) if view.terms.family.add_on_price().is_positive() => {
            format!("{price} and {each} per person {often}")
        }
        Some(_) | None => format!("{price} {often}"),
    }
}

/// What is left of a benefit, short: `$60.00`, `1 h 30`, `2`.
pub fn left_words(unit: CreditUnit, amount: i64, currency: Currency) -> String {
    match unit {
        CreditUnit::Money => currency.format(Money::from_minor(amount)),
        CreditUnit::Minutes => crate::pages::memberships::words::short_duration(amount),
        CreditUnit::Bookings if amount < 0 => format!("\u{2212}{}", amount.abs()),
        CreditUnit::Bookings => amount.to_string(),
    }
}
