use super::preview_update_terms::{sentences, when};
use super::{load, write};
use crate::agreements;
use crate::op::Op;
use crate::refusal::{Refusal, Result};
use crate::views;
use domain::record::{Change, Consent};
use protocol::enrollments::{EnrollmentView, UpdateTerms};

/// Moves a membership to the newest terms of its plan.
pub(crate) async fn update_terms(op: &mut Op<'_>, request: UpdateTerms) -> Result<EnrollmentView> {
    let here = op.here.clone();
    let mut tried = load(op.conn().await?, request.id).await?.at(here.today);
    let current = here.ground.plan(tried.plan)?.current();
    if request.to_version != current.number {
        let plan = here.ground.plan_name(tried.plan);
        return Err(Refusal::Stale { what: format!("{plan} is sold under version {} now", current.number) });
    }
    let already = views::newest_terms(&here.ground, &tried);
    let when = when(request.from);
    let (customer, before) = (tried.customer, tried.version);
    tried.update_terms(here.today, current.number, current.terms.clone(), when)?;
    if let Some(already) = already {
        return Err(Refusal::NotNow(already));
    }
    let mut consent = None;
    if let Some(how) = request.consent {
        agreements::keep_signed(op, customer, how).await?;
        let shown = sentences(&here.ground, here.today, before, &tried, current);
        consent = Some(Box::new(Consent { how, shown }));
    }
    let change = Change::TermsUpdated {
        enrollment: request.id,
        version: current.number,
        terms: Box::new(current.terms.clone()),
        when,
        consent,
    };
    write(op, &tried, vec![change]).await
}
