//! Stripe in the real window, with a double of it over HTTP: a key entered and a card typed in a browser, a declined
//! renewal made good with another card, and what waits while Stripe is not reached.
//!
//! The program reads Stripe's events every 20 seconds: what comes from there alone is waited for a while.

use desk::stripe::Errands;
use desk::{Clock as _, SystemClock};
use protocol::dots::BORDER;
use protocol::enrollments::{Consent, Enroll, PaysBy};
use protocol::practice::WhoAmI;
use protocol::stripe::{AskCard, CardPage, CardPageHow, GetCardPage, code_of};
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use stripe_double::{Action, AnotherProgram, Clock, Double, Kind, Outcome, RESTRICTED_TEST, Settings};
use testkit::{DANA, Shop, gold};
use vault::{NoKeychain, Vault};
use window::{Front, Stage};

const VISA: &str = "4242424242424242";
const MASTERCARD: &str = "5555555555554444";
const DAY: i64 = 24 * 3_600;

/// Seconds since 1970.
fn now() -> i64 {
    SystemClock.now().millis() / 1_000
}

async fn double(start: i64) -> Double {
    Double::start_with(Settings { start, ..Settings::default() }, Clock::Running, 0)
        .await
        .expect("a port for the double")
}

fn key(n: u8) -> String {
    format!("00000000-0000-4000-8000-0000000000{n:02x}")
}

/// Light and dark, large and small.
async fn looks_right(front: &Front, page: &str) {
    let grave = front.portraits(page).await;
    assert!(grave.is_empty(), "{grave:?}");
}

/// Gold is $100.00 a month and 8 % tax; nothing is sold by card yet.
async fn a_new_practice(front: &Front) {
    front.does(json!({ "do": "create_database", "key": key(1) })).await;
    let practice = json!({
        "do": "set_up_practice", "name": "Larkspur", "currency": "USD", "time_zone": "America/New_York",
        "location_name": "Main Street", "desk_name": "Front", "owner_name": DANA.name, "owner_pin": DANA.pin,
        "key": key(2),
    });
    front.does(practice).await;
    offers(front, 3, "Gold").await;
}

async fn offers(front: &Front, n: u8, name: &str) {
    let about = json!({ "name": name, "description": "", "image": null, "scope": "all", "order": n });
    let plan =
        json!({ "do": "save_plan", "id": null, "about": about, "terms": gold(), "note": "", "key": key(n) });
    front.does(plan).await;
}

/// As the owner does it, with the key that Stripe's dashboard showed them.
async fn connects(front: &Front) {
    front.goes_to("/settings/stripe").await;
    front.sees("Make a restricted key").await;
    looks_right(front, "settings-stripe-new").await;
    front.types("Key", RESTRICTED_TEST).await;
    front.clicks("Connect").await;
    front.sees("Stripe is connected").await;
    front.sees("rk_test_…0000").await;
    front.sees("Stripe answers").await;
    front.sees_no_more("Stripe is connected").await;
    looks_right(front, "settings-stripe").await;
}

/// The link behind the code that the dialog shows; a telephone's camera would read the same.
async fn link_in_the_dialog(front: &Front, customer: &Value) -> String {
    front.sees("Scan the code with their phone").await;
    let page = front.does(json!({ "do": "get_card_page", "customer": customer })).await;
    let url = page["url"].as_str().unwrap_or_else(|| panic!("{page}")).to_owned();
    let dots = code_of(&url).expect("a code");
    let runs = dots.runs().into_iter();
    let path: String =
        runs.map(|(x, y, length)| format!("M{} {}h{length}v1h-{length}z", x + BORDER, y + BORDER)).collect();
    front.shows_dots("Code of the page for the card", &path).await;
    url
}

/// What the member does on the page, in a browser of their own.
async fn types_a_card(front: &Front, double: &Double, url: &str, number: &str) {
    let browser = front.browser().await;
    browser.goes_to(url).await;
    browser.sees("This is a double of Stripe").await;
    browser.types("Card number", number).await;
    browser.clicks("Save card").await;
    // A browser that is closed at once sends nothing any more.
    let begun = Instant::now();
    while says(double, Kind::CheckoutSession, "status") != "complete" {
        assert!(begun.elapsed() < Duration::from_secs(20), "the card was not sent");
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    browser.closes().await;
}

/// One field of the newest object of a kind.
fn says(double: &Double, kind: Kind, field: &str) -> String {
    double.look(|mode| {
        let object = mode.shelf(kind).all().next_back().expect("an object");
        object[field].as_str().expect("a text").to_owned()
    })
}

fn newest(double: &Double, kind: Kind) -> String {
    says(double, kind, "id")
}

/// The only member there is.
async fn the_member(front: &Front) -> Value {
    let members = front.does(json!({ "do": "list_members" })).await;
    assert_eq!(members["rows"][0]["name"], "Ana Ruiz", "{members}");
    members["rows"][0]["customer"].clone()
}

#[tokio::test(flavor = "current_thread")]
async fn a_member_types_a_card_in_a_browser_and_is_charged() {
    let double = double(now()).await;
    let front = Stage::new().with_stripe_at(double.base_url()).open().await;
    a_new_practice(&front).await;
    connects(&front).await;

    front.open("Members").await;
    front.clicks("Add Member").await;
    front.clicks("New patient").await;
    front.types("Name", "Ana Ruiz").await;
    front.types("E-mail", "ana@example.com").await;
    front.clicks("Put on file").await;
    front.sees("Enroll Ana Ruiz").await;
    // The tiers are read again; a list that was opened before would close.
    front.settles().await;
    front.clicks("Tier: Choose a tier").await;
    front.clicks("Gold, $100.00 every month").await;
    front.sees("$108.00").await;
    looks_right(&front, "enroll-by-card").await;
    front.clicks("Enroll, then ask for the card").await;
    front.sees("Card of Ana Ruiz").await;
    let customer = the_member(&front).await;
    let url = link_in_the_dialog(&front, &customer).await;
    assert_eq!(double.charges().len(), 0, "nothing is charged before there is a card");
    looks_right(&front, "card-page").await;

    types_a_card(&front, &double, &url, VISA).await;
    front.sees_after_a_while("The card is on file").await;
    front.sees("Visa 4242").await;
    looks_right(&front, "card-entered").await;
    front.clicks("Done").await;

    front.goes_to(&format!("/customers/{}/billing", customer.as_str().expect("an id"))).await;
    front.sees_after_a_while("Stripe bills it").await;
    front.sees("Active").await;
    front.sees("$108.00").await;
    looks_right(&front, "profile-billing-by-card").await;
    let charges = double.charges();
    assert_eq!(charges.iter().map(|charge| charge.amount).collect::<Vec<_>>(), [10_800]);
    let members = front.does(json!({ "do": "list_members", "status": "active" })).await;
    assert_eq!(members["rows"][0]["name"], "Ana Ruiz", "{members}");
    let doctor = front.does(json!({ "do": "run_doctor" })).await;
    assert_eq!(doctor["healthy"], true, "{doctor}");
    front.closes().await;
}

/// The practice was closed for a month, in which the bank refused Ana's renewal.
#[tokio::test(flavor = "current_thread")]
async fn a_declined_renewal_is_made_good_with_another_card() {
    let double = double(now() - 32 * DAY).await;
    let stage = Stage::new().with_stripe_at(double.base_url());
    let customer = ana_enrolled_a_month_ago(&stage, &double).await;
    let broke = Outcome::Declines("insufficient_funds".into());
    double
        .act(&Action::SetCard { card: newest(&double, Kind::PaymentMethod), outcome: broke })
        .expect("a card");
    double.advance_to(now());
    assert_eq!(double.charges().len(), 1, "the renewal is not paid");

    let front = stage.open().await;
    front.signs_in(DANA.name, DANA.pin).await;
    front.goes_to("/settings/stripe").await;
    front.sees("Nothing goes to Stripe until a key is entered").await;
    looks_right(&front, "settings-stripe-no-key").await;
    front.clicks("Enter key").await;
    front.types("Key", RESTRICTED_TEST).await;
    front.clicks("Use this key").await;
    front.sees("The new key is used from now on").await;
    front.sees("Stripe answers").await;

    front.goes_to("/tasks").await;
    front.sees_after_a_while("1 membership is past due").await;
    front.sees("$108.00 could not be charged. It is about Gold of Ana Ruiz").await;
    front.sees("The card does not have enough money for this").await;
    looks_right(&front, "tasks-declined").await;
    let billing = format!("/customers/{customer}/billing");
    front.goes_to(&billing).await;
    front.sees("$108.00 was declined").await;
    front.sees("Past Due · grace to").await;
    front.sees("Stripe tries again on").await;
    front.sees("A charge failed").await;
    looks_right(&front, "profile-billing-declined").await;

    front.clicks("Replace card").await;
    let url = link_in_the_dialog(&front, &json!(customer)).await;
    types_a_card(&front, &double, &url, MASTERCARD).await;
    front.sees_after_a_while("The card is on file").await;
    front.sees("1 charge was missed for Gold, $108.00 in all").await;
    looks_right(&front, "card-entered-missed").await;
    front.clicks("Collect what was missed").await;
    front.sees("Charge the card of Ana Ruiz").await;
    looks_right(&front, "retry-charge").await;
    front.clicks("Charge $108.00").await;
    front.sees("The bank is asked for $108.00").await;
    front.sees_after_a_while("Stripe bills it").await;
    front.sees_no_more("was declined").await;
    front.sees("Active").await;
    looks_right(&front, "profile-billing-recovered").await;
    front.goes_to("/tasks").await;
    front.sees("Nothing to do").await;
    assert_eq!(double.charges().len(), 2);
    assert_eq!(double.charged_twice("effect"), []);
    let doctor = front.does(json!({ "do": "run_doctor" })).await;
    assert_eq!(doctor["healthy"], true, "{doctor}");
    front.closes().await;
}

/// She pays by card, and her first month is paid.
async fn ana_enrolled_a_month_ago(stage: &Stage, double: &Double) -> String {
    let vault = Vault::with(stage.data(), Box::new(NoKeychain), Some(stage.passphrase_file()));
    let (database_key, _) = vault.create(None).expect("a key");
    let shop = Shop::opens_under(stage.data(), database_key.bytes()).await;
    shop.clock().passes(double.now() * 1_000 - shop.clock().now().millis());
    let front = &shop.front;
    front.signs_in_again().await;
    let base = double.base_url().parse().expect("a base");
    let checked = wire::check(&front.desk, base, RESTRICTED_TEST).await.expect("a key that is taken");
    front.desk.connect_stripe(checked.client.key(), checked.found).await.expect("a connection");
    let carries = async || {
        front.desk.stripe_is_asked_again().await;
        wire::carry(&front.desk, &checked.client, Errands::All, || true).await.expect("a way");
    };
    front.desk.errands_begin().await.expect("a beginning");
    carries().await;
    let customer = front.puts_on_file("Ana Ruiz").await;
    let plan = front.offers("Gold", gold()).await;
    let enroll = Enroll {
        customer,
        plan,
        version: 1,
        // Not the shop's own, which knows the day of its mornings alone.
        start: front.does(WhoAmI {}).await.session.expect("Dana is signed in").today,
        pays: PaysBy::Card,
        tenders: Vec::new(),
        seats: None,
        people: Vec::new(),
        consent: Consent::InPerson,
    };
    let id = front.does(enroll).await.enrollment.id;
    front.does(AskCard { customer, how: CardPageHow::Here }).await;
    carries().await;
    let page = front.does(GetCardPage { customer }).await;
    assert!(matches!(page, CardPage::Open { .. }), "{page:?}");
    let session = newest(double, Kind::CheckoutSession);
    double.act(&Action::EnterCard { session, number: VISA.to_owned() }).expect("a card");
    carries().await;
    carries().await;
    let held = front.sees(id).await;
    assert_eq!(held.paid_count, 1, "{held:?}");
    shop.closes().await;
    customer.to_string()
}

#[tokio::test(flavor = "current_thread")]
async fn what_waits_while_stripe_is_not_reached_goes_out_at_a_retry() {
    let double = double(now()).await;
    let front = Stage::new().with_stripe_at(double.base_url()).open().await;
    a_new_practice(&front).await;
    front.does(json!({ "do": "connect_stripe", "stripe_key": RESTRICTED_TEST, "key": key(9) })).await;
    let customer = ana_pays_by_card(&front, &double).await;
    offers(&front, 20, "Silver").await;

    double.refuse_connections(true);
    front.goes_to(&format!("/customers/{customer}/memberships")).await;
    front.clicks("Enroll").await;
    front.clicks("Tier: Choose a tier").await;
    front.clicks("Silver, $100.00 every month").await;
    front.sees("Visa 4242").await;
    front.clicks("Enroll and charge $108.00").await;
    front.sees("Ana Ruiz is enrolled in Silver").await;
    front.waits_for("Connection: Offline · ").await;
    looks_right(&front, "profile-memberships-offline").await;
    pays_a_ticket_with_the_card(&front, &customer).await;
    shows_what_was_used_on_trust(&front, &customer).await;
    front.clicks("Connection: Offline · ").await;
    front.sees("Start billing Silver, Ana Ruiz").await;
    front.sees("Charge $34.00 to the card of Ana Ruiz").await;
    front.sees("Stripe is not reached since").await;
    front.sees("nothing was sent. You can sell").await;
    front.sees("$134.00 at risk until the bank answers").await;
    looks_right(&front, "queue-stripe").await;
    front.clicks("Explain: Start billing Silver, Ana Ruiz").await;
    front.sees("Something that has to be done before goes first.").await;
    looks_right(&front, "queue-stripe-explained").await;
    front.leaves().await;
    assert_eq!(double.charges().len(), 1);

    double.refuse_connections(false);
    front.clicks("Retry: ").await;
    front.sees("Nothing waits to be sent").await;
    front.sees_no_more("Stripe is not reached since").await;
    front.waits_for("Connection: Online").await;
    front.clicks("Sent").await;
    front.sees("Start billing Silver, Ana Ruiz").await;
    looks_right(&front, "queue-stripe-done").await;
    let mut charged: Vec<i64> = double.charges().iter().map(|charge| charge.amount).collect();
    charged.sort_unstable();
    assert_eq!(charged, [3_400, 10_800, 10_800]);
    assert_eq!(double.charged_twice("effect"), []);
    front.goes_to(&format!("/customers/{customer}/billing")).await;
    front.sees_after_a_while("Stripe bills it").await;
    front.sees_no_more("Waits for Stripe").await;
    front.sees_no_more("were used before they were paid for").await;
    front.clicks("Bills at Stripe").await;
    front.sees_after_a_while("Scan the code with their phone").await;
    looks_right(&front, "bills-at-stripe").await;
    front.leaves().await;
    front.closes().await;
}

async fn shows_what_was_used_on_trust(front: &Front, customer: &str) {
    front.goes_to(&format!("/customers/{customer}/memberships")).await;
    front.sees("$100.00 of benefits were used before they were paid for").await;
    looks_right(front, "profile-memberships-on-trust").await;
    front.clicks("Actions for Silver").await;
    front.clicks("Settle what was used").await;
    front.sees("They paid it at the checkout").await;
    looks_right(front, "settle-what-was-used").await;
    front.clicks("Forgive it").await;
    front.sees("Forgive $100.00").await;
    front.leaves().await;
    // Only Stripe has that page, which is said before anything is tried.
    front.goes_to(&format!("/customers/{customer}/billing")).await;
    front.clicks("Bills at Stripe").await;
    front.sees("Stripe is not reached, and this page comes from there").await;
    looks_right(front, "bills-at-stripe-offline").await;
    front.leaves().await;
}

/// $260.00, of which Gold takes 10 % off and its credit pays $100.00; the credit of Silver, whose first charge is on its way, pays
/// as much on trust. Nobody can ask the bank for the rest.
async fn pays_a_ticket_with_the_card(front: &Front, customer: &str) {
    let facial =
        json!({ "do": "save_item", "kind": "service", "name": "Facial", "price": 26_000, "key": key(21) });
    front.does(facial).await;
    front.goes_to(&format!("/checkout/for/{customer}")).await;
    front.clicks("Facial").await;
    front.sees("Benefits hold on trust until the bank answers").await;
    front.sees("Pay $34.00").await;
    front.press("F9").await;
    front.clicks("Card on file").await;
    front.clicks("Charge $34.00 to the card").await;
    front.sees("No answer from the bank").await;
    looks_right(front, "pay-card-late").await;
    front.clicks("Settle now, charge $34.00 later").await;
    front.sees("Ticket A-").await;
    front.clicks("Next patient").await;
    front.sees_no_more("Ticket A-").await;
}

/// Ana is on file with a card and holds Gold, whose first month is paid.
async fn ana_pays_by_card(front: &Front, double: &Double) -> String {
    let person = json!({ "name": "Ana Ruiz", "email": "ana@example.com" });
    let made = front.does(json!({ "do": "create_customer", "person": person, "key": key(10) })).await;
    let customer = made["customer"]["id"].as_str().expect("an id").to_owned();
    let plans = front.does(json!({ "do": "list_plans" })).await;
    let today = front.does(json!({ "do": "who_am_i" })).await["session"]["today"].clone();
    let enroll = json!({
        "do": "enroll", "customer": customer, "plan": plans["plans"][0]["plan"]["id"], "version": 1, "start": today,
        "pays": "card", "tenders": [], "key": key(11),
    });
    front.does(enroll).await;
    front.goes_to(&format!("/customers/{customer}/billing")).await;
    front.clicks("Add a card").await;
    front.sees("Scan the code with their phone").await;
    let session = newest(double, Kind::CheckoutSession);
    double.act(&Action::EnterCard { session, number: VISA.to_owned() }).expect("a card");
    front.sees_after_a_while("The card is on file").await;
    front.clicks("Done").await;
    front.sees_after_a_while("Stripe bills it").await;
    customer
}

#[tokio::test(flavor = "current_thread")]
async fn what_another_program_bills_is_looked_through_and_taken_over() {
    let double = double(now()).await;
    let before = AnotherProgram(&double);
    let product = before.sells("Platinum");
    let (monthly, weekly) =
        (before.at(&product, "12000", "month", "1"), before.at(&product, "3500", "week", "1"));
    let long = ("Bartholomew Featherstonehaugh-Cholmondeley", "bartholomew.featherstonehaugh@example.com");
    for (name, email, price) in [
        ("Ana Ruiz", "ana@example.com", &monthly),
        (long.0, long.1, &monthly),
        ("Cleo Marsh", "family@example.com", &monthly),
        ("Dov Levin", "dov@example.com", &weekly),
    ] {
        before.bills(&before.has(name, email), price);
    }
    let front = Stage::new().with_stripe_at(double.base_url()).open().await;
    a_new_practice(&front).await;
    for (n, name) in [(40, "Cleo Marsh-Okafor"), (41, "Theo Marsh")] {
        let person = json!({ "name": name, "email": "family@example.com" });
        front.does(json!({ "do": "create_customer", "person": person, "key": key(n) })).await;
    }
    front.does(json!({ "do": "connect_stripe", "stripe_key": RESTRICTED_TEST, "key": key(42) })).await;
    front.goes_to("/settings/stripe").await;
    front.sees("Take over what is billed there already").await;
    front.sees("Stripe answers").await;
    front.clicks("Look at the account").await;
    front.sees("3 memberships come").await;
    front.sees("1 stays with Stripe alone").await;
    front.sees("First choose who 1 person is here").await;
    looks_right(&front, "settings-stripe-adopt").await;
    front.clicks("Cleo Marsh is here: Choose who").await;
    front.clicks("Cleo Marsh-Okafor").await;
    front.clicks("Take over 3 memberships").await;
    front.sees("3 memberships were taken over").await;
    front.sees("3 are here already").await;
    let members = front.does(json!({ "do": "list_members" })).await;
    assert_eq!(members["rows"].as_array().map(Vec::len), Some(3), "{members}");
    let names: Vec<&str> =
        members["rows"].as_array().into_iter().flatten().filter_map(|row| row["name"].as_str()).collect();
    assert!(names.contains(&"Cleo Marsh-Okafor"), "{names:?}");
    assert!(
        !double
            .requests()
            .iter()
            .any(|sent| sent.method != "GET" && sent.path.starts_with("/v1/subscriptions/"))
    );
}
