//! Members: a table of any length, the drawer beside it, and what can be done to each.

pub mod actions;
pub mod consent;
pub mod drawer;
pub mod enroll;
mod export;
pub mod find_customer;
mod listing;
pub mod many;
pub mod receipt;
mod table;

pub use table::MemberTable;

use crate::components::PageHead;
use domain::plan::CreditUnit;
use domain::{Currency, Money};
use yew::prelude::*;

/// Everyone who holds a membership, from the navigation.
#[component]
pub fn Members() -> Html {
    html! { <MemberTable head={|add: Html| html! { <PageHead title="Members" actions={add} /> }} /> }
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
