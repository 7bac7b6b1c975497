//! A barcode scanner and the keys beside it in the real window: a code read on another page, a member card read while a
//! person is written down, quantity and price by key, and a discarded ticket taken back.

use serde_json::json;
use window::{Front, Stage};

/// With a dash in it, which is a key of its own at the counter.
const CODE: &str = "40-06381";
const CARD: &str = "77-4711-9";

#[tokio::test(flavor = "current_thread")]
async fn a_code_lands_where_it_belongs_on_every_page() {
    let front = Stage::of_the_demo(8).open().await;
    front.signs_in("Dana Whitfield", "4711").await;
    puts_a_serum_on_sale(&front).await;
    is_scanned_on_another_page(&front).await;
    is_counted_and_priced_by_keys(&front).await;
    is_discarded_and_taken_back(&front).await;
    is_the_card_of_a_new_person(&front).await;
    front.closes().await;
}

async fn puts_a_serum_on_sale(front: &Front) {
    let item = json!({
        "do": "save_item", "key": "00000000-0000-4000-8000-000000000001", "id": null, "kind": "product", "name": "Serum Test",
        "code": CODE, "category": null, "price": 8_000, "tax_class": null, "minutes": null, "max_minutes": null, "favourite": true,
    });
    front.asks(item).await.unwrap_or_else(|refusal| panic!("refused: {refusal}"));
}

async fn is_scanned_on_another_page(front: &Front) {
    front.goes_to("/tasks").await;
    front.scans("99-99999").await;
    front.sees("Nothing has the code 99-99999").await;
    assert_eq!(front.route().await, "/tasks", "a code that names nothing leads nowhere");
    front.scans(CODE).await;
    front.sees("Serum Test is on the ticket").await;
    front.sees("$80.00").await;
    assert_eq!(front.route().await, "/checkout");
}

async fn is_counted_and_priced_by_keys(front: &Front) {
    front.press("F6").await;
    front.press("3").await;
    front.press("Enter").await;
    front.sees("$240.00").await;
    front.press("F7").await;
    front.sees("Price each, instead of the list price").await;
    front.press("7").await;
    front.press("0").await;
    front.press("Enter").await;
    front.sees("$210.00").await;
}

async fn is_discarded_and_taken_back(front: &Front) {
    front.clicks("More for this ticket").await;
    front.clicks("Discard this ticket").await;
    front.sees("Ticket discarded").await;
    front.sees("An empty ticket").await;
    front.clicks("Undo").await;
    front.sees("Taken back.").await;
    front.sees("$210.00").await;
}

async fn is_the_card_of_a_new_person(front: &Front) {
    front.press("F3").await;
    front.types("Find a client", "Zora Novak").await;
    front.clicks("New client “Zora Novak”").await;
    front.types("Name", "Zora Novak").await;
    front.takes_up_the_scanner().await;
    front.scans(CARD).await;
    front.settles().await;
    assert_eq!(front.reads("Name").await, "Zora Novak", "the scan left nothing in the field with the focus");
    assert_eq!(front.reads("Card code").await, CARD);
    front.clicks("Save client and add").await;
    front.waits_for("Remove Zora Novak from this ticket").await;
}
