//! An organization from its first entry to its paid statement, as a receptionist does it.

use serde_json::json;
use window::{Front, Stage};

#[tokio::test(flavor = "current_thread")]
async fn an_organization_takes_seats_and_pays_by_statement() {
    let front = Stage::of_the_demo(8).open().await;
    front.signs_in("Priya Raman", "1122").await;
    put_on_file(&front).await;
    takes_silver_for_two(&front).await;
    pays_its_statement(&front).await;
    one_of_them_rests(&front).await;
    front.goes_to("/members/organizations").await;
    front.sees("2 of 3").await;
    let grave = front.portraits("organizations").await;
    assert!(grave.is_empty(), "{grave:?}");
    front.closes().await;
}

async fn put_on_file(front: &Front) {
    front.goes_to("/members/organizations").await;
    front.sees("No organization yet").await;
    front.picture("organizations-empty").await;
    front.clicks("Add organization").await;
    front.types("Name", "Harbor Law").await;
    front.types("Contact", "Mia Chen").await;
    front.types("On statements", "VAT 91").await;
    front.picture("organization-new").await;
    front.is_accessible("a new organization").await;
    front.press("Enter").await;
    front.sees("Nobody has a seat yet").await;
}

async fn takes_silver_for_two(front: &Front) {
    front.clicks("Enroll").await;
    front.clicks("Tier: Choose a tier").await;
    front.clicks("Silver, $59.00 every month").await;
    front.types("Seats", "3").await;
    for name in ["Vera Lind", "Nils Lind"] {
        front.clicks("New client").await;
        front.types("Name", name).await;
        front.clicks("Put on file").await;
        front.waits_for(&format!("Remove {name}")).await;
    }
    front.sees("2 people at $59.00").await;
    let grave = front.portraits("organization-enroll").await;
    assert!(grave.is_empty(), "{grave:?}");
    front.clicks("Take $").await;
    front.clicks("Enroll, $").await;
    front.sees("2 of 3 seats are taken.").await;
    front.sees("$59.00 per person every month").await;
}

async fn pays_its_statement(front: &Front) {
    front.clicks("Statements").await;
    front.clicks("Collect $").await;
    front.sees("2 people at $59.00").await;
    front.picture("statement-collect").await;
    front.is_accessible("collecting a statement").await;
    front.types("Received", "200").await;
    front.press("Enter").await;
    front.sees("Change to give back").await;
    let grave = front.portraits("statement-collected").await;
    assert!(grave.is_empty(), "{grave:?}");
    front.clicks("Done").await;
    front.sees("Paid").await;
    front.clicks("Look at it: statement of").await;
    front.sees("VAT 91").await;
    let grave = front.portraits("statement").await;
    assert!(grave.is_empty(), "{grave:?}");
}

async fn one_of_them_rests(front: &Front) {
    front.clicks("People").await;
    front.clicks("Actions for Nils Lind").await;
    front.clicks("Pause").await;
    front.sees("The seat stays taken and is paid for.").await;
    front.press("Enter").await;
    front.sees("Paused since").await;
    let grave = front.portraits("organization-people").await;
    assert!(grave.is_empty(), "{grave:?}");
    let found = front.asks(json!({ "do": "find_customers", "text": "Nils" })).await.unwrap();
    let nils = found["people"][0]["id"].as_str().unwrap().to_owned();
    front.goes_to(&format!("/checkout/for/{nils}")).await;
    front.sees("Harbor Law").await;
    front.picture("organization-member-at-checkout").await;
}
