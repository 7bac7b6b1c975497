//! What a scanned code names, and the way from any page to the counter with it.

use super::items;
use crate::bridge;
use crate::keys::use_scan_elsewhere;
use crate::route::Route;
use crate::toast::{Notify, use_toast};
use protocol::ErrorReply;
use protocol::customers::{CustomerHit, FindCustomers};
use protocol::gift_cards::GetGiftCard;
use protocol::tickets::{Catalog, CatalogItem, GetCatalog};
use std::cell::RefCell;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;
use yew_nested_router::prelude::use_router;

#[derive(Debug, Clone, PartialEq)]
pub enum Scanned {
    Item(Box<CatalogItem>),
    /// By their member card.
    Person(Box<CustomerHit>),
    /// Its code as the desk writes it.
    GiftCard(String),
    Nothing,
}

thread_local! {
    /// Scanned on another page, and not yet taken by the counter.
    static ARRIVED: RefCell<Option<Scanned>> = const { RefCell::new(None) };
}

/// An item on sale here, else whose member card it is, else a gift card.
pub async fn look_up(catalog: &Catalog, code: &str) -> Result<Scanned, ErrorReply> {
    if let Some(sold) = items::scanned(catalog, code) {
        return Ok(Scanned::Item(Box::new(sold.clone())));
    }
    let found = bridge::call(FindCustomers { text: code.to_owned(), limit: Some(1) }).await?;
    if let Some(holder) = found.people.into_iter().next().filter(|hit| hit.by_card) {
        return Ok(Scanned::Person(Box::new(holder)));
    }
    let card = bridge::call(GetGiftCard { code: code.to_owned(), id: None }).await;
    Ok(card.map_or(Scanned::Nothing, |card| Scanned::GiftCard(card.code)))
}

pub fn nothing_has(code: &str, toast: &Notify) {
    toast.warn(
        format!("Nothing has the code {code}"),
        "It is neither an item on sale here nor a member card nor a gift card.",
    );
}

/// What came along from another page, once.
pub fn arrived() -> Option<Scanned> {
    ARRIVED.take()
}

/// A code that is scanned where nothing listens and nothing is typed leads to the counter, which does with it what it
/// does with every scan. A code that names nothing leads nowhere.
#[hook]
pub fn use_scan_to_the_counter() {
    let toast = use_toast();
    let router = use_router::<Route>();
    let bring = Callback::from(move |code: String| {
        let (toast, router) = (toast.clone(), router.clone());
        spawn_local(async move {
            let found = match bridge::call(GetCatalog {}).await {
                Ok(catalog) => look_up(&catalog, &code).await,
                Err(refusal) => Err(refusal),
            };
            match (found, router) {
                (Ok(Scanned::Nothing), _) => nothing_has(&code, &toast),
                (Ok(found), Some(router)) => {
                    ARRIVED.set(Some(found));
                    router.push(Route::Checkout { customer: None });
                }
                (Err(refusal), _) => toast.refused(&refusal),
                (Ok(_), None) => {}
            }
        });
    });
    use_scan_elsewhere(bring);
}
