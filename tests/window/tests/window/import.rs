//! Another system's file with bad rows, mended and imported; a person given everything held about them, and erased.

use serde_json::{Value, json};
use window::{Front, Stage};

const BAD: &str = "Client ID,Full name,E-mail,Membership,Member since,Next billing,\"Balance of CREDIT\"\n\
    C1,Iris Vance,iris@example.com,PLAN,2025-01-31,NEXT,12.50\n\
    C2,Jon Bell,jon@example.com,Platinum Plus,2025-02-10,NEXT,0\n\
    C3,Kim Lund,not an address,PLAN,2025-02-30,NEXT,-4\n";
const MENDED: &str = "Client ID,Full name,E-mail,Membership,Member since,Next billing,\"Balance of CREDIT\"\n\
    C1,Iris Vance,iris@example.com,PLAN,2025-01-31,NEXT,12.50\n\
    C2,Jon Bell,jon@example.com,PLAN,2025-02-10,NEXT,0\n";

#[tokio::test(flavor = "current_thread")]
async fn an_import_with_bad_rows_is_mended_and_comes_in_once() {
    let front = Stage::of_the_demo(8).open().await;
    front.signs_in("Dana Whitfield", "4711").await;
    let (plan, next, credit) = a_plan_with_credit(&front).await;
    let file = |text: &str| text.replace("PLAN", &plan).replace("NEXT", &next).replace("CREDIT", &credit);
    let before = members(&front).await;

    front.goes_to("/settings/data").await;
    front.sees("Take data out").await;
    assert_eq!(front.portraits("settings-data").await, Vec::<String>::new());
    front.clicks("Import members").await;
    front.sees("One row for each running membership").await;
    assert_eq!(front.portraits("import-file").await, Vec::<String>::new());

    front.chooses_a_file("old system.csv", &file(BAD)).await;
    front.sees("Column of the file").await;
    front.sees("Iris Vance").await;
    assert_eq!(front.portraits("import-columns").await, Vec::<String>::new());
    front.clicks("Try it").await;
    front.sees("2 rows have to be mended first").await;
    front.sees("No membership is called Platinum Plus.").await;
    front.sees("This day does not exist.").await;
    assert_eq!(front.portraits("import-problems").await, Vec::<String>::new());
    assert_eq!(members(&front).await, before, "a trial changes nothing");
    front.clicks("Save the problem rows").await;
    front.sees("Saved as").await;
    let saved = std::fs::read_dir(front.saved("x").parent().unwrap()).unwrap();
    let name = saved.flatten().map(|file| file.file_name().to_string_lossy().into_owned());
    let name =
        name.into_iter().find(|name| name.starts_with("old system problems")).expect("a file of problems");
    let rows = std::fs::read_to_string(front.saved(&name)).unwrap();
    assert!(rows.contains("Jon Bell") && rows.contains("Platinum Plus") && !rows.contains("Iris"), "{rows}");

    front.clicks("Change the columns").await;
    front.sees("Column of the file").await;
    front.clicks("Another file").await;
    front.sees("One row for each running membership").await;
    front.chooses_a_file("old system.csv", &file(MENDED)).await;
    front.sees("Column of the file").await;
    front.clicks("Try it").await;
    front.sees("Every row can be imported").await;
    front.sees("2 people are put on file.").await;
    assert_eq!(front.portraits("import-ready").await, Vec::<String>::new());
    front.clicks("Import 2 members").await;
    front.sees("2 members imported").await;
    front.sees("$12.50 of credit came along.").await;
    assert_eq!(front.portraits("import-done").await, Vec::<String>::new());
    assert_eq!(members(&front).await, before + 2);

    // Once more: everything is here.
    front.clicks("Import another file").await;
    front.chooses_a_file("old system.csv", &file(MENDED)).await;
    front.clicks("Try it").await;
    front.sees("Everything is here already").await;
    front.goes_to("/settings/data").await;
    front.sees("Members imported from old system.csv: 2 added, 0 changed, 0 as they were.").await;
    let doctor = front.asks(json!({ "do": "run_doctor" })).await.unwrap();
    assert_eq!(doctor["healthy"], true, "{doctor}");
    front.closes().await;
}

#[tokio::test(flavor = "current_thread")]
async fn a_person_is_given_what_is_held_and_erased() {
    let front = Stage::of_the_demo(8).open().await;
    front.signs_in("Dana Whitfield", "4711").await;
    let key = "00000000-0000-4000-8000-00000000e0a5";
    let person = json!({ "name": "Xanthippe Quill", "email": "xq@example.com", "phone": "555 0199" });
    let made = front.asks(json!({ "do": "create_customer", "person": person, "key": key })).await.unwrap();
    let id = made["customer"]["id"].as_str().unwrap().to_owned();
    front.goes_to(&format!("/customers/{id}/overview")).await;
    front.clicks("More for Xanthippe Quill").await;
    front.picture("customer-menu").await;
    front.clicks("Everything held, to read").await;
    front.sees("Saved as").await;
    front.clicks("More for Xanthippe Quill").await;
    front.clicks("Erase on request").await;
    front.sees("Is gone for good").await;
    assert_eq!(front.portraits("customer-erase").await, Vec::<String>::new());
    front.types("Type Xanthippe Quill to confirm", "Xanthippe Quill").await;
    front.clicks("Erase for good").await;
    front.sees("Erased on request on").await;
    front.sees("Erased person").await;
    front.sees_no_more("xq@example.com").await;
    assert_eq!(front.portraits("customer-erased").await, Vec::<String>::new());
    let found = front.asks(json!({ "do": "search", "text": "Xanthippe" })).await.unwrap();
    assert_eq!(found["hits"], json!([]));
    let doctor = front.asks(json!({ "do": "run_doctor" })).await.unwrap();
    assert_eq!(doctor["healthy"], true, "{doctor}");

    // One who is still a member is not erased, and the dialog says why.
    let member = front.asks(json!({ "do": "list_members", "status": "active" })).await.unwrap();
    let id = member["rows"][0]["customer"].as_str().unwrap().to_owned();
    let name = member["rows"][0]["name"].as_str().unwrap().to_owned();
    front.goes_to(&format!("/customers/{id}/overview")).await;
    front.clicks(&format!("More for {name}")).await;
    front.clicks("Erase on request").await;
    front.sees("This cannot be done now").await;
    front.sees("is running. Cancel it first").await;
    front.picture("customer-erase-refused").await;
    front.leaves().await;
    front.closes().await;
}

/// A plan that somebody holds with a money credit, a day ahead on which they are billed, and what the credit is called.
async fn a_plan_with_credit(front: &Front) -> (String, String, String) {
    let active = json!({ "do": "list_members", "status": "active" });
    for row in front.asks(active).await.unwrap()["rows"].as_array().unwrap() {
        let held = front.asks(json!({ "do": "get_enrollment", "id": row["enrollment"] })).await.unwrap();
        let money = |balance: &&Value| balance["unit"] == "money" && balance["person"].is_null();
        let credit = held["balances"].as_array().into_iter().flatten().find(money);
        if let (Some(credit), Some(next)) = (credit, row["next_billing"].as_str()) {
            let words = |value: &Value| value.as_str().unwrap().to_owned();
            return (words(&row["plan_name"]), next.to_owned(), words(&credit["name"]));
        }
    }
    panic!("nobody holds a plan with a money credit");
}

async fn members(front: &Front) -> u64 {
    let page = front.asks(json!({ "do": "list_members" })).await.unwrap();
    page["total"].as_u64().unwrap()
}
