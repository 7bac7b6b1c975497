//! Mistakes of somebody in a hurry, at the window: pressed twice, left in the middle, the wrong person attached, the wrong
//! thing sold. Nothing is paid twice, nothing that was typed is lost, and the way back is on the screen.

use serde_json::json;
use window::{Front, Stage};

#[tokio::test(flavor = "current_thread")]
async fn a_hurried_hand_pays_nothing_twice_and_finds_the_way_back() {
    let front = Stage::of_the_demo(8).open().await;
    front.signs_in("Dana Whitfield", "4711").await;
    puts_on_file_and_enrolls(&front).await;
    swaps_the_wrong_person(&front).await;
    leaves_in_the_middle(&front).await;
    presses_pay_twice(&front).await;
    takes_it_back(&front).await;
    cancels_the_wrong_one(&front).await;
    let doctor = front.does(json!({ "do": "run_doctor" })).await;
    assert_eq!(doctor["healthy"], true, "{doctor}");
    front.closes().await;
}

fn key(n: u8) -> String {
    format!("00000000-0000-4000-8000-0000000000{n:02x}")
}

async fn settled(front: &Front) -> usize {
    let today = front.does(json!({ "do": "who_am_i" })).await["session"]["today"].clone();
    let page = front.does(json!({ "do": "list_tickets", "from": today, "limit": 500 })).await;
    page["rows"].as_array().expect("rows").len()
}

/// Vera holds Gold; Otto holds nothing. A serum costs $80.00.
async fn puts_on_file_and_enrolls(front: &Front) {
    let mut made = Vec::new();
    for (n, name) in [(1, "Vera Swapped"), (2, "Otto Swapped")] {
        let request = json!({ "do": "create_customer", "person": { "name": name }, "key": key(n) });
        made.push(front.does(request).await["customer"]["id"].clone());
    }
    let serum = json!({
        "do": "save_item", "key": key(3), "id": null, "kind": "service", "name": "Serum Test", "code": null, "category": null,
        "price": 8_000, "tax_class": null, "minutes": null, "max_minutes": null, "favourite": true,
    });
    front.does(serum).await;
    let terms = json!({
        "price": 1_000, "tax_rate": "0", "tax_mode": "exclusive", "frequency": "monthly", "setup_fee": 0, "minimum_cycles": 0,
        "maximum_cycles": 0,
        "discounts": [{ "id": key(9), "value": { "percent": "25" }, "items": "all" }],
        "credits": [], "included": [], "access": { "items": [], "categories": [] }, "family": "none",
        "pause": { "allowed": true, "per_year": 2, "max_days": 90, "keeps_benefits": false }, "cancel": { "prorates": true },
        "past_due": { "grace_days": 7, "afterwards": "stays_past_due" },
    });
    let about = json!({ "name": "Swap Club", "description": "", "image": null, "scope": "all", "order": 9 });
    let plan = front.does(json!({ "do": "save_plan", "id": null, "about": about, "terms": terms, "note": "", "key": key(4) }),
    )
    .await;
    let today = front.does(json!({ "do": "who_am_i" })).await["session"]["today"].clone();
    let cash = json!([{ "kind": { "by": "cash" }, "amount": 1_000 }]);
    let enroll = json!({
        "do": "enroll", "customer": made[0], "plan": plan["plan"]["id"], "version": 1, "start": today, "tenders": cash, "key": key(5),
    });
    front.does(enroll).await;
}

async fn swaps_the_wrong_person(front: &Front) {
    front.goes_to("/checkout").await;
    front.press("F3").await;
    front.types("Find a client", "vera swapped").await;
    front.clicks("Add Vera Swapped").await;
    front.sees("Swap Club").await;
    front.types("Search items", "Serum Test").await;
    front.press("Enter").await;
    front.sees("Pay $60.00").await;
    front.sees("Saves $20.00").await;
    // It was Otto: the lines stay, the price is his.
    front.clicks("Remove Vera Swapped from this ticket").await;
    front.sees("Pay $80.00").await;
    front.press("F3").await;
    front.types("Find a client", "otto swapped").await;
    front.clicks("Add Otto Swapped").await;
    front.sees("Otto Swapped").await;
    front.sees("Pay $80.00").await;
    front.picture("mistake-wrong-person").await;
    // And it was Vera after all.
    front.clicks("Remove Otto Swapped from this ticket").await;
    front.press("F3").await;
    front.types("Find a client", "vera swapped").await;
    front.clicks("Add Vera Swapped").await;
    front.sees("Pay $60.00").await;
}

async fn leaves_in_the_middle(front: &Front) {
    let before = settled(front).await;
    front.press("F9").await;
    front.types("Received", "100").await;
    front.sees("$40.00").await;
    front.leaves().await;
    front.sees("Serum Test").await;
    front.sees("Pay $60.00").await;
    front.press("Escape").await;
    // Looked at another page, and back: it is still there.
    front.open("Members").await;
    front.sees("Add Member").await;
    front.open("Checkout").await;
    front.sees("Pay $60.00").await;
    assert_eq!(settled(front).await, before, "nothing was sold");
}

async fn presses_pay_twice(front: &Front) {
    let before = settled(front).await;
    front.press("F9").await;
    front.types("Received", "60").await;
    front.clicks_twice("Take $60.00").await;
    front.sees("$60.00 paid").await;
    front.picture("mistake-pressed-twice").await;
    assert_eq!(settled(front).await, before + 1, "sold once");
}

async fn takes_it_back(front: &Front) {
    front.clicks("Open ticket").await;
    front.sees("Serum Test").await;
    front.clicks("Void").await;
    front.sees("The whole sale is taken back").await;
    front.types("Reason", "Sold the wrong thing").await;
    front.picture("mistake-void").await;
    front.is_accessible("voiding").await;
    front.clicks("Void ticket").await;
    front.sees("Sold the wrong thing").await;
    front.sees("Voided").await;
}

/// It was not Vera who wanted to leave: the way back stands where the end is shown.
async fn cancels_the_wrong_one(front: &Front) {
    front.open("Members").await;
    front.sees("Vera Swapped").await;
    front.clicks("Actions for Vera Swapped").await;
    front.clicks("Cancel membership").await;
    front.sees("undone").await;
    front.types("Reason", "Moves away").await;
    front.picture("mistake-cancel").await;
    front.is_accessible("cancelling").await;
    front.clicks("Cancel on").await;
    front.sees("Ends ").await;
    front.sees_no_more("undone").await;
    front.clicks("Actions for Vera Swapped").await;
    front.clicks("Keep it").await;
    front.sees("Keep Swap Club for Vera Swapped").await;
    front.picture("mistake-keep-it").await;
    front.press("Enter").await;
    front.sees_no_more("Keep Swap Club for").await;
    let members = front.does(json!({ "do": "list_members", "text": "Vera Swapped" })).await;
    assert_eq!(members["rows"][0]["status"], json!({ "is": "active" }), "{members}");
}
