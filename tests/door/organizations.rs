//! An organization holds memberships for its people, sits in none of their seats, and pays by one statement.

use domain::customer::{Organization, Person};
use domain::plan::{Expiry, Family, Terms};
use domain::{CustomerId, Day, EnrollmentId, Money, PlanId};
use protocol::customers::{CreateCustomer, EditCustomer, FindCustomers, GetCustomer, MergeCustomers};
use protocol::enrollments::*;
use protocol::keeping::{GetLog, Thing};
use protocol::mail::GetChargeReceipt;
use protocol::organizations::*;
use protocol::tickets::{CustomerAtCheckout, QuoteTicket};
use testkit::{Front, ROSA, Shop, cash, gold};

fn usd(minor: i64) -> Money {
    Money::from_minor(minor)
}

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn office(name: &str) -> Person {
    let organization = Organization { contact: "Mia Chen".into(), reference: "VAT 91".into() };
    Person { name: name.into(), organization: Some(organization), ..Person::default() }
}

async fn harbor_law(front: &Front) -> CustomerId {
    front.does(CreateCustomer { person: office("Harbor Law") }).await.customer.id
}

/// What enrolling an organization today asks.
async fn held_by(
    front: &Front,
    organization: CustomerId,
    plan: PlanId,
    seats: Option<u32>,
    people: &[CustomerId],
) -> Enroll {
    let plain = front.enrollment_of(organization, plan, Vec::new()).await;
    Enroll { seats, people: people.to_vec(), ..plain }
}

/// $40 for each, no tax, with $100.00 of credit each.
fn by_the_seat() -> Terms {
    let tax_rate = domain::Rate::percent(0);
    Terms { price: usd(4_000), tax_rate, ..gold() }
}

fn statement(all: &Statements, on: &str, open: bool) -> Statement {
    let found =
        all.statements.iter().find(|one| one.on == day(on) && (one.state == StatementState::Open) == open);
    found.unwrap_or_else(|| panic!("no statement of {on} in {all:#?}")).clone()
}

fn words(statement: &Statement) -> Vec<(&str, i64)> {
    statement.lines.iter().map(|line| (line.words.as_str(), line.amount.minor())).collect()
}

#[tokio::test]
async fn it_pays_for_each_of_its_people_by_one_statement() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    let plan = front.offers("Gold", by_the_seat()).await;
    let harbor = harbor_law(front).await;
    let (ana, ben) = (front.puts_on_file("Ana Ruiz").await, front.puts_on_file("Ben Ode").await);
    let offer = PreviewEnroll {
        customer: harbor,
        plan,
        start: shop.today(),
        pays: PaysBy::Counter,
        seats: Some(5),
        people: vec![ana, ben],
    };
    let offer = front.does(offer).await;
    assert_eq!(offer.first.amount, usd(8_000));
    assert_eq!(offer.sentences[0], "$80.00 is due on 12 Mar 2026 (2 people at $40.00).");
    assert!(offer.sentences.iter().any(|said| said.contains("their seat stays taken")), "{offer:#?}");
    let asked = held_by(front, harbor, plan, Some(5), &[ana, ben]).await;
    let held = front.does(asked).await.enrollment;
    assert_eq!(held.seats, Some(SeatsView { limit: Some(5), places: 5 }));
    assert_eq!(held.owed, usd(8_000));

    let open = front.does(GetStatements { organization: harbor }).await;
    assert_eq!(open.owed, usd(8_000));
    let due = statement(&open, "2026-03-12", true);
    assert_eq!(words(&due), [("Gold, 12 Mar to 11 Apr: 2 people at $40.00", 8_000)]);
    assert_eq!(due.people, ["Ana Ruiz", "Ben Ode"]);
    let collect = |on, expected, paid| CollectStatement {
        organization: harbor,
        on: day(on),
        expected: usd(expected),
        tenders: cash(paid),
    };
    assert_eq!(front.may_not(collect("2026-03-12", 7_000, 7_000)).await, "stale_total");
    let paid = front.does(collect("2026-03-12", 8_000, 10_000)).await;
    assert_eq!(paid.receipts.len(), 1);
    assert_eq!(paid.receipts[0].change, usd(2_000));
    assert_eq!(paid.statements.owed, Money::ZERO);
    let held = front.sees(held.id).await;
    assert_eq!(
        held.balances.iter().map(|one| (one.person, one.left)).collect::<Vec<_>>(),
        [(Some(ana), 10_000), (Some(ben), 10_000)]
    );

    // 10 days later somebody joins: 21 of 31 days with the next statement, and their credit at once.
    shop.days_pass(10).await;
    let cleo = front.puts_on_file("Cleo Moreau").await;
    front.does(AddDependent { id: held.id, customer: cleo }).await;
    let ahead = front.does(GetStatements { organization: harbor }).await;
    let next = statement(&ahead, "2026-04-12", false);
    assert_eq!(next.state, StatementState::Forecast);
    assert_eq!(
        words(&next),
        [("Gold, 12 Apr to 11 May: 3 people at $40.00", 12_000), ("Cleo Moreau, from 22 Mar", 2_710)]
    );
    let facial = front.sells("Facial", 9_000).await;
    assert_eq!(front.rings_up(Some(cleo), facial, 1).await.settled.quote.totals.due, Money::ZERO);

    // A month on it is paid as it was forecast, and the journal still tells the first one as it was.
    shop.days_pass(21).await;
    front.does(collect("2026-04-12", 14_710, 14_710)).await;
    let told = front.does(GetStatements { organization: harbor }).await;
    let first = told.statements.last().unwrap();
    assert_eq!(words(first), [("Gold, 12 Mar to 11 Apr: 2 people at $40.00", 8_000)]);
    let receipts = vec![paid.receipts[0].number.clone()];
    assert_eq!(first.state, StatementState::Paid { on: day("2026-03-12"), receipts });
    front.is_healthy().await;
}

#[tokio::test]
async fn all_it_holds_stands_on_one_statement_and_one_tender_pays_it() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    let gold = front.offers("Gold", by_the_seat()).await;
    let pool = Terms { price: usd(30_000), family: Family::Shared { up_to: 10 }, ..by_the_seat() };
    let sauna = front.offers("Sauna Club", pool).await;
    let harbor = harbor_law(front).await;
    let ana = front.puts_on_file("Ana Ruiz").await;
    let asked = held_by(front, harbor, gold, None, &[ana]).await;
    front.does(asked).await;
    shop.days_pass(5).await;
    let asked = held_by(front, harbor, sauna, None, &[ana]).await;
    let why = front.why_not(asked.clone()).await;
    assert!(why.contains("It is billed on 12 Mar 2026 and 12 Apr 2026"), "{why}");
    let sauna = front.does(Enroll { start: day("2026-04-12"), ..asked }).await.enrollment;
    assert_eq!(sauna.start, day("2026-04-12"));
    shop.days_pass(26).await;

    let open = front.does(GetStatements { organization: harbor }).await;
    let second = statement(&open, "2026-04-12", true);
    assert_eq!(
        words(&second),
        [("Gold, 12 Apr to 11 May: 1 person at $40.00", 4_000), ("Sauna Club, 12 Apr to 11 May", 30_000)]
    );
    let collect = |on: &str, due| CollectStatement {
        organization: harbor,
        on: day(on),
        expected: usd(due),
        tenders: cash(due),
    };
    let why = front.why_not(collect("2026-04-12", 34_000)).await;
    assert!(why.contains("Collect it first"), "{why}");
    front.does(collect("2026-03-12", 4_000)).await;
    let paid = front.does(collect("2026-04-12", 34_000)).await;
    assert_eq!(paid.receipts.iter().map(|one| one.total).collect::<Vec<_>>(), [usd(4_000), usd(30_000)]);
    let told = paid.statements.statements;
    let StatementState::Paid { receipts, .. } = &told[1].state else { panic!("{told:#?}") };
    assert_eq!(receipts.len(), 2);
    for paid_by in &told[1].receipts {
        let number = paid_by.number.clone();
        let receipt = front.does(GetChargeReceipt { enrollment: paid_by.enrollment, number }).await;
        assert!(receipts.contains(&receipt.number) && !receipt.given_back);
    }
    assert_eq!(told[1].receipts.len(), 2);
    let why = front.why_not(collect("2026-05-12", 34_000)).await;
    assert!(why.contains("owes nothing"), "{why}");
    front.is_healthy().await;
}

#[tokio::test]
async fn seats_are_limited_paused_and_given_up() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    let plan = front.offers("Gold", by_the_seat()).await;
    let harbor = harbor_law(front).await;
    let people = [front.puts_on_file("Ana Ruiz").await, front.puts_on_file("Ben Ode").await];
    let cleo = front.puts_on_file("Cleo Moreau").await;
    let asked = held_by(front, harbor, plan, Some(1), &people).await;
    assert_eq!(front.why_not(asked.clone()).await, "The only seat is taken.");
    let id = front.does(Enroll { seats: Some(2), ..asked }).await.enrollment.id;
    front.does(CollectRenewal { id, expected: usd(8_000), tenders: cash(8_000) }).await;
    front.signs_in(ROSA).await;
    assert_eq!(front.why_not(AddDependent { id, customer: cleo }).await, "All 2 seats are taken.");
    let why = front.why_not(AddDependent { id, customer: harbor }).await;
    assert!(why.contains("Harbor Law is an organization"), "{why}");
    let held = front.does(PauseSeat { id, customer: people[1] }).await;
    assert_eq!(held.dependents[1].paused, Some(shop.today()));
    assert_eq!(front.why_not(AddDependent { id, customer: cleo }).await, "All 2 seats are taken.");
    let at = front.does(CustomerAtCheckout { customer: people[1] }).await;
    assert!(!at.entitlements[0].standing.gives_benefits());
    assert_eq!(at.memberships[0].covered_by.as_deref(), Some("Harbor Law"));
    assert_eq!(at.memberships[0].status, StatusView::Paused { until: None }, "the seat, not the membership");
    front.does(ResumeSeat { id, customer: people[1] }).await;
    let at = front.does(CustomerAtCheckout { customer: people[1] }).await;
    assert!(at.entitlements[0].standing.gives_benefits());
    assert_eq!(
        front.why_not(LimitSeats { id, limit: Some(1) }).await,
        "2 people sit there already, more than 1."
    );
    assert_eq!(front.why_not(LimitSeats { id, limit: Some(0) }).await, "From 1 to 9999 seats.");
    front.does(LimitSeats { id, limit: Some(3) }).await;
    front.does(AddDependent { id, customer: cleo }).await;
    let held = front.does(RemoveDependent { id, customer: people[0] }).await;
    assert_eq!(held.dependents.len(), 2);
    let pauses = PauseEnrollment { id, until: None };
    assert_eq!(
        front.why_not(pauses).await,
        "An organization holds it. Pause or remove its people one by one."
    );
    let log = front.does(GetLog { about: Thing::Enrollment(id), after: None, limit: None }).await.entries;
    assert!(log.iter().any(|line| line.text == "Ben Ode paused; the seat stays taken."), "{log:#?}");
    front.is_healthy().await;
}

#[tokio::test]
async fn an_allowance_limits_what_one_person_takes_of_the_pool() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    let mut terms = Terms { family: Family::Shared { up_to: 10 }, ..by_the_seat() };
    terms.discounts.clear();
    terms.credits[0].expiry = Expiry::PeriodEnd;
    terms.credits[0].allowance = Some(3_000);
    let plan = front.offers("Pool", terms).await;
    let harbor = harbor_law(front).await;
    let (ana, ben) = (front.puts_on_file("Ana Ruiz").await, front.puts_on_file("Ben Ode").await);
    let asked = held_by(front, harbor, plan, None, &[ana, ben]).await;
    let id = front.does(asked).await.enrollment.id;
    front.does(CollectRenewal { id, expected: usd(4_000), tenders: cash(4_000) }).await;
    let facial = front.sells("Facial", 5_000).await;
    let sold = front.rings_up(Some(ana), facial, 1).await;
    assert_eq!((sold.settled.quote.totals.credits, sold.settled.quote.totals.due), (usd(3_000), usd(2_000)));
    let again = front.draft(Some(ana), vec![front.line(facial, 1)]);
    assert_eq!(front.does(QuoteTicket { draft: again }).await.quote.totals.credits, Money::ZERO);
    let held = front.sees(id).await;
    assert_eq!(held.dependents[0].may_take, ["$0.00 of Service credit"]);
    assert_eq!(held.dependents[1].may_take, ["$30.00 of Service credit"]);
    // What comes back can be taken again.
    front.does(protocol::tickets::VoidTicket { id: sold.id, reason: "Wrong person".into() }).await;
    assert_eq!(front.sees(id).await.dependents[0].may_take, ["$30.00 of Service credit"]);
    assert_eq!(front.rings_up(Some(ben), facial, 1).await.settled.quote.totals.credits, usd(3_000));
    shop.days_pass(31).await;
    front.does(CollectRenewal { id, expected: usd(4_000), tenders: cash(4_000) }).await;
    assert_eq!(front.sees(id).await.dependents[1].may_take, ["$30.00 of Service credit"]);
    front.is_healthy().await;
}

#[tokio::test]
async fn a_person_is_no_organization_and_an_organization_uses_nothing_itself() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    let plan = front.offers("Gold", by_the_seat()).await;
    let harbor = harbor_law(front).await;
    let ana = front.puts_on_file("Ana Ruiz").await;
    let asked = held_by(front, harbor, plan, None, &[ana]).await;
    let id = front.does(asked).await.enrollment.id;
    front.does(CollectRenewal { id, expected: usd(4_000), tenders: cash(4_000) }).await;
    assert!(front.does(CustomerAtCheckout { customer: harbor }).await.entitlements.is_empty());
    let for_one = held_by(front, ana, plan, Some(3), &[]).await;
    assert_eq!(front.why_not(for_one).await, "Seats are for organizations.");
    let plain = Person { name: "Harbor Law".into(), ..Person::default() };
    let why = front.why_not(EditCustomer { id: harbor, person: plain }).await;
    assert!(why.contains("A person does not become an organization"), "{why}");
    let merge = MergeCustomers { keep: harbor, duplicate: ana };
    assert!(front.why_not(merge).await.contains("the other an organization"));
    let found = front.does(FindCustomers { text: "harb".into(), limit: None }).await.people;
    assert!(found[0].organization);
    let covered = front.does(GetCustomer { id: ana }).await.covered_by;
    assert_eq!(covered[0].customer_name, "Harbor Law");
    assert_eq!(
        front.why_not(GetStatements { organization: ana }).await,
        "That organization is not here any more. Go back and look again."
    );
}

#[tokio::test]
async fn they_are_listed_by_name_with_their_people_and_what_they_owe() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    let plan = front.offers("Gold", by_the_seat()).await;
    let harbor = harbor_law(front).await;
    for name in ["Åkerblom GmbH", "Delta Dental", "Zed Labs"] {
        front.does(CreateCustomer { person: office(name) }).await;
    }
    front.puts_on_file("Somebody").await;
    let ana = front.puts_on_file("Ana Ruiz").await;
    let asked = held_by(front, harbor, plan, Some(5), &[ana]).await;
    front.does(asked).await;
    let list = |text: &str, after: Option<String>, limit| ListOrganizations {
        text: text.into(),
        after,
        limit: Some(limit),
    };
    let first = front.does(list("", None, 2)).await;
    assert_eq!(first.organizations, 4);
    assert_eq!(
        first.rows.iter().map(|row| row.name.as_str()).collect::<Vec<_>>(),
        ["Delta Dental", "Harbor Law"]
    );
    let row = &first.rows[1];
    assert_eq!((row.people, row.seats, row.owed), (1, Some(5), usd(4_000)));
    assert_eq!((row.plans.as_str(), row.contact.as_str()), ("Gold", "Mia Chen"));
    assert_eq!(row.next_billing, Some(day("2026-04-12")));
    let rest = front.does(list("", first.next, 2)).await;
    assert_eq!(rest.rows.len(), 2);
    assert_eq!(rest.next, None);
    assert_eq!(front.does(list("LABS", None, 9)).await.rows.len(), 1);
}

#[tokio::test]
async fn an_allowance_needs_a_pool_and_is_a_part_of_it() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    let mut terms = by_the_seat();
    terms.credits[0].allowance = Some(3_000);
    let about = domain::plan::PlanAbout {
        name: "Gold".into(),
        description: String::new(),
        image: None,
        image_alt: String::new(),
        scope: domain::plan::Scope::All,
        order: 0,
    };
    let save = |terms| protocol::plans::SavePlan {
        id: None,
        about: about.clone(),
        terms,
        note: String::new(),
        based_on: None,
    };
    assert!(front.why_not(save(terms.clone())).await.contains("Only where people share"));
    terms.family = Family::Shared { up_to: 3 };
    terms.credits[0].allowance = Some(10_001);
    assert!(front.why_not(save(terms.clone())).await.contains("not more than there is"));
    terms.credits[0].allowance = Some(10_000);
    front.does(save(terms)).await;
}

#[tokio::test]
async fn nothing_is_found_where_nothing_is() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    let nobody = CustomerId(uuid::Uuid::from_u128(9));
    assert_eq!(front.may_not(GetStatements { organization: nobody }).await, "not_found");
    let nothing = EnrollmentId(uuid::Uuid::from_u128(9));
    assert_eq!(front.may_not(LimitSeats { id: nothing, limit: None }).await, "not_found");
    assert_eq!(front.may_not(PauseSeat { id: nothing, customer: nobody }).await, "not_found");
}
