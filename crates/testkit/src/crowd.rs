//! Many members at once, where enrolling each at the counter would take too long.

use crate::{Shop, gold};
use desk::{Clock, Ids};
use domain::customer::Person;
use domain::enrollment::PaysBy;
use domain::plan::{Frequency, Terms};
use domain::record::{Actor, Change, ChargeCollected, Consent, ConsentHow, Enrolled, ReceiptNumber};
use domain::{CustomerId, EnrollmentId, Money, PlanId, RecordId};
use store::Draft;

impl Shop {
    /// So many people join today for a year, pay, and have the first month's credit; through the journal alone.
    pub async fn is_joined_by(&self, members: u32) -> PlanId {
        let terms = Terms { frequency: Frequency::Annual, ..gold() };
        let plan = self.front.offers("Gold Year", terms.clone()).await;
        let (now, today) = (self.clock().now(), self.today());
        let actor = Actor { staff: None, approved_by: None };
        let mut drafts = Vec::new();
        for nth in 0..members {
            let customer = CustomerId(self.ids.fresh(now));
            let enrollment = EnrollmentId(self.ids.fresh(now));
            let person = Person { name: format!("Member {nth}"), ..Person::default() };
            let enrolled = Enrolled {
                enrollment,
                customer,
                plan,
                version: 1,
                terms: terms.clone(),
                start: today,
                pays: PaysBy::Counter,
                consent: Consent { how: ConsentHow::InPerson, shown: Vec::new() },
                seats: None,
                people: Vec::new(),
                credit_outlives_days: 0,
                provisional: false,
            };
            let charge = ChargeCollected {
                enrollment,
                customer,
                period: 0,
                total: Money::from_minor(10_800),
                tax: Money::from_minor(800),
                tenders: Vec::new(),
                number: ReceiptNumber { code: "A".into(), number: nth + 1 },
                ticket: None,
                stripe: None,
                settles: None,
            };
            let changes = [
                Change::CustomerCreated { customer, person },
                Change::Enrolled(Box::new(enrolled)),
                Change::ChargeCollected(charge),
                Change::CreditRefreshed { enrollment, benefit: terms.credits[0].id, person: None, n: 0 },
            ];
            drafts.extend(changes.map(|change| Draft { id: RecordId(self.ids.fresh(now)), actor, change }));
        }
        let mut tx = self.front.desk.store().begin().await.expect("a transaction");
        tx.append(drafts, now, today).await.expect("records");
        tx.commit().await.expect("a commit");
        plan
    }
}
