//! What screens show of a membership, built from its state as of today.

use crate::ground::Ground;
use crate::op::Here;
use crate::refusal::Result;
use crate::words;
use domain::credit::{Account, Movement, MovementKind as Kind};
use domain::enrollment::{Due, Enrollment, Minimum, Paused, Refusal};
use domain::record::{Change, Entity, Record};
use domain::{BenefitId, CustomerId, Day, LotId, RecordId, TicketId};
use protocol::enrollments::{
    BalanceView, ChargeLine, ChargeView, DependentView, EnrollmentView, LotView, MovementKind, MovementView,
    Moves, PaysBy, PendingTermsView, SeatsView, StatusView,
};
use sqlx::sqlite::SqliteConnection;
use std::collections::BTreeMap;
use store::query::{self, Around, StatusShown};
use store::{History, Sale};

/// Everything the page of one membership shows.
pub(crate) async fn enrollment(
    conn: &mut SqliteConnection,
    here: &Here,
    held: &Enrollment,
) -> Result<EnrollmentView> {
    let (ground, today) = (&*here.ground, here.today);
    let mut now = held.clone();
    let of_the_calendar = now.advance(today);
    let History { records, sales } = store::history_of(conn, Entity::Enrollment(now.id)).await?;
    let tickets = TicketNames::of(&records, &sales);
    let Around { movements, saved, holder, names } = query::around(conn, &now).await?;
    let mut movements: Vec<(Option<RecordId>, Movement)> =
        movements.into_iter().map(|(record, movement)| (Some(record), movement)).collect();
    movements.extend(of_the_calendar.into_iter().map(|movement| (None, movement)));
    let dues = now.dues(today);
    let plan = ground.plans.get(&now.plan);
    let current = plan.map(|plan| plan.current().number);
    Ok(EnrollmentView {
        id: now.id,
        customer: holder,
        customer_name: name_of(&names, holder),
        plan: now.plan,
        plan_name: ground.plan_name(now.plan),
        plan_image: plan.and_then(|plan| plan.about.image.clone()),
        version: now.version,
        newer_version: current.filter(|newest| *newest != now.version),
        terms: now.terms.clone(),
        status: status(StatusShown::of(&now, today)),
        last_day: now.last_day(),
        ended_because: now.ended.map(|ended| words::end_reason(ended.why).to_owned()),
        benefits_on: now.standing(today).gives_benefits(),
        start: now.starts_on,
        period: period(&now, today),
        pays: match now.pays {
            domain::enrollment::PaysBy::Counter => PaysBy::Counter,
            domain::enrollment::PaysBy::Card => PaysBy::Card,
        },
        card: crate::stripe::billing_view(conn, ground, &now, today).await?,
        resumes_on: now.paused.map(Paused::resumes_on),
        next_charge: next_charge(&now, today).map(|due| charge_line(&due, today)),
        owed: dues.iter().map(|due| due.total).sum(),
        dues: dues.iter().map(|due| charge_line(due, today)).collect(),
        paid_total: now.totals.captured,
        paid_count: collected(&records),
        refunded_total: now.totals.refunded,
        saved_total: saved,
        balances: balances(ground, &now, &movements, &names),
        credit_outlives_days: now.credit_outlives_days,
        movements: movement_views(ground, &now, &movements, &tickets, &names),
        charges: charges(ground, &now, &records, today),
        dependents: now
            .dependents
            .iter()
            .filter(|dependent| dependent.is_covered(today.max(now.starts_on)))
            .map(|dependent| DependentView {
                customer: dependent.customer,
                name: name_of(&names, dependent.customer),
                since: dependent.since,
                paused: dependent.paused,
                may_take: may_take(ground, &now, dependent.customer),
            })
            .collect(),
        seats: now.seats.map(|seats| SeatsView { limit: seats.limit, places: now.places() }),
        pending_terms: pending_terms(ground, &now, today),
        moves: moves(ground, &now, today),
    })
}

pub(crate) fn status(shown: StatusShown) -> StatusView {
    match shown {
        StatusShown::Scheduled { starts } => StatusView::Scheduled { starts },
        StatusShown::Active => StatusView::Active,
        StatusShown::Waiting { due } => StatusView::Waiting { due },
        StatusShown::PastDueGrace { since, until } => StatusView::PastDueGrace { since, until },
        StatusShown::PastDueSuspended { since } => StatusView::PastDueSuspended { since },
        StatusShown::Paused { until } => StatusView::Paused { until },
        StatusShown::Ends { last_day } => StatusView::Ends { last_day },
        StatusShown::Cancelled { on } => StatusView::Cancelled { on },
    }
}

pub(crate) fn charge_line(due: &Due, today: Day) -> ChargeLine {
    ChargeLine {
        on: due.due_on,
        amount: due.total,
        tax: due.tax,
        words: words::charge(due.period, due.due_on, today),
    }
}

fn period(now: &Enrollment, today: Day) -> Option<(Day, Day)> {
    if now.ended.is_some() || now.starts_on > today {
        return None;
    }
    now.period_on(today).map(|(_, period)| (period.start, period.last_day()))
}

/// What comes next: after a pause on the date it will have moved to, which is the latest where nobody resumes it before.
fn next_charge(now: &Enrollment, today: Day) -> Option<Due> {
    match now.paused {
        None => now.next_charge(today),
        Some(paused) => {
            let resumes = paused.resumes_on();
            now.at(resumes).next_charge(resumes)
        }
    }
}

fn pending_terms(ground: &Ground, now: &Enrollment, today: Day) -> Option<PendingTermsView> {
    let pending = now.pending_terms.as_ref()?;
    Some(PendingTermsView {
        plan: (pending.plan != now.plan).then(|| ground.plan_name(pending.plan)),
        version: pending.version,
        from: now.billing_date(pending.period).max(today),
        price: pending.terms.price,
    })
}

// People.

fn name_of(names: &BTreeMap<CustomerId, String>, id: CustomerId) -> String {
    names.get(&id).cloned().unwrap_or_else(|| "Somebody".to_owned())
}

// Credits.

fn balances(
    ground: &Ground,
    now: &Enrollment,
    movements: &[(Option<RecordId>, Movement)],
    names: &BTreeMap<CustomerId, String>,
) -> Vec<BalanceView> {
    let counted = now
        .accounts
        .iter()
        .filter(|account| account.refreshes() || account.available() > 0)
        .map(|account| balance(ground, now, account, movements, names));
    let unlimited =
        now.terms.included.iter().filter(|included| included.quantity.is_none() && now.ended.is_none()).map(
            |included| BalanceView {
                benefit: included.id,
                name: words::set_name(ground, &included.items),
                unit: None,
                person: None,
                person_name: None,
                left: 0,
                of: 0,
                next_refresh: None,
                lots: Vec::new(),
                expired: Vec::new(),
            },
        );
    counted.chain(unlimited).collect()
}

fn balance(
    ground: &Ground,
    now: &Enrollment,
    account: &Account,
    movements: &[(Option<RecordId>, Movement)],
    names: &BTreeMap<CustomerId, String>,
) -> BalanceView {
    let left = account.available();
    let (_, refresh_on) = account.next_refresh();
    let before_the_end = now.ending.is_none_or(|ending| refresh_on <= ending.last_day);
    BalanceView {
        benefit: account.benefit,
        name: words::benefit_name(ground, &account.grant),
        unit: Some(account.grant.unit),
        person: account.person,
        person_name: account.person.map(|person| name_of(names, person)),
        left,
        of: after_newest_refresh(account, movements).max(left),
        next_refresh: (account.refreshes() && !account.is_paused() && before_the_end).then_some(refresh_on),
        lots: account
            .redeemable()
            .into_iter()
            .map(|lot| LotView {
                id: lot.id,
                left: lot.remaining,
                granted_on: lot.granted,
                expires: lot.expires,
            })
            .collect(),
        expired: if now.ended.is_some() { Vec::new() } else { expired(account) },
    }
}

/// Lots that expired with something left, newest first.
fn expired(account: &Account) -> Vec<LotView> {
    let mut lots: Vec<LotView> = (account.lots().iter())
        .filter(|lot| lot.over && lot.expired > 0)
        .map(|lot| LotView { id: lot.id, left: lot.expired, granted_on: lot.granted, expires: lot.expires })
        .collect();
    lots.sort_by_key(|lot| std::cmp::Reverse((lot.expires, lot.granted_on)));
    lots
}

/// What allowances still let one person take of what all share.
fn may_take(ground: &Ground, now: &Enrollment, person: CustomerId) -> Vec<String> {
    let pooled = now.accounts.iter().filter(|account| account.refreshes() && now.terms.family.shares_pool());
    pooled
        .filter_map(|account| {
            let left = account.allowance_left(person)?.min(account.available());
            let name = words::benefit_name(ground, &account.grant);
            Some(format!("{} of {name}", words::amount(ground, account.grant.unit, left)))
        })
        .collect()
}

/// The balance right after the newest refresh, or what the first one will grant.
fn after_newest_refresh(account: &Account, movements: &[(Option<RecordId>, Movement)]) -> i64 {
    let mut running = 0;
    let mut after = account.grant.amount;
    let own = movements.iter().map(|(_, movement)| movement).filter(|movement| is_of(movement, account));
    for movement in own {
        running += movement.change();
        if movement.kind == Kind::Granted {
            after = running;
        }
    }
    after
}

fn is_of(movement: &Movement, account: &Account) -> bool {
    movement.benefit == account.benefit && movement.person == account.person
}

/// Newest first, each with the balance after it.
fn movement_views(
    ground: &Ground,
    now: &Enrollment,
    movements: &[(Option<RecordId>, Movement)],
    tickets: &TicketNames,
    names: &BTreeMap<CustomerId, String>,
) -> Vec<MovementView> {
    let mut running: BTreeMap<(BenefitId, Option<CustomerId>), i64> = BTreeMap::new();
    // A lot's first movement is its grant, also of one that is settled and no longer kept.
    let mut granted: BTreeMap<LotId, Day> = BTreeMap::new();
    let mut views: Vec<MovementView> = movements
        .iter()
        .filter_map(|(record, movement)| {
            let account = now.accounts.iter().find(|account| is_of(movement, account))?;
            let balance = running.entry((movement.benefit, movement.person)).or_default();
            *balance += movement.change();
            let first = *granted.entry(movement.lot).or_insert(movement.on);
            let lot = account.lot(movement.lot);
            let ticket = record.and_then(|record| tickets.of_record.get(&record)).copied();
            Some(MovementView {
                on: movement.on,
                benefit: movement.benefit,
                benefit_name: words::benefit_name(ground, &account.grant),
                unit: account.grant.unit,
                kind: match movement.kind {
                    Kind::Granted => MovementKind::Granted,
                    Kind::Redeemed => MovementKind::Redeemed,
                    Kind::Returned => MovementKind::Returned,
                    Kind::Expired => MovementKind::Expired,
                    Kind::Trimmed => MovementKind::Trimmed,
                    Kind::Adjusted => MovementKind::Adjusted,
                },
                amount: movement.change(),
                balance: *balance,
                lot: movement.lot,
                granted_on: lot.map_or(first, |lot| lot.granted),
                expires: lot.and_then(|lot| lot.expires),
                person: movement.person,
                person_name: movement.person.map(|person| name_of(names, person)),
                ticket,
                ticket_number: ticket.and_then(|ticket| tickets.numbers.get(&ticket)).cloned(),
                reason: record.and_then(|record| tickets.reasons.get(&record)).cloned(),
            })
        })
        .collect();
    views.reverse();
    views
}

/// Which ticket or reason stands behind a record.
#[derive(Default)]
struct TicketNames {
    of_record: BTreeMap<RecordId, TicketId>,
    numbers: BTreeMap<TicketId, String>,
    reasons: BTreeMap<RecordId, String>,
}

impl TicketNames {
    fn of(records: &[Record], sales: &[Sale]) -> Self {
        let mut names = Self::default();
        for sale in sales {
            names.of_record.insert(sale.record, sale.ticket);
            names.numbers.insert(sale.ticket, sale.number.to_string());
        }
        for record in records {
            let reason = match &record.change {
                Change::TicketVoided(void) => {
                    names.of_record.insert(record.id, void.ticket);
                    &void.reason
                }
                Change::TicketRefunded(refunded) => {
                    names.of_record.insert(record.id, refunded.ticket);
                    &refunded.reason
                }
                Change::CreditAdjusted { reason, .. }
                | Change::LotExtended { reason, .. }
                | Change::GoodwillGiven { reason, .. }
                | Change::OverdraftSettled { reason, .. } => reason,
                _ => continue,
            };
            if !reason.is_empty() {
                names.reasons.insert(record.id, reason.clone());
            }
        }
        names
    }
}

// Charges.

fn collected(records: &[Record]) -> u32 {
    records.iter().filter(|record| matches!(record.change, Change::ChargeCollected(_))).count() as u32
}

/// Newest first; what went back is negative.
fn charges(ground: &Ground, now: &Enrollment, records: &[Record], today: Day) -> Vec<ChargeView> {
    let mut charges: Vec<ChargeView> = records
        .iter()
        .enumerate()
        .filter_map(|(nth, record)| match &record.change {
            Change::ChargeCollected(charge) => Some(ChargeView {
                on: record.day,
                number: charge.number.to_string(),
                words: words::charge(charge.period, now.billing_date(charge.period), today),
                amount: charge.total,
                tax: charge.tax,
                tenders: match charge.ticket {
                    Some(_) => format!("On ticket {}", charge.number),
                    None => words::tenders(ground, &charge.tenders),
                },
                receipt: charge.ticket.is_none(),
                ticket: charge.ticket,
            }),
            Change::ChargeRefunded(charge) => Some(ChargeView {
                on: record.day,
                number: charge.number.to_string(),
                words: match charge.ticket.filter(|_| charge.tenders.is_empty()) {
                    Some(_) => "Its sale was given back".to_owned(),
                    None => refund(&records[..nth], &charge.reason),
                },
                amount: -charge.total,
                tax: -charge.tax,
                tenders: match charge.ticket.filter(|_| charge.tenders.is_empty()) {
                    Some(_) => format!("On ticket {}", charge.number),
                    None => words::tenders(ground, &charge.tenders),
                },
                receipt: charge.ticket.is_none() || !charge.tenders.is_empty(),
                ticket: charge.ticket.filter(|_| charge.tenders.is_empty()),
            }),
            _ => None,
        })
        .collect();
    charges.reverse();
    charges
}

/// What a refund was for: the move that brought it stands before it.
fn refund(before: &[Record], reason: &str) -> String {
    let why = if reason.is_empty() { String::new() } else { format!(": {reason}") };
    let moved = before.iter().rev().find_map(|record| match &record.change {
        Change::PlanChanged(_) => Some("Refund of unused days, change of plan".to_owned()),
        Change::CancelScheduled { .. } => Some("Refund of days frozen by the pause".to_owned()),
        Change::EnrollmentCancelled { .. } => Some(format!("Refund on cancelling at once{why}")),
        _ => None,
    });
    moved.unwrap_or_else(|| format!("Refund{why}"))
}

// Moves.

/// Tries every move on a copy; what refuses it says why.
fn moves(ground: &Ground, now: &Enrollment, today: Day) -> Moves {
    let tried = |verb: &dyn Fn(&mut Enrollment) -> Result<Vec<Movement>, Refusal>| {
        verb(&mut now.clone()).err().map(|refusal| words::refused(&refusal))
    };
    let nobody = CustomerId(uuid::Uuid::nil());
    let other = domain::PlanId(uuid::Uuid::nil());
    Moves {
        collect: match now.ended {
            Some(ended) => Some(words::refused(&Refusal::AlreadyCancelled { on: ended.on })),
            None => now.dues(today).is_empty().then(|| "Nothing is due.".to_owned()),
        },
        pause: tried(&|now| now.pause(today, None)),
        resume: tried(&|now| now.resume(today)),
        cancel_at_period_end: tried(&|now| now.cancel_at_period_end(today, Minimum::Waived)),
        undo_cancel: tried(&|now| now.undo_cancel(today)),
        cancel_now: tried(&|now| now.cancel_now(today, Minimum::Waived)),
        update_terms: match now.ended {
            Some(ended) => Some(words::refused(&Refusal::AlreadyCancelled { on: ended.on })),
            None => newest_terms(ground, now),
        },
        change_plan: tried(&|now| now.change_plan(today, other, now.version, now.terms.clone())),
        keep_terms: tried(&|now| now.keep_terms(today)),
        add_dependent: tried(&|now| now.add_dependent(today, nobody)),
        limit_seats: tried(&|now| now.limit_seats(today, None)),
        retry_charge: (now.open_invoices.is_empty() || now.ended.is_some())
            .then(|| "The bank refused nothing that is still owed.".to_owned()),
        change_pays: match ground.practice.as_ref().and_then(|practice| practice.stripe.as_ref()) {
            None => Some("Stripe is not connected.".to_owned()),
            Some(_) => {
                use domain::enrollment::PaysBy as By;
                let agreed = now.pending_pays.map_or(now.pays, |pending| pending.pays);
                let other = if agreed == By::Card { By::Counter } else { By::Card };
                tried(&|now| now.switch_pays(today, other))
            }
        },
    }
}

/// Says so where the plan sells no other terms than those held or agreed.
pub(crate) fn newest_terms(ground: &Ground, now: &Enrollment) -> Option<String> {
    let Some(plan) = ground.plans.get(&now.plan) else {
        return Some("The membership is not known here.".to_owned());
    };
    let agreed = now.pending_terms.as_ref().map_or(now.version, |pending| pending.version);
    (plan.current().number == agreed)
        .then(|| format!("Version {agreed} is the newest and is held or agreed already."))
}
