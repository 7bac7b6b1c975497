//! Whose turn it is: in order per customer, and nobody before what it depends on.

use domain::effect::EffectState;
use domain::{CustomerId, EffectId};
use std::collections::{BTreeMap, BTreeSet};

/// What of a row decides about its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineRow {
    pub id: EffectId,
    /// Whose line it stands in; what is for nobody (a product, a price) waits only for what it needs.
    pub customer: Option<CustomerId>,
    pub state: EffectState,
    /// What has to be done before. A row that is no longer there was done long ago.
    pub needs: Vec<EffectId>,
}

/// Those whose turn it is, of rows in the order they came to be owed: per customer the first that is not settled, and
/// only where all it needs is done. A need that came to be owed later is no need, so nothing waits in a circle.
pub fn ready(rows: &[LineRow]) -> Vec<EffectId> {
    let mut states: BTreeMap<EffectId, EffectState> = BTreeMap::new();
    let mut busy: BTreeSet<CustomerId> = BTreeSet::new();
    let mut ready = Vec::new();
    for row in rows {
        let met =
            row.needs.iter().all(|need| states.get(need).is_none_or(|state| *state == EffectState::Done));
        states.insert(row.id, row.state);
        let settled = !matches!(row.state, EffectState::Waiting | EffectState::InFlight);
        if settled {
            continue;
        }
        let first = row.customer.is_none_or(|customer| busy.insert(customer));
        if first && met {
            ready.push(row.id);
        }
    }
    ready
}

/// All that can no longer be done because `refused` will not: what needs it, and what needs those, in order.
pub fn superseded_by(rows: &[LineRow], refused: EffectId) -> Vec<EffectId> {
    let mut lost = BTreeSet::from([refused]);
    let mut superseded = Vec::new();
    for row in rows {
        let waits = row.state == EffectState::Waiting;
        if waits && row.id != refused && row.needs.iter().any(|need| lost.contains(need)) {
            lost.insert(row.id);
            superseded.push(row.id);
        }
    }
    superseded
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use uuid::Uuid;

    fn id(n: u128) -> EffectId {
        EffectId(Uuid::from_u128(n))
    }

    fn row(n: u128, customer: u128, state: EffectState, needs: &[u128]) -> LineRow {
        LineRow {
            id: id(n),
            customer: (customer > 0).then(|| CustomerId(Uuid::from_u128(customer))),
            state,
            needs: needs.iter().map(|need| id(*need)).collect(),
        }
    }

    use EffectState::{Done, InFlight, Refused, Superseded, Waiting};

    #[test]
    fn a_customers_effects_go_one_after_the_other_and_customers_do_not_wait() {
        let rows = [
            row(1, 7, Done, &[]),
            row(2, 7, InFlight, &[]),
            row(3, 7, Waiting, &[]),
            row(4, 8, Refused, &[]),
            row(5, 8, Waiting, &[]),
            row(6, 0, Waiting, &[]),
            row(7, 0, Waiting, &[]),
        ];
        assert_eq!(ready(&rows), [id(2), id(5), id(6), id(7)]);
    }

    #[test]
    fn nothing_goes_before_what_it_needs() {
        let mut rows = vec![
            // The price of another line, and the subscription that names it.
            row(1, 0, Waiting, &[]),
            row(2, 7, Waiting, &[1]),
            row(3, 7, Waiting, &[2]),
            row(4, 8, Waiting, &[99]),
        ];
        assert_eq!(ready(&rows), [id(1), id(4)]);
        rows[0].state = Done;
        assert_eq!(ready(&rows), [id(2), id(4)]);
        // Needing oneself, or what comes later, is not waited for.
        assert_eq!(ready(&[row(1, 7, Waiting, &[1, 2]), row(2, 7, Waiting, &[1])]), [id(1)]);
    }

    #[test]
    fn a_refusal_takes_along_what_depends_on_it_and_nothing_else() {
        let rows = [
            row(1, 7, Refused, &[]),
            row(2, 7, Waiting, &[1]),
            row(3, 7, Waiting, &[]),
            row(4, 8, Waiting, &[2]),
            row(5, 8, Done, &[1]),
            row(6, 8, Superseded, &[1]),
        ];
        assert_eq!(superseded_by(&rows, id(1)), [id(2), id(4)]);
        assert_eq!(superseded_by(&rows, id(3)), []);
    }

    proptest! {
        /// Whatever depends on whatever and whatever is refused: every line keeps its order, nothing goes before what it
        /// needs, and nothing waits for ever.
        #[test]
        fn lines_keep_their_order_and_come_to_an_end(
            owed in proptest::collection::vec((0_u128..4, proptest::collection::vec(1_u128..30, 0..3)), 1..30),
            picks in proptest::collection::vec((any::<proptest::sample::Index>(), 0_u8..4), 30),
        ) {
            let mut rows: Vec<LineRow> = owed
                .iter()
                .enumerate()
                .map(|(n, (customer, needs))| row(n as u128 + 1, *customer, Waiting, needs))
                .collect();
            for (pick, fate) in picks {
                let turn = ready(&rows);
                let open = rows.iter().filter(|row| row.state == Waiting).count();
                prop_assert_eq!(turn.is_empty(), open == 0);
                if turn.is_empty() {
                    break;
                }
                let chosen = *pick.get(&turn);
                let at = rows.iter().position(|row| row.id == chosen).unwrap();
                for (n, earlier) in rows[..at].iter().enumerate() {
                    let same_line = earlier.customer.is_some() && earlier.customer == rows[at].customer;
                    prop_assert!(!same_line || earlier.state != Waiting, "{} overtook {n}", at);
                    prop_assert!(!rows[at].needs.contains(&earlier.id) || earlier.state == Done);
                }
                if fate == 0 {
                    rows[at].state = Refused;
                    for lost in superseded_by(&rows, chosen) {
                        rows.iter_mut().filter(|row| row.id == lost).for_each(|row| row.state = Superseded);
                    }
                } else {
                    rows[at].state = Done;
                }
            }
        }
    }
}
