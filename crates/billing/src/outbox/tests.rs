use super::*;
use crate::answer::Reply;
use crate::request::Method;
use proptest::prelude::*;
use uuid::Uuid;

const ID: EffectId = EffectId(Uuid::from_u128(0x5eed));
const START: i64 = 1_800_000_000_000;

fn at(millis: i64) -> Instant {
    Instant::from_millis(START + millis)
}

fn frozen() -> Frozen {
    Frozen { method: Method::Post, path: "/v1/refunds".to_owned(), body: "amount=500".to_owned(), key: ID }
}

fn row() -> Row {
    Row::waiting(ID, at(0)).freeze(frozen())
}

fn error(status: u16, body: &str) -> Answer {
    Answer::of(Ok(Reply { status, body: body.as_bytes().to_vec().into(), ..Reply::default() }))
}

fn refusal(status: u16) -> Answer {
    error(status, r#"{"error":{"type":"invalid_request_error","message":"No."}}"#)
}

fn accepted() -> Answer {
    error(200, r#"{"object":"refund"}"#)
}

fn unknown() -> Answer {
    Answer::Unknown("cut off".to_owned())
}

fn failed() -> Answer {
    Answer::Failed { status: 500, request_id: None }
}

/// Sent at `millis` and answered at once, in the middle of the jitter.
fn once(row: Row, millis: i64, answer: Answer) -> (Row, Turn) {
    row.sent(at(millis)).answered(answer, at(millis), 500)
}

#[test]
fn an_effect_is_frozen_sent_and_done() {
    let row = Row::waiting(ID, at(0));
    assert_eq!(row.step(at(-1)), Step::Wait(at(0)));
    assert_eq!(row.step(at(0)), Step::Freeze);
    let row = row.freeze(frozen());
    assert_eq!(row.step(at(0)), Step::Send(frozen()));
    let flying = row.sent(at(0));
    assert_eq!((flying.step(at(9)), flying.attempts), (Step::InFlight, 1));
    let (done, turn) = flying.answered(accepted(), at(9), 0);
    assert_eq!((done.state, done.step(at(9))), (EffectState::Done, Step::Settled));
    assert!(matches!(turn, Turn::Done { .. }));
}

#[test]
fn bytes_are_kept_and_another_key_is_not_taken() {
    let other = Frozen { body: "amount=900".to_owned(), ..frozen() };
    assert_eq!(row().freeze(other).frozen, Some(frozen()));
    let foreign = Frozen { key: EffectId(Uuid::from_u128(1)), ..frozen() };
    assert_eq!(Row::waiting(ID, at(0)).freeze(foreign).frozen, None);
}

#[test]
fn pauses_grow_and_scatter() {
    let pauses: Vec<i64> = (1..=11).map(|tries| pause(tries, 500) / SECOND).collect();
    assert_eq!(pauses, [2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]);
    assert_eq!((pause(1, 0), pause(1, 1_000), pause(u32::MAX, 2_000)), (1_600, 2_400, 1_080_000));
}

#[test]
fn what_may_have_arrived_goes_again_with_the_same_bytes() {
    for answer in
        [unknown(), failed(), error(200, "<html>"), error(409, r#"{"error":{"type":"idempotency_error"}}"#)]
    {
        let (row, turn) = once(row(), 0, answer);
        assert_eq!((turn, row.doubt, row.first_sent), (Turn::Again, Doubt::MayHaveArrived, Some(at(0))));
        assert_eq!(row.step(at(1_999)), Step::Wait(at(2_000)));
        assert_eq!(row.step(at(2_000)), Step::Send(frozen()));
    }
}

#[test]
fn a_verdict_is_final() {
    for status in [400, 402, 403, 404] {
        let (refused, turn) = once(row(), 0, refusal(status));
        assert!(matches!(turn, Turn::Refused(_)), "{status}");
        assert_eq!((refused.state, refused.step(at(HOUR))), (EffectState::Refused, Step::Settled));
    }
}

#[test]
fn the_key_and_the_network_say_nothing_about_the_effect() {
    let (asks, turn) = once(row(), 0, refusal(401));
    assert!(matches!(turn, Turn::AskForKey(_)));
    assert_eq!((asks.state, asks.doubt, asks.first_sent), (EffectState::Waiting, Doubt::None, None));
    let (rests, turn) = once(row(), 0, Answer::NotReached("no route".to_owned()));
    assert_eq!((turn, rests.doubt, rests.first_sent), (Turn::Rest, Doubt::None, None));
    // But an older doubt stays.
    let (doubtful, _) = once(row(), 0, unknown());
    let (still, _) = once(doubtful, 2_000, Answer::NotReached("no route".to_owned()));
    assert_eq!((still.doubt, still.first_sent), (Doubt::MayHaveArrived, Some(at(0))));
}

#[test]
fn stripes_own_pauses_are_kept() {
    let told = Answer::Later { why: Delay::TooMany, wait_seconds: Some(60) };
    let (row, turn) = once(row(), 0, told);
    assert_eq!((turn, row.next_try, row.doubt), (Turn::Again, at(62_000), Doubt::None));
}

#[test]
fn an_old_doubt_is_looked_up_and_not_found_goes_out_afresh() {
    let (row, _) = once(row(), 0, unknown());
    assert_eq!(row.step(at(KEY_IS_KEPT - 1)), Step::Send(frozen()));
    assert_eq!(row.step(at(KEY_IS_KEPT)), Step::LookUp(frozen()));
    let body = Body::from(br#"{"object":"refund"}"#.to_vec());
    let (done, turn) = row.clone().looked_up(Found::Done { body: body.clone() }, at(KEY_IS_KEPT), 0);
    assert_eq!((done.state, turn), (EffectState::Done, Turn::Done { body, request_id: None }));
    let (fresh, _) = row.looked_up(Found::NotDone, at(KEY_IS_KEPT), 0);
    assert_eq!((fresh.step(at(KEY_IS_KEPT)), fresh.doubt), (Step::Send(frozen()), Doubt::None));
    assert_eq!(fresh.sent(at(KEY_IS_KEPT)).first_sent, Some(at(KEY_IS_KEPT)));
}

#[test]
fn a_fault_that_repeats_is_looked_up_and_not_repeated() {
    let mut row = row();
    for attempt in 0..3 {
        assert!(matches!(row.step(at(attempt * 60_000)), Step::Send(_)));
        (row, _) = once(row, attempt * 60_000, failed());
    }
    assert_eq!(row.step(at(180_000)), Step::LookUp(frozen()));
    // Not done: what is kept under the key has to be forgotten first.
    let (rests, _) = row.looked_up(Found::NotDone, at(180_000), 0);
    assert_eq!(rests.step(at(180_000)), Step::Wait(at(KEY_IS_GONE)));
    assert_eq!(rests.step(at(KEY_IS_GONE)), Step::LookUp(frozen()));
    let (fresh, _) = rests.looked_up(Found::NotDone, at(KEY_IS_GONE), 0);
    assert_eq!((fresh.step(at(KEY_IS_GONE)), fresh.windows), (Step::Send(frozen()), 1));
}

#[test]
fn a_clock_that_ran_ahead_is_not_waited_for() {
    let years = 5 * 365 * 24 * HOUR;
    let (mut row, _) = once(row(), years, failed());
    assert_eq!(row.step(at(0)), Step::LookUp(frozen()));
    for _ in 0..2 {
        (row, _) = once(row, years, failed());
    }
    let (rests, _) = row.looked_up(Found::NotDone, at(0), 0);
    assert_eq!((rests.first_sent, rests.step(at(0))), (Some(at(0)), Step::Wait(at(KEY_IS_GONE))));
}

#[test]
fn days_of_faults_end_with_a_person() {
    let (mut row, mut now, mut sends) = (row(), 0, 0);
    let words = loop {
        let (next, turn) = match row.step(at(now)) {
            Step::Send(_) => {
                sends += 1;
                once(row, now, failed())
            }
            Step::LookUp(_) => row.looked_up(Found::NotDone, at(now), 0),
            Step::Wait(until) => {
                now = until.millis() - START;
                continue;
            }
            other => panic!("{other:?}"),
        };
        row = next;
        if let Turn::GivenUp { words } = turn {
            break words;
        }
    };
    assert_eq!((sends, now / HOUR, row.state), (9, 75, EffectState::Refused));
    assert!(words.contains("No money moved"));
}

#[test]
fn a_look_that_may_not_look_asks_for_the_key() {
    let (row, _) = once(row(), 0, unknown());
    let not_known = |status| row.clone().looked_up(Found::NotKnown(refusal(status)), at(KEY_IS_KEPT), 0);
    assert!(matches!(not_known(403), (_, Turn::AskForKey(_))));
    assert!(matches!(not_known(401), (_, Turn::AskForKey(_))));
    let (given_up, turn) = not_known(400);
    assert!(
        matches!(turn, Turn::GivenUp { words } if words.starts_with("Nobody knows whether this was done"))
    );
    assert_eq!(given_up.state, EffectState::Refused);
    assert!(matches!(not_known(404).0.step(at(KEY_IS_KEPT)), Step::Send(_)));
    let (rests, turn) = row.looked_up(Found::NotKnown(unknown()), at(KEY_IS_KEPT), 500);
    assert_eq!((turn, rests.step(at(KEY_IS_KEPT))), (Turn::Rest, Step::Wait(at(KEY_IS_KEPT + 16_000))));
}

#[test]
fn a_refusal_of_what_has_a_state_is_held_against_it() {
    let cancel = Frozen { method: Method::Delete, path: "/v1/subscriptions/sub_1".to_owned(), ..frozen() };
    let pay = Frozen { path: "/v1/invoices/in_1/pay".to_owned(), ..frozen() };
    for (asked, status) in [(cancel, 404), (pay.clone(), 400)] {
        let (row, turn) = once(Row::waiting(ID, at(0)).freeze(asked.clone()), 0, refusal(status));
        assert_eq!((turn, row.step(at(0))), (Turn::Again, Step::LookUp(asked.clone())));
        let body = Body::from(b"{}".to_vec());
        let (done, turn) = row.clone().looked_up(Found::Done { body: body.clone() }, at(1), 0);
        assert_eq!((done.state, turn), (EffectState::Done, Turn::AlreadySo { body }));
        // Not knowing keeps the question; what is not so stays refused, and is not sent again.
        let (asks, _) = row.looked_up(Found::NotKnown(unknown()), at(1), 500);
        assert_eq!(asks.step(at(HOUR)), Step::LookUp(asked));
        let (refused, turn) = asks.looked_up(Found::NotDone, at(HOUR), 0);
        assert!(matches!(turn, Turn::Refused(_)));
        assert_eq!((refused.state, refused.attempts), (EffectState::Refused, 1));
    }
    // The bank's no, and a missing permission, are about no state; nor is what leaves a mark.
    assert!(matches!(once(Row::waiting(ID, at(0)).freeze(pay), 0, refusal(402)).1, Turn::Refused(_)));
    assert!(matches!(once(row(), 0, refusal(400)).1, Turn::Refused(_)));
}

#[test]
fn only_what_can_not_have_arrived_is_superseded() {
    assert_eq!(row().supersede().state, EffectState::Superseded);
    let (doubtful, _) = once(row(), 0, unknown());
    assert_eq!(doubtful.supersede().state, EffectState::Waiting);
    assert_eq!(row().sent(at(0)).supersede().state, EffectState::InFlight);
}

/// How Stripe treats one key, with faults: what it carried out, and what it remembers.
#[derive(Debug, Default)]
struct Stripe {
    done: u32,
    done_at: i64,
    kept: Option<(i64, Answer)>,
}

#[derive(Debug, Clone, Copy)]
enum Mood {
    Fine,
    /// Done, and the answer is lost.
    Silent,
    /// Fails before it did anything, and remembers that.
    Fault,
    /// Fails after it was done, and remembers that.
    LateFault,
    /// A gateway's error: nothing done, nothing remembered.
    Gateway,
    Busy,
    Dependency,
    WrongKey,
    Decline,
    Unreachable,
    /// The program ends while the request is on its way, before or after it was carried out.
    Crash(bool),
}

impl Stripe {
    fn receive(&mut self, now: i64, mood: Mood) -> Option<Answer> {
        match mood {
            Mood::Unreachable => return Some(Answer::NotReached("offline".to_owned())),
            Mood::Gateway => return Some(Answer::Failed { status: 502, request_id: None }),
            Mood::Busy => return Some(Answer::Later { why: Delay::TooMany, wait_seconds: Some(5) }),
            Mood::WrongKey => return Some(refusal(401)),
            Mood::Crash(false) => return None,
            _ => {}
        }
        if let Some((since, answer)) = &self.kept
            && now - since < 24 * HOUR
        {
            let lost = matches!(mood, Mood::Silent | Mood::Crash(true));
            return if lost { (!matches!(mood, Mood::Crash(_))).then(unknown) } else { Some(answer.clone()) };
        }
        let carries_out = matches!(mood, Mood::Fine | Mood::Silent | Mood::LateFault | Mood::Crash(true));
        if carries_out {
            self.done += 1;
            self.done_at = now;
        }
        let answer = match mood {
            Mood::Fault | Mood::LateFault => failed(),
            Mood::Dependency => Answer::Later { why: Delay::Dependency, wait_seconds: None },
            Mood::Decline => refusal(402),
            _ => accepted(),
        };
        self.kept = Some((now, answer.clone()));
        match mood {
            Mood::Silent => Some(unknown()),
            Mood::Crash(_) => None,
            _ => Some(answer),
        }
    }

    /// The index by metadata lags a minute behind.
    fn look(&self, now: i64) -> Found {
        if self.done > 0 && now - self.done_at >= 60 * SECOND {
            Found::Done { body: b"{}".to_vec().into() }
        } else {
            Found::NotDone
        }
    }
}

fn mood() -> impl Strategy<Value = Mood> {
    prop_oneof![
        Just(Mood::Fine),
        Just(Mood::Silent),
        Just(Mood::Fault),
        Just(Mood::LateFault),
        Just(Mood::Gateway),
        Just(Mood::Busy),
        Just(Mood::Dependency),
        Just(Mood::WrongKey),
        Just(Mood::Decline),
        Just(Mood::Unreachable),
        any::<bool>().prop_map(Mood::Crash),
    ]
}

/// Moves a row by one step; the time it is then.
fn one_step(row: &mut Row, stripe: &mut Stripe, now: i64, clock: i64, mood: Mood) -> i64 {
    let taken = row.clone();
    match taken.step(at(clock)) {
        Step::Freeze => {
            *row = taken.freeze(frozen());
            now
        }
        Step::Send(bytes) => {
            assert_eq!(bytes, frozen());
            assert_eq!(bytes.key, ID);
            let flying = taken.sent(at(clock));
            *row = match stripe.receive(now, mood) {
                Some(answer) => flying.answered(answer, at(clock), 300).0,
                None => flying.interrupted(at(clock)),
            };
            now + SECOND
        }
        Step::LookUp(bytes) => {
            assert_eq!(bytes, frozen());
            let found = match mood {
                Mood::Unreachable => Found::NotKnown(Answer::NotReached("offline".to_owned())),
                Mood::WrongKey => Found::NotKnown(refusal(401)),
                Mood::Busy => Found::NotKnown(Answer::Later { why: Delay::TooMany, wait_seconds: Some(9) }),
                _ => stripe.look(now),
            };
            *row = taken.looked_up(found, at(clock), 300).0;
            now + SECOND
        }
        Step::Wait(until) => now + (until.millis() - START - clock).max(1),
        Step::InFlight => panic!("nobody awaits it"),
        Step::Settled => now,
    }
}

#[test]
fn what_never_left_is_worked_out_anew_and_what_may_have_arrived_is_not() {
    let unreached = || Answer::NotReached("no network".to_owned());
    let (never_left, _) = once(row(), 0, unreached());
    assert_eq!(never_left.thaw().frozen, None);
    let (doubtful, _) = once(row(), 0, unknown());
    assert!(doubtful.clone().thaw().frozen.is_some());
    // Not reached the second time: the first may have arrived.
    let (again, _) = once(doubtful, 9_000_000, unreached());
    assert!(again.thaw().frozen.is_some());
    let in_flight = row().sent(at(0));
    assert!(in_flight.thaw().frozen.is_some());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 800, ..ProptestConfig::default() })]

    /// Whatever Stripe and the network do, and however often the program ends: one key, the same bytes, carried out at most
    /// once, and an end as soon as Stripe is well again.
    #[test]
    fn any_history_ends_and_does_it_once(
        moods in proptest::collection::vec((mood(), 0_i64..40 * HOUR, any::<bool>()), 0..40),
    ) {
        let (mut row, mut stripe, mut now) = (Row::waiting(ID, at(0)), Stripe::default(), 0);
        for (mood, idle, rests) in moods {
            now = one_step(&mut row, &mut stripe, now, now, mood);
            if rests {
                now += idle;
            }
            prop_assert!(stripe.done <= 1, "done {} times", stripe.done);
        }
        for _ in 0..60 {
            now = one_step(&mut row, &mut stripe, now, now, Mood::Fine);
        }
        prop_assert!(stripe.done <= 1, "done {} times", stripe.done);
        prop_assert_eq!(row.step(at(now)), Step::Settled);
        prop_assert!(row.state != EffectState::Done || stripe.done == 1);
    }

    /// A clock that runs anywhere never makes another key, other bytes, or an effect that waits for ever.
    #[test]
    fn a_mad_clock_changes_no_byte_and_stops_nothing(
        moods in proptest::collection::vec((mood(), -100_i64 * HOUR..100 * HOUR), 0..30),
    ) {
        let (mut row, mut stripe, mut now) = (Row::waiting(ID, at(0)), Stripe::default(), 0);
        for (mood, skew) in moods {
            let before = row.state;
            now = one_step(&mut row, &mut stripe, now, now + skew, mood).max(now);
            if matches!(before, EffectState::Done | EffectState::Refused) {
                prop_assert_eq!(row.state, before);
            }
        }
        for _ in 0..60 {
            now = one_step(&mut row, &mut stripe, now, now, Mood::Fine);
        }
        prop_assert_eq!(row.step(at(now)), Step::Settled);
    }

    #[test]
    fn what_is_settled_stays_so(mood in mood(), later in 0_i64..1_000 * HOUR, refused in any::<bool>()) {
        let (settled, _) = once(row(), 0, if refused { refusal(402) } else { accepted() });
        let now = at(later);
        let answer = Stripe::default().receive(later, mood).unwrap_or_else(unknown);
        prop_assert_eq!(settled.clone().answered(answer, now, 9).0, settled.clone());
        prop_assert_eq!(settled.clone().looked_up(Found::NotDone, now, 9).0, settled.clone());
        prop_assert_eq!(settled.clone().interrupted(now), settled.clone());
        prop_assert_eq!(settled.clone().hurry(now), settled.clone());
        prop_assert_eq!(settled.clone().supersede(), settled.clone());
        prop_assert_eq!(settled.clone().freeze(frozen()), settled);
    }
}
