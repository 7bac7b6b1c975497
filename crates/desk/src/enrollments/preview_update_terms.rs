use super::load;
use super::preview_enroll::tax_words;
use crate::ground::Ground;
use crate::op::Look;
use crate::refusal::{Refusal, Result};
use crate::{views, words};
use domain::Day;
use domain::enrollment::{Enrollment, When};
use domain::plan::{Terms, Version};
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
    let alone = request.ids.len() == 1;
    let mut rows = Vec::with_capacity(request.ids.len());
    for id in request.ids {
        let held = load(look.conn, id).await?;
        let customer = query::root_of(look.conn, held.customer).await?;
        let names = query::customers_named(look.conn, &[customer]).await?;
        let name = names.into_iter().next().map(|row| row.name).unwrap_or_default();
        let mut row = row(&here.ground, here.today, &held, name, request.from)?;
        if !alone {
            row.sentences.clear();
        }
        rows.push(row);
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
    let sentences = sentences(ground, today, now.version, &after, current);
    let from = from_when(&after, today);
    Ok(UpdateRow {
        id: now.id,
        customer_name,
        old_version: now.version,
        new_version: current.number,
        old_price: words::price_held(&now.terms, now.seats),
        new_price: words::price_held(&current.terms, now.seats),
        from,
        old_benefits: words::benefits_held(ground, &now.terms, now.seats),
        new_benefits: words::benefits_held(ground, &current.terms, now.seats),
        sentences,
        refused,
    })
}

fn from_when(after: &Enrollment, today: Day) -> Day {
    after.pending_terms.as_ref().map_or(today, |pending| after.billing_date(pending.period))
}

/// What holds from when, what is charged, what it promises and how to leave.
pub(super) fn sentences(
    ground: &Ground,
    today: Day,
    before: u32,
    after: &Enrollment,
    current: &Version,
) -> Vec<String> {
    let from = from_when(after, today);
    let plan = ground.plan_name(after.plan);
    let mut said = vec![format!(
        "From {} the terms of {plan} are those of version {} in place of version {before}.",
        from.long(),
        current.number
    )];
    said.extend(what_holds(ground, today, after, &current.terms));
    said
}

/// What is charged next, how to leave and what is promised.
pub(super) fn what_holds(ground: &Ground, today: Day, after: &Enrollment, terms: &Terms) -> Vec<String> {
    let mut said = Vec::new();
    if let Some(due) = after.next_charge(today) {
        let tax = tax_words(ground, terms, due.tax).map(|tax| format!(" ({tax})")).unwrap_or_default();
        said.push(format!(
            "{} {}{tax}, next on {}, collected at the counter.",
            ground.money(due.total),
            words::per(terms.frequency),
            due.due_on.long()
        ));
    }
    said.extend(words::policies(terms, after.starts_on, after.seats));
    let benefits = words::benefits_held(ground, terms, after.seats);
    if !benefits.is_empty() {
        said.push(format!("Benefits: {}.", benefits.join("; ")));
    }
    said
}

pub(crate) fn when(from: EffectiveFrom) -> When {
    match from {
        EffectiveFrom::Now => When::Now,
        EffectiveFrom::NextBilling => When::NextBilling,
    }
}
