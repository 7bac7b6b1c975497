//! The table of members, and taking it out as a file.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use protocol::enrollments::{Enroll, PauseEnrollment};
use protocol::members::{ExportFormat, ExportMembers, ListMembers, MemberSort, StatusFilter};
use protocol::plans::ListPlans;
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

/// Name and tier of everybody the table shows, asked for two by two.
async fn two_by_two(front: &Front, filters: ListMembers) -> Vec<String> {
    let mut seen = Vec::new();
    let mut asked = ListMembers { limit: Some(2), ..filters };
    loop {
        let page = front.does(asked.clone()).await;
        assert!(page.rows.len() <= 2);
        seen.extend(page.rows.iter().map(|row| format!("{}, {}", row.plan_name, row.name)));
        if page.next.is_none() {
            assert_eq!(seen.len(), page.total as usize);
            return seen;
        }
        assert_eq!(page.rows.len(), 2);
        asked.after = page.next;
    }
}

#[tokio::test]
async fn tiers_sort_by_their_names_over_every_page() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    for (tier, people) in [
        ("Zen", ["Ben Okafor", "Cleo Marsh", "Ana Ruiz"].as_slice()),
        ("alpine", &["Dora Lind"]),
        ("Nobody's", &[]),
        ("Mid", &["Ana Ruiz", "ben okafor", "Eve Stone"]),
    ] {
        let plan = front.offers(tier, gold()).await;
        for name in people {
            let who = front.puts_on_file(name).await;
            front.enrolls(who, plan, cash(10_800)).await;
        }
    }
    let by_tier = || ListMembers { sort: MemberSort::Plan, ..ListMembers::default() };
    let all = [
        "alpine, Dora Lind",
        "Mid, Ana Ruiz",
        "Mid, ben okafor",
        "Mid, Eve Stone",
        "Zen, Ana Ruiz",
        "Zen, Ben Okafor",
        "Zen, Cleo Marsh",
    ];
    assert_eq!(two_by_two(front, by_tier()).await, all);
    let backwards: Vec<&str> = all.iter().rev().copied().collect();
    assert_eq!(two_by_two(front, ListMembers { descending: true, ..by_tier() }).await, backwards);

    let eve = front.does(ListMembers { text: "eve".into(), ..by_tier() }).await.rows.remove(0);
    let id = eve.enrollment;
    front.does(PauseEnrollment { id, until: None }).await;
    let active = ListMembers { status: Some(StatusFilter::Active), ..by_tier() };
    let without_eve: Vec<&str> = all.iter().filter(|one| !one.contains("Eve")).copied().collect();
    assert_eq!(two_by_two(front, active.clone()).await, without_eve);
    let named = ListMembers { text: "ana".into(), descending: true, ..active };
    assert_eq!(two_by_two(front, named.clone()).await, ["Zen, Ana Ruiz", "Mid, Ana Ruiz"]);
    let of_mid = ListMembers { plan: Some(eve.plan), ..named };
    assert_eq!(two_by_two(front, of_mid).await, ["Mid, Ana Ruiz"]);
    let everybody = ListMembers { status: Some(StatusFilter::All), ..by_tier() };
    assert_eq!(two_by_two(front, everybody).await, all);
    let nobody = ListMembers { text: "nobody".into(), ..by_tier() };
    assert_eq!(two_by_two(front, nobody).await, [""; 0]);
    // Words narrow every order, page by page.
    let ruiz = ListMembers { text: "ruiz".into(), limit: Some(1), ..ListMembers::default() };
    for sort in [MemberSort::Name, MemberSort::Status, MemberSort::NextBilling, MemberSort::Plan] {
        let first = front.does(ListMembers { sort, ..ruiz.clone() }).await;
        let second = front.does(ListMembers { sort, after: first.next, ..ruiz.clone() }).await;
        assert_eq!((first.total, second.total, second.next), (2, 2, None), "{sort:?}");
        let mut tiers = [&first.rows[0], &second.rows[0]].map(|row| row.plan_name.as_str());
        tiers.sort_unstable();
        assert_eq!(tiers, ["Mid", "Zen"], "{sort:?}");
    }
    // A place in another order is no place in this one.
    let by_name = front.does(ListMembers { limit: Some(2), ..ListMembers::default() }).await.next;
    assert!(by_name.is_some());
    assert_eq!(front.may_not(ListMembers { after: by_name, ..by_tier() }).await, "invalid");
}

#[tokio::test]
async fn a_tier_has_as_many_members_as_its_list_of_those_that_have_started() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    let plan = front.offers("Gold", gold()).await;
    let [ana, ben, cleo] =
        [front.puts_on_file("Ana").await, front.puts_on_file("Ben").await, front.puts_on_file("Cleo").await];
    front.enrolls(ana, plan, cash(10_800)).await;
    front.enrolls(ben, plan, Vec::new()).await;
    let later = front.enrollment_of(cleo, plan, Vec::new()).await;
    front.does(Enroll { start: later.start.plus_days(10), ..later }).await;
    let started =
        ListMembers { plan: Some(plan), status: Some(StatusFilter::Started), ..ListMembers::default() };
    let counted = front.does(ListPlans {}).await.plans[0].members;
    assert_eq!((counted, front.does(started).await.total), (2, 2));
    assert_eq!(front.does(ListMembers::default()).await.total, 3);
}
