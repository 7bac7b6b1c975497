//! Stage 0: lines that cannot be sold like this.

use super::minutes::MinutePlan;
use super::{BlockReason, Blocked, LineKind, QuoteInput};

/// Every blocked line in ticket order, after reserving the free minutes that longest rentals need.
///
/// Free minutes go to earlier lines first, and a line that cannot have all it needs keeps none, so that the lines
/// named are the ones that have to change.
pub(super) fn blocked(input: &QuoteInput, plan: &mut MinutePlan) -> Vec<Blocked> {
    let mut blocked = Vec::new();
    for (index, line) in input.lines.iter().enumerate() {
        if !line.members_only.is_empty()
            && !input.entitlements.iter().any(|it| it.opens(line) && it.holds_on(input))
        {
            let plans = line.members_only.clone();
            blocked.push(Blocked { line: line.id, why: BlockReason::MembersOnly { plans } });
            continue;
        }
        let (LineKind::Rental, Some(minutes), Some(max_minutes)) =
            (line.kind, line.minutes, line.max_minutes)
        else {
            continue;
        };
        let need = minutes.saturating_sub(max_minutes);
        if need == 0 {
            continue;
        }
        let wanted = i64::from(need) * i64::from(line.qty);
        let before = plan.assignment.clone();
        let got = plan.reserve(index, wanted);
        if got < wanted {
            plan.assignment = before;
            let of_last_unit = (got - wanted + i64::from(need)).max(0) as u32;
            let why = BlockReason::TooLong { max_minutes, minutes: minutes - of_last_unit };
            blocked.push(Blocked { line: line.id, why });
        } else {
            plan.needs[index] = need;
        }
    }
    blocked
}
