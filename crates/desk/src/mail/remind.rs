use crate::op::Op;
use crate::refusal::Result;
use domain::Instant;
use domain::mail::{self, MailDue};
use domain::record::Change;
use store::query;

/// How long what is through stays to be looked at.
const KEPT_MILLIS: i64 = 90 * 24 * 3_600 * 1_000;

/// Owes the next `most` running memberships after `after` what they are to be reminded of; where the next batch begins.
pub(crate) async fn remind(op: &mut Op<'_>, after: i64, most: u32) -> Result<Option<i64>> {
    let Some(sends) = op.here.ground.practice()?.mail.as_ref().map(|settings| settings.sends) else {
        return Ok(None);
    };
    let today = op.here.today;
    let running = query::running_with_address(op.conn().await?, after, most).await?;
    let next = running.last().map(|(id, _)| *id).filter(|_| running.len() == most as usize);
    let mut due: Vec<MailDue> = running
        .iter()
        .flat_map(|(_, held)| {
            let (enrollment, customer) = (held.id, held.customer);
            mail::reminders(held, &sends, today).into_iter().map(move |mail| MailDue {
                enrollment,
                customer,
                mail,
            })
        })
        .collect();
    let facts: Vec<_> = due.iter().map(MailDue::fact).collect();
    let known = op.tx.established(&facts).await?;
    due.retain(|one| !known.contains(&one.fact()));
    if !due.is_empty() {
        op.write_many(due.into_iter().map(Change::MailDue).collect()).await?;
    }
    Ok(next)
}

/// Forgets what was sent long ago; the records of it stay.
pub(crate) fn forget_old(op: &mut Op<'_>) {
    let before = Instant::from_millis(op.here.now.millis() - KEPT_MILLIS);
    query::forget_effects(op.tx.gather(), before);
}
