//! The main job, whole, in the real window: from first start to a refund, and all of it again after a restart.

use serde_json::json;
use window::{Front, Stage};

const PASSPHRASE: &str = "a passphrase for tests";

#[tokio::test(flavor = "current_thread")]
async fn from_first_start_to_refund_and_everything_is_there_after_a_restart() {
    let front = Stage::new().open().await;
    sets_up(&front).await;
    adds_an_item(&front, "Express Facial", "85").await;
    adds_an_item(&front, "HydraGlow Treatment", "180").await;
    creates_a_membership(&front).await;
    enrolls_ana(&front).await;
    let number = sells_a_ticket(&front).await;
    refunds_a_line(&front).await;
    let customer = front.route().await;

    let front = front.restarts().await;
    front.sees("Dana Whitfield").await;
    for digit in "4711".chars() {
        front.press(&digit.to_string()).await;
    }
    front.press("Enter").await;
    front.sees("Checkout").await;
    front.types("Search everything", &number).await;
    front.sees(&format!("Ticket {number}")).await;
    front.press("Enter").await;
    front.sees("Partly refunded").await;
    front.sees("HydraGlow Treatment").await;
    assert_eq!(front.route().await, customer);
    front.open("Members").await;
    front.sees("Ana Ruiz").await;
    front.sees("Gold").await;
    edits_the_tier_and_updates_its_member(&front).await;
    renews_the_recovery_key(&front).await;
    let doctor = front.asks(json!({ "do": "run_doctor" })).await.unwrap();
    assert_eq!(doctor["healthy"], true, "{doctor}");
    front.closes().await;
}

async fn sets_up(front: &Front) {
    front.sees("Your practice").await;
    front.types("Name", "Larkspur Skin & Wellness").await;
    front.picture("first-start-practice").await;
    front.is_accessible("first start").await;
    front.clicks("Continue").await;
    front.sees("Money and time").await;
    front.clicks("Continue").await;
    front.sees("Your PIN").await;
    front.types("Your name", "Dana Whitfield").await;
    front.types("PIN", "4711").await;
    front.types("PIN again", "4711").await;
    front.types("Passphrase", PASSPHRASE).await;
    front.types("Passphrase again", PASSPHRASE).await;
    front.clicks("Continue").await;
    front.sees("Keep this recovery key").await;
    let key = recovery_key(&front.text().await);
    front.picture("first-start-recovery").await;
    front.is_accessible("recovery key").await;
    front.types("Type the last two groups", &format!("{} {}", key[6], key[7])).await;
    front.clicks("Continue").await;
    front.sees("Ready").await;
    front.clicks("Start").await;
    front.sees("An empty ticket").await;
}

/// The eight groups of four as the page says them.
fn recovery_key(text: &str) -> Vec<String> {
    let is_group = |word: &&str| {
        word.len() == 4 && word.chars().all(|letter| letter.is_ascii_uppercase() || letter.is_ascii_digit())
    };
    let groups: Vec<String> = text.split(' ').filter(is_group).map(str::to_owned).collect();
    assert_eq!(groups.len(), 8, "{text}");
    groups
}

async fn adds_an_item(front: &Front, name: &str, price: &str) {
    front.goes_to("/inventory/items").await;
    front.clicks("Add item").await;
    front.types("Name", name).await;
    front.types("Price", price).await;
    front.press("Enter").await;
    front.sees(name).await;
    front.sees(&format!("${price}.00")).await;
}

async fn creates_a_membership(front: &Front) {
    front.goes_to("/inventory/memberships/tiers").await;
    front.sees("Offer your first membership").await;
    front.picture("tiers-empty").await;
    front.clicks("Add Membership").await;
    front.types("Name", "Gold").await;
    front.chooses_a_picture("hero.png", 2400, 1600).await;
    front.sees("Choose another").await;
    front.types("What the picture shows", "A hill at sunrise").await;
    front.picture("tier-form-picture").await;
    front.is_accessible("the tier form with a picture").await;
    front.clicks("Pricing").await;
    front.types("Price", "99").await;
    front.clicks("Discounts").await;
    front.clicks("Add discount").await;
    front.types("Percentage", "10").await;
    front.clicks("Credits").await;
    front.clicks("Add credit").await;
    front.types("Amount", "100").await;
    front.clicks("Included services").await;
    front.clicks("Add included service").await;
    front.clicks("Choose").await;
    front.clicks("Express Facial").await;
    front.clicks("Use 1 chosen").await;
    front.picture("tier-form").await;
    front.is_accessible("the tier form").await;
    front.clicks("Save tier").await;
    front.sees("every month").await;
    front.sees("$99.00").await;
    front.shows_an_image("A hill at sunrise").await;
    front.picture("tiers").await;
}

async fn enrolls_ana(front: &Front) {
    front.clicks("Actions for Gold").await;
    front.clicks("Add New Member").await;
    front.clicks("New patient").await;
    front.types("Name", "Ana Ruiz").await;
    front.types("E-mail", "ana.ruiz@example.com").await;
    front.clicks("Put on file").await;
    front.sees("What happens").await;
    front.sees("$99.00").await;
    front.picture("enroll").await;
    front.is_accessible("enroll").await;
    front.clicks("Signed here, on the screen").await;
    front.signs("Signature of the patient").await;
    front.sees("Signed. Another stroke is added to it.").await;
    let grave = front.portraits("enroll-signed").await;
    assert!(grave.is_empty(), "{grave:?}");
    front.clicks("Enroll and take $99.00").await;
    front.sees("A-1").await;
    front.clicks("Save PDF").await;
    front.sees("Saved as").await;
    assert!(std::fs::read(front.saved("Receipt A-1.pdf")).unwrap().starts_with(b"%PDF"));
    front.clicks("E-mail").await;
    front.sees("E-mail is not set up").await;
    front.press("Escape").await;
    front.sees_no_more("E-mail is not set up").await;
    front.press("Escape").await;
    shows_what_ana_signed(front).await;
}

async fn shows_what_ana_signed(front: &Front) {
    front.open("Members").await;
    front.clicks("Actions for Ana Ruiz").await;
    front.clicks("Show agreement").await;
    front.sees("Agreement to Gold, version 1").await;
    front.sees("Signed on the screen").await;
    front.sees("$99.00 is due on").await;
    front.shows_an_image("What Ana Ruiz signed").await;
    let grave = front.portraits("agreement").await;
    assert!(grave.is_empty(), "{grave:?}");
    front.clicks("Save PDF").await;
    front.sees("Agreement to Gold, version 1.pdf").await;
    let pdf = std::fs::read(front.saved("Agreement to Gold, version 1.pdf")).unwrap();
    assert!(pdf.starts_with(b"%PDF-") && pdf.len() > 20_000, "{} bytes", pdf.len());
    front.sees_no_more("Saved as").await;
    front.leaves().await;
}

/// One facial is included, the treatment is 10 % off and $100.00 of credit pays for most of it: $62.00 are due.
async fn sells_a_ticket(front: &Front) -> String {
    front.goes_to("/checkout").await;
    front.press("F3").await;
    front.types("Find a patient", "ana").await;
    front.clicks("Add Ana Ruiz").await;
    front.sees("Gold").await;
    front.clicks("Express Facial").await;
    front.clicks("HydraGlow Treatment").await;
    front.sees("$62.00").await;
    front.sees("Saves $103.00").await;
    front.picture("checkout").await;
    front.is_accessible("checkout").await;
    front.press("F9").await;
    front.types("Received", "80").await;
    front.sees("$18.00").await;
    front.picture("pay").await;
    front.is_accessible("pay").await;
    front.press("Enter").await;
    front.sees("Ticket A-2").await;
    front.picture("receipt").await;
    front.is_accessible("receipt").await;
    front.clicks("Save PDF").await;
    front.sees("Saved as").await;
    let pdf = std::fs::read(front.saved("Receipt A-2.pdf")).unwrap();
    assert!(pdf.starts_with(b"%PDF-"), "{} bytes", pdf.len());
    // What was said in the corner lies over the page's buttons until it goes.
    front.sees_no_more("Saved as").await;
    front.clicks("Open ticket").await;
    front.sees("HydraGlow Treatment").await;
    "A-2".to_owned()
}

async fn refunds_a_line(front: &Front) {
    front.clicks("Refund").await;
    front.clicks("One more of HydraGlow Treatment").await;
    front.types("Reason", "Did not take place").await;
    front.sees("$100.00 of credit returns to Gold").await;
    front.picture("refund").await;
    front.is_accessible("refund").await;
    front.clicks("Refund $62.00").await;
    front.sees("Partly refunded").await;
}

/// Another price makes another version; of its two members one agrees to it, from her next charge on.
async fn edits_the_tier_and_updates_its_member(front: &Front) {
    ben_holds_it_too(front).await;
    front.goes_to("/inventory/memberships/tiers").await;
    front.clicks("Actions for Gold").await;
    front.clicks("Edit").await;
    front.clicks("Pricing").await;
    front.types("Price", "109").await;
    front.sees("Applies to new enrollments. 2 members keep their current terms.").await;
    front.picture("tier-edit").await;
    front.clicks("Save as version 2").await;
    front.sees("$109.00").await;
    front.open("Members").await;
    front.sees("Ana Ruiz").await;
    front.clicks("Actions for Ana Ruiz").await;
    front.clicks("Update terms").await;
    front.sees("Now: version 1").await;
    front.sees("Then: version 2").await;
    front.sees("are those of version 2 in place of version 1").await;
    let grave = front.portraits("update-terms").await;
    assert!(grave.is_empty(), "{grave:?}");
    front.clicks("Update to version 2 from").await;
    front.sees("Ana Ruiz moves to version 2").await;
    let members = front.asks(json!({ "do": "list_members" })).await.unwrap();
    for (row, name, pending) in [(0, "Ana Ruiz", json!(2)), (1, "Ben Odel", json!(null))] {
        let held = json!({ "do": "get_enrollment", "id": members["rows"][row]["enrollment"] });
        let held = front.asks(held).await.unwrap();
        assert_eq!(held["customer_name"], name);
        assert_eq!((&held["version"], &held["pending_terms"]["version"]), (&json!(1), &pending), "{held}");
        if pending.is_number() {
            assert_eq!(held["pending_terms"]["from"], held["next_charge"]["on"], "from the next charge on");
        }
    }
}

/// Nobody asks him about the new terms, so he keeps his.
async fn ben_holds_it_too(front: &Front) {
    let asks = async |request| front.asks(request).await.unwrap_or_else(|refusal| panic!("{refusal}"));
    let key = |n: u8| format!("00000000-0000-4000-8000-0000000000{n:02x}");
    let ben = json!({ "do": "create_customer", "person": { "name": "Ben Odel" }, "key": key(1) });
    let ben = asks(ben).await["customer"]["id"].clone();
    let plan = asks(json!({ "do": "list_plans" })).await["plans"][0]["plan"]["id"].clone();
    let today = asks(json!({ "do": "who_am_i" })).await["session"]["today"].clone();
    let cash = json!([{ "kind": { "by": "cash" }, "amount": 9_900 }]);
    let enroll = json!({
        "do": "enroll", "customer": ben, "plan": plan, "version": 1, "start": today, "tenders": cash, "key": key(2),
    });
    asks(enroll).await;
}

/// The owner is signed in and is asked for the PIN all the same; the new key is shown once.
async fn renews_the_recovery_key(front: &Front) {
    front.goes_to("/settings/security").await;
    front.sees("Lock after").await;
    front.picture("settings-security").await;
    front.is_accessible("security").await;
    front.clicks("Make a new recovery key").await;
    front.sees("stops working on this computer").await;
    front.clicks("Make a new key").await;
    front.sees("once more").await;
    front.types("PIN", "4711").await;
    front.clicks("Allow this once").await;
    front.sees("Shown only this once").await;
    recovery_key(&front.text().await);
    front.picture("new-recovery-key").await;
    front.is_accessible("the new recovery key").await;
    front.clicks("I have kept it").await;
    front.sees_no_more("Shown only this once").await;
}
