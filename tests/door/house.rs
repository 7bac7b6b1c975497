//! What keeps the house: the lock, the logo, what a log says, what was being rung up.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use domain::customer::Person;
use domain::plan::{Credit, CreditUnit, Expiry, Family};
use domain::record::Change;
use domain::{Money, TicketId};
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use protocol::customers::{CreateCustomer, EditCustomer};
use protocol::data::EraseCustomer;
use protocol::enrollments::{AddDependent, AdjustCredit, CancelNow, GiveGoodwill, PauseEnrollment};
use protocol::images::StoreImage;
use protocol::keeping::{GetLog, GetStaffLog, Thing};
use protocol::practice::{GetPractice, SavePractice, StillHere, WhoAmI};
use protocol::receipt::GetReceiptPdf;
use protocol::tickets::*;
use std::io::Cursor;
use testkit::{DANA, Front, ROSA, Shop, cash, gold};

const MINUTE: i64 = 60_000;

async fn practice(front: &Front) -> SavePractice {
    let before = front.does(GetPractice {}).await.practice;
    SavePractice {
        name: before.name,
        customer_word: before.customer_word,
        receipt: before.receipt,
        lock_after_minutes: before.lock_after_minutes,
        refund_limit: before.refund_limit,
        discount_limit: before.discount_limit,
        credit_outlives_days: before.credit_outlives_days,
        logo: before.logo,
    }
}

async fn log(front: &Front, about: Thing) -> Vec<String> {
    let page = front.does(GetLog { about, after: None, limit: None }).await;
    page.entries.into_iter().map(|entry| entry.text).collect()
}

#[tokio::test]
async fn who_types_for_long_stays_signed_in_and_who_left_does_not() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    let save = SavePractice { lock_after_minutes: 2, ..practice(front).await };
    front.does(save).await;
    for _ in 0..5 {
        shop.clock().passes(MINUTE);
        front.does(StillHere {}).await;
    }
    assert!(front.does(WhoAmI {}).await.session.is_some());
    for _ in 0..3 {
        shop.clock().passes(MINUTE);
        front.does(WhoAmI {}).await;
    }
    assert!(front.does(WhoAmI {}).await.session.is_none(), "asking who is there is no touch");
}

#[tokio::test]
async fn a_logo_stands_above_receipts_and_is_kept() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    let facial = front.sells("Facial", 8_000).await;
    let sold = front.rings_up(None, facial, 1).await;
    let pdf = |file: protocol::receipt::FileMade| BASE64_STANDARD.decode(file.base64).unwrap();
    let plain = pdf(front.does(GetReceiptPdf { ticket: sold.id }).await);

    let mut file = Cursor::new(Vec::new());
    let picture = RgbImage::from_fn(300, 120, |x, y| Rgb([x as u8, y as u8, 90]));
    DynamicImage::from(picture).write_to(&mut file, ImageFormat::Png).unwrap();
    let stored = front.does(StoreImage { base64: BASE64_STANDARD.encode(file.into_inner()) }).await;
    let unknown = SavePractice { logo: Some("ab".repeat(32)), ..practice(front).await };
    assert_eq!(front.may_not(unknown).await, "invalid");
    front.does(SavePractice { logo: Some(stored.hash), ..practice(front).await }).await;
    let with_logo = pdf(front.does(GetReceiptPdf { ticket: sold.id }).await);
    assert!(with_logo.len() > plain.len() + 500, "{} after {}", with_logo.len(), plain.len());

    // It stays though another picture is stored days later, and the log says what was changed.
    shop.days_pass(3).await;
    let other = DynamicImage::from(RgbImage::from_pixel(60, 60, Rgb([1, 2, 3])));
    let mut file = Cursor::new(Vec::new());
    other.write_to(&mut file, ImageFormat::Png).unwrap();
    front.does(StoreImage { base64: BASE64_STANDARD.encode(file.into_inner()) }).await;
    assert_eq!(pdf(front.does(GetReceiptPdf { ticket: sold.id }).await), with_logo);
    let told = log(front, Thing::Practice).await;
    assert!(told[0].ends_with("Changed: logo."), "{told:?}");
}

#[tokio::test]
async fn bought_credit_lives_on_after_the_end_for_who_joined_under_that() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    let plan = front.offers("Gold", gold()).await;
    let facial = front.sells("Facial", 5_000).await;
    let (ana, ben) = (front.puts_on_file("Ana").await, front.puts_on_file("Ben").await);
    let before = front.enrolls(ana, plan, cash(10_800)).await.enrollment.id;
    front.does(SavePractice { credit_outlives_days: 30, ..practice(front).await }).await;
    let after = front.enrolls(ben, plan, cash(10_800)).await.enrollment.id;
    for id in [before, after] {
        let end = CancelNow { id, reason: "Moves".into(), refund: Money::ZERO, override_minimum: false };
        front.does(end).await;
    }
    let credits = |ticket: &TicketView| ticket.settled.quote.totals.credits;
    assert_eq!(credits(&front.rings_up(Some(ana), facial, 1).await), Money::ZERO);
    assert_eq!(credits(&front.rings_up(Some(ben), facial, 1).await), Money::from_minor(5_000));
    // It pays, and opens nothing: what is kept for members is no longer for him.
    let at = front.does(CustomerAtCheckout { customer: ben }).await;
    assert!(at.memberships.is_empty());
    assert_eq!(at.entitlements[0].access, Some(domain::item::ItemSet::default()));
    shop.days_pass(29).await;
    assert_eq!(credits(&front.rings_up(Some(ben), facial, 1).await), Money::from_minor(5_000));
    front.is_healthy().await;
    let too_long = SavePractice { credit_outlives_days: 3_661, ..practice(front).await };
    assert_eq!(front.may_not(too_long).await, "invalid");
}

#[tokio::test]
async fn a_log_says_who_and_which_credit_and_is_read_page_by_page() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    let family = Family::Both { price: Money::from_minor(2_000), up_to: 3 };
    let plan = front.offers("Gold", domain::plan::Terms { family, ..gold() }).await;
    let (ana, ben) = (front.puts_on_file("Ana Ruiz").await, front.puts_on_file("Ben Ode").await);
    let held = front.enrolls(ana, plan, cash(10_800)).await.enrollment;
    let benefit = held.balances[0].benefit;
    let id = held.id;
    front.does(AddDependent { id, customer: ben }).await;
    let person = Some(ben);
    front.does(AdjustCredit { id, benefit, person: None, amount: -500, reason: "Typed wrong".into() }).await;
    front
        .does(GiveGoodwill { id, benefit, person, amount: 2_000, expires: None, reason: "Ben waited".into() })
        .await;
    let told = log(front, Thing::Enrollment(id)).await;
    assert_eq!(told[0], "Service credit of Ben Ode: $20.00 given as goodwill. Reason: Ben waited");
    assert_eq!(told[1], "Service credit: adjusted down by $5.00. Reason: Typed wrong");
    assert!(told.contains(&"Ben Ode is covered.".to_owned()), "{told:?}");

    let (mut read, mut after) = (Vec::new(), None);
    loop {
        let page = front.does(GetLog { about: Thing::Enrollment(id), after, limit: Some(1) }).await;
        assert_eq!(page.entries.len(), 1);
        read.extend(page.entries.into_iter().map(|entry| entry.text));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(read, told);

    // Once Ben is erased, what was written about him is gone; what was written about Ana is not.
    front.does(protocol::enrollments::RemoveDependent { id, customer: ben }).await;
    front.does(EraseCustomer { customer: ben, name: "Ben Ode".into() }).await;
    let told = log(front, Thing::Enrollment(id)).await.join("\n");
    assert!(!told.contains("Ben"), "{told}");
    assert!(told.contains("Reason: Typed wrong"), "{told}");
    front.is_healthy().await;
}

#[tokio::test]
async fn a_ticket_keeps_its_note_and_tells_its_life() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    let ana = front.puts_on_file("Ana Ruiz").await;
    let facial = front.sells("Facial", 8_000).await;
    let draft = TicketDraft {
        note: " Came without an appointment ".into(),
        ..front.draft(Some(ana), vec![front.line(facial, 1)])
    };
    let sold = front.settles(draft, cash(8_000)).await;
    assert_eq!(front.does(GetTicket { id: sold.id }).await.note, "Came without an appointment");
    front.does(VoidTicket { id: sold.id, reason: "Wrong person".into() }).await;
    let told = log(front, Thing::Ticket(sold.id)).await;
    assert_eq!(told[0], "Voided. Reason: Wrong person");
    assert!(log(front, Thing::Customer(ana)).await.contains(&told[0]), "the person's log knows it as well");
    // The note goes with the person.
    front.does(EraseCustomer { customer: ana, name: "Ana Ruiz".into() }).await;
    assert_eq!(front.does(GetTicket { id: sold.id }).await.note, "");
    front.is_healthy().await;
}

#[tokio::test]
async fn what_was_being_rung_up_is_there_after_the_window_went_away() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    let (ana, ben) = (front.puts_on_file("Ana Ruiz").await, front.puts_on_file("Ben Ode").await);
    let facial = front.sells("Facial", 8_000).await;
    let first = front.draft(Some(ana), vec![front.line(facial, 2)]);
    let second = front.draft(Some(ben), vec![front.line(facial, 1)]);
    let keep =
        |tickets: &[&TicketDraft]| KeepOpenTickets { tickets: tickets.iter().copied().cloned().collect() };
    let before = front.everything().await;
    front.does(keep(&[&first, &second])).await;
    assert_eq!(front.everything().await, before, "nothing that anybody else hears of");
    let shop = shop.restarts().await;
    let front = &shop.front;
    assert_eq!(front.does(ListOpenTickets {}).await, [first.clone(), second.clone()]);

    // Settled, it is open no more, even where the window died before it heard so.
    front.settles(first.clone(), cash(16_000)).await;
    assert_eq!(front.does(ListOpenTickets {}).await, std::slice::from_ref(&second));
    front.does(keep(&[&first, &second])).await;
    assert_eq!(front.does(ListOpenTickets {}).await, std::slice::from_ref(&second));

    // Held, it is on hold alone; back from hold, it is open before the window says so.
    front.does(HoldTicket { draft: second.clone(), label: String::new() }).await;
    assert_eq!(front.does(ListOpenTickets {}).await, []);
    front.does(RecallTicket { id: second.id }).await;
    assert_eq!(front.does(ListOpenTickets {}).await, std::slice::from_ref(&second));

    front.does(EraseCustomer { customer: ben, name: "Ben Ode".into() }).await;
    assert_eq!(front.does(ListOpenTickets {}).await, []);
    let many = (0..51).map(|_| TicketDraft { id: TicketId(front.desk.fresh_key().0), ..second.clone() });
    assert_eq!(front.may_not(KeepOpenTickets { tickets: many.collect() }).await, "invalid");
}

/// What a void was before it named its customer is read as ever.
#[test]
fn a_void_without_a_customer_is_about_its_ticket_alone() {
    let text = include_str!("../../crates/domain/tests/golden/ticket_voided.v1.json");
    let change: Change = serde_json::from_str(text).unwrap();
    assert!(change.about().iter().all(|entity| !matches!(entity, domain::record::Entity::Customer(_))));
}

#[tokio::test]
async fn a_log_says_which_details_changed_and_never_what_they_were() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    let ana = Person { name: "Ana Ruiz".into(), phone: "555 0199".into(), ..Person::default() };
    let id = front.does(CreateCustomer { person: ana.clone() }).await.customer.id;
    let edited = Person { phone: "555 0112".into(), email: "ana@example.com".into(), ..ana };
    front.does(EditCustomer { id, person: edited.clone() }).await;
    front.signs_in(ROSA).await;
    let married = Person { name: "Ana Cole".into(), address: "12 Elm Street".into(), ..edited };
    front.does(EditCustomer { id, person: married }).await;
    let told = log(front, Thing::Customer(id)).await;
    assert_eq!(
        told,
        [
            "Details of Ana Cole changed: name, address.",
            "Details of Ana Ruiz changed: e-mail, phone.",
            "Ana Ruiz put on file."
        ]
    );
    // A page that begins after the record before knows it all the same, and so does the log of one person's work.
    let page = front.does(GetLog { about: Thing::Customer(id), after: None, limit: Some(1) }).await;
    assert_eq!(page.entries[0].text, told[0]);
    let rosa = front.staff(ROSA).await;
    let work = front.does(GetStaffLog { staff: rosa, after: None, limit: None }).await;
    assert_eq!(work.entries[0].entry.text, told[0]);
    front.signs_in(DANA).await;
    front.does(EraseCustomer { customer: id, name: "Ana Cole".into() }).await;
    for said in log(front, Thing::Customer(id)).await {
        assert!(!said.contains("Ana") && !said.contains("changed"), "{said}");
    }
}

#[tokio::test]
async fn the_membership_that_runs_stands_first_at_the_checkout_with_what_is_left_of_it() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    let credit = |unit, amount| {
        let mut terms = gold();
        terms.credits[0] = Credit { unit, amount, expiry: Expiry::PeriodEnd, ..terms.credits[0].clone() };
        terms
    };
    let first = front.offers("Gold", gold()).await;
    let hours = front.offers("Sauna Club", credit(CreditUnit::Minutes, 150)).await;
    let visits = front.offers("Ten Visits", credit(CreditUnit::Bookings, 10)).await;
    let ana = front.puts_on_file("Ana Ruiz").await;
    let id = front.enrolls(ana, first, cash(10_800)).await.enrollment.id;
    shop.days_pass(1).await;
    front.enrolls(ana, hours, cash(10_800)).await;
    shop.days_pass(1).await;
    front.enrolls(ana, visits, cash(10_800)).await;
    let strip = async || -> Vec<(String, i64, i64, i64)> {
        let at = front.does(CustomerAtCheckout { customer: ana }).await;
        let held = at.memberships.into_iter();
        held.map(|held| (held.plan_name, held.credit.minor(), held.minutes, held.bookings)).collect()
    };
    let of = |name: &str, credit, minutes, bookings| (name.to_owned(), credit, minutes, bookings);
    let [gold, sauna, visits] =
        [of("Gold", 10_000, 0, 0), of("Sauna Club", 0, 150, 0), of("Ten Visits", 0, 0, 10)];
    assert_eq!(strip().await, [gold.clone(), sauna.clone(), visits.clone()]);
    front.does(PauseEnrollment { id, until: None }).await;
    assert_eq!(strip().await, [sauna, visits, gold]);
}
