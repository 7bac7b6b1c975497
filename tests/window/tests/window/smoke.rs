//! The program opens, shows its first page, and the page can be used by everyone.

use serde_json::json;
use window::{Stage, Theme};

#[tokio::test(flavor = "current_thread")]
async fn the_first_page_is_there_and_accessible() {
    let front = Stage::new().open().await;
    front.sees("Perennial").await;
    front.picture("first-page").await;
    front.is_accessible("the first page").await;
    front.closes().await;
}

#[tokio::test(flavor = "current_thread")]
async fn the_smallest_dark_window_is_accessible_too() {
    let front = Stage::new().theme(Theme::Dark).size(1024, 700).open().await;
    front.sees("Perennial").await;
    front.picture("first-page").await;
    front.is_accessible("the first page").await;
    front.closes().await;
}

#[tokio::test(flavor = "current_thread")]
async fn a_fresh_folder_wants_to_be_set_up_and_is_ready_after_a_restart() {
    let front = Stage::new().open().await;
    let started = front.asks(json!({ "do": "start_status" })).await.unwrap();
    assert_eq!(started["state"], "needs_setup");
    let created = front.asks(json!({ "do": "create_database" })).await.unwrap();
    assert_eq!(created["recovery_key"].as_array().unwrap().len(), 8);

    let front = front.restarts().await;
    let started = front.asks(json!({ "do": "start_status" })).await.unwrap();
    assert_eq!(started["state"], "ready");
    front.closes().await;
}

#[tokio::test(flavor = "current_thread")]
async fn whoever_only_looks_gets_a_made_up_practice_and_signs_in() {
    let stage = Stage::new();
    let front = stage.open().await;
    front.clicks("Explore with a demo practice").await;
    front.sees_after_a_while("Dana Whitfield").await;
    front.signs_in("Dana Whitfield", "4711").await;
    front.sees("Demo: nothing is charged").await;
    front.picture("demo").await;

    front.open("Members").await;
    front.clicks("Export").await;
    front.picture("members-export").await;
    front.clicks("CSV, for a spreadsheet").await;
    front.sees("Saved as").await;
    front.picture("members-exported").await;
    let saved: Vec<_> = std::fs::read_dir(stage.saved()).unwrap().map(|file| file.unwrap().path()).collect();
    let members = std::fs::read_to_string(&saved[0]).unwrap();
    assert!(members.lines().count() > 100, "{members}");
    assert!(members.trim_start_matches('\u{feff}').starts_with("name,email,phone,tier"), "{members}");
    front.closes().await;
}

#[tokio::test(flavor = "current_thread")]
async fn the_window_may_not_do_what_it_was_not_given() {
    let front = Stage::new().open().await;
    let refused = front.asks(json!({ "do": "read_file", "path": "/etc/passwd" })).await.unwrap_err();
    assert_eq!(refused["code"], "unknown_request");
    front.closes().await;
}
