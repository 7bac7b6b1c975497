//! The fold: what a record does to an entity it touches. Pure, so that every order of arrival, folded again in
//! the one order, ends in the same state.

use crate::checkout::{RefundOutcome, SettledTicket};
use crate::credit::{LotDraw, Movement};
use crate::customer::Customer;
use crate::drawer::Drawer;
use crate::enrollment::{Brought, ChangedAtStripe, Enrollment, Minimum, Noticed, Refusal, Signup};
use crate::gift_card::{CardTrouble, GiftCard};
use crate::item::Item;
use crate::plan::{Plan, Version};
use crate::practice::{Category, DeskAbout, Location, Practice, Staff, TaxClass};
use crate::record::{Change, Entity, OverdraftBy, Place, Record};
use crate::stripe::{DisputeHeard, EffectRefused, StripeAccount, TaxRateAtStripe};
use crate::ticket::{Ticket, TicketTrouble};
use crate::{BenefitId, CustomerId, Day, EnrollmentId, LotId, Money, RecordId, TicketId};
use serde::{Deserialize, Serialize};

/// The state of any entity.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    Practice(Box<Practice>),
    Desk(DeskAbout),
    Location(Location),
    TaxClass(TaxClass),
    Category(Category),
    Staff(Staff),
    Item(Item),
    Plan(Box<Plan>),
    Customer(Box<Customer>),
    Enrollment(Box<Enrollment>),
    Ticket(Box<Ticket>),
    Task(TaskState),
    Drawer(Box<Drawer>),
    GiftCard(Box<GiftCard>),
    /// Records speak of it, but none that makes it has arrived yet.
    Unmade,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskState {
    pub closed: Day,
    pub note: String,
}

/// What one record did to one entity.
#[derive(Debug, Clone, PartialEq)]
pub struct Folded {
    pub record: RecordId,
    pub place: Place,
    pub day: Day,
    pub state: State,
    /// Movements of credit, in order.
    pub movements: Vec<Movement>,
    /// What a person has to look at.
    pub raised: Option<Raised>,
}

/// Why a record needs a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Raised {
    /// The state no longer permitted it when its turn came; it had no effect.
    Refused { kind: String, why: String },
    /// The same ticket was settled on two desks.
    SettledTwice { paid: Money },
    /// More was given back than the ticket took.
    RefundedTwice { given: Money },
    /// More was taken from a lot than it had.
    Overdrawn { lot: LotId, by: i64 },
    /// The bank refused a renewal, or a first charge.
    ChargeFailed {
        period: u32,
        total: Money,
        reason: String,
        /// What benefits took off tickets on the strength of it.
        #[serde(default, skip_serializing_if = "is_nothing")]
        used: Money,
    },
    /// Benefits were used on the strength of a charge that had been refused when a desk's sale arrived.
    UsedOnTrust { used: Money },
    /// Stripe does otherwise than was agreed here.
    ChangedAtStripe { changed: ChangedAtStripe },
    /// Something owed to Stripe was refused for good.
    EffectRefused { refused: EffectRefused },
    /// The bank refused a card that was to pay for a ticket which is settled.
    CardDeclined { amount: Money, reason: String },
    /// What a card paid for a settled ticket was given back in Stripe's dashboard.
    CardGivenBackThere { amount: Money },
    /// A cardholder disputes a charge.
    Disputed { dispute: DisputeHeard },
    /// More was collected for a membership than it owed.
    Overpaid { paid: Money },
    /// It ended by itself while something was owed.
    EndedUnpaid { owed: Money },
    /// More was spent from a gift card than it had.
    GiftCardOverdrawn { code: String, by: Money },
    /// Two desks sold the same gift card.
    GiftCardSoldTwice { code: String, amount: Money },
    /// A gift card was spent at a desk that did not know yet that it is blocked.
    BlockedGiftCardSpent { code: String, amount: Money },
}

fn is_nothing(amount: &Money) -> bool {
    amount.is_zero()
}

impl From<TicketTrouble> for Raised {
    fn from(trouble: TicketTrouble) -> Self {
        match trouble {
            TicketTrouble::SettledTwice { paid } => Self::SettledTwice { paid },
            TicketTrouble::RefundedTwice { given } => Self::RefundedTwice { given },
            TicketTrouble::CardDeclined { amount, reason } => Self::CardDeclined { amount, reason },
            TicketTrouble::CardGivenBackThere { amount } => Self::CardGivenBackThere { amount },
        }
    }
}

/// Applies `record` to `entity`, whose state before it was `before`.
pub fn fold(entity: Entity, before: Option<State>, record: &Record) -> Folded {
    let mut movements = Vec::new();
    let (state, raised) = match (entity, &record.change) {
        (Entity::Practice, Change::PracticeSaved(practice)) => (State::Practice(practice.clone()), None),
        (Entity::Practice, Change::TaxRateHeard { account, said }) => (practice(before, account, said), None),
        (Entity::Desk(_), Change::DeskSaved(desk)) => (State::Desk(desk.clone()), None),
        (Entity::Location(_), Change::LocationSaved(location)) => (State::Location(location.clone()), None),
        (Entity::TaxClass(_), Change::TaxClassSaved(class)) => (State::TaxClass(class.clone()), None),
        (Entity::Category(_), Change::CategorySaved(category)) => (State::Category(category.clone()), None),
        (Entity::Staff(_), Change::StaffSaved(staff)) => (State::Staff(staff.clone()), None),
        (Entity::Item(_), Change::ItemSaved(item)) => (State::Item(item.clone()), None),
        (Entity::Plan(_), _) => plan(before, record),
        (Entity::Customer(id), _) => customer(id, before, record),
        (Entity::Enrollment(_), _) => enrollment(before, record, &mut movements),
        (Entity::Ticket(id), _) => {
            let mut ticket = match before {
                Some(State::Ticket(ticket)) => ticket,
                _ => Box::new(Ticket::new(id)),
            };
            let trouble = ticket.apply(record);
            (State::Ticket(ticket), trouble.map(Raised::from))
        }
        (Entity::GiftCard(id), _) => {
            let mut card = match before {
                Some(State::GiftCard(card)) => card,
                _ => Box::new(GiftCard::new(id)),
            };
            let raised = card.apply(record).map(|trouble| {
                let code = card.code.clone();
                match trouble {
                    CardTrouble::Overdrawn { by } => Raised::GiftCardOverdrawn { code, by },
                    CardTrouble::SoldTwice { amount } => Raised::GiftCardSoldTwice { code, amount },
                    CardTrouble::SpentWhileBlocked { amount } => {
                        Raised::BlockedGiftCardSpent { code, amount }
                    }
                }
            });
            (State::GiftCard(card), raised)
        }
        (Entity::Task(_), Change::TaskClosed { note, .. }) => {
            (State::Task(TaskState { closed: record.day, note: note.clone() }), None)
        }
        (Entity::Drawer(_), _) => drawer(before, record),
        _ => (before.unwrap_or(State::Unmade), None),
    };
    // Said of whatever it is about first.
    let raised = raised.or_else(|| {
        let first = record.change.about().first() == Some(&entity);
        match &record.change {
            Change::EffectRefused(refused) if first => {
                Some(Raised::EffectRefused { refused: (**refused).clone() })
            }
            Change::DisputeHeard(dispute) if first => Some(Raised::Disputed { dispute: dispute.clone() }),
            _ => None,
        }
    });
    Folded { record: record.id, place: record.place, day: record.day, state, movements, raised }
}

fn practice(before: Option<State>, account: &StripeAccount, said: &TaxRateAtStripe) -> State {
    let Some(State::Practice(mut practice)) = before else { return before.unwrap_or(State::Unmade) };
    if let Some(stripe) = practice.stripe.as_mut().filter(|stripe| stripe.account == *account)
        && stripe.tax_rate(said.rate, said.mode).is_none()
    {
        stripe.tax_rates.push(said.clone());
    }
    State::Practice(practice)
}

fn refused(record: &Record, why: impl ToString) -> Option<Raised> {
    Some(Raised::Refused { kind: record.change.kind().to_owned(), why: why.to_string() })
}

fn drawer(before: Option<State>, record: &Record) -> (State, Option<Raised>) {
    let before = match before {
        Some(State::Drawer(drawer)) => Some(*drawer),
        _ => None,
    };
    match Drawer::fold(before.clone(), record) {
        Ok(drawer) => (State::Drawer(Box::new(drawer)), None),
        Err(refusal) => {
            let as_it_was = before.map_or(State::Unmade, |drawer| State::Drawer(Box::new(drawer)));
            (as_it_was, refused(record, refusal))
        }
    }
}

fn plan(before: Option<State>, record: &Record) -> (State, Option<Raised>) {
    if let (None | Some(State::Unmade), Change::PlanCreated { plan, about, terms, note }) =
        (&before, &record.change)
    {
        let first = Version {
            number: 1,
            made_by: record.id,
            since: record.day,
            note: note.clone(),
            terms: (**terms).clone(),
        };
        let plan =
            Plan { id: *plan, about: about.clone(), archived: false, versions: vec![first], at_stripe: None };
        return (State::Plan(Box::new(plan)), None);
    }
    let Some(State::Plan(mut plan)) = before else {
        return (State::Unmade, refused(record, "the plan does not exist"));
    };
    match &record.change {
        Change::PlanDescribed { about, .. } => plan.about = about.clone(),
        Change::PlanVersioned { terms, note, .. } => plan.versions.push(Version {
            number: plan.versions.len() as u32 + 1,
            made_by: record.id,
            since: record.day,
            note: note.clone(),
            terms: (**terms).clone(),
        }),
        Change::PlanArchived { .. } => plan.archived = true,
        Change::PlanRestored { .. } => plan.archived = false,
        Change::PlanHeard(heard) => plan.hear(&heard.account, &heard.said),
        _ => {}
    }
    (State::Plan(plan), None)
}

fn customer(id: CustomerId, before: Option<State>, record: &Record) -> (State, Option<Raised>) {
    if let Change::CustomerErased { since, .. } = &record.change {
        let mut erased = Customer::erased(id, *since, record.day);
        if let Some(State::Customer(before)) = before {
            erased.merged_into = before.merged_into;
            erased.erased = before.erased.or(erased.erased);
        }
        return (State::Customer(Box::new(erased)), None);
    }
    if let (None | Some(State::Unmade), Change::CustomerCreated { person, .. }) = (&before, &record.change) {
        let customer = Customer {
            id,
            person: person.clone(),
            since: record.day,
            merged_into: None,
            erased: None,
            notes: Vec::new(),
            at_stripe: Vec::new(),
        };
        return (State::Customer(Box::new(customer)), None);
    }
    let Some(State::Customer(mut customer)) = before else {
        return (State::Unmade, refused(record, "the customer does not exist"));
    };
    let erased = customer.erased.is_some();
    match &record.change {
        // Nobody learns anything of them again, whatever arrives late.
        Change::CustomerEdited { .. } | Change::CustomerNoted { .. } | Change::CustomerHeard(_) if erased => {
        }
        Change::CustomerHeard(heard) => customer.hear(&heard.said),
        Change::CustomerEdited { person, .. } => customer.person = person.clone(),
        Change::CustomerNoted { note, .. } => customer.notes.push(note.clone()),
        Change::CustomerMerged { customer: merged, into } if *merged == id => {
            customer.merged_into = Some(*into)
        }
        _ => {}
    }
    (State::Customer(customer), None)
}

fn enrollment(
    before: Option<State>,
    record: &Record,
    movements: &mut Vec<Movement>,
) -> (State, Option<Raised>) {
    if let (None | Some(State::Unmade), Change::Enrolled(enrolled)) = (&before, &record.change) {
        let signup = Signup {
            id: enrolled.enrollment,
            customer: enrolled.customer,
            plan: enrolled.plan,
            version: enrolled.version,
            terms: enrolled.terms.clone(),
            pays: enrolled.pays,
            signed_up_on: record.day,
            starts_on: enrolled.start,
            consent: Some(record.id),
            provisional: enrolled.provisional,
            credit_outlives_days: enrolled.credit_outlives_days,
            seats: enrolled.seats,
            people: enrolled.people.clone(),
        };
        return match Enrollment::enroll(signup) {
            Ok(enrollment) => (State::Enrollment(Box::new(enrollment)), None),
            Err(refusal) => (State::Unmade, refused(record, refusal)),
        };
    }
    if let (None | Some(State::Unmade), Change::MembershipImported(import)) = (&before, &record.change) {
        return match Enrollment::bring_over(Brought::of(import, record)) {
            Ok((enrollment, moved)) => {
                movements.extend(moved);
                (State::Enrollment(Box::new(enrollment)), None)
            }
            Err(refusal) => (State::Unmade, refused(record, refusal)),
        };
    }
    let Some(State::Enrollment(before)) = before else {
        return (State::Unmade, refused(record, "the membership does not exist"));
    };
    let mut after = before.clone();
    match apply(&mut after, record) {
        Ok((moved, raised)) => {
            movements.extend(moved);
            (State::Enrollment(after), raised)
        }
        // A refused verb may have let the calendar catch up; nothing of it counts.
        Err(refusal) => (State::Enrollment(before), refused(record, refusal)),
    }
}

fn apply(enrollment: &mut Enrollment, record: &Record) -> Result<(Vec<Movement>, Option<Raised>), Refusal> {
    let day = record.day;
    let mut raised = None;
    let moved = match &record.change {
        Change::ChargeCollected(charge) => {
            let overpaid = enrollment.totals.overpaid;
            let moved = enrollment.collect(day, charge.period, charge.total, charge.tax)?;
            let more = enrollment.totals.overpaid - overpaid;
            raised = more.is_positive().then_some(Raised::Overpaid { paid: more });
            moved
        }
        Change::ChargeRefunded(charge) => {
            enrollment.refund(day, charge.total, charge.tax, charge.cut_short)?
        }
        Change::EnrollmentPaused { until, .. } => enrollment.pause(day, *until)?,
        Change::EnrollmentResumed { .. } => enrollment.resume(day)?,
        Change::CancelScheduled { minimum_waived, .. } => {
            enrollment.cancel_at_period_end(day, Minimum::waived_if(*minimum_waived))?
        }
        Change::CancelUndone { .. } => enrollment.undo_cancel(day)?,
        Change::EnrollmentCancelled { minimum_waived, .. } => {
            enrollment.cancel_now(day, Minimum::waived_if(*minimum_waived))?
        }
        Change::TermsUpdated { version, terms, when, .. } => {
            enrollment.update_terms(day, *version, (**terms).clone(), *when)?
        }
        Change::PlanChanged(changed) => {
            enrollment.change_plan(day, changed.plan, changed.version, changed.terms.clone())?
        }
        Change::TermsKept { .. } => enrollment.keep_terms(day)?,
        Change::PaysChanged { pays, .. } => enrollment.switch_pays(day, *pays)?,
        Change::SubscriptionHeard(heard) => {
            let (moved, changed) = enrollment.hear(day, &heard.said, heard.settled);
            raised = changed.map(|changed| Raised::ChangedAtStripe { changed });
            moved
        }
        Change::ChargeFailed(failed) => {
            let moved = enrollment.hear_failure(day, failed)?;
            let open = enrollment.open_invoices.contains_key(&failed.period);
            raised = open.then(|| Raised::ChargeFailed {
                period: failed.period,
                total: failed.total,
                reason: failed.reason.clone(),
                used: enrollment.used_on_trust(),
            });
            moved
        }
        Change::HolderChanged { to, .. } => enrollment.change_holder(day, *to)?,
        Change::DependentAdded { customer, .. } => enrollment.add_dependent(day, *customer)?,
        Change::DependentRemoved { customer, .. } => enrollment.remove_dependent(day, *customer)?,
        Change::SeatsLimited { limit, .. } => enrollment.limit_seats(day, *limit)?,
        Change::SeatPaused { customer, .. } => enrollment.pause_seat(day, *customer)?,
        Change::SeatResumed { customer, .. } => enrollment.resume_seat(day, *customer)?,
        Change::CreditRefreshed { benefit, person, n, .. } => {
            enrollment.refresh(day, *benefit, *person, *n)?
        }
        Change::CreditAdjusted { benefit, person, amount, .. } => {
            enrollment.adjust(day, *benefit, *person, *amount, LotId::of_record(record.id, 0))?
        }
        Change::LotExtended { benefit, lot, expires, .. } => {
            enrollment.extend_lot(day, *benefit, *lot, *expires)?
        }
        Change::GoodwillGiven { benefit, person, amount, expires, .. } => {
            let lot = LotId::of_record(record.id, 0);
            enrollment.goodwill(day, *benefit, *person, *amount, *expires, lot)?
        }
        Change::OverdraftSettled { benefit, lot, by, .. } => match by {
            OverdraftBy::Forgiving => enrollment.forgive(day, *benefit, *lot)?,
            OverdraftBy::NextRefresh => enrollment.take_from_next_refresh(day, *benefit, *lot)?,
        },
        Change::TicketSettled(sale) => {
            let mut moved = Vec::new();
            for (benefit, lot, amount) in drawn(enrollment.id, &sale.settled) {
                let draw = LotDraw { lot, amount };
                moved.extend(enrollment.draw(day, benefit, draw)?);
                if let Some(by) = sale.customer {
                    enrollment.count_taken(benefit, draw, by, sale.ticket)?;
                }
                let over = enrollment
                    .accounts
                    .iter()
                    .flat_map(|account| account.overdrawn())
                    .find(|overdrawn| overdrawn.lot == lot);
                if let Some(over) = over {
                    raised = Some(Raised::Overdrawn { lot, by: over.amount });
                }
            }
            let trusted = sale.settled.on_trust().into_iter().find(|(id, _)| *id == enrollment.id);
            if let Some((_, amount)) = trusted {
                moved.extend(enrollment.trust(day, sale.ticket, amount));
                let lost = enrollment.used_on_trust() - enrollment.at_risk();
                if lost.is_positive() && raised.is_none() {
                    raised = Some(Raised::UsedOnTrust { used: lost });
                }
            }
            moved
        }
        Change::TrustReturned { ticket, left, .. } => enrollment.trust_returned(day, *ticket, *left),
        Change::TrustSettled { .. } => enrollment.settle_trust(day)?,
        Change::TicketVoided(void) => give_back(enrollment, record, void.ticket, &void.refund)?,
        Change::TicketRefunded(refunded) => give_back(enrollment, record, refunded.ticket, &refunded.refund)?,
        // Told after the event; where it came otherwise, as with a payment made elsewhere, it is nobody's task.
        Change::CalendarNoticed(told) => {
            if let Noticed::Ended { on, owed, .. } = told.noticed
                && owed.is_positive()
                && enrollment.at(day).ended.is_some_and(|ended| ended.on == on)
            {
                raised = Some(Raised::EndedUnpaid { owed });
            }
            Vec::new()
        }
        _ => Vec::new(),
    };
    Ok((moved, raised))
}

/// What a sale drew from each lot of an enrollment, in the order of redemption.
fn drawn(enrollment: EnrollmentId, settled: &SettledTicket) -> Vec<(BenefitId, LotId, i64)> {
    let mut sums: Vec<(BenefitId, LotId, i64)> = Vec::new();
    for run in settled.lines.iter().flat_map(|line| &line.units) {
        for draw in run.draws.iter().filter(|draw| draw.key.enrollment == enrollment) {
            let Some(lot) = draw.key.lot else { continue };
            let amount = draw.amount * i64::from(run.count);
            match sums.iter_mut().find(|(_, known, _)| *known == lot) {
                Some((_, _, sum)) => *sum += amount,
                None => sums.push((draw.key.benefit, lot, amount)),
            }
        }
    }
    sums
}

fn give_back(
    enrollment: &mut Enrollment,
    record: &Record,
    ticket: TicketId,
    refund: &RefundOutcome,
) -> Result<Vec<Movement>, Refusal> {
    let mut moved = Vec::new();
    let id = enrollment.id;
    for part in refund.returns.iter().filter(|part| part.key.enrollment == id) {
        let Some(lot) = part.key.lot else { continue };
        let draw = LotDraw { lot, amount: part.amount };
        moved.extend(enrollment.give_back(record.day, part.key.benefit, draw, record.id)?);
        enrollment.count_returned(part.key.benefit, draw, ticket)?;
    }
    Ok(moved)
}
