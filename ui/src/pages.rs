//! The pages, and which one an address shows.

pub mod checkout;
mod customer;
mod drawer;
pub mod gift_cards;
mod import;
mod items;
mod lock;
mod log;
mod manual;
pub mod members;
pub mod memberships;
mod organizations;
mod queue;
pub mod send_mail;
mod settings;
mod start;
mod stripe;
mod tasks;
pub mod ticket;
mod unlock;

pub use lock::LockPage;
pub use start::StartPage;
pub use unlock::UnlockPage;

use crate::route::Route;
use memberships::Begin;
use yew::prelude::*;

/// The page of an address.
pub fn page(route: Route) -> Html {
    match route {
        Route::Checkout { customer } => html!(<checkout::CheckoutPage {customer} />),
        Route::Members => html!(<members::Members />),
        Route::Organizations => html!(<organizations::OrganizationsPage />),
        Route::Tiers => html!(<memberships::TiersPage />),
        Route::TierMembers { plan, version } => html!(<memberships::TierMembersPage {plan} {version} />),
        Route::TierNew => html!(<memberships::TierForm begin={Begin::New} />),
        Route::TierCopy(id) => {
            html!(<memberships::TierForm key={id.to_string()} begin={Begin::CopyOf(id)} />)
        }
        Route::TierEdit(id) => html!(<memberships::TierForm key={id.to_string()} begin={Begin::Edit(id)} />),
        Route::Items { item } => html!(<items::ItemsPage {item} />),
        Route::Import(what) => html!(<import::ImportPage key={crate::route::import_segment(what)} {what} />),
        Route::GiftCards { card } => html!(<gift_cards::GiftCardsPage {card} />),
        Route::Customer { id, tab } => html!(<customer::CustomerPage {id} {tab} />),
        Route::Ticket(id) => html!(<ticket::TicketPage {id} />),
        Route::Drawer => html!(<drawer::DrawerPage />),
        Route::DrawerReport(id) => html!(<drawer::DrawerReportPage {id} />),
        Route::Manual => html!(<manual::ManualPage />),
        Route::Tasks => html!(<tasks::TasksPage />),
        Route::Queue => html!(<queue::QueuePage />),
        Route::Settings(tab) => html!(<settings::SettingsPage {tab} />),
    }
}
