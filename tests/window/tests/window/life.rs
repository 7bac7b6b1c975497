//! A membership that changes: another tier up and down, credit from a manager whose PIN is entered in place, and another
//! holder.

use serde_json::{Value, json};
use window::{Front, Stage};

#[tokio::test(flavor = "current_thread")]
async fn a_membership_goes_up_and_down_and_to_another_holder() {
    let front = Stage::of_the_demo(8).open().await;
    front.signs_in("Priya Raman", "1122").await;
    let vera = vera_has_silver(&front).await;
    goes_up_to_gold(&front, &vera).await;
    goes_down_and_stays_after_all(&front).await;
    a_manager_gives_credit(&front, &vera).await;
    somebody_else_holds_it(&front, &vera).await;
    let doctor = asks(&front, json!({ "do": "run_doctor" })).await;
    assert_eq!(doctor["healthy"], true, "{doctor}");
    front.closes().await;
}

async fn asks(front: &Front, mut request: Value) -> Value {
    if request["do"] == "run_doctor" {
        let staff = asks_who(front).await;
        request["approval"] = json!({ "staff": staff, "pin": "4711" });
    }
    front.asks(request.clone()).await.unwrap_or_else(|refused| panic!("{request}: {refused}"))
}

async fn asks_who(front: &Front) -> Value {
    let door = front.asks(json!({ "do": "who_am_i" })).await.unwrap();
    let staff = door["staff"].as_array().unwrap();
    staff.iter().find(|one| one["name"] == "Dana Whitfield").unwrap()["id"].clone()
}

fn key(n: u8) -> String {
    format!("00000000-0000-4000-8000-0000000000{n:02x}")
}

async fn vera_has_silver(front: &Front) -> String {
    let made =
        asks(front, json!({ "do": "create_customer", "person": { "name": "Vera Lind" }, "key": key(1) }))
            .await;
    let vera = made["customer"]["id"].as_str().unwrap().to_owned();
    let today = asks(front, json!({ "do": "who_am_i" })).await["session"]["today"].clone();
    let silver = plan(front, "Silver").await;
    let preview =
        asks(front, json!({ "do": "preview_enroll", "customer": vera, "plan": silver, "start": today }))
            .await;
    let cash = json!([{ "kind": { "by": "cash" }, "amount": preview["first"]["amount"] }]);
    let enroll = json!({
        "do": "enroll", "customer": vera, "plan": silver, "version": preview["version"], "start": today,
        "tenders": cash, "key": key(2),
    });
    asks(front, enroll).await;
    vera
}

async fn plan(front: &Front, name: &str) -> Value {
    let plans = asks(front, json!({ "do": "list_plans" })).await;
    let plans = plans["plans"].as_array().unwrap().clone();
    plans.into_iter().find(|view| view["plan"]["about"]["name"] == name).unwrap()["plan"]["id"].clone()
}

async fn goes_up_to_gold(front: &Front, vera: &str) {
    front.goes_to(&format!("/customers/{vera}/memberships")).await;
    front.clicks("Actions for Silver").await;
    front.clicks("Change plan").await;
    front.clicks("New tier: Choose a tier").await;
    front.clicks("Gold, $599.00 every 6 months").await;
    front.sees("What happens").await;
    front.sees("Gold takes the place of Silver today").await;
    let grave = front.portraits("change-plan").await;
    assert!(grave.is_empty(), "{grave:?}");
    front.clicks("On signed paper").await;
    front.chooses_a_picture("signed.png", 1654, 2339).await;
    front.shows_an_image("The signed paper").await;
    front.is_accessible("signed paper").await;
    front.picture("change-plan-paper").await;
    front.clicks("Change and take").await;
    front.sees("Vera Lind has another membership").await;
    front.clicks("Done").await;
    front.sees_no_more("Vera Lind has another membership").await;
    front.sees("$599.00 every 6 months").await;
}

async fn goes_down_and_stays_after_all(front: &Front) {
    front.clicks("Actions for Gold").await;
    front.clicks("Change plan").await;
    front.clicks("New tier: Choose a tier").await;
    front.clicks("Silver, $59.00 every month").await;
    front.sees("Gold stays as it is through").await;
    front.picture("change-plan-down").await;
    front.clicks("Change on").await;
    front.sees("Silver from").await;
    front.clicks("Keep it as it is").await;
    front.sees("Keep Gold as it is?").await;
    front.picture("keep-as-it-is").await;
    front.press("Enter").await;
    front.sees_no_more("Silver from").await;
}

async fn a_manager_gives_credit(front: &Front, vera: &str) {
    let customer = asks(front, json!({ "do": "get_customer", "id": vera })).await;
    let credit = customer["enrollments"][0]["balances"]
        .as_array()
        .unwrap()
        .iter()
        .find(|balance| balance["unit"] == "money")
        .expect("Gold has a money credit")
        .clone();
    let name = credit["name"].as_str().unwrap();
    front.goes_to(&format!("/customers/{vera}/credits")).await;
    front.clicks(&format!("Change {name}")).await;
    front.clicks("Give goodwill").await;
    front.types("Amount", "20").await;
    front.types("Reason", "The sauna was cold").await;
    front.picture("goodwill").await;
    front.is_accessible("goodwill").await;
    front.press("Enter").await;
    front.sees("Giving credit needs a manager.").await;
    front.types("PIN", "0000").await;
    front.clicks("Allow this once").await;
    front.sees("That PIN is not right.").await;
    front.types("PIN", "4711").await;
    front.picture("manager-pin-in-place").await;
    front.clicks("Allow this once").await;
    front.sees("$120.00").await;
    front.clicks(&format!("Change {name}")).await;
    front.clicks("Change expiry").await;
    front.sees("Usable through").await;
    front.picture("change-expiry").await;
    front.is_accessible("changing an expiry").await;
    front.leaves().await;
    front.goes_to(&format!("/customers/{vera}/log")).await;
    front.sees("allowed by Dana Whitfield").await;
}

async fn somebody_else_holds_it(front: &Front, vera: &str) {
    front.goes_to(&format!("/customers/{vera}/family")).await;
    front.clicks("Add family member").await;
    front.clicks("New client").await;
    front.types("Name", "Nils Lind").await;
    front.clicks("Put on file").await;
    front.clicks("Add Nils Lind").await;
    front.sees("Nils Lind is covered by Gold").await;
    // At the checkout the membership that covers him is his.
    front.goes_to("/checkout").await;
    front.press("F3").await;
    front.types("Find a client", "nils lind").await;
    front.clicks("Add Nils Lind").await;
    front.sees("covered by Vera Lind").await;
    front.types("Search items", "Express Facial").await;
    front.press("Enter").await;
    front.sees("Saves").await;
    front.picture("checkout-family").await;
    front.is_accessible("a family member at the checkout").await;
    front.clicks("Pay").await;
    front.clicks("Finish, nothing to pay").await;
    front.sees("Ticket A-").await;
    front.picture("receipt-family").await;
    front.clicks("Next client").await;
    // What he drew is hers: $68.00 and the tax on it, of the $120.00 there were.
    front.goes_to(&format!("/customers/{vera}/credits")).await;
    front.sees("Used on ticket A-").await;
    front.sees("−$71.06").await;
    front.goes_to(&format!("/customers/{vera}/family")).await;
    front.clicks("Actions for Nils Lind").await;
    front.clicks("Make the holder").await;
    front.types("Reason", "Vera moves abroad").await;
    front.picture("change-holder").await;
    front.is_accessible("changing the holder").await;
    front.press("Enter").await;
    front.sees("Nils Lind holds Gold now").await;
}
