//! What a person can type that makes no sense, or looks as if it did not: refused where it is typed, or shown as the
//! text it is; never half done.

use serde_json::{Value, json};
use window::{Front, Stage};

const SCRIPT: &str = "<script>document.title = 'taken over'</script>";
const RIGHT_TO_LEFT: &str = "שרה כהן";
/// WebDriver cannot type it; the door can be told.
const EMOJI: &str = "Léa 💆‍♀️ Martin";

#[tokio::test(flavor = "current_thread")]
async fn nonsense_is_refused_where_it_is_typed_and_text_stays_text() {
    let front = Stage::of_the_demo(8).open().await;
    front.signs_in("Dana Whitfield", "4711").await;
    prices_and_names(&front).await;
    names_are_text(&front).await;
    percentages(&front).await;
    starts(&front).await;
    a_total_that_changed(&front).await;
    the_door_says_the_same(&front).await;
    let doctor = asks(&front, json!({ "do": "run_doctor" })).await;
    assert_eq!(doctor["healthy"], true, "{doctor}");
    front.closes().await;
}

async fn prices_and_names(front: &Front) {
    front.goes_to("/inventory/items").await;
    let before = items(front).await;
    front.clicks("Add item").await;
    front.types("Price", "5").await;
    front.press("Enter").await;
    front.sees("Give the item a name.").await;
    front.types("Name", "Fee").await;
    front.types("Price", "-5").await;
    front.press("Enter").await;
    front.sees("Not below zero.").await;
    front.types("Price", "lots").await;
    front.press("Enter").await;
    front.sees("amount").await;
    front.types("Price", "99999999999").await;
    front.press("Enter").await;
    front.sees("At most $100,000,000.00").await;
    front.leaves().await;
    assert_eq!(items(front).await, before, "nothing was saved");
}

async fn names_are_text(front: &Front) {
    front.goes_to("/inventory/items").await;
    front.clicks("Add item").await;
    front.types("Name", SCRIPT).await;
    front.types("Price", "10").await;
    front.press("Enter").await;
    front.sees(&format!("{SCRIPT} saved")).await;
    front.goes_to("/checkout").await;
    front.types("Search items", "script").await;
    front.clicks(SCRIPT).await;
    front.sees("$10.00").await;
    front.press("F3").await;
    front.clicks("New client").await;
    front.types("Name", RIGHT_TO_LEFT).await;
    front.press("Enter").await;
    front.sees(RIGHT_TO_LEFT).await;
    front.picture("text-stays-text").await;
    let request = json!({ "do": "create_customer", "person": { "name": EMOJI }, "key": uuid(7) });
    let made = asks(front, request).await;
    front.goes_to(&format!("/customers/{}", made["customer"]["id"].as_str().unwrap())).await;
    front.sees(EMOJI).await;
    assert_eq!(front.title().await, "Perennial");
}

async fn percentages(front: &Front) {
    front.goes_to("/inventory/memberships/tiers/new").await;
    front.types("Name", "Too good").await;
    front.clicks("Pricing").await;
    front.types("Price", "10").await;
    front.clicks("Discounts").await;
    front.clicks("Add discount").await;
    front.types("Percentage", "150").await;
    front.clicks("Save tier").await;
    front.sees("A percentage from 0 to 100").await;
    let plans = asks(front, json!({ "do": "list_plans" })).await;
    assert!(!plans.to_string().contains("Too good"));
}

/// A start in 1900, and a second membership in the same tier.
async fn starts(front: &Front) {
    let members = asks(front, json!({ "do": "list_members", "status": "active" })).await;
    let (customer, plan) = (&members["rows"][0]["customer"], &members["rows"][0]["plan"]);
    front.goes_to(&format!("/customers/{}/memberships", customer.as_str().unwrap())).await;
    front.clicks("Enroll").await;
    front.types("Starts", "1 Jan 1900").await;
    front.sees("Not before").await;
    front.leaves().await;
    let today = asks(front, json!({ "do": "who_am_i" })).await["session"]["today"].clone();
    let plans = asks(front, json!({ "do": "list_plans" })).await;
    let is_held = |view: &&Value| view["plan"]["id"] == *plan;
    let held = plans["plans"].as_array().unwrap().iter().find(is_held).unwrap();
    let enroll = |plan: &Value, version: usize, start: &Value, key: u8| json!({ "do": "enroll", "customer": customer, "plan": plan, "version": version, "start": start, "key": uuid(key) });
    let version = held["plan"]["versions"].as_array().unwrap().len();
    let again = front.asks(enroll(plan, version, &today, 5)).await.unwrap_err();
    assert_eq!(again["code"], "same_plan_twice", "{again}");
    let is_other = |view: &&Value| view["plan"]["id"] != *plan && view["plan"]["archived"] == false;
    let other = plans["plans"].as_array().unwrap().iter().find(is_other).unwrap();
    let version = other["plan"]["versions"].as_array().unwrap().len();
    let early = front.asks(enroll(&other["plan"]["id"], version, &json!("1900-01-01"), 6)).await.unwrap_err();
    assert!(early["message"].as_str().unwrap().contains("before today"), "{early}");
    assert_eq!(asks(front, json!({ "do": "list_members", "status": "active" })).await, members);
}

/// Somebody changes a price while a payment is open: the person sees the new total before anything is taken.
async fn a_total_that_changed(front: &Front) {
    front.goes_to("/checkout").await;
    // The one with the odd name on it is still open.
    front.clicks("New ticket").await;
    front.sees("An empty ticket").await;
    front.types("Search items", "script").await;
    front.clicks(SCRIPT).await;
    front.press("F9").await;
    front.sees("Take $10.00 in cash").await;
    let row = items(front).await.into_iter().find(|row| row["item"]["name"] == SCRIPT).unwrap();
    let dearer = json!({
        "do": "save_item", "id": row["item"]["id"], "kind": row["item"]["kind"], "name": SCRIPT, "price": 1200,
        "favourite": false, "key": uuid(1),
    });
    asks(front, dearer).await;
    let tickets = asks(front, json!({ "do": "list_tickets" })).await;
    front.press("Enter").await;
    front.sees("$12.00").await;
    assert_eq!(asks(front, json!({ "do": "list_tickets" })).await, tickets, "nothing was taken");
    front.leaves().await;
}

/// Past the window, at the door itself: each with a code of its own.
async fn the_door_says_the_same(front: &Front) {
    let long = "x".repeat(10_000);
    for name in ["", "   ", &long] {
        let request = json!({ "do": "create_customer", "person": { "name": name }, "key": uuid(2) });
        assert_eq!(front.asks(request).await.unwrap_err()["code"], "invalid");
    }
    let create = |name: &str| json!({ "do": "create_customer", "person": { "name": name }, "key": uuid(3) });
    let made = asks(front, create("Once")).await;
    assert_eq!(asks(front, create("Once")).await, made, "the same request under its key is the same answer");
    assert_eq!(front.asks(create("Another")).await.unwrap_err()["code"], "key_reused");
    let tickets = asks(front, json!({ "do": "list_tickets" })).await;
    let settled = tickets["rows"].as_array().unwrap().iter().find(|row| row["status"] == "settled").unwrap();
    let ticket = asks(front, json!({ "do": "get_ticket", "id": settled["id"] })).await;
    let line = &ticket["refundable"][0];
    let too_many = json!({
        "do": "refund_ticket", "ticket": settled["id"], "reason": "More than was sold", "expected": 100_000_000,
        "lines": [{ "line": line["line"], "qty": line["qty"].as_u64().unwrap() + 1 }], "key": uuid(4),
    });
    let refused = front.asks(too_many).await.unwrap_err();
    assert_eq!(refused["code"], "more_than_sold", "{refused}");
    let after = asks(front, json!({ "do": "get_ticket", "id": settled["id"] })).await;
    assert_eq!(after, ticket, "nothing was given back");
}

fn uuid(number: u8) -> String {
    format!("00000000-0000-4000-8000-0000000000{number:02}")
}

async fn items(front: &Front) -> Vec<Value> {
    asks(front, json!({ "do": "list_items" })).await["items"].as_array().unwrap().clone()
}

async fn asks(front: &Front, request: Value) -> Value {
    front.asks(request.clone()).await.unwrap_or_else(|refused| panic!("{request}: {refused}"))
}
