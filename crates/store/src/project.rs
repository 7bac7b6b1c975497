//! Writing what folds say into the tables that questions are asked of.

mod at_stripe;

use crate::Result;
use crate::journal::{bind_place, entity_key, unreadable};
use crate::phone;
use crate::script::Script;
use domain::customer::Customer;
use domain::drawer::Drawer;
use domain::enrollment::{Enrollment, Status};
use domain::fold::{Folded, State};
use domain::gift_card::GiftCard;
use domain::record::Entity;
use domain::ticket::{Ticket, TicketStatus};
use domain::{Day, Money, Standing};

/// Writes the rows that show the states of some entities as of `day`.
pub(crate) fn entities<'s>(
    script: &mut Script,
    states: impl IntoIterator<Item = (Entity, &'s State)>,
    day: Day,
) -> Result<()> {
    let mut held = Vec::new();
    for (entity, state) in states {
        if at_stripe::is_known(state) {
            at_stripe::write(script, entity, &at_stripe::ids(state));
        }
        match state {
            State::Customer(state) => customer(script, state),
            State::Enrollment(state) => held.push(EnrollmentRow::of(state, day)?),
            State::Ticket(state) => ticket(script, state),
            State::Task(state) => {
                script
                    .add(
                        "INSERT INTO task_closed (record, day, note) VALUES (?, ?, ?)
                         ON CONFLICT (record) DO UPDATE SET day = excluded.day, note = excluded.note",
                    )
                    .bind(entity.uuid())
                    .bind(state.closed)
                    .bind(state.note.as_str());
            }
            State::Drawer(state) => drawer(script, state),
            State::GiftCard(state) => gift_card(script, state),
            // The small kinds are read from their folds.
            State::Practice(_)
            | State::Desk(_)
            | State::Location(_)
            | State::TaxClass(_)
            | State::Category(_)
            | State::Staff(_)
            | State::Item(_)
            | State::Plan(_)
            | State::Unmade => {}
        }
    }
    // Last: they show their holders' names.
    enrollments(script, &held, day);
    Ok(())
}

/// Writes what records moved and raised.
pub(crate) fn folded(script: &mut Script, folds: &[(Entity, Folded)]) -> Result<()> {
    let mut moved = Vec::new();
    for (entity, folded) in folds {
        for (nth, movement) in folded.movements.iter().enumerate() {
            let text = serde_json::to_string(movement).map_err(unreadable("a movement"))?;
            moved.push((entity, folded, nth, text));
        }
    }
    script.add_rows(
        "INSERT INTO movement (enrollment, at_millis, at_count, desk, seq, nth, record, movement) VALUES {rows}",
        8,
        moved,
        |script, (entity, folded, nth, text)| {
            script.bind(entity.uuid());
            bind_place(script, folded.place);
            script.bind(nth as i64).bind(folded.record.0).bind(text);
        },
    );
    for (entity, folded) in folds {
        let Some(raised) = &folded.raised else { continue };
        script
            .add("INSERT INTO task (record, entity, day, raised) VALUES (?, ?, ?, ?)")
            .bind(folded.record.0)
            .bind(entity_key(*entity))
            .bind(folded.day)
            .bind(serde_json::to_string(raised).map_err(unreadable("a task"))?);
    }
    Ok(())
}

/// Removes what [`folded`] wrote for an entity, before it is folded again.
pub(crate) fn forget(script: &mut Script, entity: Entity) {
    if let Entity::Enrollment(id) = entity {
        script.add("DELETE FROM movement WHERE enrollment = ?").bind(id.0);
        script.add("DELETE FROM dependent WHERE enrollment = ?").bind(id.0);
    }
    script.add("DELETE FROM task WHERE entity = ?").bind(entity_key(entity));
    script.add("DELETE FROM stripe_object WHERE entity = ?").bind(entity_key(entity));
}

/// What a name is sorted by: without case and leading space.
pub fn sort_key(name: &str) -> String {
    name.trim().to_lowercase()
}

fn customer(script: &mut Script, customer: &Customer) {
    let id = customer.id.0;
    let person = &customer.person;
    script
        .add(
            "INSERT INTO customer (customer, root, name, sort_key, email, phone, card, external, since, organization)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
             ON CONFLICT (customer) DO UPDATE SET root = excluded.root, name = excluded.name,
                 sort_key = excluded.sort_key, email = excluded.email, phone = excluded.phone, card = excluded.card,
                 external = excluded.external, since = excluded.since, organization = excluded.organization",
        )
        .bind(id)
        .bind(customer.merged_into.unwrap_or(customer.id).0)
        .bind(person.name.as_str())
        .bind(sort_key(&person.name))
        .bind(person.email.as_str())
        .bind(person.phone.as_str())
        .bind(person.card_code.as_str())
        .bind(person.external_id.as_str())
        .bind(customer.since)
        .bind(person.is_organization());
    script
        .add("DELETE FROM customer_words WHERE rowid = (SELECT id FROM customer WHERE customer = ?)")
        .bind(id);
    if customer.merged_into.is_none() && customer.erased.is_none() {
        let digits = phone::endings(&person.phone).join(" ");
        script
            .add("INSERT INTO customer_words (rowid, words) VALUES ((SELECT id FROM customer WHERE customer = ?), ?)")
            .bind(id)
            .bind(format!("{} {} {} {digits} {} {}",
                person.name, person.email, person.phone, person.card_code, person.external_id));
    }
    // Enrollments follow the name and the merge.
    script
        .add(&format!(
            "UPDATE enrollment SET holder = shown.customer, sort_key = shown.sort_key
             FROM ({}) AS shown
             WHERE enrollment.id IN (
                 SELECT id FROM enrollment WHERE customer = ? UNION SELECT id FROM enrollment WHERE holder = ?
                 UNION SELECT id FROM enrollment WHERE holder = shown.customer)",
            shown_under("?")
        ))
        .bind(id)
        .bind(id)
        .bind(id);
}

/// The one row `customer, sort_key` that everything of the customer `whose` is shown under.
///
/// A merge can point at one that was itself merged; two that point at each other stop at the first. One that is not
/// on file yet has no name, whoever was merged into it.
fn shown_under(whose: &str) -> String {
    format!(
        "WITH RECURSIVE merged (start, customer, root, sort_key, steps) AS (
             SELECT asked.id, asked.id, coalesce(customer.root, asked.id), coalesce(customer.sort_key, ''), 0
             FROM (SELECT {whose} AS id) AS asked LEFT JOIN customer ON customer.customer = asked.id
             UNION ALL
             SELECT start, merged.root, coalesce(customer.root, merged.root), coalesce(customer.sort_key, ''), steps + 1
             FROM merged LEFT JOIN customer ON customer.customer = merged.root
             WHERE merged.root <> merged.customer AND merged.root <> start AND steps < 8
         ) SELECT customer, sort_key FROM merged ORDER BY steps DESC LIMIT 1"
    )
}

fn ticket(script: &mut Script, ticket: &Ticket) {
    let id = ticket.id.0;
    let status = match ticket.status() {
        TicketStatus::Held => "held",
        TicketStatus::Settled => "settled",
        TicketStatus::Voided => "voided",
        TicketStatus::PartlyRefunded => "partly_refunded",
        TicketStatus::Refunded => "refunded",
        TicketStatus::Gone => "gone",
    };
    let (on, day, location, customer, number, what, totals) = match (&ticket.sale, &ticket.held) {
        (Some(sale), _) => {
            let names: Vec<&str> =
                sale.what.settled.input.lines.iter().map(|line| line.name.as_str()).take(3).collect();
            let more = sale.what.settled.input.lines.len().saturating_sub(names.len());
            let what = match more {
                0 => names.join(", "),
                more => format!("{} and {more} more", names.join(", ")),
            };
            let totals = sale.what.settled.quote.totals;
            (
                sale.on,
                sale.day,
                sale.what.location,
                sale.what.customer,
                Some(sale.what.number.to_string()),
                what,
                totals,
            )
        }
        (None, Some(held)) => (
            held.on,
            held.day,
            held.what.location,
            held.what.customer,
            None,
            held.what.label.clone(),
            domain::checkout::Totals::default(),
        ),
        (None, None) => {
            script.add("DELETE FROM ticket WHERE ticket = ?").bind(id);
            return;
        }
    };
    script
        .add(
            "INSERT INTO ticket (ticket, status, number, day, on_millis, location, customer, what, total, due, savings,
                 refunded)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
             ON CONFLICT (ticket) DO UPDATE SET status = excluded.status, number = excluded.number,
                 day = excluded.day, on_millis = excluded.on_millis, location = excluded.location,
                 customer = excluded.customer, what = excluded.what, total = excluded.total, due = excluded.due,
                 savings = excluded.savings, refunded = excluded.refunded",
        )
        .bind(id)
        .bind(status)
        .bind(number)
        .bind(day)
        .bind(on.millis())
        .bind(location.0)
        .bind(customer.map(|customer| customer.0))
        .bind(what)
        .bind(totals.total)
        .bind(totals.due)
        .bind(totals.savings)
        .bind(ticket.refunded());
    savings(script, ticket);
}

fn drawer(script: &mut Script, drawer: &Drawer) {
    let closed = drawer.closed.as_ref();
    script
        .add(
            "INSERT INTO drawer (drawer, desk, opened_seq, opened_millis, opened_day, closed_seq, closed_millis,
                 closed_day)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?)
             ON CONFLICT (drawer) DO UPDATE SET closed_seq = excluded.closed_seq,
                 closed_millis = excluded.closed_millis, closed_day = excluded.closed_day",
        )
        .bind(drawer.id.0)
        .bind(drawer.desk.0)
        .bind(drawer.opened_seq as i64)
        .bind(drawer.opened.on.millis())
        .bind(drawer.opened.day)
        .bind(drawer.closed_seq.map(|seq| seq as i64))
        .bind(closed.map(|closed| closed.on.millis()))
        .bind(closed.map(|closed| closed.day));
}

fn savings(script: &mut Script, ticket: &Ticket) {
    // Through other memberships than when it was settled nothing is ever saved; through fewer, once something came back.
    if ticket.status() != TicketStatus::Settled {
        script.add("DELETE FROM ticket_saving WHERE ticket = ?").bind(ticket.id.0);
    }
    script.add_rows(
        "INSERT INTO ticket_saving (ticket, enrollment, saved) VALUES {rows}
         ON CONFLICT (ticket, enrollment) DO UPDATE SET saved = excluded.saved",
        3,
        ticket.savings(),
        |script, (enrollment, saved)| {
            script.bind(ticket.id.0).bind(enrollment.0).bind(saved);
        },
    );
}

fn gift_card(script: &mut Script, card: &GiftCard) {
    let backwards: String = card.code.chars().rev().collect();
    script
        .add(
            "INSERT INTO gift_card (card, code, edoc, issued, balance, blocked, issued_on, last_used)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?)
             ON CONFLICT (card) DO UPDATE SET code = excluded.code, edoc = excluded.edoc, issued = excluded.issued,
                 balance = excluded.balance, blocked = excluded.blocked, issued_on = excluded.issued_on,
                 last_used = excluded.last_used",
        )
        .bind(card.id.0)
        .bind(card.code.as_str())
        .bind(backwards)
        .bind(card.issued)
        .bind(card.balance())
        .bind(card.blocked.is_some())
        .bind(card.issued_on)
        .bind(card.last_used);
}

/// What the table of members shows of a status, with its days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case", tag = "is")]
pub enum StatusShown {
    Scheduled { starts: Day },
    Active,
    Waiting { due: Day },
    PastDueGrace { since: Day, until: Day },
    PastDueSuspended { since: Day },
    Paused { until: Option<Day> },
    Ends { last_day: Day },
    Cancelled { on: Day },
}

impl StatusShown {
    /// What is shown of an enrollment on `day`.
    pub fn of(enrollment: &Enrollment, day: Day) -> Self {
        match (enrollment.status(day), enrollment.standing(day)) {
            (Status::Scheduled { starts }, _) => Self::Scheduled { starts },
            (Status::Cancelled { on }, _) => Self::Cancelled { on },
            (Status::Paused { until }, _) => Self::Paused { until },
            (_, Standing::Waiting) => Self::Waiting { due: enrollment.starts_on },
            (Status::PastDue { since, grace_until }, _) if day <= grace_until => {
                Self::PastDueGrace { since, until: grace_until }
            }
            (Status::PastDue { since, .. }, _) => Self::PastDueSuspended { since },
            (Status::Ending { last_day }, _) => Self::Ends { last_day },
            (Status::Active, _) => Self::Active,
        }
    }

    /// As stored, and as sorted.
    pub fn rank(self) -> i64 {
        match self {
            Self::Active => 1,
            Self::Waiting { .. } => 2,
            Self::PastDueGrace { .. } | Self::PastDueSuspended { .. } => 3,
            Self::Paused { .. } => 4,
            Self::Scheduled { .. } => 5,
            Self::Ends { .. } => 6,
            Self::Cancelled { .. } => 7,
        }
    }
}

fn enrollments(script: &mut Script, held: &[EnrollmentRow], day: Day) {
    // Whom it is shown under follows the customer's own changes, so it is looked up for a new row alone. And a row
    // that is as it was is left alone: writing it would touch every index.
    let sql = format!(
        "INSERT INTO enrollment (enrollment, customer, holder, sort_key, plan, version, status, status_view, current,
             counted, joined, next_billing, balance, net_revenue, changes_on, refresh_on, on_trust)
         SELECT column1, column2, coalesce(known.holder, (SELECT customer FROM ({shown}))),
             coalesce(known.sort_key, (SELECT sort_key FROM ({shown}))), column3, column4, column5, column6, column7,
             column8, column9, column10, column11, column12, column13, column14, column15
         FROM (VALUES {{rows}}) AS new
             LEFT JOIN enrollment AS known ON known.enrollment = column1 AND known.customer = column2
         WHERE TRUE
         ON CONFLICT (enrollment) DO UPDATE SET customer = excluded.customer, holder = excluded.holder,
             sort_key = excluded.sort_key, plan = excluded.plan, version = excluded.version, status = excluded.status,
             status_view = excluded.status_view, current = excluded.current, counted = excluded.counted,
             joined = excluded.joined, next_billing = excluded.next_billing, balance = excluded.balance,
             net_revenue = excluded.net_revenue, changes_on = excluded.changes_on, refresh_on = excluded.refresh_on,
             on_trust = excluded.on_trust
         WHERE (customer, holder, sort_key, plan, version, status, status_view, current, counted, joined,
             next_billing, balance, net_revenue, changes_on, refresh_on, on_trust) IS NOT (excluded.customer, excluded.holder,
             excluded.sort_key, excluded.plan, excluded.version, excluded.status, excluded.status_view,
             excluded.current, excluded.counted, excluded.joined, excluded.next_billing, excluded.balance,
             excluded.net_revenue, excluded.changes_on, excluded.refresh_on, excluded.on_trust)",
        shown = shown_under("column2"),
    );
    script.add_rows(&sql, 15, held, |script, row| {
        let now = &row.now;
        script
            .bind(now.id.0)
            .bind(now.customer.0)
            .bind(now.plan.0)
            .bind(now.version)
            .bind(row.shown.rank())
            .bind(row.status_view.as_str())
            .bind(!row.ended)
            .bind(now.is_member(day))
            .bind(now.starts_on)
            .bind(now.next_billing(day))
            .bind(row.balance)
            .bind(row.net_revenue)
            .bind(row.changes_on)
            .bind(row.refresh_on)
            .bind(now.at_risk().minor());
    });
    for row in held {
        dependents(script, row, day);
    }
}

/// What a row of the table of members says of an enrollment.
struct EnrollmentRow {
    now: Enrollment,
    shown: StatusShown,
    status_view: String,
    ended: bool,
    balance: Money,
    net_revenue: Money,
    changes_on: Option<Day>,
    refresh_on: Option<Day>,
}

impl EnrollmentRow {
    fn of(enrollment: &Enrollment, day: Day) -> Result<Self> {
        let now = enrollment.at(day);
        let shown = StatusShown::of(&now, day);
        let ended = matches!(shown, StatusShown::Cancelled { .. });
        let totals = now.totals;
        let refreshes = now.accounts.iter().filter(|account| account.refreshes() && !ended);
        Ok(Self {
            status_view: serde_json::to_string(&shown).map_err(unreadable("a status"))?,
            balance: now.dues(day).iter().map(|due| due.total).sum(),
            net_revenue: totals.captured - totals.captured_tax - totals.refunded + totals.refunded_tax,
            // A refresh that is due is kept in `refresh_on`: for the calendar, a row brought to a day is done with it.
            changes_on: now.changes_on().map(|on| on.max(now.as_of.next())),
            refresh_on: refreshes.map(|account| account.next_refresh().1).min(),
            now,
            shown,
            ended,
        })
    }
}

fn dependents(script: &mut Script, row: &EnrollmentRow, day: Day) {
    // Who was covered once stays in the state, so without anybody there are no rows either.
    if row.now.dependents.is_empty() {
        return;
    }
    let id = row.now.id.0;
    script.add("DELETE FROM dependent WHERE enrollment = ?").bind(id);
    if !row.ended {
        let covered = row.now.covered(day);
        script.add_rows(
            "INSERT INTO dependent (enrollment, customer) VALUES {rows}",
            2,
            covered,
            |script, customer| {
                script.bind(id).bind(customer.0);
            },
        );
    }
}
