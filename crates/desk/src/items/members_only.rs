use crate::ground::Ground;
use crate::refusal::Result;
use domain::PlanId;
use domain::item::Item;
use domain::plan::{Plan, Version};
use sqlx::sqlite::SqliteConnection;
use std::collections::BTreeSet;
use store::query;

/// Terms that are no longer sold and give access to something, as long as somebody holds them.
pub(crate) type HeldTerms = BTreeSet<(PlanId, u32)>;

/// A plan that keeps an item for those who hold it.
pub(crate) struct Keeper<'g> {
    pub plan: &'g Plan,
    /// Whoever enrolls in it today may buy the item.
    pub sold: bool,
}

impl Keeper<'_> {
    /// `Gold`, and why nobody can enroll for the item's sake any more.
    pub(crate) fn words(&self) -> String {
        let name = &self.plan.about.name;
        match (self.sold, self.plan.archived) {
            (true, _) => name.clone(),
            (false, true) => format!("{name} (no longer sold)"),
            (false, false) => format!("{name} (under earlier terms)"),
        }
    }
}

/// Whether any terms that are no longer sold give access, so that it matters who still holds them.
pub(crate) fn former_terms_matter(ground: &Ground) -> bool {
    ground.plans.values().any(|plan| former(plan).next().is_some())
}

/// Those of them that somebody holds.
pub(crate) async fn held_terms(conn: &mut SqliteConnection, ground: &Ground) -> Result<HeldTerms> {
    if !former_terms_matter(ground) {
        return Ok(HeldTerms::new());
    }
    let held = query::held_versions(conn).await?;
    let is_former = |(plan, number): &(PlanId, u32)| {
        ground.plans.get(plan).is_some_and(|plan| former(plan).any(|version| version.number == *number))
    };
    Ok(held.into_iter().filter(is_former).collect())
}

fn former(plan: &Plan) -> impl Iterator<Item = &Version> {
    let sold = if plan.archived { None } else { Some(plan.current().number) };
    let former = plan.versions.iter().filter(move |version| Some(version.number) != sold);
    former.filter(|version| !version.terms.access.is_empty())
}

/// The plans that keep an item for their members: those on sale, then those whose terms somebody still holds.
pub(crate) fn keepers<'g>(ground: &'g Ground, held: &HeldTerms, item: &Item) -> Vec<Keeper<'g>> {
    let names = |version: &Version| version.terms.access.holds(item.id, item.category);
    let mut keepers: Vec<Keeper<'g>> = ground
        .plans
        .values()
        .filter_map(|plan| {
            let sold = !plan.archived && names(plan.current());
            let is_held = |version: &&Version| held.contains(&(plan.id, version.number));
            (sold || plan.versions.iter().filter(is_held).any(names)).then_some(Keeper { plan, sold })
        })
        .collect();
    keepers.sort_by_cached_key(|keeper| {
        (!keeper.sold, keeper.plan.about.order, keeper.plan.about.name.to_lowercase())
    });
    keepers
}
