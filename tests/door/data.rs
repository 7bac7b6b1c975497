//! Data out as files, everything held about a person, and being forgotten.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use domain::customer::Person;
use domain::record::ExportedWhat;
use domain::{CustomerId, Money, TicketId};
use protocol::customers::{
    AddNote, CreateCustomer, EditCustomer, FindCustomers, GetCustomer, MergeCustomers,
};
use protocol::data::*;
use protocol::enrollments::{AdjustCredit, CancelNow};
use protocol::keeping::{GetLog, Search, Thing};
use protocol::members::{ExportFormat, ExportMembers, ListMembers};
use protocol::receipt::FileMade;
use protocol::tickets::{
    CustomerAtCheckout, DraftLine, GetTicket, HoldTicket, ListHeld, RefundLine, RefundTicket, TicketDraft,
};
use serde_json::Value;
use testkit::{DANA, Front, ROSA, Shop, cash, gold};

fn text(file: &FileMade) -> String {
    String::from_utf8(BASE64_STANDARD.decode(&file.base64).unwrap()).unwrap()
}

fn export(what: ExportedWhat, format: ExportFormat) -> ExportData {
    ExportData { what, format, from: None, to: None }
}

async fn table(front: &Front, what: ExportedWhat) -> Vec<std::collections::BTreeMap<String, String>> {
    let file = front.does(export(what, ExportFormat::Csv)).await;
    let csv = text(&file);
    let csv = csv.strip_prefix('\u{feff}').expect("a byte order mark");
    csv::Reader::from_reader(csv.as_bytes()).deserialize().map(Result::unwrap).collect()
}

async fn person(front: &Front, name: &str, email: &str, phone: &str) -> CustomerId {
    let person = Person { name: name.into(), email: email.into(), phone: phone.into(), ..Person::default() };
    front.does(CreateCustomer { person }).await.customer.id
}

#[tokio::test]
async fn every_kind_is_exported_with_nothing_a_spreadsheet_would_compute() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    let plan = front.offers("Gold", gold()).await;
    let ana = person(front, "=cmd|' /C calc'!A0", "ana@example.com", "+1 (555) 010.0100").await;
    person(front, "Ben Okafor", "", "+1-555-0101").await;
    front.enrolls(ana, plan, cash(10_800)).await;
    let facial = front.sells("@Facial", 8_000).await;
    front.rings_up(Some(ana), facial, 2).await;
    front.rings_up(None, facial, 1).await;

    let people = table(front, ExportedWhat::Customers).await;
    assert_eq!(people.len(), 2);
    assert_eq!(people[0]["name"], "'=cmd|' /C calc'!A0");
    assert_eq!(people[0]["phone"], "+1 (555) 010.0100", "a phone number is left as it is");
    assert_eq!(people[1]["phone"], "'+1-555-0101", "but not one that would be subtracted");
    let json = text(&front.does(export(ExportedWhat::Customers, ExportFormat::Json)).await);
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json[0]["name"], "=cmd|' /C calc'!A0", "a program reads it as it is");

    let tickets = table(front, ExportedWhat::Tickets).await;
    assert_eq!(tickets.len(), 2);
    assert_eq!(
        (tickets[0]["customer"].as_str(), tickets[0]["items"].as_str()),
        ("'=cmd|' /C calc'!A0", "2 x @Facial")
    );
    assert_eq!((tickets[0]["credits"].as_str(), tickets[0]["due"].as_str()), ("100.00", "44.00"));
    assert_eq!((tickets[0]["savings"].as_str(), tickets[0]["total"].as_str()), ("16.00", "144.00"));
    assert_eq!(tickets[1]["customer"], "");
    let lines = table(front, ExportedWhat::TicketLines).await;
    assert_eq!((lines.len(), lines[0]["quantity"].as_str(), lines[0]["item"].as_str()), (2, "2", "'@Facial"));
    assert_eq!((lines[0]["list"].as_str(), lines[0]["total"].as_str()), ("160.00", "144.00"));

    let credits = table(front, ExportedWhat::Credits).await;
    assert_eq!(credits.len(), 1);
    assert_eq!((credits[0]["amount"].as_str(), credits[0]["remaining"].as_str()), ("100.00", "0.00"));
    assert_eq!((credits[0]["state"].as_str(), credits[0]["tier"].as_str()), ("used_up", "Gold"));
    assert_eq!(credits[0]["granted_on"], shop.today().to_string());

    // Only the days that were asked for.
    let none =
        ExportData { to: Some(shop.today().prev()), ..export(ExportedWhat::Tickets, ExportFormat::Json) };
    assert_eq!(text(&front.does(none).await), "[]\n");
    let backwards = ExportData {
        from: Some(shop.today()),
        to: Some(shop.today().prev()),
        ..export(ExportedWhat::Tickets, ExportFormat::Csv)
    };
    assert_eq!(front.may_not(backwards).await, "invalid");
}

#[tokio::test]
async fn every_export_is_in_the_log_with_who_allowed_it_and_no_copy_is_kept() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    person(front, "Zenobia Quartz", "", "").await;
    front.signs_in(ROSA).await;
    let asked = export(ExportedWhat::Customers, ExportFormat::Csv);
    assert_eq!(front.may_not(asked.clone()).await, "needs_manager");
    assert!(
        front
            .does(GetLog { about: Thing::Practice, after: None, limit: None })
            .await
            .entries
            .iter()
            .all(|one| !one.text.contains("taken out"))
    );
    front.asks_approved(asked, DANA).await.unwrap();
    let members = ExportMembers {
        filters: ListMembers::default(),
        only: Vec::new(),
        but: Vec::new(),
        format: ExportFormat::Json,
    };
    front.asks_approved(members, DANA).await.unwrap();
    let log = front.does(GetLog { about: Thing::Practice, after: None, limit: None }).await.entries;
    assert_eq!(log[0].text, "Members taken out as JSON: 0 rows.");
    assert_eq!(log[1].text, "People on file taken out as CSV: 1 row.");
    assert_eq!((log[1].by.as_str(), log[1].approved_by.as_deref()), (ROSA.name, Some(DANA.name)));
    // A reply that is kept for repeats would be a second copy of the file.
    let mut conn = front.desk.store().readers().acquire().await.unwrap();
    let kept: i64 = sqlx::query_scalar("SELECT count(*) FROM answered WHERE reply LIKE '%base64%'")
        .fetch_one(&mut *conn)
        .await
        .unwrap();
    assert_eq!(kept, 0);
}

#[tokio::test]
async fn pages_of_everything_are_in_the_file() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    shop.is_joined_by(1_101).await;
    assert_eq!(table(front, ExportedWhat::Customers).await.len(), 1_101);
    assert!(table(front, ExportedWhat::Credits).await.len() >= 1_000);
}

/// Ana with a membership that was cancelled, notes, tickets, a duplicate and words in every corner.
async fn ana(shop: &Shop) -> (CustomerId, domain::EnrollmentId, TicketId) {
    let front = &shop.front;
    let plan = front.offers("Gold", gold()).await;
    let ana = Person {
        name: "Xanthippe <b>Quill</b>".into(),
        email: "xq@example.com".into(),
        phone: "555 0199".into(),
        address: "7 Periwinkle Row".into(),
        card_code: "CARD777".into(),
        external_id: "EXT42".into(),
        ..Person::default()
    };
    let ana = front.does(CreateCustomer { person: ana }).await.customer.id;
    let twin = person(front, "Xanthi Quill", "xanthi@example.org", "").await;
    front.does(AddNote { id: twin, text: "Likes lavender".into() }).await;
    front.does(MergeCustomers { keep: ana, duplicate: twin }).await;
    front.does(AddNote { id: ana, text: "Xanthippe is allergic to nuts".into() }).await;
    let held = front.enrolls(ana, plan, cash(10_800)).await.enrollment;
    let benefit = held.balances[0].benefit;
    let goodwill = AdjustCredit {
        id: held.id,
        benefit,
        person: None,
        amount: 500,
        reason: "Quill waited an hour".into(),
    };
    front.does(goodwill).await;
    let facial = front.sells("Facial", 20_000).await;
    let ticket = front.rings_up(Some(ana), facial, 1).await;
    let line = ticket.refundable[0].line;
    let refund = RefundTicket {
        ticket: ticket.id,
        lines: vec![RefundLine::of(line, 1)],
        reason: "Xanthippe did not like it".into(),
        expected: ticket.settled.quote.totals.due,
        after_end: None,
    };
    front.does(refund).await;
    let draft = TicketDraft {
        id: TicketId(front.desk.fresh_key().0),
        customer: Some(ana),
        lines: vec![DraftLine {
            id: domain::LineId(front.desk.fresh_key().0),
            item: facial,
            qty: 1,
            minutes: None,
            price_override: None,
            discount: None,
            note: "for Xanthippe".into(),
            codes: Vec::new(),
            sells: None,
        }],
        declined: Vec::new(),
        lowered: Vec::new(),
        credit_limit: None,
        ticket_discount: None,
        note: String::new(),
    };
    front.does(HoldTicket { draft, label: String::new() }).await;
    (ana, held.id, ticket.id)
}

#[tokio::test]
async fn a_person_gets_everything_held_about_them() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    let (ana, _, _) = ana(&shop).await;
    let html = text(&front.does(ExportPerson { customer: ana, format: PersonFormat::Html }).await);
    for told in [
        "Xanthippe &lt;b&gt;Quill&lt;/b&gt;",
        "xq@example.com",
        "7 Periwinkle Row",
        "CARD777",
        "EXT42",
        "Xanthi Quill",
        "Likes lavender",
        "allergic to nuts",
        "Quill waited an hour",
        "did not like it",
        "Agreement to Gold, version 1: Agreed by",
        "due on 12 Mar 2026",
        "Facial",
        "First charge",
    ] {
        assert!(html.contains(told), "{told} is missing");
    }
    assert!(
        !html.contains("<b>") && !html.contains("<script") && !html.contains("http://"),
        "it stands by itself"
    );
    let json = text(&front.does(ExportPerson { customer: ana, format: PersonFormat::Json }).await);
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["person"]["email"], "xq@example.com");
    assert_eq!(json["duplicates"][0]["name"], "Xanthi Quill");
    assert_eq!(json["memberships"][0]["agreements"][0]["how"], "in_person");
    assert!(json["memberships"][0]["membership"]["movements"].as_array().unwrap().len() >= 3);
    assert_eq!(json["tickets"].as_array().unwrap().len(), 1);
    assert_eq!(json["notes"].as_array().unwrap().len(), 2);
    let log = front.does(GetLog { about: Thing::Customer(ana), after: None, limit: None }).await.entries;
    assert!(
        log[0].text.starts_with("Everything held about this person taken out as JSON"),
        "{}",
        log[0].text
    );
    front.signs_in(ROSA).await;
    assert_eq!(
        front.may_not(ExportPerson { customer: ana, format: PersonFormat::Html }).await,
        "needs_manager"
    );
}

/// Every cell of every table, the full-text index's own among them.
async fn everything_stored(front: &Front) -> Vec<u8> {
    use sqlx::Row;
    let mut conn = front.desk.store().readers().acquire().await.unwrap();
    let tables =
        sqlx::query("SELECT name FROM sqlite_master WHERE type = 'table' AND name <> 'customer_words'");
    let mut dump = Vec::new();
    for table in tables.fetch_all(&mut *conn).await.unwrap() {
        let name: String = table.get(0);
        let columns = sqlx::query("SELECT name FROM pragma_table_info(?)").bind(&name);
        for column in columns.fetch_all(&mut *conn).await.unwrap() {
            let sql = format!("SELECT CAST(\"{}\" AS BLOB) FROM \"{name}\"", column.get::<String, _>(0));
            for row in sqlx::query(sqlx::AssertSqlSafe(sql)).fetch_all(&mut *conn).await.unwrap() {
                dump.extend(row.get::<Option<Vec<u8>>, _>(0).unwrap_or_default());
                dump.push(b'\n');
            }
        }
    }
    dump
}

fn holds(dump: &[u8], word: &str) -> bool {
    dump.windows(word.len()).any(|bytes| bytes.eq_ignore_ascii_case(word.as_bytes()))
}

#[tokio::test]
async fn an_erased_person_is_nowhere_and_the_money_stays() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    let (ana, membership, ticket) = ana(&shop).await;
    let name = "Xanthippe <b>Quill</b>";
    let erase = |name: &str| EraseCustomer { customer: ana, name: name.into() };

    let before = front.does(PreviewErase { customer: ana }).await;
    assert_eq!(before.refused, ["Gold is running. Cancel it first, and wait for its end or end it now."]);
    let refused = front.asks(erase(name)).await.unwrap_err();
    assert_eq!(refused.code, "not_now");
    assert!(refused.message.contains("Gold is running") && refused.message.contains("Nothing was erased"));

    let owed = front.does(protocol::enrollments::PreviewCancelNow { id: membership }).await;
    let cancel = CancelNow {
        id: membership,
        reason: "Quill leaves town".into(),
        refund: owed.refund,
        override_minimum: false,
    };
    front.does(cancel).await;
    let preview = front.does(PreviewErase { customer: ana }).await;
    assert!(preview.refused.is_empty(), "{:?}", preview.refused);
    assert!(
        preview.goes.contains(&"2 notes".to_owned()) && preview.goes.contains(&"1 ticket on hold".to_owned())
    );
    assert!(preview.goes.contains(&"1 duplicate merged here".to_owned()));
    assert!(
        preview.stays.iter().any(|line| line.starts_with("1 ticket with its amounts")),
        "{:?}",
        preview.stays
    );

    assert_eq!(front.may_not(erase("Somebody else")).await, "invalid");
    front.signs_in(ROSA).await;
    assert_eq!(front.may_not(erase(name)).await, "needs_manager");
    front.signs_in(DANA).await;
    let words = [
        "xanthi",
        "quill",
        "xq@example",
        "5550199",
        "555 0199",
        "periwinkle",
        "card777",
        "ext42",
        "lavender",
        "allergic",
        "waited an hour",
        "did not like",
    ];
    let stored = everything_stored(front).await;
    assert!(["xanthi", "quill", "xq@example", "periwinkle", "ext42"].iter().all(|word| holds(&stored, word)));
    let key = front.desk.fresh_key();
    let spaced = "  xanthippe  <B>quill</B> ";
    let erased = front.asks_as(erase(spaced), key).await.unwrap();
    assert_eq!(erased.pseudonym, preview.pseudonym);
    assert_eq!(front.asks_as(erase(spaced), key).await.unwrap(), erased, "a repeat is answered the same");

    let stored = everything_stored(front).await;
    for word in words {
        assert!(!holds(&stored, word), "{word} is still there");
    }
    assert!(holds(&stored, &erased.pseudonym));
    front.is_healthy().await;

    // Nobody finds them, and nothing more is written about them.
    assert!(front.does(FindCustomers { text: "xan".into(), limit: None }).await.people.is_empty());
    assert!(front.does(Search { text: "quill".into(), limit: None }).await.hits.is_empty());
    assert!(front.does(ListHeld {}).await.held.is_empty());
    let view = front.does(GetCustomer { id: ana }).await;
    assert_eq!((view.customer.person.name, view.customer.notes.len()), (erased.pseudonym.clone(), 0));
    assert_eq!(view.customer.erased, Some(shop.today()));
    let edit = EditCustomer { id: ana, person: Person { name: "Back".into(), ..Person::default() } };
    assert_eq!(front.may_not(edit).await, "erased");
    assert_eq!(front.may_not(AddNote { id: ana, text: "x".into() }).await, "erased");
    assert_eq!(front.may_not(CustomerAtCheckout { customer: ana }).await, "erased");
    assert_eq!(front.may_not(erase(&erased.pseudonym)).await, "not_now");
    assert!(table(front, ExportedWhat::Customers).await.is_empty());

    // What was paid and given back is all there, under the pseudonym.
    assert_eq!((view.tickets, view.enrollments.len()), (1, 1));
    assert!(view.enrollments[0].paid_total.is_positive());
    let ticket = front.does(GetTicket { id: ticket }).await;
    assert_eq!(ticket.customer_name.as_deref(), Some(erased.pseudonym.as_str()));
    assert_eq!((ticket.refunds[0].reason.as_str(), ticket.refunds.len()), ("", 1));
    assert_eq!(ticket.settled.quote.totals.list, Money::from_minor(20_000));
    let log = front.does(GetLog { about: Thing::Customer(ana), after: None, limit: None }).await.entries;
    assert_eq!(log[0].text, "Erased on request: name, contact and notes are gone.");
    assert_eq!(log[0].by, DANA.name);

    // And after a restart, and with the next days.
    let shop = shop.restarts().await;
    shop.days_pass(3).await;
    shop.front.is_healthy().await;
    assert!(!holds(&everything_stored(&shop.front).await, "quill"));
}

#[tokio::test]
async fn who_owes_or_is_covered_is_not_erased() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    let family = domain::plan::Terms { family: domain::plan::Family::Shared { up_to: 2 }, ..gold() };
    let plan = front.offers("Family", family).await;
    let ben = person(front, "Ben Okafor", "", "").await;
    let cleo = person(front, "Cleo Okafor", "", "").await;
    let held = front.enrolls(ben, plan, Vec::new()).await.enrollment.id;
    front.does(protocol::enrollments::AddDependent { id: held, customer: cleo }).await;
    let preview = front.does(PreviewErase { customer: ben }).await;
    assert!(preview.refused.iter().any(|why| why.starts_with("$108.00 is owed.")), "{:?}", preview.refused);
    let preview = front.does(PreviewErase { customer: cleo }).await;
    assert_eq!(
        preview.refused,
        ["Family of Ben Okafor covers this person. Take them out of that family first."]
    );
    let erase = EraseCustomer { customer: cleo, name: "Cleo Okafor".into() };
    assert_eq!(front.may_not(erase).await, "not_now");
}

#[tokio::test]
async fn an_id_in_a_file_does_not_bring_an_erased_person_back() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    let ana = person(front, "Ana Ruiz", "ana@example.com", "").await;
    let file = front.does(export(ExportedWhat::Customers, ExportFormat::Csv)).await;
    front.does(EraseCustomer { customer: ana, name: "Ana Ruiz".into() }).await;
    let source = ImportSource {
        what: domain::record::ImportedWhat::Customers,
        name: file.name,
        base64: file.base64,
        encoding: None,
        delimiter: None,
    };
    let options = front.does(ReadImport { source: source.clone() }).await.guess;
    let checked = front.does(CheckImport { source, options }).await;
    assert_eq!(checked.problems[0].why, "This person was erased on request. Take the row out.");
}
