//! An organization whose people come: they sit in its seats, and it pays by statement.

use super::Year;
use crate::Result;
use domain::customer::{Organization, Person};
use protocol::customers::CreateCustomer;
use protocol::enrollments::{AddDependent, Enroll, PaysBy, PreviewEnroll};
use protocol::organizations::CollectStatement;

impl Year<'_> {
    /// A firm next door takes seats for its people, pays on the spot, and one more joins within the month.
    pub(super) async fn take_an_organization(&mut self) -> Result<()> {
        let office = Person {
            name: "Harbor Law LLP".into(),
            email: "office@harborlaw.example.com".into(),
            phone: "+1 518 555 0142".into(),
            address: "12 Warren Street\nHudson, NY 12534".into(),
            organization: Some(Organization {
                contact: "Mia Chen".into(),
                reference: "Cost centre 4100".into(),
            }),
            ..Person::default()
        };
        let organization = self.world.ask("an organization", CreateCustomer { person: office }).await?;
        let organization = organization.customer.id;
        self.made.customers += 1;
        let plan = self.plans.silver;
        let mut people = Vec::new();
        for _ in 0..4 {
            let person = self.put_on_file(None).await?;
            self.know(&person, Some(plan), 12);
            people.push(person.customer.id);
        }
        let late = people.split_off(3);
        let (start, seats) = (self.world.today(), Some(6));
        let pays = PaysBy::Counter;
        let offer =
            PreviewEnroll { customer: organization, plan, start, pays, seats, people: people.clone() };
        let offer = self.world.ask("the organization's offer", offer).await?;
        let request = Enroll {
            customer: organization,
            plan,
            version: offer.version,
            start,
            pays,
            tenders: Vec::new(),
            consent: protocol::enrollments::Consent::SignedPaper,
            seats,
            people,
        };
        let held = self.world.ask("enrolling the organization", request).await?.enrollment;
        self.made.memberships += 1;
        let (expected, tenders) = (offer.first.amount, self.tenders(offer.first.amount));
        let collect = CollectStatement { organization, on: start, expected, tenders };
        self.world.ask("its first statement", collect).await?;
        for customer in late {
            self.world.ask("one more seat", AddDependent { id: held.id, customer }).await?;
        }
        Ok(())
    }
}
