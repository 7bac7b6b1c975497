//! Many members at once in the real window: marked one by one and all together, looked at first, paused, and written to with a
//! manager's PIN that is asked for once.

use serde_json::{Value, json};
use window::{Front, Stage};

#[tokio::test(flavor = "current_thread")]
async fn many_members_are_paused_and_written_to() {
    let front = Stage::of_the_demo(12).open().await;
    front.signs_in("Priya Raman", "1122").await;
    front.goes_to("/members").await;
    let active = asks(&front, json!({ "do": "list_members", "status": "active" })).await;
    let rows = active["rows"].as_array().unwrap().clone();
    let name = |nth: usize| rows[nth]["name"].as_str().unwrap().to_owned();
    front.clicks(&format!("Choose {}", name(0))).await;
    front.clicks(&format!("Choose {}", name(1))).await;
    front.sees("2 chosen").await;
    let grave = front.portraits("members-chosen").await;
    assert!(grave.is_empty(), "{grave:?}");
    front.clicks("Pause").await;
    front.sees("What happens").await;
    front.sees("Pause memberships").await;
    let grave = front.portraits("members-pause-many").await;
    assert!(grave.is_empty(), "{grave:?}");
    front.press("Escape").await;
    front.clicks("Export: take these out").await;
    front.sees("One file with a row for each of 2 members").await;
    let grave = front.portraits("members-export-many").await;
    assert!(grave.is_empty(), "{grave:?}");
    front.press("Escape").await;
    front.clicks("Choose none").await;

    front.clicks("Choose all members that match").await;
    front.sees("chosen").await;
    front.clicks("Pause").await;
    front.sees("What happens").await;
    front.clicks("Pause ").await;
    front.sees(" paused.").await;
    front.clicks("Done").await;
    let paused = asks(&front, json!({ "do": "list_members", "status": "paused" })).await;
    assert!(paused["total"].as_u64().unwrap() >= rows.len() as u64 / 2, "{paused}");

    front.clicks("E-mail").await;
    front.types("Subject", "Summer hours").await;
    front.types("Message", "We close at six in July.").await;
    front.sees("The message goes into the queue").await;
    let grave = front.portraits("members-mail-many").await;
    assert!(grave.is_empty(), "{grave:?}");
    front.clicks("Send to ").await;
    front.sees("needs a manager").await;
    front.types("PIN", "4711").await;
    front.clicks("Allow this once").await;
    front.sees("put in the queue").await;
    front.clicks("Open the queue").await;
    front.sees("“Summer hours” to").await;
    front.sees("A made-up practice sends nothing").await;
    front.closes().await;
}

async fn asks(front: &Front, request: Value) -> Value {
    front.asks(request.clone()).await.unwrap_or_else(|refused| panic!("{request}: {refused}"))
}
