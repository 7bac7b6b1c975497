use super::{load, write};
use crate::op::Op;
use crate::refusal::{Refusal, Result};
use domain::plan::MOST_PEOPLE;
use domain::record::Change;
use protocol::enrollments::{EnrollmentView, LimitSeats};

/// Agrees with an organization to another number of seats.
pub(crate) async fn limit_seats(op: &mut Op<'_>, request: LimitSeats) -> Result<EnrollmentView> {
    let mut tried = load(op.conn().await?, request.id).await?;
    if request.limit.is_some_and(|limit| !(1..=MOST_PEOPLE).contains(&limit)) {
        return Err(Refusal::invalid("limit", format!("From 1 to {MOST_PEOPLE} seats.")));
    }
    tried.limit_seats(op.here.today, request.limit)?;
    write(op, &tried, vec![Change::SeatsLimited { enrollment: request.id, limit: request.limit }]).await
}
