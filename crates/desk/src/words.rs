//! Memberships in words: benefits, charges, tenders, and why a move is not allowed.

use crate::ground::Ground;
use domain::checkout::{Tender, TenderKind};
use domain::credit::{Covers, CreditRefusal, Grant};
use domain::enrollment::{EndReason, Refusal, Seats};
use domain::gift_card::masked_code;
use domain::item::{ItemFilter, ItemSet};
use domain::plan::{
    AfterGrace, Credit, CreditUnit, Discount, DiscountValue, Expiry, Family, Frequency, Included, Renewal,
    Terms,
};
use domain::{Day, Money};

/// `a month`, `every 3 months`.
pub(crate) fn per(frequency: Frequency) -> &'static str {
    match frequency {
        Frequency::Monthly => "a month",
        Frequency::Quarterly => "every 3 months",
        Frequency::SemiAnnual => "every 6 months",
        Frequency::Annual => "a year",
    }
}

fn renewed(renewal: Renewal) -> &'static str {
    match renewal {
        Renewal::Monthly => "a month",
        Renewal::Yearly => "a year",
    }
}

/// Everything the terms promise, one sentence each without its full stop.
pub(crate) fn benefits(ground: &Ground, terms: &Terms) -> Vec<String> {
    let mut all: Vec<String> = terms.credits.iter().map(|credit| credit_words(ground, credit)).collect();
    all.extend(terms.included.iter().map(|included| included_words(ground, included)));
    all.extend(terms.discounts.iter().map(|discount| discount_words(ground, discount)));
    if !terms.access.is_empty() {
        all.push(format!("Access to {}", set(ground, &terms.access, "and")));
    }
    all.extend(family_words(ground, &terms.family));
    all
}

/// What it costs as whoever holds it has it: each seat, where an organization holds terms that have no other price.
pub(crate) fn price_held(terms: &Terms, seats: Option<Seats>) -> Money {
    if seats.is_some() && terms.price.is_zero() { terms.family.add_on_price() } else { terms.price }
}

/// The same as whoever holds it has it: an organization's people are all it covers.
pub(crate) fn benefits_held(ground: &Ground, terms: &Terms, seats: Option<Seats>) -> Vec<String> {
    if seats.is_none() {
        return benefits(ground, terms);
    }
    let mut all = benefits(ground, &Terms { family: Family::None, ..terms.clone() });
    let each = match &terms.family {
        Family::None => terms.price,
        family => family.add_on_price(),
    };
    let each = ground.money(each);
    all.push(match &terms.family {
        Family::None | Family::AddOn { .. } => format!("Each person has benefits of their own for {each}"),
        Family::Shared { .. } => "All its people share the credits".to_owned(),
        Family::Both { .. } => {
            format!("Each person has credits of their own for {each}, then all share the pool")
        }
    });
    all
}

/// `1 person`, `12 people`.
pub(crate) fn people(count: u32) -> String {
    if count == 1 { "1 person".to_owned() } else { format!("{count} people") }
}

fn credit_words(ground: &Ground, credit: &Credit) -> String {
    let any = match credit.unit {
        CreditUnit::Money => "any service, product or rental",
        CreditUnit::Minutes => "any rental",
        CreditUnit::Bookings => "any service or rental",
    };
    let what = match credit.unit {
        CreditUnit::Money => {
            format!("{} credit", ground.money(Money::from_minor(credit.amount)))
        }
        CreditUnit::Minutes | CreditUnit::Bookings => amount(ground, credit.unit, credit.amount),
    };
    let carried = match credit.expiry {
        Expiry::PeriodEnd => String::new(),
        Expiry::Rollover => ", what is left is carried over".to_owned(),
        Expiry::RolloverCap(cap) => format!(", up to {} carried over", amount(ground, credit.unit, cap)),
    };
    let allowed = match credit.allowance {
        Some(most) => format!(", each person at most {} of it", amount(ground, credit.unit, most)),
        None => String::new(),
    };
    format!(
        "{what} {} on {}{carried}{allowed}",
        renewed(credit.renewal),
        filter(ground, &credit.items, any, "or")
    )
}

fn included_words(ground: &Ground, included: &Included) -> String {
    let what = set(ground, &included.items, "or");
    let allowed = match included.allowance {
        Some(most) => format!(", each person at most {most} of them"),
        None => String::new(),
    };
    let said = match included.quantity {
        None => format!("Unlimited {what}"),
        Some(1) => format!("One {what} {}", renewed(included.renewal)),
        Some(count) => format!("{count} of {what} {}", renewed(included.renewal)),
    };
    said + &allowed
}

fn discount_words(ground: &Ground, discount: &Discount) -> String {
    let on = filter(ground, &discount.items, "services, products and rentals", "and");
    match discount.value {
        DiscountValue::Percent(rate) => format!("{rate} % off {on}"),
        DiscountValue::Amount(off) => format!("{} off a purchase of {on}", ground.money(off)),
    }
}

fn family_words(ground: &Ground, family: &Family) -> Option<String> {
    Some(match family {
        Family::None => return None,
        Family::AddOn { price, up_to } => format!(
            "Up to {} more, each with benefits of their own for {}",
            people(*up_to),
            ground.money(*price)
        ),
        Family::Shared { up_to } => format!("Up to {} more share the credits", people(*up_to)),
        Family::Both { price, up_to } => format!(
            "Up to {} more, each with benefits of their own for {}, who then share the holder's",
            people(*up_to),
            ground.money(*price)
        ),
    })
}

/// `Service credit`, `Infrared Sauna, hours`, `Express Facial or LED Light`.
pub(crate) fn benefit_name(ground: &Ground, grant: &Grant) -> String {
    let on = |any: &str| filter(ground, &grant.items, any, "or");
    match (grant.covers, grant.unit) {
        (Covers::Included, _) => on("Included services"),
        (Covers::Credit, CreditUnit::Money) => match &grant.items {
            ItemFilter::All => "Service credit".to_owned(),
            ItemFilter::Only(_) | ItemFilter::Except(_) => format!("Credit on {}", on("anything")),
        },
        (Covers::Credit, CreditUnit::Minutes) => format!("{}, hours", on("Rentals")),
        (Covers::Credit, CreditUnit::Bookings) => format!("{}, bookings", on("Services")),
    }
}

pub(crate) fn set_name(ground: &Ground, items: &ItemSet) -> String {
    set(ground, items, "or")
}

/// `$40.00`, `1 h 30 min`, `2 bookings`.
pub(crate) fn amount(ground: &Ground, unit: CreditUnit, amount: i64) -> String {
    match unit {
        CreditUnit::Money => ground.money(Money::from_minor(amount)),
        CreditUnit::Minutes => match (amount / 60, amount % 60) {
            (0, minutes) => format!("{minutes} min"),
            (hours, 0) => format!("{hours} h"),
            (hours, minutes) => format!("{hours} h {minutes} min"),
        },
        CreditUnit::Bookings if amount == 1 => "1 booking".to_owned(),
        CreditUnit::Bookings => format!("{amount} bookings"),
    }
}

fn filter(ground: &Ground, filter: &ItemFilter, any: &str, last: &str) -> String {
    match filter {
        ItemFilter::All => any.to_owned(),
        ItemFilter::Only(items) => set(ground, items, last),
        ItemFilter::Except(items) if items.is_empty() => any.to_owned(),
        ItemFilter::Except(items) => format!("{any} except {}", set(ground, items, "and")),
    }
}

/// `Facials, Express Peel or LED Light`.
fn set(ground: &Ground, items: &ItemSet, last: &str) -> String {
    let categories = items.categories.iter().filter_map(|id| {
        ground.categories.iter().find(|category| category.id == *id).map(|category| category.name.as_str())
    });
    let named = items.items.iter().filter_map(|id| ground.items.get(id).map(|item| item.name.as_str()));
    let names: Vec<&str> = categories.chain(named).collect();
    match names.split_last() {
        None => "nothing".to_owned(),
        Some((only, [])) => (*only).to_owned(),
        Some((end, others)) => format!("{} {last} {end}", others.join(", ")),
    }
}

/// What enrolling means, as the customer is shown it and agrees to it.
pub(crate) fn policies(terms: &Terms, starts: Day, seats: Option<Seats>) -> Vec<String> {
    let mut said = Vec::new();
    let cycles = |count: u32| if count == 1 { "1 period".to_owned() } else { format!("{count} periods") };
    if terms.maximum_cycles > 0 {
        let end = starts.plus_months(terms.frequency.months().saturating_mul(terms.maximum_cycles));
        said.push(format!(
            "It ends by itself after {}, on {}.",
            cycles(terms.maximum_cycles),
            end.prev().long()
        ));
    } else {
        said.push("It runs until it is cancelled.".to_owned());
    }
    said.push(match terms.minimum_cycles {
        0 => "It can be cancelled at any time and then ends with the period that is paid.".to_owned(),
        minimum => format!(
            "It can be cancelled once {} {} paid and then ends with the period that is paid.",
            cycles(minimum),
            if minimum == 1 { "is" } else { "are" }
        ),
    });
    said.push(if terms.cancel.prorates {
        "Ending it at once gives back the unused days of the period.".to_owned()
    } else {
        "Ending it at once gives nothing back for the period.".to_owned()
    });
    said.push(if seats.is_some() && terms.pause.allowed {
        "Each person can be paused; their seat stays taken and is paid for.".to_owned()
    } else if terms.pause.allowed && terms.pause.per_year > 0 {
        let kept = if terms.pause.keeps_benefits { "" } else { " Benefits rest while it is paused." };
        format!(
            "It can be paused {} a year, for at most {} days.{kept}",
            if terms.pause.per_year == 1 {
                "once".to_owned()
            } else {
                format!("{} times", terms.pause.per_year)
            },
            terms.pause.max_days
        )
    } else {
        "It cannot be paused.".to_owned()
    });
    let grace = match terms.past_due.grace_days {
        0 => "on its day".to_owned(),
        1 => "within 1 day".to_owned(),
        days => format!("within {days} days"),
    };
    said.push(match terms.past_due.afterwards {
        AfterGrace::StaysPastDue => format!("Benefits rest when a renewal is not paid {grace}."),
        AfterGrace::Cancels => format!("It ends when a renewal is not paid {grace}."),
    });
    said
}

/// `First charge`, `Renewal of 15 Mar`.
/// Why a membership ended, to follow a colon.
pub(crate) fn end_reason(why: EndReason) -> &'static str {
    match why {
        EndReason::CancelledNow => "cancelled",
        EndReason::AtPeriodEnd => "cancelled, and its last period was over",
        EndReason::NeverStarted => "cancelled before it started",
        EndReason::MaximumCycles => "its last cycle was over",
        EndReason::PastDue => "a renewal was not paid",
        EndReason::FirstChargeFailed => "its first charge was not paid",
        EndReason::AtStripe => "it was ended in Stripe's dashboard",
    }
}

pub(crate) fn charge(period: u32, due_on: Day, today: Day) -> String {
    if period == 0 { "First charge".to_owned() } else { format!("Renewal of {}", due_on.short(today)) }
}

/// `Cash $20.00, Card terminal $10.00`; one alone without its amount.
pub(crate) fn tenders(ground: &Ground, tenders: &[Tender]) -> String {
    match tenders {
        [] => "Nothing to pay".to_owned(),
        [only] => tender(&only.kind),
        several => several
            .iter()
            .map(|part| format!("{} {}", tender(&part.kind), ground.money(part.amount)))
            .collect::<Vec<_>>()
            .join(", "),
    }
}

pub(crate) fn tender(kind: &TenderKind) -> String {
    match kind {
        TenderKind::Cash => "Cash".to_owned(),
        TenderKind::Terminal { reference } if reference.is_empty() => "Card terminal".to_owned(),
        TenderKind::Terminal { reference } => format!("Card terminal {reference}"),
        TenderKind::Check { number } if number.is_empty() => "Check".to_owned(),
        TenderKind::Check { number } => format!("Check {number}"),
        TenderKind::CardOnFile => "Card on file".to_owned(),
        // Lists, files and papers are read by many, and a code is money.
        TenderKind::GiftCard { code } => format!("Gift card {}", masked_code(code)),
    }
}

/// Why a move of a membership is not allowed, in a sentence.
pub(crate) fn refused(refusal: &Refusal) -> String {
    match refusal {
        Refusal::StartsInPast { starts, today } => {
            format!("The start, {}, is before today, {}.", starts.long(), today.long())
        }
        Refusal::StartsInFuture { starts, today } => {
            format!("The start, {}, is after today, {}.", starts.long(), today.long())
        }
        Refusal::BillsBeforeStart { next_billing, starts } => {
            format!("The next billing, {}, is not after the start, {}.", next_billing.long(), starts.long())
        }
        Refusal::EndsBeforeBilling { on } => {
            format!("By its terms it ends on {}, before it would be billed.", on.long())
        }
        Refusal::UsedOnTrust { .. } => {
            "Benefits of it were used before they were paid for. Take that at the checkout, or \
             have a manager forgive it, and settle it on the membership; then it can be cancelled."
                .to_owned()
        }
        Refusal::NothingOnTrust => "Nothing was used that is not paid.".to_owned(),
        Refusal::AlreadyCancelled { on } => format!("It ended on {}.", on.long()),
        Refusal::NotStarted { starts } => format!("It starts on {}.", starts.long()),
        Refusal::AlreadyEnding { last_day } => format!("It already ends after {}.", last_day.long()),
        Refusal::NotEnding => "No cancellation is waiting.".to_owned(),
        Refusal::MinimumCycles { paid, minimum } => {
            format!("{paid} of at least {minimum} periods are paid.")
        }
        Refusal::ChargeOverdue { since } => {
            format!("A charge is due since {}; collect it first.", since.long())
        }
        Refusal::PausesNotAllowed => "The terms allow no pauses.".to_owned(),
        Refusal::PauseLimit { taken, per_year } => {
            format!("It was paused {taken} times within a year; the terms allow {per_year}.")
        }
        Refusal::PauseTooLong { max_days } => format!("A pause lasts {max_days} days at most."),
        Refusal::PauseEndsInPast { until, .. } => {
            format!("The pause would end on {}, which is not after today.", until.long())
        }
        Refusal::AlreadyPaused { since } => format!("It is paused since {}.", since.long()),
        Refusal::NotPaused => "It is not paused.".to_owned(),
        Refusal::SeatsFull { limit: 1 } => "The only seat is taken.".to_owned(),
        Refusal::SeatsFull { limit } => format!("All {limit} seats are taken."),
        Refusal::SeatsTaken { taken, limit } => {
            format!("{} sit there already, more than {limit}.", people(*taken))
        }
        Refusal::HeldByOrganization => {
            "An organization holds it. Pause or remove its people one by one.".to_owned()
        }
        Refusal::NoOrganization => "No organization holds it, so it has no seats.".to_owned(),
        Refusal::SeatPaused { since } => format!("This seat is paused since {}.", since.long()),
        Refusal::SeatNotPaused => "This seat is not paused.".to_owned(),
        Refusal::NoFamily => "The terms cover nobody else.".to_owned(),
        Refusal::FamilyFull { up_to: 1 } => "The terms cover 1 more person at most.".to_owned(),
        Refusal::FamilyFull { up_to } => format!("The terms cover {up_to} more people at most."),
        Refusal::FamilyTooLarge { covered, up_to } => {
            format!(
                "{covered} more are covered, and these terms cover {up_to}. Remove somebody from the family first."
            )
        }
        Refusal::NothingAgreed => "No other terms are agreed.".to_owned(),
        Refusal::AlreadyCovered { .. } => "This person is covered already.".to_owned(),
        Refusal::NotCovered { .. } => "This person is not covered.".to_owned(),
        Refusal::NoSuchBenefit { .. } => "The membership holds no such credit.".to_owned(),
        Refusal::ChargeUnpaid { due_on } => format!("The charge due on {} is not paid.", due_on.long()),
        Refusal::Credit(credit) => match credit {
            CreditRefusal::Insufficient { .. } => "Less credit is left than that.".to_owned(),
            CreditRefusal::Paused { since } => format!("Credits rest since {}.", since.long()),
            CreditRefusal::Ended { on } => format!("Credits ended on {}.", on.long()),
            CreditRefusal::NotDue { due } => format!("The refresh is not due before {}.", due.long()),
            CreditRefusal::EmptyAmount => "An amount is more than zero.".to_owned(),
            CreditRefusal::NoSuchLot { .. } => "There is no such credit.".to_owned(),
        },
    }
}
