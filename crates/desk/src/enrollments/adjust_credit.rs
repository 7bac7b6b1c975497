use super::{load, write};
use crate::check::Check;
use crate::ground::Ground;
use crate::op::Op;
use crate::refusal::Result;
use crate::words;
use domain::plan::CreditUnit;
use domain::record::Change;
use domain::{LotId, Money};
use protocol::enrollments::{AdjustCredit, EnrollmentView};

/// The most that one adjustment moves: a hundred thousand hours, a million bookings.
const MOST_MINUTES: i64 = 6_000_000;
const MOST_BOOKINGS: i64 = 1_000_000;

/// Changes a balance, always with a reason; down takes what expires soonest first and never more than is left.
pub(crate) async fn adjust_credit(op: &mut Op<'_>, request: AdjustCredit) -> Result<EnrollmentView> {
    let mut tried = load(op.conn().await?, request.id).await?;
    let unit = tried.account(request.benefit, request.person)?.grant.unit;
    let mut check = Check::default();
    let reason = check.text("reason", "The reason", &request.reason, 500);
    check.require("reason", !reason.is_empty(), "Say why the balance changes.");
    check.require("amount", request.amount != 0, "An adjustment of nothing changes nothing.");
    most_of(&op.here.ground, &mut check, unit, request.amount);
    check.done()?;
    let lot = LotId(uuid::Uuid::nil());
    tried.adjust(op.here.today, request.benefit, request.person, request.amount, lot)?;
    let change = Change::CreditAdjusted {
        enrollment: request.id,
        benefit: request.benefit,
        person: request.person,
        amount: request.amount,
        reason,
    };
    write(op, &tried, vec![change]).await
}

/// One change of a balance has its limits; a slip of the hand should not give away a house.
pub(super) fn most_of(ground: &Ground, check: &mut Check, unit: CreditUnit, amount: i64) {
    let most = match unit {
        CreditUnit::Money => Money::MAX_PRICE.minor(),
        CreditUnit::Minutes => MOST_MINUTES,
        CreditUnit::Bookings => MOST_BOOKINGS,
    };
    if amount.unsigned_abs() > most.unsigned_abs() {
        let most = words::amount(ground, unit, most);
        check.wrong("amount", format!("One adjustment moves at most {most}."));
    }
}
