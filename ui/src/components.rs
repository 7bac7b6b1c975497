//! What pages are built from. Styled by `ui/static/perennial.css` and `additions.css`, in PatternFly's own markup.
//!
//! # How to build a page
//!
//! A page is a component in `pages/`, shown by `app.rs` for one [`crate::route::Route`]. It lives inside the frame, so
//! [`crate::session::use_session`] always answers: practice, currency, words, staff, today.
//!
//! ```ignore
//! #[component]
//! pub fn ItemsPage() -> Html {
//!     let session = use_session();
//!     let toast = use_toast();
//!     let text = use_state(String::new);
//!     // Asked again when the request changes and after every change made through this window.
//!     let list = use_query(ListItems { text: (*text).clone(), ..ListItems::default() });
//!     let rows = list.data.iter().flat_map(|list| &list.items).map(|row| TableRow::new(
//!         row.item.id.to_string(),
//!         vec![html!({ &row.item.name }), html!(<MoneyText amount={row.item.price} />), html!(<RowMenu label=".." items={..} />)],
//!     )).collect::<Vec<_>>();
//!     let columns = vec![Column::new("Item", "").sorts(), Column::new("Price", "pl-w-price").end(), Column::menu()];
//!     let archive = move |id| spawn_local(async move {
//!         // `act` makes the key, asks for a manager's PIN where one is needed and refreshes what is on the screen.
//!         match act(ArchiveItem { id }).await {
//!             Ok(_) => toast.done("Archived"),
//!             Err(refusal) => toast.refused(&refusal),
//!         }
//!     });
//!     html! {
//!         <>
//!             <PageHead title="Items" actions={html!(<Button look={Look::Primary} icon="plus" text="Add item" onclick={..} />)} />
//!             <Toolbar count={format!("{} items", rows.len())}>
//!                 <SearchField value={(*text).clone()} onchange={..} placeholder="Name or code" label="Filter items" command={Command::Filter} width="15rem" />
//!             </Toolbar>
//!             <DataTable label="Items" {columns} {rows} loading={list.slow} error={list.error.clone()} onretry={list.reload.clone()}
//!                 empty={html!(<EmptyState title="..">{ ".." }</EmptyState>)} />
//!         </>
//!     }
//! }
//! ```
//!
//! - A list beside a drawer: `<div class="pl-split"><div class="pl-pane">..</div><Drawer ../></div>`. Everything else
//!   stands straight in the work surface, a column in which only `pl-scroll` scrolls.
//! - Dialogs: draw [`Dialog`] while a state says it is open. It keeps the focus, Esc calls `onclose`, Enter `onprimary`.
//! - Refusals: beside the field with `problem_with(error, "name")`, else [`Refusal`] in the dialog, else a toast.
//! - Keys: `use_command(Command::Pay, callback)` while the page is shown; an open dialog hides the page's commands.
//!   `use_scan(callback)` receives barcodes wherever the focus is.
//! - Going elsewhere: `use_router::<Route>()` from `yew_nested_router::prelude`, or [`RouteLink`].
//! - Money: [`MoneyText`]; figures are typed as text and read with [`parse_money`], [`parse_rate`], [`parse_count`].
//! - Lists that come in pages: [`crate::pages_of::use_pages`]; the table of members draws only the rows in sight.
//! - State with more than two moving parts: a reducer (`use_reducer`) in plain Rust, with tests that run natively.
//! - A component that reads a `Callback` prop in an effect keeps the newest one in a ref; see `keys::use_command`.

mod button;
mod combo;
mod date_field;
mod dialog;
mod dots;
mod field;
mod file_choice;
mod layout;
mod menu;
mod notice;
mod paper;
mod person;
mod picture_choice;
mod recovery_key;
mod signature;
mod stepper;
mod table;
mod tender;
mod text;

pub use button::*;
pub use combo::*;
pub use date_field::*;
pub use dialog::*;
pub use dots::*;
pub use field::*;
pub use file_choice::*;
pub use layout::*;
pub use menu::*;
pub use notice::*;
pub use paper::*;
pub use person::*;
pub use picture_choice::PictureChoice;
pub use recovery_key::*;
pub use signature::*;
pub use stepper::*;
pub use table::*;
pub use tender::*;
pub use text::*;
