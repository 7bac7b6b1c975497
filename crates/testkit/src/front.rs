//! What people do at the counter.

use crate::Person;
use desk::Desk;
use domain::checkout::{TenderKind, TenderOffer};
use domain::item::ItemKind;
use domain::plan::{PlanAbout, Scope, Terms};
use domain::{CustomerId, EnrollmentId, ItemId, LineId, Money, PlanId, RequestKey, StaffId, TicketId};
use protocol::customers::CreateCustomer;
use protocol::enrollments::{
    CollectRenewal, Collected, Consent, Enroll, Enrolled, EnrollmentView, GetEnrollment, PaysBy,
};
use protocol::items::SaveItem;
use protocol::plans::{GetPlan, SavePlan};
use protocol::practice::{SignIn, WhoAmI};
use protocol::tickets::{DraftLine, QuoteTicket, SettleTicket, TicketDraft, TicketView};
use protocol::{Approval, Ask, Call, ErrorReply};
use std::sync::Mutex;

/// The counter and who stands behind it.
pub struct Front {
    pub desk: Desk,
    pub(crate) who: Mutex<(StaffId, &'static str)>,
}

/// That much in cash, in minor units.
pub fn cash(minor: i64) -> Vec<TenderOffer> {
    vec![TenderOffer { kind: TenderKind::Cash, amount: Money::from_minor(minor) }]
}

/// What `from` wrote and heard comes to `into`, with the keys of its people.
pub(crate) async fn take_over(into: &store::Store, from: &store::Store) {
    let mut conn = from.readers().acquire().await.expect("a connection");
    let records = store::everything(&mut conn).await.expect("every record");
    let mut tx = into.begin().await.expect("a transaction");
    for customer in records.iter().filter_map(|record| record.header.sealed_for) {
        if let Some(key) = store::customer_key(&mut conn, customer).await.expect("a key") {
            let conn = tx.conn().await.expect("a connection");
            store::put_customer_key(conn, customer, &key).await.expect("a kept key");
        }
    }
    tx.receive(records).await.expect("records that are whole");
    tx.commit().await.expect("a commit");
}

impl Front {
    /// Asks with a fresh key.
    pub async fn asks<C: Call>(&self, request: C) -> Result<C::Reply, ErrorReply> {
        self.desk.ask(request, Some(self.desk.fresh_key())).await
    }

    /// Asks what has to be answered.
    pub async fn does<C: Call>(&self, request: C) -> C::Reply {
        match self.asks(request).await {
            Ok(reply) => reply,
            Err(error) => panic!("{} was refused: {} ({})", C::NAME, error.message, error.code),
        }
    }

    /// Asks what has to be refused; gives the refusal's code.
    pub async fn may_not<C: Call>(&self, request: C) -> String
    where
        C::Reply: std::fmt::Debug,
    {
        match self.asks(request).await {
            Ok(reply) => panic!("{} was answered: {reply:?}", C::NAME),
            Err(error) => error.code,
        }
    }

    /// Asks what has to be refused without leaving anything behind; gives the words of the refusal.
    pub async fn why_not<C: Call>(&self, request: C) -> String
    where
        C::Reply: std::fmt::Debug,
    {
        let before = self.everything().await;
        let error = self.asks(request).await.expect_err("a refusal");
        assert_eq!(self.everything().await, before, "{} left something behind", error.code);
        error.message
    }

    /// Asks with a key of its own.
    pub async fn asks_as<C: Call>(&self, request: C, key: RequestKey) -> Result<C::Reply, ErrorReply> {
        self.desk.ask(request, Some(key)).await
    }

    /// Asks with the PIN of somebody who may.
    pub async fn asks_approved<C: Call>(&self, request: C, by: Person) -> Result<(), ErrorReply> {
        let approval = Approval { staff: self.staff(by).await, pin: by.pin.to_owned() };
        let ask = Ask { request: request.into(), key: Some(self.desk.fresh_key()), approval: Some(approval) };
        self.desk.call(ask).await.map(|_| ())
    }

    /// The id of somebody who works here.
    pub async fn staff(&self, person: Person) -> StaffId {
        let door = self.does(WhoAmI {}).await;
        door.staff
            .iter()
            .find(|staff| staff.name == person.name)
            .map(|staff| staff.id)
            .expect("they work here")
    }

    pub async fn signs_in(&self, person: Person) {
        let staff = self.staff(person).await;
        *self.who.lock().expect("one at a time") = (staff, person.pin);
        self.signs_in_again().await;
    }

    pub async fn signs_in_again(&self) {
        let (staff, pin) = *self.who.lock().expect("one at a time");
        self.does(SignIn { staff, pin: pin.to_owned() }).await;
    }

    pub async fn puts_on_file(&self, name: &str) -> CustomerId {
        let person =
            domain::customer::Person { name: name.to_owned(), ..domain::customer::Person::default() };
        self.does(CreateCustomer { person }).await.customer.id
    }

    /// Puts a plan on sale everywhere.
    pub async fn offers(&self, name: &str, terms: Terms) -> PlanId {
        self.saves_plan(None, name, terms).await
    }

    /// Sells a plan under other terms from now on.
    pub async fn changes_terms(&self, plan: PlanId, terms: Terms) {
        let name = self.does(GetPlan { id: plan }).await.plan.about.name;
        self.saves_plan(Some(plan), &name, terms).await;
    }

    async fn saves_plan(&self, id: Option<PlanId>, name: &str, terms: Terms) -> PlanId {
        let about = PlanAbout {
            name: name.to_owned(),
            description: String::new(),
            image: None,
            image_alt: String::new(),
            scope: Scope::All,
            order: 0,
        };
        self.does(SavePlan { id, about, terms, note: String::new(), based_on: None }).await.plan.id
    }

    /// What enrolling somebody today asks, paid with `tenders`.
    pub async fn enrollment_of(
        &self,
        customer: CustomerId,
        plan: PlanId,
        tenders: Vec<TenderOffer>,
    ) -> Enroll {
        let session = self.does(WhoAmI {}).await.session.expect("somebody is signed in");
        let version = self.does(GetPlan { id: plan }).await.plan.current().number;
        Enroll {
            customer,
            plan,
            version,
            start: session.today,
            pays: PaysBy::Counter,
            tenders,
            consent: Consent::InPerson,
            seats: None,
            people: Vec::new(),
        }
    }

    /// Enrolls somebody from today; without tenders the first charge stays due.
    pub async fn enrolls(&self, customer: CustomerId, plan: PlanId, tenders: Vec<TenderOffer>) -> Enrolled {
        let request = self.enrollment_of(customer, plan, tenders).await;
        self.does(request).await
    }

    /// Collects the oldest charge that is due, in cash.
    pub async fn collects(&self, id: EnrollmentId) -> Collected {
        let due = self.sees(id).await.dues.first().cloned().expect("something is due");
        let tenders = cash(due.amount.minor());
        self.does(CollectRenewal { id, expected: due.amount, tenders }).await
    }

    /// Puts a service on sale, untaxed, at a price in minor units.
    pub async fn sells(&self, name: &str, price: i64) -> ItemId {
        self.puts_on_sale(ItemKind::Service, name, price).await
    }

    /// Puts something on sale, untaxed, at a price in minor units.
    pub async fn puts_on_sale(&self, kind: ItemKind, name: &str, price: i64) -> ItemId {
        let service = SaveItem {
            id: None,
            kind,
            name: name.to_owned(),
            code: None,
            category: None,
            price: Money::from_minor(price),
            tax_class: None,
            minutes: None,
            max_minutes: None,
            favourite: false,
        };
        self.does(service).await.item.id
    }

    /// Sells some of an item; what benefits and credit leave is paid in cash.
    pub async fn rings_up(&self, customer: Option<CustomerId>, item: ItemId, qty: u32) -> TicketView {
        self.is_paid(customer, item, qty, |due| cash(due.minor())).await
    }

    /// Sells some of an item; `pays` says with what, once it is known what is due.
    pub async fn is_paid(
        &self,
        customer: Option<CustomerId>,
        item: ItemId,
        qty: u32,
        pays: impl FnOnce(Money) -> Vec<TenderOffer>,
    ) -> TicketView {
        let draft = self.draft(customer, vec![self.line(item, qty)]);
        let totals = self.does(QuoteTicket { draft: draft.clone() }).await.quote.totals;
        let tenders = if totals.due.is_zero() { Vec::new() } else { pays(totals.due) };
        self.settles(draft, tenders).await
    }

    /// A ticket as it is typed.
    pub fn draft(&self, customer: Option<CustomerId>, lines: Vec<DraftLine>) -> TicketDraft {
        TicketDraft {
            id: TicketId(self.desk.fresh_key().0),
            customer,
            lines,
            declined: Vec::new(),
            lowered: Vec::new(),
            credit_limit: None,
            ticket_discount: None,
            note: String::new(),
        }
    }

    /// A line of some of an item.
    pub fn line(&self, item: ItemId, qty: u32) -> DraftLine {
        DraftLine { qty, ..DraftLine::of(LineId(self.desk.fresh_key().0), item) }
    }

    /// What settling a ticket as it is priced now asks.
    pub async fn settling(&self, draft: TicketDraft, tenders: Vec<TenderOffer>) -> SettleTicket {
        let totals = self.does(QuoteTicket { draft: draft.clone() }).await.quote.totals;
        let (expected_due, expected_credits) = (totals.due, totals.credits);
        SettleTicket { draft, expected_due, expected_credits, tenders, tip: Money::ZERO }
    }

    pub async fn settles(&self, draft: TicketDraft, tenders: Vec<TenderOffer>) -> TicketView {
        let request = self.settling(draft, tenders).await;
        self.does(request).await
    }

    pub async fn sees(&self, id: EnrollmentId) -> EnrollmentView {
        self.does(GetEnrollment { id }).await
    }

    /// Nothing in the database contradicts the journal.
    pub async fn is_healthy(&self) {
        let found = store::diagnose(self.desk.store()).await.expect("a diagnosis");
        assert!(found.problems.is_empty(), "{:?}", found.problems);
    }

    /// Takes in every record that another desk has and this one has not.
    pub async fn hears_from(&self, other: &Self) {
        take_over(self.desk.store(), other.desk.store()).await;
    }

    /// A digest of everything: unchanged where nothing happened.
    pub async fn everything(&self) -> (u64, String) {
        let store = self.desk.store();
        (store.head().await.seq, store::fingerprint(store).await.expect("a digest"))
    }
}
