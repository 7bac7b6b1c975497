use super::adjust_credit::most_of;
use super::{load, write};
use crate::check::Check;
use crate::op::Op;
use crate::refusal::Result;
use domain::LotId;
use domain::record::Change;
use protocol::enrollments::{EnrollmentView, GiveGoodwill};

/// Gives credit with an expiry of its own, always with a reason.
pub(crate) async fn give_goodwill(op: &mut Op<'_>, request: GiveGoodwill) -> Result<EnrollmentView> {
    let today = op.here.today;
    let mut tried = load(op.conn().await?, request.id).await?;
    let unit = tried.account(request.benefit, request.person)?.grant.unit;
    let mut check = Check::default();
    let reason = check.text("reason", "The reason", &request.reason, 500);
    check.require("reason", !reason.is_empty(), "Say what it is given for.");
    check.require("amount", request.amount > 0, "An amount is more than zero.");
    most_of(&op.here.ground, &mut check, unit, request.amount);
    check.require(
        "expires",
        request.expires.is_none_or(|expires| expires >= today),
        "It would have expired already.",
    );
    check.done()?;
    let lot = LotId(uuid::Uuid::nil());
    tried.goodwill(today, request.benefit, request.person, request.amount, request.expires, lot)?;
    let change = Change::GoodwillGiven {
        enrollment: request.id,
        benefit: request.benefit,
        person: request.person,
        amount: request.amount,
        expires: request.expires,
        reason,
    };
    write(op, &tried, vec![change]).await
}
