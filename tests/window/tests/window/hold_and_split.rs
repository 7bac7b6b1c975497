//! The rest of the checkout in the real window: a gift card sold, a ticket held and recalled, paid in parts with the
//! card among them, refunded to where it came from, and a membership sold on a ticket.

use serde_json::json;
use window::{Front, Stage};

#[tokio::test(flavor = "current_thread")]
async fn a_ticket_is_held_recalled_split_with_a_gift_card_and_refunded() {
    let front = Stage::of_the_demo(8).open().await;
    front.signs_in("Dana Whitfield", "4711").await;
    puts_on_sale(&front, 1, "gift_card", "Gift Card Test", 5_000).await;
    puts_on_sale(&front, 2, "product", "Serum Test", 8_000).await;
    drops_what_the_demo_held(&front).await;
    let code = sells_a_gift_card(&front).await;
    holds_and_recalls(&front).await;
    pays_in_parts(&front, &code).await;
    refunds(&front).await;
    looks_it_up(&front, &code).await;
    sells_a_membership(&front).await;
    let doctor = front.does(json!({ "do": "run_doctor" })).await;
    assert_eq!(doctor["healthy"], true, "{doctor}");
    front.closes().await;
}

fn uuid(n: u32) -> String {
    format!("00000000-0000-4000-8000-{n:012}")
}

async fn puts_on_sale(front: &Front, n: u32, kind: &str, name: &str, price: i64) {
    let item = json!({
        "do": "save_item", "key": uuid(n), "id": null, "kind": kind, "name": name, "code": null, "category": null,
        "price": price, "tax_class": null, "minutes": null, "max_minutes": null, "favourite": true,
    });
    front.does(item).await;
}

async fn drops_what_the_demo_held(front: &Front) {
    let held = front.does(json!({ "do": "list_held" })).await;
    for (n, ticket) in (100..).zip(held["held"].as_array().expect("a list")) {
        front.does(json!({ "do": "drop_held", "id": ticket["id"], "key": uuid(n) })).await;
    }
}

/// $50.00 in cash; the card's code is on its receipt.
async fn sells_a_gift_card(front: &Front) -> String {
    front.goes_to("/checkout").await;
    front.types("Search items", "Gift Card Test").await;
    front.clicks("Gift Card Test").await;
    front.sees("$50.00").await;
    front.press("F9").await;
    front.sees("Exact").await;
    front.press("Enter").await;
    front.sees("$50.00 paid").await;
    front.picture("receipt-gift-card").await;
    front.is_accessible("the receipt of a gift card").await;
    let code = code_on_the_receipt(&front.text().await);
    // Where it is not in somebody's hand, a code shows its end alone: whoever knows it can spend it.
    let cards = front.does(json!({ "do": "list_gift_cards" })).await;
    let card = cards["rows"].as_array().and_then(|rows| rows.first()).expect("it was sold").clone();
    assert_eq!(card["shown"], format!("…{}", &code[code.len() - 4..]));
    let told = card.to_string();
    assert!(!told.contains(&code) && !told.contains(&code.replace('-', "")), "{told}");
    front.clicks("Next client").await;
    code
}

/// Three groups of four, as a receipt has them.
fn code_on_the_receipt(text: &str) -> String {
    let is_code = |word: &&str| {
        let groups: Vec<&str> = word.split('-').collect();
        groups.len() == 3 && groups.iter().all(|group| group.len() == 4)
    };
    text.split(' ').find(is_code).unwrap_or_else(|| panic!("no code: {text}")).to_owned()
}

async fn holds_and_recalls(front: &Front) {
    front.types("Search items", "Serum Test").await;
    front.clicks("Serum Test").await;
    front.sees("$80.00").await;
    front.press("F4").await;
    front.sees("Ticket held").await;
    front.sees("An empty ticket").await;
    front.press("F5").await;
    front.sees("Held tickets").await;
    front.picture("held").await;
    front.press("Enter").await;
    front.sees("Pay $80.00").await;
}

/// The card pays its $50.00, and cash the rest.
async fn pays_in_parts(front: &Front, code: &str) {
    front.press("F9").await;
    front.sees("Exact").await;
    front.press("Alt+4").await;
    front.types("Gift card", code).await;
    front.clicks("Look it up").await;
    front.sees("Left on it").await;
    front.sees("Left to pay").await;
    front.picture("pay-gift-card").await;
    front.is_accessible("paying with a gift card").await;
    front.clicks("Pay the rest another way").await;
    front.sees("Take $80.00 in 2 parts").await;
    front.picture("pay-split-gift-card").await;
    front.is_accessible("paying in parts").await;
    front.clicks("Take $80.00 in 2 parts").await;
    front.sees("$80.00 paid").await;
    front.sees("$0.00 left").await;
}

async fn refunds(front: &Front) {
    front.clicks("Open ticket").await;
    front.sees("Serum Test").await;
    front.clicks("Refund").await;
    front.clicks("Everything that is left").await;
    front.types("Reason", "Did not suit").await;
    front.sees("Gift card").await;
    front.picture("refund-split").await;
    front.clicks("Refund $80.00").await;
    front.sees("Refunded").await;
}

async fn looks_it_up(front: &Front, code: &str) {
    front.goes_to("/checkout").await;
    front.sees("An empty ticket").await;
    front.clicks("More for this ticket").await;
    front.clicks("Gift card balance").await;
    front.types("Code", code).await;
    front.press("Enter").await;
    front.sees("Every movement").await;
    front.sees("$50.00 left").await;
    front.picture("gift-card-balance").await;
    front.is_accessible("the balance of a gift card").await;
    front.leaves().await;
    front.open("Gift cards").await;
    front.sees("owed on").await;
    front.portraits("gift-cards").await;
    front.is_accessible("gift cards").await;
}

/// From "Members save" to the receipt that says when it renews.
async fn sells_a_membership(front: &Front) {
    front.goes_to("/checkout").await;
    front.types("Search items", "Serum Test").await;
    front.clicks("Serum Test").await;
    front.clicks("More for this ticket").await;
    front.clicks("Sell a membership").await;
    front.clicks("New client").await;
    front.types("Name", "Noor Test").await;
    front.press("Enter").await;
    front.sees("Sell a membership to Noor Test").await;
    front.clicks("Tier: Choose a tier").await;
    front.clicks("Silver, $59.00").await;
    front.sees("What happens").await;
    front.picture("sell-membership").await;
    front.is_accessible("selling a membership").await;
    front.clicks("Add to the ticket").await;
    front.sees("Starts today, paid with the ticket").await;
    front.picture("checkout-with-membership").await;
    front.is_accessible("a ticket with a membership").await;
    front.press("F9").await;
    front.sees("Exact").await;
    front.press("Enter").await;
    front.sees("renews on").await;
    front.picture("receipt-membership").await;
    front.press("Escape").await;
}
