//! The table of members, and taking it out as a file.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use protocol::enrollments::PauseEnrollment;
use protocol::members::{ExportFormat, ExportMembers, ListMembers, StatusFilter};
use serde_json::Value;
use testkit::{DANA, Front, ROSA, Shop, cash, gold};

async fn exported(front: &Front, filters: ListMembers, format: ExportFormat) -> String {
    let file = front.does(ExportMembers { filters, only: Vec::new(), but: Vec::new(), format }).await;
    assert!(file.name.ends_with(format.extension()), "{}", file.name);
    String::from_utf8(BASE64_STANDARD.decode(file.base64).unwrap()).unwrap()
}

#[tokio::test]
async fn members_are_exported_with_their_money_and_no_formula_survives() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    let plan = front.offers("Gold", gold()).await;
    let ava = front.puts_on_file("Ava, \"Moreau\"").await;
    let trap = front.puts_on_file("=HYPERLINK(\"http://evil\")").await;
    let id = front.enrolls(ava, plan, cash(10_800)).await.enrollment.id;
    front.enrolls(trap, plan, Vec::new()).await;
    front.does(PauseEnrollment { id, until: None }).await;

    let csv = exported(front, ListMembers::default(), ExportFormat::Csv).await;
    let mut rows = csv::Reader::from_reader(csv.trim_start_matches('\u{feff}').as_bytes());
    let columns = rows.headers().unwrap().clone();
    let rows: Vec<csv::StringRecord> = rows.records().map(Result::unwrap).collect();
    let cell = |row: usize, name: &str| {
        let at = columns.iter().position(|column| column == name).unwrap();
        rows[row][at].to_owned()
    };
    assert_eq!(rows.len(), 2);
    assert_eq!(cell(0, "name"), "'=HYPERLINK(\"http://evil\")");
    assert_eq!((cell(0, "status"), cell(0, "balance")), ("waiting_for_payment".into(), "108.00".into()));
    assert_eq!((cell(1, "name"), cell(1, "tier")), ("Ava, \"Moreau\"".into(), "Gold".into()));
    assert_eq!((cell(1, "status"), cell(1, "net_revenue")), ("paused".into(), "100.00".into()));
    assert_eq!((cell(1, "price"), cell(1, "billed")), ("100.00".into(), "monthly".into()));
    assert_eq!(cell(1, "joined"), shop.today().to_string());

    let paused = ListMembers { status: Some(StatusFilter::Paused), ..ListMembers::default() };
    let json: Value = serde_json::from_str(&exported(front, paused, ExportFormat::Json).await).unwrap();
    assert_eq!(json.as_array().unwrap().len(), 1);
    assert_eq!(json[0]["name"], "Ava, \"Moreau\"");
    assert_eq!(json[0]["version"], 1);
    let nobody = ListMembers { text: "nobody".into(), ..ListMembers::default() };
    assert_eq!(exported(front, nobody, ExportFormat::Json).await, "[]\n");
}

#[tokio::test]
async fn every_page_is_in_the_file_and_a_manager_has_to_allow_it() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    shop.is_joined_by(1_101).await;
    let csv = exported(front, ListMembers::default(), ExportFormat::Csv).await;
    assert_eq!(csv.lines().count(), 1_102);

    front.signs_in(ROSA).await;
    let export = ExportMembers {
        filters: ListMembers::default(),
        only: Vec::new(),
        but: Vec::new(),
        format: ExportFormat::Csv,
    };
    assert_eq!(front.may_not(export.clone()).await, "needs_manager");
    front.asks_approved(export, DANA).await.unwrap();
}
