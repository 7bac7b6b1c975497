use super::{MOST, page};
use crate::data::{Export, Row, exported};
use crate::op::{Here, Look};
use crate::refusal::{Refusal, Result};
use domain::enrollment::Enrollment;
use domain::plan::Frequency;
use domain::record::{DataExported, ExportedWhat};
use domain::{CustomerId, Day, EnrollmentId};
use protocol::members::{ExportMembers, ListMembers};
use protocol::receipt::FileMade;
use serde::Serialize;
use std::collections::{HashMap, HashSet};
use store::query::{self, MemberLine, StatusShown};

/// As many as somebody marks one by one.
const CHOSEN: usize = 5_000;

/// Everybody whom the filters let through, page by page into one file.
pub(crate) async fn export_members(
    look: &mut Look<'_>,
    request: ExportMembers,
) -> Result<(FileMade, DataExported)> {
    for (field, chosen) in [("only", &request.only), ("but", &request.but)] {
        if chosen.len() > CHOSEN {
            return Err(Refusal::invalid(field, format!("At most {CHOSEN} can be chosen one by one.")));
        }
    }
    let but: HashSet<EnrollmentId> = request.but.into_iter().collect();
    let mut filters = ListMembers { after: None, limit: Some(MOST), ..request.filters };
    let mut file = Export::new(request.format);
    loop {
        let page = page(look, &filters, &request.only).await?;
        let wanted: Vec<&MemberLine> =
            page.rows.iter().filter(|member| !but.contains(&member.enrollment)).collect();
        let ids: Vec<EnrollmentId> = wanted.iter().map(|member| member.enrollment).collect();
        let held: HashMap<EnrollmentId, Enrollment> = (query::held_by_ids(look.conn, &ids).await?)
            .into_iter()
            .map(|held| (held.enrollment.id, held.enrollment.at(look.here.today)))
            .collect();
        let mut covered: Vec<CustomerId> =
            held.values().flat_map(|held| held.covered(look.here.today)).collect();
        covered.sort_unstable();
        covered.dedup();
        let names: HashMap<CustomerId, String> = (query::customers_named(look.conn, &covered).await?)
            .into_iter()
            .map(|row| (row.id, row.name))
            .collect();
        for member in wanted {
            if let Some(held) = held.get(&member.enrollment) {
                file.add(&Line::of(&look.here, member, held, &names)?)?;
            }
        }
        filters.after = page.next;
        if filters.after.is_none() {
            break;
        }
    }
    let exported = exported(ExportedWhat::Members, request.format, file.rows());
    Ok((file.finish(&format!("Members {}", look.here.today))?, exported))
}

/// One membership; the names of the fields are the columns.
#[derive(Clone, Serialize)]
struct Line {
    name: String,
    email: String,
    phone: String,
    tier: String,
    version: u32,
    status: &'static str,
    /// When it starts, was due, is paused until, ends or ended, or since when it is past due.
    status_day: Option<Day>,
    joined: Day,
    next_billing: Option<Day>,
    /// Of each period, as this member has it, before tax where tax comes on top; of an organization, of each seat.
    price: String,
    /// What each further person adds to it.
    price_per_person: String,
    billed: Frequency,
    /// Names, `;` between them.
    family_members: String,
    /// As many as can be, where an organization agreed to a number.
    seats: Option<u32>,
    pays_by: &'static str,
    balance: String,
    /// Charged less given back, before tax.
    net_revenue: String,
    currency: &'static str,
    customer: CustomerId,
    enrollment: EnrollmentId,
}

impl Line {
    fn of(
        here: &Here,
        member: &MemberLine,
        held: &Enrollment,
        names: &HashMap<CustomerId, String>,
    ) -> Result<Self> {
        let ground = &here.ground;
        let currency = ground.practice()?.currency;
        let per_person = held.terms.family.add_on_price();
        let price =
            if held.seats.is_some() && per_person.is_positive() { per_person } else { held.terms.price };
        let family: Vec<&str> =
            held.covered(here.today).filter_map(|one| names.get(&one).map(String::as_str)).collect();
        let (status, status_day) = match member.status {
            StatusShown::Scheduled { starts } => ("scheduled", Some(starts)),
            StatusShown::Active => ("active", None),
            StatusShown::Waiting { due } => ("waiting_for_payment", Some(due)),
            StatusShown::PastDueGrace { since, .. } => ("past_due_with_benefits", Some(since)),
            StatusShown::PastDueSuspended { since } => ("past_due_without_benefits", Some(since)),
            StatusShown::Paused { until } => ("paused", until),
            StatusShown::Ends { last_day } => ("ends", Some(last_day)),
            StatusShown::Cancelled { on } => ("cancelled", Some(on)),
        };
        Ok(Self {
            name: member.name.clone(),
            email: member.email.clone(),
            phone: member.phone.clone(),
            tier: ground.plan_name(member.plan),
            version: member.version,
            status,
            status_day,
            joined: member.joined,
            next_billing: member.next_billing,
            price: currency.decimal(price),
            price_per_person: currency.decimal(per_person),
            billed: held.terms.frequency,
            family_members: family.join("; "),
            seats: held.seats.and_then(|seats| seats.limit),
            pays_by: "counter",
            balance: currency.decimal(member.balance),
            net_revenue: currency.decimal(member.net_revenue),
            currency: currency.code(),
            customer: member.customer,
            enrollment: member.enrollment,
        })
    }
}

impl Row for Line {
    fn texts(&mut self) -> Vec<&mut String> {
        vec![&mut self.name, &mut self.email, &mut self.phone, &mut self.tier, &mut self.family_members]
    }
}
