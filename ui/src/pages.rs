//! The pages, and which one an address shows.

pub mod checkout;
mod lock;
mod settings;
mod start;
mod tasks;
pub mod ticket;
mod unlock;

pub use lock::LockPage;
pub use start::StartPage;
pub use unlock::UnlockPage;

use crate::components::PageHead;
use crate::route::Route;
use yew::prelude::*;

/// The page of an address.
pub fn page(route: Route) -> Html {
    match route {
        Route::Checkout { customer } => html!(<checkout::CheckoutPage {customer} />),
        Route::Members => html!(<PageHead title="Members" />),
        Route::Tiers
        | Route::TierMembers { .. }
        | Route::TierNew
        | Route::TierCopy(_)
        | Route::TierEdit(_) => {
            html!(<PageHead title="Memberships" />)
        }
        Route::Items => html!(<PageHead title="Items" />),
        Route::Customer { .. } => html!(<PageHead title="Profile" />),
        Route::Ticket(id) => html!(<ticket::TicketPage {id} />),
        Route::Tasks => html!(<tasks::TasksPage />),
        Route::Settings(tab) => html!(<settings::SettingsPage {tab} />),
    }
}
