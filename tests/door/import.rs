//! People, items and members from another system's file.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use domain::customer::Person;
use domain::item::ItemKind;
use domain::record::ImportedWhat;
use domain::{Day, Money};
use protocol::ErrorReply;
use protocol::customers::{CreateCustomer, EditCustomer, FindCustomers, GetCustomer};
use protocol::data::*;
use protocol::enrollments::{CancelNow, StatusView};
use protocol::items::ListItems;
use protocol::keeping::{GetLog, Thing};
use protocol::members::{ExportFormat, ListMembers};
use testkit::{DANA, Front, ROSA, Shop, gold};

fn source(what: ImportedWhat, file: &[u8]) -> ImportSource {
    let base64 = BASE64_STANDARD.encode(file);
    ImportSource { what, name: "file.csv".into(), base64, encoding: None, delimiter: None }
}

async fn read(front: &Front, what: ImportedWhat, file: &[u8]) -> ImportRead {
    front.does(ReadImport { source: source(what, file) }).await
}

/// Tries a file with the columns as they are guessed.
async fn checked(front: &Front, what: ImportedWhat, file: &[u8]) -> ImportChecked {
    let options = read(front, what, file).await.guess;
    front.does(CheckImport { source: source(what, file), options }).await
}

async fn tried(front: &Front, what: ImportedWhat, file: &[u8]) -> Result<Imported, ErrorReply> {
    let options = read(front, what, file).await.guess;
    front.asks(ImportFile { source: source(what, file), options }).await
}

async fn imported(front: &Front, what: ImportedWhat, file: &str) -> Imported {
    tried(front, what, file.as_bytes()).await.unwrap_or_else(|error| panic!("{}", error.message))
}

fn counts(imported: &Imported) -> (u32, u32, u32) {
    (imported.created, imported.changed, imported.unchanged)
}

/// Line, column and why of each problem.
fn problems(checked: &ImportChecked) -> Vec<(u32, &str, &str)> {
    checked.problems.iter().map(|one| (one.line, one.column.as_str(), one.why.as_str())).collect()
}

const PEOPLE: &str = "\u{feff}Client ID,Full Name,E-mail Address,Mobile Phone,Date of Birth\r\n\
    C1,\"Ruiz, Ana\",ana@example.com,+1 555 0100,03/15/1988\r\n\
    C2,Ben Okafor,ben@example.com,555-0101,12/31/1990\r\n\
    C3,Cleo Park,,555-0102,\r\n";

#[tokio::test]
async fn people_come_in_once_and_only_what_changed_is_changed() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    let found = read(front, ImportedWhat::Customers, PEOPLE.as_bytes()).await;
    assert_eq!((found.rows, found.encoding, found.delimiter), (3, Encoding::Utf8, Delimiter::Comma));
    assert_eq!(found.columns[1].heading, "Full Name");
    assert_eq!(found.columns[1].samples[0], "Ruiz, Ana");
    let expected = [("birthday", 4), ("email", 2), ("external_id", 0), ("name", 1), ("phone", 3)];
    assert_eq!(found.guess.columns, expected.map(|(key, at)| (key.to_owned(), at)).into());
    assert_eq!((found.guess.dates, found.dates_unsure), (DateOrder::MonthDayYear, false));

    let before = front.everything().await;
    let tried = checked(front, ImportedWhat::Customers, PEOPLE.as_bytes()).await;
    assert_eq!((tried.created, tried.changed, tried.unchanged, tried.bad), (3, 0, 0, 0));
    assert_eq!(front.everything().await, before, "trying changes nothing");

    assert_eq!(counts(&imported(front, ImportedWhat::Customers, PEOPLE).await), (3, 0, 0));
    let ana = front.does(FindCustomers { text: "ruiz".into(), limit: None }).await.people.remove(0);
    let person = front.does(GetCustomer { id: ana.id }).await.customer.person;
    assert_eq!(person.birthday, Day::ymd(1988, 3, 15));
    assert_eq!((person.phone.as_str(), person.external_id.as_str()), ("+1 555 0100", "C1"));
    front.is_healthy().await;

    // The same file changes nothing, not even the log.
    let after = front.everything().await;
    assert_eq!(counts(&imported(front, ImportedWhat::Customers, PEOPLE).await), (0, 0, 3));
    assert_eq!(front.everything().await, after);

    // Found by their number though the address changed; an empty cell takes nothing away.
    let changed = "Client ID,Name,Email,Phone\nC1,Ana Ruiz,new@example.com,\nC4,Dee Fox,dee@example.com,\n";
    assert_eq!(counts(&imported(front, ImportedWhat::Customers, changed).await), (1, 1, 0));
    let person = front.does(GetCustomer { id: ana.id }).await.customer.person;
    assert_eq!((person.email.as_str(), person.phone.as_str()), ("new@example.com", "+1 555 0100"));

    let log = front.does(GetLog { about: Thing::Practice, after: None, limit: None }).await.entries;
    assert_eq!(log[0].text, "People imported from file.csv: 1 added, 1 changed, 0 as they were.");
}

#[tokio::test]
async fn people_on_file_are_found_by_address_and_by_name_with_phone() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    let person = |name: &str, email: &str, phone: &str| Person {
        name: name.into(),
        email: email.into(),
        phone: phone.into(),
        ..Person::default()
    };
    for one in [
        person("Ana Ruiz", "ana@example.com", "555 0100"),
        person("Ben Okafor", "", "(555) 0101"),
        person("Twin", "twin@example.com", ""),
        person("Twin", "twin@example.com", ""),
    ] {
        front.does(CreateCustomer { person: one }).await;
    }
    let file = "name;email;phone\nAna R.;ANA@example.com;\nben  okafor;;555-0101\nTwin;twin@example.com;\n";
    let tried = checked(front, ImportedWhat::Customers, file.as_bytes()).await;
    assert_eq!((tried.changed, tried.created, tried.bad), (2, 0, 1));
    assert_eq!(tried.problems[0].line, 4);
    assert!(tried.problems[0].why.starts_with("2 people have this e-mail address"), "{:?}", tried.problems);
}

#[tokio::test]
async fn every_bad_row_is_named_and_then_nothing_at_all_comes_in() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    let file = "Name,Email,Birthday,Phone\n\
        Ana Ruiz,ana@example.com,31/02/1990,1\n\
        ,nobody@example.com,01/02/1990,2\n\
        \"Multi\nline\",multi@example.com,15/03/1990,3\n\
        Ben,not an address,15/03/1990,4\n\
        Cleo,cleo@example.com,15/03/90,5\n\
        Dee,ANA@example.com,15/03/1990,6\n\
        Eve,eve@example.com,15/03/2990,7\n\
        short,row\n\
        =HYPERLINK(\"x\"),f@example.com,15/03/1990,8\n\
        Good,good@example.com,15/03/1990,9\n";
    let found = read(front, ImportedWhat::Customers, file.as_bytes()).await;
    assert_eq!((found.guess.dates, found.dates_unsure), (DateOrder::DayMonthYear, false));
    let tried = checked(front, ImportedWhat::Customers, file.as_bytes()).await;
    let said = problems(&tried);
    let of =
        |line: u32| said.iter().find(|(at, ..)| *at == line).unwrap_or_else(|| panic!("{line}: {said:?}"));
    assert_eq!(*of(2), (2, "Birthday", "This day does not exist."));
    assert_eq!(*of(3), (3, "Name", "The name is missing."));
    assert_eq!((of(4).1, of(4).2), ("Name", "The name has characters that cannot be shown."));
    assert_eq!(of(6).1, "Email", "lines are counted through cells of several lines");
    assert_eq!(of(7).2, "Write the year with four digits, like 15/03/2026.");
    assert_eq!(*of(8), (8, "Email", "Line 2 is about the same person. Keep one of the two."));
    assert_eq!(of(9).1, "Birthday");
    assert!(of(10).2.starts_with("The row has 2 cells, the headings have 4."), "{said:?}");
    assert_eq!((tried.rows, tried.bad, tried.created), (10, 8, 2));
    assert_eq!(tried.problems[0].value, "31/02/1990");

    let before = front.everything().await;
    let refused = self::tried(front, ImportedWhat::Customers, file.as_bytes()).await.unwrap_err();
    assert_eq!(refused.code, "invalid");
    assert!(
        refused.message.contains("8 rows have a problem") && refused.message.contains("Nothing was imported")
    );
    assert_eq!(front.everything().await, before);

    // The bad rows come as a file that can be mended and imported.
    let rows = tried.problem_rows.unwrap();
    let bytes = BASE64_STANDARD.decode(rows.base64).unwrap();
    let text = String::from_utf8(bytes).unwrap();
    assert!(rows.name.starts_with("file problems "));
    assert!(text.starts_with("\u{feff}Name,Email,Birthday,Phone,Problem\n"), "{text}");
    assert!(
        text.contains("Ana Ruiz,ana@example.com,31/02/1990,1,Birthday: This day does not exist."),
        "{text}"
    );
    assert!(!text.contains("good@example.com"));
}

#[tokio::test]
async fn any_usual_encoding_and_delimiter_is_found_out() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    let text = "Name;E-Mail\nJosé Ñáñez;jose@example.com\nZoë Müller;zoe@example.com\n";
    let latin = encoding_rs::WINDOWS_1252.encode(text).0.into_owned();
    let utf16 = |big: bool, mark: bool| {
        let mark = if mark { "\u{feff}" } else { "" };
        let units = mark.encode_utf16().chain(text.encode_utf16());
        units.flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect::<Vec<u8>>()
    };
    for (file, encoding) in [
        (text.as_bytes().to_vec(), Encoding::Utf8),
        (format!("\u{feff}{text}").into_bytes(), Encoding::Utf8),
        (latin, Encoding::Windows1252),
        (utf16(false, true), Encoding::Utf16Le),
        (utf16(true, true), Encoding::Utf16Be),
        (utf16(false, false), Encoding::Utf16Le),
    ] {
        let found = read(front, ImportedWhat::Customers, &file).await;
        assert_eq!((found.encoding, found.delimiter), (encoding, Delimiter::Semicolon));
        assert_eq!(found.columns[0].samples, ["José Ñáñez", "Zoë Müller"], "{encoding:?}");
    }
    let tabs = read(front, ImportedWhat::Customers, b"Name\tEmail\nAna, Dr.\tana@example.com\n").await;
    assert_eq!((tabs.delimiter, tabs.columns.len()), (Delimiter::Tab, 2));
}

#[tokio::test]
async fn what_is_no_table_is_refused_with_what_to_do() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    let refused = async |file: &[u8]| {
        let asked = ReadImport { source: source(ImportedWhat::Customers, file) };
        front.asks(asked).await.expect_err("no table").message
    };
    assert_eq!(refused(b"").await, "The file is empty.");
    assert!(refused(b"Name,Email\n").await.starts_with("There are no rows under the headings."));
    assert!(refused(b"PK\x03\x04rest").await.contains("Save the sheet as CSV"));
    assert!(refused(&vec![b'a'; LARGEST_IMPORT + 1]).await.contains("larger than 10 MB"));
    let wide = format!("{}\nx\n", ",".repeat(500));
    assert!(refused(wide.as_bytes()).await.contains("200 columns"));
    let many = format!("Name\n{}", "x\n".repeat(MOST_ROWS + 1));
    assert!(refused(many.as_bytes()).await.contains("more than 50000 rows"));
    let asked =
        ReadImport { source: ImportSource { base64: "%".into(), ..source(ImportedWhat::Customers, b"") } };
    assert_eq!(front.may_not(asked).await, "invalid");
    let wrong =
        ImportSource { encoding: Some(Encoding::Utf8), ..source(ImportedWhat::Customers, b"N\n\xff\n") };
    let message = front.asks(ReadImport { source: wrong }).await.unwrap_err().message;
    assert!(message.contains("not UTF-8"), "{message}");

    // One line of ten megabytes, and a quotation mark that is never closed.
    let mut line = b"Name,Email\n\"".to_vec();
    line.resize(LARGEST_IMPORT - 1, b'x');
    let tried = checked(front, ImportedWhat::Customers, &line).await;
    assert_eq!((tried.bad, tried.created), (1, 0));
    assert!(tried.problems[0].why.contains("never closed"), "{:?}", tried.problems);

    // Columns that are missing, doubled, or not there.
    let found = read(front, ImportedWhat::Customers, b"Name,Name,Email\na,b,c@example.com\n").await;
    assert!(found.notes.iter().any(|note| note.contains("heading Name stands twice")), "{:?}", found.notes);
    let file = b"Email\na@example.com\n";
    let mut options = read(front, ImportedWhat::Customers, file).await.guess;
    let check = |options: &ImportOptions| CheckImport {
        source: source(ImportedWhat::Customers, file),
        options: options.clone(),
    };
    assert_eq!(front.asks(check(&options)).await.unwrap_err().message, "Choose the column of: Name.");
    options.columns.insert("name".into(), 7);
    assert_eq!(front.asks(check(&options)).await.unwrap_err().message, "That column is not in the file.");
    options.columns.insert("shoe_size".into(), 0);
    assert!(front.asks(check(&options)).await.unwrap_err().message.contains("shoe_size"));
}

#[tokio::test]
async fn items_come_in_with_their_categories() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    front.sells("Facial", 8_000).await;
    let file = "SKU;Item Name;Retail Price;Type;Category;Duration\n\
        F1;Facial;85,00;service;Skin;60\n\
        R1;Sauna;1.040,50;rental;Rooms;\n\
        ;Towel;12;retail;;\n";
    let done = imported(front, ImportedWhat::Items, file).await;
    assert_eq!(counts(&done), (2, 1, 0));
    let list = front.does(ListItems::default()).await.items;
    let item = |name: &str| list.iter().find(|row| row.item.name == name).unwrap();
    assert_eq!(item("Facial").item.price, Money::from_minor(8_500));
    assert_eq!(item("Facial").item.code.as_deref(), Some("F1"));
    assert_eq!(item("Facial").category_name.as_deref(), Some("Skin"));
    assert_eq!(
        (item("Sauna").item.kind, item("Sauna").item.price),
        (ItemKind::Rental, Money::from_minor(104_050))
    );
    assert_eq!(item("Towel").item.kind, ItemKind::Product);
    assert_eq!(counts(&imported(front, ImportedWhat::Items, file).await), (0, 0, 3));

    let bad = "name,price,code,kind,tax class,max minutes\n\
        Facial,-5,F1,,,\nMask,,,,,\nWrap,10,F1,,,\nOil,10,,gadget,VAT,\nFacial,10,F1,rental,,\nDrum,5,,product,,60\n";
    let tried = checked(front, ImportedWhat::Items, bad.as_bytes()).await;
    let said = problems(&tried);
    assert_eq!(said[0], (2, "price", "An amount here is not below zero."));
    assert_eq!(said[1], (3, "price", "The price is missing."));
    assert_eq!(said[2].0, 4, "two rows, one code");
    assert!(said.contains(&(5, "kind", "Write service, product, rental, gift card or fee.")), "{said:?}");
    assert!(said.iter().any(|(line, column, _)| (*line, *column) == (5, "tax class")));
    assert!(said.iter().any(|(line, column, _)| (*line, *column) == (6, "kind")));
    assert!(said.iter().any(|(line, column, _)| (*line, *column) == (7, "max minutes")));
    front.is_healthy().await;
}

const MEMBERS: &str = "Member,Email,Membership,Member since,Next billing,Credit balance,Status,Price\n\
    Ana Ruiz,ana@example.com,gold,2024-01-31,2026-03-31,32.50,active,\n\
    Ben Okafor,ben@example.com,Gold,2025-11-20,2026-03-20,0,Active,89.00\n\
    Gone Girl,gone@example.com,Gold,2025-01-01,2026-03-20,50,cancelled,\n";

#[tokio::test]
async fn members_go_on_where_they_were() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    front.offers("Gold", gold()).await;
    let ana = CreateCustomer {
        person: Person { name: "Ana Ruiz".into(), email: "ana@example.com".into(), ..Person::default() },
    };
    let ana = front.does(ana).await.customer.id;

    let found = read(front, ImportedWhat::Members, MEMBERS.as_bytes()).await;
    assert_eq!(found.guess.columns.get("balance:Service credit"), Some(&5), "{:?}", found.guess.columns);
    let tried = checked(front, ImportedWhat::Members, MEMBERS.as_bytes()).await;
    assert_eq!((tried.created, tried.skipped, tried.bad), (2, 1, 0), "{:?}", tried.problems);
    assert!(tried.notes[0].starts_with("1 person is put on file"), "{:?}", tried.notes);

    let done = imported(front, ImportedWhat::Members, MEMBERS).await;
    assert_eq!((done.created, done.skipped, done.credit), (2, 1, Money::from_minor(3_250)));
    let held = front.does(GetCustomer { id: ana }).await.enrollments.remove(0);
    assert!(matches!(held.status, StatusView::Active));
    assert!(held.benefits_on && held.dues.is_empty());
    assert_eq!(held.start, Day::ymd(2024, 1, 31).unwrap());
    assert_eq!(held.next_charge.as_ref().map(|due| due.on), Day::ymd(2026, 3, 31));
    assert_eq!(held.balances[0].left, 3_250);
    assert_eq!(held.balances[0].next_refresh, Day::ymd(2026, 3, 31));
    assert_eq!((held.paid_total, held.paid_count), (Money::ZERO, 0));

    // It spends here what it brought.
    let facial = front.sells("Facial", 5_000).await;
    let ticket = front.rings_up(Some(ana), facial, 1).await;
    assert_eq!(ticket.settled.quote.totals.credits, Money::from_minor(3_250));
    front.is_healthy().await;

    // The price that was agreed there holds here.
    let ben = front.does(FindCustomers { text: "ben".into(), limit: None }).await.people.remove(0).id;
    let held = front.does(GetCustomer { id: ben }).await.enrollments.remove(0);
    assert_eq!(held.terms.price, Money::from_minor(8_900));

    // Again: nothing changes, not even what was spent meanwhile.
    let before = front.everything().await;
    let again = imported(front, ImportedWhat::Members, MEMBERS).await;
    assert_eq!((again.created, again.unchanged, again.skipped), (0, 2, 1));
    assert_eq!(front.everything().await, before);

    // On its date it is billed like any other, and the last of the month stays one.
    shop.days_pass(19).await;
    let id = front.does(GetCustomer { id: ana }).await.enrollments[0].id;
    assert_eq!(front.sees(id).await.owed, Money::from_minor(10_800));
    front.collects(id).await;
    let held = front.sees(id).await;
    assert_eq!(held.balances[0].left, 10_000);
    assert_eq!(held.next_charge.map(|due| due.on), Day::ymd(2026, 4, 30));
    front.is_healthy().await;
}

#[tokio::test]
async fn a_bad_member_is_named_by_line_and_column() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    front.offers("Gold", gold()).await;
    let file = "Name,Email,Plan,Start date,Next billing,Balance,Status,Family members\n\
        A,a@example.com,Platinum,2025-01-01,2026-04-01,0,,\n\
        B,b@example.com,Gold,2025-01-01,2026-04-01,-5,,\n\
        C,c@example.com,Gold,2026-05-01,2026-06-01,0,,\n\
        D,d@example.com,Gold,2025-01-01,2024-04-01,0,,\n\
        E,e@example.com,Gold,2025-01-01,2036-04-01,0,,\n\
        F,f@example.com,Gold,2025-13-01,2026-04-01,0,,\n\
        G,g@example.com,Gold,2025-01-01,2026-04-01,0,frozen,\n\
        H,h@example.com,Gold,2025-01-01,2026-04-01,0,,Zed\n\
        I,i@example.com,Gold,2025-01-01,2026-04-01,0,,\n\
        I,i@example.com,Gold,2025-01-01,2026-04-01,0,,\n\
        ,,Gold,2025-01-01,2026-04-01,0,,\n\
        J,j@example.com,Gold,,2026-04-01,0,,\n";
    let tried = checked(front, ImportedWhat::Members, file.as_bytes()).await;
    let said = problems(&tried);
    let columns: Vec<(u32, &str)> = said.iter().map(|(line, column, _)| (*line, *column)).collect();
    let expected = [
        (2, "Plan"),
        (3, "Balance"),
        (4, "Start date"),
        (5, "Next billing"),
        (6, "Next billing"),
        (7, "Start date"),
        (8, "Status"),
        (9, "Family members"),
        (11, "Plan"),
        (12, "Name"),
        (13, "Start date"),
    ];
    assert_eq!(columns, expected, "{said:#?}");
    assert_eq!(tried.bad, 11);
    assert!(self::tried(front, ImportedWhat::Members, file.as_bytes()).await.is_err());
    assert_eq!(front.does(ListMembers::default()).await.total, 0);
}

#[tokio::test]
async fn only_a_manager_imports_and_a_repeat_of_the_request_is_one_import() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    front.signs_in(ROSA).await;
    let options = read(front, ImportedWhat::Customers, PEOPLE.as_bytes()).await.guess;
    let import = ImportFile { source: source(ImportedWhat::Customers, PEOPLE.as_bytes()), options };
    assert_eq!(front.may_not(import.clone()).await, "needs_manager");
    front.asks_approved(import.clone(), DANA).await.unwrap();
    front.signs_in(DANA).await;
    let key = front.desk.fresh_key();
    let once = front.asks_as(import.clone(), key).await.unwrap();
    assert_eq!(front.asks_as(import, key).await.unwrap(), once);
    assert_eq!(once.unchanged, 3);
}

/// What goes out comes back the same, in another practice, however it is written.
#[tokio::test]
async fn people_exported_and_imported_are_the_same_people() {
    use proptest::prelude::*;
    let cell = "[ -~éñÜß日本=+@'\",;-]{1,30}";
    let person = (
        cell,
        0..400_u32,
        "[+]?[0-9() .-]{0,15}",
        prop::option::of(0..40_000_i64),
        "[ -~é\n]{0,40}",
        any::<u16>(),
    );
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig {
        cases: 16,
        max_shrink_iters: 40,
        failure_persistence: None,
        ..ProptestConfig::default()
    });
    let people = prop::collection::vec(person, 1..25);
    let runtime = tokio::runtime::Handle::current();
    tokio::task::spawn_blocking(move || {
        runner
            .run(&people, |written| {
                runtime.block_on(async {
                    let (from, to) = (Shop::opens().await, Shop::opens().await);
                    for (name, email, phone, born, address, card) in written {
                        let birthday = born.map(|days| Day::ymd(1900, 1, 1).unwrap().plus_days(days));
                        let person = Person {
                            name,
                            email: if email < 300 { format!("p{email}@example.com") } else { String::new() },
                            phone,
                            birthday,
                            address,
                            card_code: format!("={card}"),
                            external_id: String::new(),
                            organization: None,
                        };
                        // What cannot be on file here is not part of it.
                        let _ = from.front.asks(CreateCustomer { person }).await;
                    }
                    let file = exported(&from.front).await;
                    if file.lines().count() < 2 {
                        return Ok(());
                    }
                    let before = everybody(&from.front).await;
                    let done = imported(&to.front, ImportedWhat::Customers, &file).await;
                    prop_assert_eq!(done.created as usize, before.len());
                    prop_assert_eq!(everybody(&to.front).await, before);
                    let again = imported(&to.front, ImportedWhat::Customers, &file).await;
                    prop_assert_eq!((again.created, again.changed), (0, 0));
                    Ok(())
                })
            })
            .unwrap();
    })
    .await
    .unwrap();
}

async fn exported(front: &Front) -> String {
    let what = domain::record::ExportedWhat::Customers;
    let file = front.does(ExportData { what, format: ExportFormat::Csv, from: None, to: None }).await;
    String::from_utf8(BASE64_STANDARD.decode(file.base64).unwrap()).unwrap()
}

async fn everybody(front: &Front) -> Vec<(domain::CustomerId, Person)> {
    let mut conn = front.desk.store().readers().acquire().await.unwrap();
    let all = store::query::customers_after(&mut conn, 0, 10_000).await.unwrap();
    let mut all: Vec<_> = all.into_iter().map(|(_, customer)| (customer.id, customer.person)).collect();
    all.sort_by_key(|(id, _)| *id);
    all
}

#[tokio::test]
async fn an_organization_comes_in_again_as_one() {
    let (from, to) = (Shop::opens().await, Shop::opens().await);
    let office = domain::customer::Organization { contact: "Mia Chen".into(), reference: "VAT 91".into() };
    let person = Person { name: "Harbor Law".into(), organization: Some(office), ..Person::default() };
    from.front.does(CreateCustomer { person }).await;
    from.front.puts_on_file("Ana Ruiz").await;
    let file = exported(&from.front).await;
    assert!(file.contains("yes,Mia Chen,VAT 91"), "{file}");
    assert_eq!(counts(&imported(&to.front, ImportedWhat::Customers, &file).await), (2, 0, 0));
    assert_eq!(counts(&imported(&to.front, ImportedWhat::Customers, &file).await), (0, 0, 2));
    assert_eq!(everybody(&to.front).await, everybody(&from.front).await);
    let turned = file.replace("yes,Mia Chen,VAT 91", "no,,");
    let refused = tried(&to.front, ImportedWhat::Customers, turned.as_bytes()).await;
    assert!(refused.unwrap_err().message.contains("becomes no person"));
}

/// A practice moves here with ten thousand members.
#[tokio::test]
async fn ten_thousand_members_come_in_within_seconds() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    front.offers("Gold", gold()).await;
    let mut file = String::from("Client ID,Name,Email,Plan,Start date,Next billing,Balance\n");
    for n in 0..10_000 {
        use std::fmt::Write;
        let day = n % 28 + 1;
        writeln!(
            file,
            "C{n},Member {n},m{n}@example.com,Gold,2025-01-{day:02},2026-04-{day:02},{}.50",
            n % 90
        )
        .unwrap();
    }
    let started = std::time::Instant::now();
    let tried = checked(front, ImportedWhat::Members, file.as_bytes()).await;
    let checked_in = started.elapsed();
    assert_eq!((tried.created, tried.bad), (10_000, 0));
    let started = std::time::Instant::now();
    assert_eq!(imported(front, ImportedWhat::Members, &file).await.created, 10_000);
    println!("10,000 members: checked in {checked_in:?}, imported in {:?}", started.elapsed());
    assert_eq!(front.does(ListMembers::default()).await.total, 10_000);
    let started = std::time::Instant::now();
    assert_eq!(imported(front, ImportedWhat::Members, &file).await.unchanged, 10_000);
    println!("and found unchanged in {:?}", started.elapsed());
}

#[tokio::test]
async fn an_edit_at_the_counter_stays_when_the_file_says_nothing_of_it() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    imported(front, ImportedWhat::Customers, PEOPLE).await;
    let ben = front.does(FindCustomers { text: "ben".into(), limit: None }).await.people.remove(0).id;
    let mut person = front.does(GetCustomer { id: ben }).await.customer.person;
    person.address = "1 Elm Street".into();
    front.does(EditCustomer { id: ben, person: person.clone() }).await;
    let again = imported(front, ImportedWhat::Customers, PEOPLE).await;
    assert_eq!(counts(&again), (0, 0, 3));
    assert_eq!(front.does(GetCustomer { id: ben }).await.customer.person, person);
}

#[tokio::test]
async fn a_row_of_a_duplicate_is_about_whom_it_was_merged_into() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    let ana = front.puts_on_file("Ana Ruiz").await;
    let twin = front.puts_on_file("Anna Ruiz").await;
    let file = exported(front).await;
    front.does(protocol::customers::MergeCustomers { keep: ana, duplicate: twin }).await;
    let tried = checked(front, ImportedWhat::Customers, file.as_bytes()).await;
    assert_eq!((tried.created, tried.unchanged, tried.bad), (0, 1, 1), "{:?}", tried.problems);
    assert_eq!(tried.problems[0].why, "Line 2 is about the same person. Keep one of the two.");
}

#[tokio::test]
async fn what_was_taken_over_once_stays_as_it_became_here() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    front.offers("Gold", gold()).await;
    imported(front, ImportedWhat::Members, MEMBERS).await;
    let ben = front.does(FindCustomers { text: "ben".into(), limit: None }).await.people.remove(0).id;
    let held = front.does(GetCustomer { id: ben }).await.enrollments.remove(0);
    let cancel =
        CancelNow { id: held.id, reason: "Moved away".into(), override_minimum: false, refund: Money::ZERO };
    front.does(cancel).await;

    // Cancelled here, and the old file does not bring it back; nor does a file that says paused, of one who is held.
    let before = front.everything().await;
    let again = imported(front, ImportedWhat::Members, MEMBERS).await;
    assert_eq!((again.created, again.unchanged, again.skipped), (0, 2, 1));
    let paused = MEMBERS.replace("32.50,active", "32.50,paused").replace("0,Active", "0,ends");
    let again = imported(front, ImportedWhat::Members, &paused).await;
    assert_eq!((again.created, again.unchanged, again.skipped), (0, 2, 1));
    assert_eq!(front.everything().await, before);

    // Of somebody who is not here it is still said that a pause cannot be taken over.
    let other = format!("{MEMBERS}Dee Fox,dee@example.com,Gold,2025-02-01,2026-04-01,0,paused,\n");
    let said = checked(front, ImportedWhat::Members, other.as_bytes()).await;
    assert_eq!(said.problems[0].line, 5);
    assert!(said.problems[0].why.starts_with("A pause is not taken over."), "{:?}", said.problems);
}

#[tokio::test]
async fn an_organization_is_enrolled_here_and_covered_nowhere() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    let family = domain::plan::Family::Shared { up_to: 3 };
    front.offers("Gold", domain::plan::Terms { family, ..gold() }).await;
    let office = Some(domain::customer::Organization::default());
    let person = Person {
        name: "Harbor Law".into(),
        email: "law@example.com".into(),
        organization: office,
        ..Person::default()
    };
    front.does(CreateCustomer { person }).await;
    let file = "Member,Email,Membership,Member since,Family members\n\
        Harbor Law,law@example.com,Gold,2025-02-01,\nAna Ruiz,ana@example.com,Gold,2025-02-01,law@example.com\n";
    let tried = checked(front, ImportedWhat::Members, file.as_bytes()).await;
    let said = problems(&tried);
    assert_eq!(said.len(), 2, "{said:?}");
    assert!(said[0].2.starts_with("Harbor Law is an organization. Enroll it here"), "{said:?}");
    assert!(said[1].2.contains("is an organization. Only people are covered."), "{said:?}");
}

#[tokio::test]
async fn an_item_that_was_archived_is_known_by_its_code() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    let file = "SKU,Name,Price\nF1,Facial,85.00\n";
    imported(front, ImportedWhat::Items, file).await;
    let facial = front.does(ListItems::default()).await.items.remove(0).item.id;
    front.does(protocol::items::ArchiveItem { id: facial }).await;
    assert_eq!(counts(&imported(front, ImportedWhat::Items, file).await), (0, 0, 1));
    let dearer = "SKU,Name,Price\nF1,Facial,95.00\n";
    let tried = checked(front, ImportedWhat::Items, dearer.as_bytes()).await;
    assert_eq!((tried.created, tried.changed), (0, 1));
    assert!(tried.notes.iter().any(|note| note.contains("archived here and stays so")), "{:?}", tried.notes);
}

#[tokio::test]
async fn members_taken_out_come_in_elsewhere_at_their_own_price() {
    let (from, to) = (Shop::opens().await, Shop::opens().await);
    let front = &from.front;
    front.offers("Gold", gold()).await;
    to.front.offers("Gold", gold()).await;
    imported(front, ImportedWhat::Members, MEMBERS).await;
    let request = protocol::members::ExportMembers {
        filters: ListMembers::default(),
        only: Vec::new(),
        but: Vec::new(),
        format: ExportFormat::Csv,
    };
    let file = BASE64_STANDARD.decode(front.does(request).await.base64).unwrap();
    let file = String::from_utf8(file).unwrap();
    assert_eq!(counts(&imported(front, ImportedWhat::Members, &file).await), (0, 0, 2), "{file}");
    assert_eq!(counts(&imported(&to.front, ImportedWhat::Members, &file).await), (2, 0, 0));
    let ben = to.front.does(FindCustomers { text: "ben".into(), limit: None }).await.people.remove(0).id;
    let held = to.front.does(GetCustomer { id: ben }).await.enrollments.remove(0);
    assert_eq!(held.terms.price, Money::from_minor(8_900));
    assert_eq!(held.next_charge.map(|due| due.on), Day::ymd(2026, 3, 20));
}
