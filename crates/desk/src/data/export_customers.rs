use super::PAGE;
use super::spreadsheet::{Export, Row};
use crate::op::Look;
use crate::refusal::Result;
use domain::{CustomerId, Day};
use serde::Serialize;
use store::query;

/// Everybody on file, once; duplicates are part of whom they were merged into, and erased people are not there.
pub(super) async fn export_customers(look: &mut Look<'_>, file: &mut Export) -> Result<()> {
    let mut after = 0;
    loop {
        let page = query::customers_after(look.conn, after, PAGE).await?;
        for (id, customer) in &page {
            after = *id;
            if customer.erased.is_some() {
                continue;
            }
            let person = customer.person.clone();
            let office = person.organization.clone();
            file.add(&Line {
                name: person.name,
                email: person.email,
                phone: person.phone,
                birthday: person.birthday,
                address: person.address,
                card_code: person.card_code,
                external_id: person.external_id,
                is_organization: if office.is_some() { "yes" } else { "" },
                contact: office.as_ref().map(|office| office.contact.clone()).unwrap_or_default(),
                reference: office.map(|office| office.reference).unwrap_or_default(),
                since: customer.since,
                notes: customer.notes.len() as u32,
                id: customer.id,
            })?;
        }
        if page.len() < PAGE as usize {
            return Ok(());
        }
    }
}

#[derive(Clone, Serialize)]
struct Line {
    name: String,
    email: String,
    phone: String,
    birthday: Option<Day>,
    address: String,
    card_code: String,
    external_id: String,
    is_organization: &'static str,
    contact: String,
    reference: String,
    since: Day,
    /// How many; they stand in the person's own file.
    notes: u32,
    id: CustomerId,
}

impl Row for Line {
    fn texts(&mut self) -> Vec<&mut String> {
        vec![
            &mut self.name,
            &mut self.email,
            &mut self.phone,
            &mut self.address,
            &mut self.card_code,
            &mut self.external_id,
            &mut self.contact,
            &mut self.reference,
        ]
    }
}
