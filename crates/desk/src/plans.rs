//! Plans: what is sold as a membership.

mod archive_plan;
mod duplicate_plan;
mod save_plan;
mod terms;

pub(crate) use archive_plan::{archive_plan, restore_plan};
pub(crate) use duplicate_plan::duplicate_plan;
pub(crate) use save_plan::save_plan;

use crate::op::{Here, Look};
use crate::refusal::Result;
use domain::plan::Plan;
use domain::practice::Role;
use domain::{Money, PlanId};
use protocol::plans::{GetPlan, ListPlans, PlanList, PlanView};
use sqlx::sqlite::SqliteConnection;
use store::query::{PlanTally, plan_tallies};

/// Every plan in its order, with what it brings in.
pub(crate) async fn list_plans(look: &mut Look<'_>, _request: ListPlans) -> Result<PlanList> {
    let tallies = plan_tallies(look.conn).await?;
    let mut plans: Vec<PlanView> =
        look.here.ground.plans.values().map(|plan| tallied(&look.here, plan.clone(), &tallies)).collect();
    plans.sort_by_cached_key(|view| (view.plan.about.order, view.plan.about.name.to_lowercase()));
    Ok(PlanList { plans })
}

pub(crate) async fn get_plan(look: &mut Look<'_>, request: GetPlan) -> Result<PlanView> {
    view(look.conn, &look.here, request.id).await
}

async fn view(conn: &mut SqliteConnection, here: &Here, id: PlanId) -> Result<PlanView> {
    let tallies = plan_tallies(conn).await?;
    Ok(tallied(here, here.ground.plan(id)?.clone(), &tallies))
}

/// A plan with what became of it; what it earns is for managers alone.
fn tallied(here: &Here, plan: Plan, tallies: &[PlanTally]) -> PlanView {
    let for_a_manager = |amount: Money| here.require(Role::Manager, "").is_ok().then_some(amount);
    let own: Vec<&PlanTally> = tallies.iter().filter(|tally| tally.plan == plan.id).collect();
    let version_members = plan
        .versions
        .iter()
        .map(|version| {
            own.iter().find(|tally| tally.version == version.number).map_or(0, |tally| tally.members)
        })
        .collect();
    PlanView {
        members: own.iter().map(|tally| tally.members).sum(),
        revenue: for_a_manager(own.iter().map(|tally| tally.net_revenue).sum()),
        waiting: for_a_manager(Money::ZERO),
        version_members,
        ever_held: own.iter().any(|tally| tally.ever > 0),
        plan,
    }
}
