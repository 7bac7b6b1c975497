//! An organization from its first entry to its statement, as a receptionist does it.

use window::{Front, Stage};

#[tokio::test(flavor = "current_thread")]
async fn an_organization_takes_seats_and_has_a_statement() {
    let front = Stage::of_the_demo(8).open().await;
    front.signs_in("Priya Raman", "1122").await;
    put_on_file(&front).await;
    takes_silver_for_two(&front).await;
    sees_its_statement(&front).await;
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

async fn sees_its_statement(front: &Front) {
    front.clicks("Statements").await;
    front.clicks("Collect $").await;
    front.sees("2 people at $59.00").await;
    front.picture("statement-collect").await;
    front.leaves().await;
}
