//! E-mail in the real window: set up in Settings, a receipt after a sale handed to a mail server over a real socket, and the
//! queue with what was refused.

use serde_json::{Value, json};
use std::time::{Duration, Instant};
use testkit::{MailServer, MailServerIs};
use window::{Front, Stage};

#[tokio::test(flavor = "current_thread")]
async fn a_receipt_is_sent_and_what_is_refused_is_looked_after() {
    let server = MailServer::starts(MailServerIs::default());
    let front = Stage::new().open().await;
    a_new_practice(&front).await;
    mail_is_set_up(&front, server.port).await;
    arrives(&server, "dana@example.com", "Test from Larkspur").await;
    a_receipt_goes_out(&front, &server).await;
    a_wrong_address_is_refused(&front).await;
    front.closes().await;
}

async fn asks(front: &Front, request: Value) -> Value {
    front.asks(request.clone()).await.unwrap_or_else(|refused| panic!("{request}: {refused}"))
}

fn key(n: u8) -> String {
    format!("00000000-0000-4000-8000-0000000000{n:02x}")
}

async fn a_new_practice(front: &Front) {
    asks(front, json!({ "do": "create_database", "key": key(1) })).await;
    let practice = json!({
        "do": "set_up_practice", "name": "Larkspur", "currency": "USD", "time_zone": "America/New_York",
        "location_name": "Main Street", "desk_name": "Front", "owner_name": "Dana Whitfield", "owner_pin": "4711",
        "key": key(2),
    });
    asks(front, practice).await;
    asks(
        front,
        json!({ "do": "save_item", "kind": "service", "name": "Facial", "price": 8500, "key": key(3) }),
    )
    .await;
    let person = json!({ "name": "Ana Ruiz", "email": "ana@example.com" });
    asks(front, json!({ "do": "create_customer", "person": person, "key": key(4) })).await;
}

async fn mail_is_set_up(front: &Front, port: u16) {
    front.goes_to("/settings/mail").await;
    front.types("Mail server", "localhost").await;
    front.clicks("Encryption: TLS").await;
    front.clicks("Not encrypted").await;
    front.types("Port", &port.to_string()).await;
    front.types("From", "hello@larkspur.example").await;
    front.clicks("Save").await;
    front.sees("Test message").await;
    front.types("Send it to", "dana@example.com").await;
    front.clicks("Send test").await;
    front.sees("The mail server took it").await;
    let grave = front.portraits("settings-mail").await;
    assert!(grave.is_empty(), "{grave:?}");
}

async fn a_receipt_goes_out(front: &Front, server: &MailServer) {
    front.goes_to("/checkout").await;
    front.press("F3").await;
    front.types("Find a patient", "Ana").await;
    front.clicks("Add Ana Ruiz").await;
    front.clicks("Facial").await;
    front.sees("$85.00").await;
    front.press("F9").await;
    front.types("Received", "85").await;
    front.press("Enter").await;
    front.sees("Ticket A-1").await;
    front.clicks("E-mail").await;
    assert_eq!(front.reads("E-mail address").await, "ana@example.com");
    front.clicks("Send").await;
    front.sees("is in the queue").await;
    arrives(server, "ana@example.com", "Facial").await;
    front.goes_to("/queue").await;
    front.clicks("Sent").await;
    front.sees("to ana@example.com").await;
    front.sees("250 OK").await;
}

async fn a_wrong_address_is_refused(front: &Front) {
    let tickets = asks(front, json!({ "do": "list_tickets" })).await;
    let ticket = tickets["rows"][0]["id"].as_str().unwrap().to_owned();
    front.goes_to(&format!("/tickets/{ticket}")).await;
    front.clicks("E-mail").await;
    front.types("E-mail address", "nobody").await;
    front.clicks("Send").await;
    front.sees("does not look like name@example.com").await;
    front.types("E-mail address", "nobody@example.com").await;
    front.clicks("Send").await;
    front.sees("Attention · 1").await;
    front.goes_to("/tasks").await;
    front.sees("1 e-mail was refused").await;
    let grave = front.portraits("tasks-refused-mail").await;
    assert!(grave.is_empty(), "{grave:?}");
    front.clicks("Connection: Attention · 1. Open the queue").await;
    front.clicks("Refused").await;
    front.sees("550").await;
    let grave = front.portraits("queue").await;
    assert!(grave.is_empty(), "{grave:?}");
    front.clicks("Explain").await;
    front.sees("refused it for good").await;
    front.sees("Thank you. This is your receipt.").await;
    let grave = front.portraits("queue-explained").await;
    assert!(grave.is_empty(), "{grave:?}");
    front.leaves().await;
    front.clicks("Cancel").await;
    front.sees("Nothing was refused").await;
}

/// Waits until a letter to somebody that says something has arrived.
async fn arrives(server: &MailServer, to: &str, says: &str) {
    let begun = Instant::now();
    loop {
        let there = server.arrived().into_iter().any(|letter| {
            letter.to.iter().any(|one| one == to) && String::from_utf8_lossy(&letter.bytes).contains(says)
        });
        if there {
            return;
        }
        assert!(begun.elapsed() < Duration::from_secs(20), "nothing arrived: {:?}", server.arrived());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
