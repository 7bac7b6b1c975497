//! The table of members.

mod export_members;
mod many;

pub(crate) use export_members::export_members;
pub(crate) use many::{do_many, list_member_ids, preview_many, write_message};

use crate::op::Look;
use crate::refusal::{Refusal, Result};
use crate::views;
use domain::plan::Plan;
use domain::{EnrollmentId, PlanId};
use protocol::members::{ListMembers, MemberPage, MemberRow, MemberSort, StatusFilter};
use store::StoreError;
use store::query::{self, MemberColumn, MemberFilter, MembersPage};

const LIMIT: u32 = 100;
const MOST: u32 = 500;

/// One page of members, sorted by any column.
pub(crate) async fn list_members(look: &mut Look<'_>, request: ListMembers) -> Result<MemberPage> {
    let ground = look.here.ground.clone();
    let page = page(look, &request, &[]).await?;
    Ok(MemberPage {
        rows: page
            .rows
            .into_iter()
            .map(|row| MemberRow {
                enrollment: row.enrollment,
                customer: row.customer,
                name: row.name,
                email: row.email,
                plan: row.plan,
                plan_name: ground.plan_name(row.plan),
                version: row.version,
                status: views::status(row.status),
                joined: row.joined,
                next_billing: row.next_billing,
                balance: row.balance,
            })
            .collect(),
        total: page.total,
        next: page.next,
    })
}

async fn page(look: &mut Look<'_>, request: &ListMembers, only: &[EnrollmentId]) -> Result<MembersPage> {
    let ground = look.here.ground.clone();
    let limit = request.limit.unwrap_or(LIMIT);
    if !(1..=MOST).contains(&limit) {
        return Err(Refusal::invalid("limit", format!("A page has 1 to {MOST} rows.")));
    }
    let holds = |id: &PlanId| match request.location {
        Some(location) => ground.plans.get(id).is_some_and(|plan| plan.about.scope.holds(location)),
        None => true,
    };
    let plans: Vec<PlanId> = match (request.plan, request.location) {
        (Some(plan), _) => vec![plan],
        (None, Some(_)) => ground.plans.keys().copied().collect(),
        (None, None) => Vec::new(),
    };
    let some_plan = !plans.is_empty();
    let plans: Vec<PlanId> = plans.into_iter().filter(holds).collect();
    if some_plan && plans.is_empty() {
        return Ok(MembersPage::default());
    }
    let text = request.text.clone();
    let filter = MemberFilter {
        text,
        plans,
        version: request.version,
        statuses: ranks(request.status),
        only: only.to_vec(),
    };
    let after = request.after.as_deref();
    let found = match column(request.sort) {
        Some(column) => query::members(look.conn, &filter, column, request.descending, after, limit).await,
        None => {
            let order = by_name(ground.plans.values());
            query::members_by_plan(look.conn, &filter, &order, request.descending, after, limit).await
        }
    };
    found.map_err(|error| match error {
        StoreError::Unreadable { .. } if after.is_some() => {
            Refusal::invalid("after", "That place in the list is not known; begin at the first page.")
        }
        other => other.into(),
    })
}

/// Plans as a list shows them, by their names; archived ones too, which still have members.
fn by_name<'a>(plans: impl Iterator<Item = &'a Plan>) -> Vec<PlanId> {
    let mut named: Vec<(String, PlanId)> =
        plans.map(|plan| (plan.about.name.trim().to_lowercase(), plan.id)).collect();
    named.sort_unstable();
    named.into_iter().map(|(_, id)| id).collect()
}

/// As stored in the column `enrollment.status`.
fn ranks(status: Option<StatusFilter>) -> Vec<i64> {
    match status {
        None | Some(StatusFilter::Current) => Vec::new(),
        Some(StatusFilter::Active) => vec![1],
        Some(StatusFilter::Waiting) => vec![2],
        Some(StatusFilter::PastDue) => vec![3],
        Some(StatusFilter::Paused) => vec![4],
        Some(StatusFilter::Scheduled) => vec![5],
        Some(StatusFilter::Ending) => vec![6],
        Some(StatusFilter::Cancelled) => vec![7],
        Some(StatusFilter::Started) => vec![1, 2, 3, 4, 6],
        Some(StatusFilter::All) => (1..=7).collect(),
    }
}

/// None for the plan, whose names the store does not know.
fn column(sort: MemberSort) -> Option<MemberColumn> {
    match sort {
        MemberSort::Plan => None,
        MemberSort::Name => Some(MemberColumn::Name),
        MemberSort::Status => Some(MemberColumn::Status),
        MemberSort::Joined => Some(MemberColumn::Joined),
        MemberSort::NextBilling => Some(MemberColumn::NextBilling),
        MemberSort::Balance => Some(MemberColumn::Balance),
    }
}
