use super::load;
use crate::ground::Ground;
use crate::op::Look;
use crate::refusal::{Refusal, Result};
use crate::{views, words};
use domain::Day;
use domain::enrollment::{Enrollment, When};
use protocol::enrollments::{EffectiveFrom, PreviewUpdateTerms, UpdatePreview, UpdateRow};
use store::query;

/// As many as one preview shows.
const MOST: usize = 1_000;

/// What moving memberships to the newest terms of their plan changes, for each of them.
pub(crate) async fn preview_update_terms(
    look: &mut Look<'_>,
    request: PreviewUpdateTerms,
) -> Result<UpdatePreview> {
    if request.ids.len() > MOST {
        return Err(Refusal::invalid("ids", format!("At most {MOST} at once.")));
    }
    let here = look.here.clone();
    let mut rows = Vec::with_capacity(request.ids.len());
    for id in request.ids {
        let held = load(look.conn, id).await?;
        let customer = query::root_of(look.conn, held.customer).await?;
        let names = query::customers_named(look.conn, &[customer]).await?;
        let name = names.into_iter().next().map(|row| row.name).unwrap_or_default();
        rows.push(row(&here.ground, here.today, &held, name, request.from)?);
    }
    Ok(UpdatePreview { rows })
}

fn row(
    ground: &Ground,
    today: Day,
    held: &Enrollment,
    customer_name: String,
    from: EffectiveFrom,
) -> Result<UpdateRow> {
    let now = held.at(today);
    let current = ground.plan(now.plan)?.current();
    let mut after = now.clone();
    let refused = match after.update_terms(today, current.number, current.terms.clone(), when(from)) {
        Ok(_) => views::newest_terms(ground, &now),
        Err(refusal) => Some(words::refused(&refusal)),
    };
    let from = match &after.pending_terms {
        Some(pending) => after.billing_date(pending.period),
        None => today,
    };
    Ok(UpdateRow {
        id: now.id,
        customer_name,
        old_version: now.version,
        new_version: current.number,
        old_price: now.terms.price,
        new_price: current.terms.price,
        from,
        old_benefits: words::benefits(ground, &now.terms),
        new_benefits: words::benefits(ground, &current.terms),
        refused,
    })
}

pub(super) fn when(from: EffectiveFrom) -> When {
    match from {
        EffectiveFrom::Now => When::Now,
        EffectiveFrom::NextBilling => When::NextBilling,
    }
}
