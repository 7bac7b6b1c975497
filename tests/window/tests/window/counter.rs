//! What a counter does beside selling at list price: only part of a benefit, or none; rentals by the hour; several
//! tickets at once, and the plug pulled; prices with tax inside; the practice's logo; credit that two desks spent.

use serde_json::{Value, json};
use testkit::{DANA, Shop, cash, gold};
use vault::{NoKeychain, Vault};
use window::{Front, Stage};

#[tokio::test(flavor = "current_thread")]
async fn benefits_are_lowered_and_tickets_outlive_a_pulled_plug() {
    let front = Stage::of_the_demo(8).open().await;
    front.signs_in("Dana Whitfield", "4711").await;
    vera_holds_whole_house(&front).await;
    uses_less(&front).await;
    switches_off(&front).await;
    rents_by_the_hour(&front).await;
    rings_up_somebody_else(&front).await;

    let front = front.is_killed_and_opened_again().await;
    front.signs_in("Dana Whitfield", "4711").await;
    finds_both_tickets_again(&front).await;
    pays_and_prints_again(&front).await;
    puts_tax_inside(&front).await;
    hangs_up_a_logo(&front).await;
    let doctor = front.does(json!({ "do": "run_doctor" })).await;
    assert_eq!(doctor["healthy"], true, "{doctor}");
    front.closes().await;
}

fn key(n: u8) -> String {
    format!("00000000-0000-4000-8000-0000000000{n:02x}")
}

/// 10 % off everything, $50.00 of credit and two hours of rental a month.
async fn vera_holds_whole_house(front: &Front) {
    let request = json!({ "do": "create_customer", "person": { "name": "Vera Counter" }, "key": key(1) });
    let vera = front.does(request).await["customer"]["id"].clone();
    for (n, kind, name, price, minutes) in
        [(2, "service", "Serum Test", 8_000, Value::Null), (3, "rental", "Sauna Test", 3_000, json!(60))]
    {
        let longest = if minutes.is_null() { Value::Null } else { json!(180) };
        let item = json!({
            "do": "save_item", "key": key(n), "id": null, "kind": kind, "name": name, "code": null, "category": null,
            "price": price, "tax_class": null, "minutes": minutes, "max_minutes": longest, "favourite": true,
        });
        front.does(item).await;
    }
    let credit = |n: u8, unit: &str, amount: u32| {
        json!({
            "id": key(n), "unit": unit, "amount": amount, "renewal": "monthly", "usage": "deduct",
            "expiry": "period_end", "items": "all",
        })
    };
    let terms = json!({
        "price": 1_000, "tax_rate": "0", "tax_mode": "exclusive", "frequency": "monthly", "setup_fee": 0,
        "minimum_cycles": 0, "maximum_cycles": 0,
        "discounts": [{ "id": key(9), "value": { "percent": "10" }, "items": "all" }],
        "credits": [credit(10, "money", 5_000), credit(11, "minutes", 120)], "included": [],
        "access": { "items": [], "categories": [] }, "family": "none",
        "pause": { "allowed": true, "per_year": 2, "max_days": 90, "keeps_benefits": false },
        "cancel": { "prorates": true }, "past_due": { "grace_days": 7, "afterwards": "stays_past_due" },
    });
    let about =
        json!({ "name": "Whole House", "description": "", "image": null, "scope": "all", "order": 9 });
    let request =
        json!({ "do": "save_plan", "id": null, "about": about, "terms": terms, "note": "", "key": key(4) });
    let plan = front.does(request).await;
    let today = front.does(json!({ "do": "who_am_i" })).await["session"]["today"].clone();
    let enroll = json!({
        "do": "enroll", "customer": vera, "plan": plan["plan"]["id"], "version": 1, "start": today,
        "tenders": [{ "kind": { "by": "cash" }, "amount": 1_000 }], "key": key(5),
    });
    front.does(enroll).await;
}

/// A serum of $80.00 is $72.00 for Vera, and her credit pays $50.00 of it.
async fn uses_less(front: &Front) {
    front.goes_to("/checkout").await;
    front.press("F3").await;
    front.types("Find a client", "vera counter").await;
    front.clicks("Add Vera Counter").await;
    front.sees("Whole House").await;
    front.types("Search items", "Serum Test").await;
    front.press("Enter").await;
    front.sees("Pay $22.00").await;
    front.clicks("Use less of Credit").await;
    front.types("At most, on this ticket", "500").await;
    front.sees("At most $50.00, which is what is left").await;
    let grave = front.portraits("use-less-too-much").await;
    assert!(grave.is_empty(), "{grave:?}");
    front.types("At most, on this ticket", "20").await;
    front.press("Enter").await;
    front.sees("Pay $52.00").await;
    front.sees("At most $20.00").await;
    front.picture("use-less").await;
    front.is_accessible("using less of a credit").await;
}

/// Without the discount the serum costs its list price.
async fn switches_off(front: &Front) {
    front.clicks("10 % off").await;
    front.sees("switched off").await;
    front.sees("Pay $60.00").await;
    front.picture("benefit-switched-off").await;
    front.is_accessible("a benefit that is switched off").await;
    front.clicks("10 % off").await;
    front.sees("Pay $52.00").await;
}

/// Two and a half hours of sauna: two are hers, half an hour is $15.00 less 10 %.
async fn rents_by_the_hour(front: &Front) {
    front.types("Search items", "Sauna Test").await;
    front.press("Enter").await;
    front.sees("Sauna Test").await;
    front.clicks("Time").await;
    front.types("Time of each", "4 h").await;
    front.press("Enter").await;
    front.sees("longest").await;
    front.picture("rental-too-long").await;
    front.clicks("Time").await;
    front.types("Time of each", "2:30").await;
    front.press("Enter").await;
    front.sees("2 h 30 min").await;
    front.sees("Pay $65.50").await;
    let grave = front.portraits("rental").await;
    assert!(grave.is_empty(), "{grave:?}");
}

/// The next person is served while Vera looks for her purse.
async fn rings_up_somebody_else(front: &Front) {
    front.clicks("New ticket").await;
    front.sees("An empty ticket").await;
    front.types("Search items", "Serum Test").await;
    front.press("Enter").await;
    front.sees("Pay $80.00").await;
    let grave = front.portraits("several-tickets").await;
    assert!(grave.is_empty(), "{grave:?}");
    front.clicks("Vera Counter").await;
    front.sees("Pay $65.50").await;
    front.clicks("More for this ticket").await;
    front.clicks("Next open ticket").await;
    front.sees("Pay $80.00").await;
    // What was changed is kept a moment later, not with each key.
    tokio::time::sleep(std::time::Duration::from_secs(1)).await;
}

async fn finds_both_tickets_again(front: &Front) {
    front.goes_to("/checkout").await;
    front.sees("Vera Counter").await;
    front.clicks("Vera Counter").await;
    front.sees("Pay $65.50").await;
    front.sees("At most $20.00").await;
    front.picture("several-tickets-again").await;
}

async fn pays_and_prints_again(front: &Front) {
    front.press("F9").await;
    front.sees("Exact").await;
    front.press("Enter").await;
    front.sees("$65.50 paid").await;
    front.clicks("Next client").await;
    front.sees("Pay $80.00").await;
    front.clicks("More for this ticket").await;
    front.clicks("Today’s tickets").await;
    front.sees("Serum Test, Sauna Test").await;
    front.clicks(".pl-found-row").await;
    front.sees("2 h 30 min").await;
    front.clicks("Save PDF").await;
    front.sees("Saved as").await;
    front.sees_no_more("Saved as").await;
    front.picture("ticket-with-rental").await;
}

async fn puts_tax_inside(front: &Front) {
    front.goes_to("/settings/taxes").await;
    front.clicks("Add tax class").await;
    front.types("Name", "Standard Test").await;
    front.press("Enter").await;
    front.sees("Standard Test").await;
    let items = front.does(json!({ "do": "list_items" })).await;
    let items = items["items"].as_array().expect("items").iter().map(|row| &row["item"]);
    let serum = items.into_iter().find(|item| item["name"] == "Serum Test").expect("it is on sale");
    let settings = front.does(json!({ "do": "get_practice" })).await;
    let classes = settings["tax_classes"].as_array().expect("classes");
    let class = classes.iter().find(|class| class["name"] == "Standard Test").expect("it was added");
    let mut item = serum.clone();
    item["do"] = json!("save_item");
    item["key"] = json!(key(20));
    item["tax_class"] = class["id"].clone();
    front.does(item).await;
    front.goes_to("/settings/locations").await;
    let here = front.does(json!({ "do": "who_am_i" })).await["session"]["location"]["name"].clone();
    front.clicks(&format!("Actions for {}", here.as_str().expect("a name"))).await;
    front.clicks("Edit").await;
    front.clicks("Tax is inside").await;
    front.types("Rate of Standard Test", "25").await;
    front.picture("location-tax-inside").await;
    front.is_accessible("a location with tax inside").await;
    front.clicks("Save").await;
    front.sees_no_more("Tax comes on top").await;
    // 80.00 / 1.25 = 64.00
    front.goes_to("/checkout").await;
    front.sees("Tax inside").await;
    front.sees("$16.00").await;
    front.sees("Pay $80.00").await;
    front.picture("checkout-tax-inside").await;
}

async fn hangs_up_a_logo(front: &Front) {
    front.goes_to("/settings/practice").await;
    front.chooses_a_picture("logo.png", 1200, 400).await;
    front.sees("Choose another").await;
    front.clicks("Save").await;
    front.goes_to("/settings/practice").await;
    front.sees("Choose another").await;
    let grave = front.portraits("settings-logo").await;
    assert!(grave.is_empty(), "{grave:?}");
}

/// Ava's last credit was spent at two desks that did not hear of each other.
#[tokio::test(flavor = "current_thread")]
async fn credit_that_two_desks_spent_is_settled_from_its_task() {
    let stage = Stage::new();
    let vault = Vault::with(stage.data(), Box::new(NoKeychain), Some(stage.passphrase_file()));
    let (database_key, _) = vault.create(None).expect("a key");
    let shop = Shop::opens_under(stage.data(), database_key.bytes()).await;
    let ava = shop.front.puts_on_file("Ava Moreau").await;
    let plan = shop.front.offers("Gold", gold()).await;
    let facial = shop.front.sells("Facial", 8_000).await;
    shop.front.enrolls(ava, plan, cash(10_800)).await;
    let other = shop.another_desk().await;
    other.hears_from(&shop.front).await;
    shop.front.rings_up(Some(ava), facial, 1).await;
    other.rings_up(Some(ava), facial, 1).await;
    shop.front.hears_from(&other).await;
    shop.closes().await;

    let front = stage.open().await;
    front.signs_in(DANA.name, DANA.pin).await;
    front.open("Tasks").await;
    front.sees("$44.00 of Service credit more than there was").await;
    front.picture("task-overdrawn").await;
    front.clicks("Settle it").await;
    front.sees("are short").await;
    front.clicks("Take it from the next refresh").await;
    let grave = front.portraits("settle-overdraft").await;
    assert!(grave.is_empty(), "{grave:?}");
    front.clicks("Forgive it").await;
    front.types("Reason", "The line was down").await;
    front.clicks("Forgive $44.00 of Service credit").await;
    front.sees("Settled, and the task is done").await;
    front.sees_no_more("more than there was").await;
    front.closes().await;
}
