use crate::items::{HeldTerms, held_terms, keepers};
use crate::op::Here;
use crate::refusal::Result;
use domain::EnrollmentId;
use domain::checkout::Entitlement;
use domain::plan::Plan;
use protocol::tickets::{Catalog, CatalogItem, CatalogPlan};
use sqlx::sqlite::SqliteConnection;
use std::sync::Arc;
use uuid::Uuid;

/// Everything on sale where the session stands, with its taxes and who may buy it.
pub(crate) async fn catalog_now(conn: &mut SqliteConnection, here: &Here) -> Result<Arc<Catalog>> {
    catalog(here, held_terms(conn, &here.ground).await?)
}

/// The same where it is known which terms that are no longer sold are held.
pub(crate) fn catalog(here: &Here, held: HeldTerms) -> Result<Arc<Catalog>> {
    here.ground.catalog(here.location()?, here.today, held, |held| make(here, held))
}

fn make(here: &Here, held: &HeldTerms) -> Result<Catalog> {
    let location = here.ground.location(here.location()?)?;
    let ground = &here.ground;
    let mut items: Vec<CatalogItem> = ground
        .items
        .values()
        .filter(|item| !item.archived)
        .map(|item| CatalogItem {
            tax_rate: item
                .tax_class
                .and_then(|class| location.tax_rates.get(&class).copied())
                .unwrap_or_default(),
            tax_mode: location.tax_mode,
            members_only: keepers(ground, held, item).iter().map(|keeper| keeper.plan.id).collect(),
            item: item.clone(),
        })
        .collect();
    items.sort_by_cached_key(|sold| (!sold.item.favourite, sold.item.name.to_lowercase()));
    let mut on_sale: Vec<&Plan> =
        ground.plans.values().filter(|plan| !plan.archived && plan.about.scope.holds(location.id)).collect();
    on_sale.sort_by_cached_key(|plan| (plan.about.order, plan.about.name.to_lowercase()));
    let plans = on_sale
        .into_iter()
        .map(|plan| CatalogPlan {
            as_member: Entitlement::of_new_member(plan, EnrollmentId(Uuid::nil()), here.today, None),
            plan: plan.clone(),
        })
        .collect();
    let not_on_sale = |plan: &Plan| plan.archived || !plan.about.scope.holds(location.id);
    let others = ground
        .items
        .values()
        .filter(|item| !item.archived)
        .flat_map(|item| keepers(ground, held, item))
        .filter(|keeper| not_on_sale(keeper.plan))
        .map(|keeper| (keeper.plan.id, keeper.words()))
        .collect();
    let categories = ground.categories.iter().filter(|category| !category.archived).cloned().collect();
    Ok(Catalog { location: location.id, today: here.today, items, categories, plans, others })
}
