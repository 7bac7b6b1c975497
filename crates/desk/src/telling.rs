//! What happened, told in one sentence: the log's words.

use crate::ground::Ground;
use crate::words;
use domain::checkout::UseKind;
use domain::credit::Grant;
use domain::enrollment::{Noticed, PaysBy};
use domain::mail::Mail;
use domain::plan::Frequency;
use domain::record::{Change, ExportedWhat, FileFormat, ImportedWhat, OverdraftBy, Record};
use domain::stripe::{CardOutcome, NextTry, PlanSaid, SubscriptionState};
use domain::{BenefitId, CustomerId, Day, EnrollmentId, Money, RecordId};
use std::collections::BTreeMap;
use store::query::StatusShown;

/// `every month`, `every 3 months`.
pub fn every(frequency: Frequency) -> &'static str {
    match frequency {
        Frequency::Monthly => "every month",
        Frequency::Quarterly => "every 3 months",
        Frequency::SemiAnnual => "every 6 months",
        Frequency::Annual => "every year",
    }
}

/// A status as a badge says it, without days.
pub fn status(status: StatusShown) -> &'static str {
    match status {
        StatusShown::Scheduled { .. } => "Starts later",
        StatusShown::Active => "Active",
        StatusShown::Waiting { .. } => "First charge due",
        StatusShown::PastDueGrace { .. } | StatusShown::PastDueSuspended { .. } => "Past Due",
        StatusShown::Paused { .. } => "Paused",
        StatusShown::Ends { .. } => "Ending",
        StatusShown::Cancelled { .. } => "Cancelled",
    }
}

/// `$40.00 of credit`, `1 h 30 min`, `2 bookings`, `1 included service`.
pub fn drawn(ground: &Ground, kind: UseKind, amount: i64) -> String {
    let counted =
        |one: &str, many: &str| if amount == 1 { format!("1 {one}") } else { format!("{amount} {many}") };
    match kind {
        UseKind::Money => format!("{} of credit", ground.money(Money::from_minor(amount))),
        UseKind::Minutes => match (amount / 60, amount % 60) {
            (0, minutes) => format!("{minutes} min"),
            (hours, 0) => format!("{hours} h"),
            (hours, minutes) => format!("{hours} h {minutes} min"),
        },
        UseKind::Bookings => counted("booking", "bookings"),
        UseKind::Included => counted("included service", "included services"),
    }
}

/// What a kind of record is about, for tasks: `A pause`.
pub fn kind(kind: &str) -> &'static str {
    match kind.split('.').next().unwrap_or(kind) {
        "enrolled" => "An enrollment",
        "membership_imported" => "A membership from another system",
        "charge_collected" => "A collected charge",
        "charge_refunded" => "A refunded charge",
        "enrollment_paused" => "A pause",
        "enrollment_resumed" => "A resume",
        "cancel_scheduled" | "enrollment_cancelled" => "A cancellation",
        "cancel_undone" => "An undone cancellation",
        "terms_updated" | "terms_kept" => "An update of terms",
        "plan_changed" => "A change of plan",
        "pays_changed" => "A change of how it is paid",
        "charge_failed" => "A refused charge",
        "subscription_heard" | "customer_heard" | "plan_heard" => "Something Stripe said",
        "holder_changed" => "A change of the holder",
        "dependent_added" | "dependent_removed" => "A change of family",
        "credit_refreshed" => "A credit refresh",
        "credit_adjusted" | "lot_extended" | "goodwill_given" | "overdraft_settled" => "A credit adjustment",
        "ticket_refunded" | "ticket_voided" => "A return of credits",
        "ticket_settled" => "A sale",
        "drawer_opened" | "drawer_closed" | "cash_moved" => "A change of the cash drawer",
        "gift_card_adjusted" | "gift_card_blocked" | "gift_card_unblocked" => "A change of a gift card",
        "customer_edited" | "customer_noted" | "customer_merged" | "customer_created" | "customer_erased" => {
            "A change of a person"
        }
        _ => "A change",
    }
}

/// What a log knows of those whom, and of that which, its records name by number alone.
#[derive(Default)]
pub struct Around {
    pub people: BTreeMap<CustomerId, String>,
    pub grants: BTreeMap<(EnrollmentId, BenefitId), Grant>,
    /// What differs from the record before of the same thing: `refund limit`, `pin`, `phone`.
    pub changed: BTreeMap<RecordId, Vec<String>>,
}

impl Around {
    fn name(&self, id: CustomerId) -> Option<&str> {
        self.people.get(&id).map(String::as_str).filter(|name| !name.is_empty())
    }

    /// `Ben Ode`, or what stands for somebody who is not known here.
    fn named<'a>(&'a self, id: CustomerId, otherwise: &'a str) -> &'a str {
        self.name(id).unwrap_or(otherwise)
    }

    /// `$20.00` or `2 bookings`, and `Service credit of Ben Ode`.
    fn credit(
        &self,
        ground: &Ground,
        key: (EnrollmentId, BenefitId),
        person: Option<CustomerId>,
        amount: i64,
    ) -> Option<(String, String)> {
        let grant = self.grants.get(&key)?;
        let of = person.and_then(|id| self.name(id)).map_or_else(String::new, |name| format!(" of {name}"));
        let benefit = format!("{}{of}", words::benefit_name(ground, grant));
        Some((words::amount(ground, grant.unit, amount), benefit))
    }
}

/// What a record of something that is saved whole says, and what of it differs from the one before.
pub fn saved(ground: &Ground, around: &Around, record: &Record) -> String {
    let said = change(ground, around, &record.change, record.day);
    match around.changed.get(&record.id).map(Vec::as_slice) {
        None => said,
        Some([]) => format!("{} Nothing changed.", said),
        Some(fields) if matches!(record.change, Change::CustomerEdited { .. }) => {
            format!("{}: {}.", said.trim_end_matches('.'), fields.join(", "))
        }
        Some(fields) => format!("{} Changed: {}.", said, fields.join(", ")),
    }
}

/// What happened, in one sentence.
pub fn change(ground: &Ground, around: &Around, change: &Change, day: Day) -> String {
    let money = |amount: Money| ground.money(amount);
    match change {
        Change::PracticeSaved(practice) => format!("Practice saved as {}.", practice.name),
        Change::DeskSaved(desk) => format!("Desk saved as {}, receipts {}.", desk.name, desk.code),
        Change::LocationSaved(location) => format!("Location {} saved.", location.name),
        Change::TaxClassSaved(class) => format!("Tax class {} saved.", class.name),
        Change::CategorySaved(category) => format!("Category {} saved.", category.name),
        Change::StaffSaved(staff) => {
            format!("{} saved as {}.", staff.name, staff.role.words().to_lowercase())
        }
        Change::ItemSaved(item) if item.archived => format!("{} archived.", item.name),
        Change::ItemSaved(item) => format!("{} saved at {}.", item.name, money(item.price)),
        Change::PlanCreated { about, terms, .. } => {
            format!("{} created at {} {}.", about.name, money(terms.price), every(terms.frequency))
        }
        Change::PlanDescribed { about, .. } => format!("{} described anew.", about.name),
        Change::PlanVersioned { terms, note, .. } if note.is_empty() => {
            format!("A new version of the terms, at {} {}.", money(terms.price), every(terms.frequency))
        }
        Change::PlanVersioned { terms, note, .. } => {
            format!(
                "A new version of the terms, at {} {}: {note}",
                money(terms.price),
                every(terms.frequency)
            )
        }
        Change::PlanArchived { .. } => "Archived; no new enrollments.".to_owned(),
        Change::PlanRestored { .. } => "Restored.".to_owned(),
        Change::CustomerCreated { person, .. } => format!("{} put on file.", person.name),
        Change::CustomerEdited { person, .. } => format!("Details of {} changed.", person.name),
        Change::CustomerNoted { note, .. } => format!("Note added: {}", note.text),
        Change::CustomerMerged { .. } => "Merged: two entries for one person became one.".to_owned(),
        Change::Enrolled(enrolled) => format!(
            "Enrolled in {} (version {}), starting {}.",
            ground.plan_name(enrolled.plan),
            enrolled.version,
            enrolled.start.short(day)
        ),
        Change::CustomerErased { .. } => "Erased on request: name, contact and notes are gone.".to_owned(),
        Change::MembershipImported(import) => format!(
            "{} (version {}) taken over from another system, held since {}, next billed {}.",
            ground.plan_name(import.plan),
            import.version,
            import.start.short(day),
            import.next_billing.short(day)
        ),
        Change::ChargeCollected(charge) => {
            format!("{} collected, receipt {}.", money(charge.total), charge.number)
        }
        Change::ChargeRefunded(charge) => {
            format!("{} refunded, receipt {}: {}", money(charge.total), charge.number, charge.reason)
        }
        Change::EnrollmentPaused { until: Some(until), .. } => format!("Paused until {}.", until.short(day)),
        Change::EnrollmentPaused { until: None, .. } => "Paused without a return date.".to_owned(),
        Change::EnrollmentResumed { .. } => "Resumed.".to_owned(),
        Change::CancelScheduled { reason, minimum_waived, .. } => {
            let waived = if *minimum_waived { " before the minimum" } else { "" };
            format!("Cancelled at the period's end{waived}.{}", because(reason))
        }
        Change::CancelUndone { .. } => "Cancellation undone.".to_owned(),
        Change::EnrollmentCancelled { reason, .. } => format!("Cancelled at once.{}", because(reason)),
        Change::TermsUpdated { version, .. } => format!("Terms updated to version {version}."),
        Change::PlanChanged(changed) => {
            format!("Changed to {} (version {}).", ground.plan_name(changed.plan), changed.version)
        }
        Change::TermsKept { .. } => "The change agreed for later was dropped.".to_owned(),
        Change::HolderChanged { to, reason, .. } => {
            format!("{} became the holder.{}", around.named(*to, "A family member"), because(reason))
        }
        Change::GoodwillGiven { enrollment, benefit, person, amount, expires, reason } => {
            let until = expires.map_or_else(String::new, |day_of| format!(", until {}", day_of.short(day)));
            match around.credit(ground, (*enrollment, *benefit), *person, *amount) {
                Some((amount, what)) => {
                    format!("{what}: {amount} given as goodwill{until}.{}", because(reason))
                }
                None => format!("Credit given as goodwill{until}.{}", because(reason)),
            }
        }
        Change::OverdraftSettled { enrollment, benefit, by, reason, .. } => {
            let what = around.credit(ground, (*enrollment, *benefit), None, 0);
            let what = what.map_or_else(|| "A credit".to_owned(), |(_, what)| what);
            let how = match by {
                OverdraftBy::Forgiving => "what was drawn too much was forgiven",
                OverdraftBy::NextRefresh => "what was drawn too much is taken from the next refresh",
            };
            format!("{what}: {how}.{}", because(reason))
        }
        Change::TrustReturned { left, .. } => {
            format!(
                "A sale gave benefits back that were not paid for yet; {} stay used.",
                ground.money(*left)
            )
        }
        Change::TrustSettled { amount, ticket, reason, .. } => {
            let how = match ticket {
                Some(_) => "was paid at the checkout",
                None => "was forgiven",
            };
            format!(
                "{} of benefits used before they were paid for {how}.{}",
                ground.money(*amount),
                because(reason)
            )
        }
        Change::DependentAdded { customer, .. } => {
            format!("{} is covered.", around.named(*customer, "One more person"))
        }
        Change::DependentRemoved { customer, .. } => {
            format!("{} is no longer covered.", around.named(*customer, "A person"))
        }
        Change::SeatsLimited { limit: Some(limit), .. } => format!("Agreed to {limit} seats."),
        Change::SeatsLimited { limit: None, .. } => "The number of seats is no longer limited.".to_owned(),
        Change::SeatPaused { customer, .. } => {
            format!("{} paused; the seat stays taken.", around.named(*customer, "A person"))
        }
        Change::SeatResumed { customer, .. } => {
            format!("{} goes on.", around.named(*customer, "A person whose seat was paused"))
        }
        Change::CreditRefreshed { enrollment, benefit, person, n } => {
            match around.credit(ground, (*enrollment, *benefit), *person, 0) {
                Some((_, what)) => format!("{what}: refresh {} granted.", n + 1),
                None => format!("Credit refresh {} granted.", n + 1),
            }
        }
        Change::CreditAdjusted { enrollment, benefit, person, amount, reason } => {
            let way = if *amount < 0 { "down" } else { "up" };
            match around.credit(ground, (*enrollment, *benefit), *person, amount.abs()) {
                Some((amount, what)) => format!("{what}: adjusted {way} by {amount}.{}", because(reason)),
                None => format!("Credit adjusted {way}.{}", because(reason)),
            }
        }
        Change::LotExtended { enrollment, benefit, expires, reason, .. } => {
            let what = around.credit(ground, (*enrollment, *benefit), None, 0);
            let what = what.map_or_else(|| "A credit".to_owned(), |(_, what)| what);
            match expires {
                Some(until) => format!("{what}: expires on {} now.{}", until.short(day), because(reason)),
                None => format!("{what}: does not expire now.{}", because(reason)),
            }
        }
        Change::TicketHeld(held) => format!("Held as {}.", held.label),
        Change::HeldReleased { .. } => "Taken back from hold.".to_owned(),
        Change::TicketSettled(sale) => {
            let totals = sale.settled.quote.totals;
            format!("Ticket {} settled, {} due.", sale.number, money(totals.due))
        }
        Change::TicketVoided(void) => format!("Voided.{}", because(&void.reason)),
        Change::TicketRefunded(refunded) => {
            let back: Money = refunded.refund.give_backs.iter().map(|back| back.amount).sum();
            format!("{} refunded, receipt {}.{}", money(back), refunded.number, because(&refunded.reason))
        }
        Change::DrawerOpened(opened) => {
            format!("Drawer opened with {}.{}", money(opened.counted), because(&opened.note))
        }
        Change::CashMoved(moved) if moved.amount.is_negative() => {
            format!("{} paid out of the drawer.{}", money(-moved.amount), because(&moved.reason))
        }
        Change::CashMoved(moved) => {
            format!("{} paid into the drawer.{}", money(moved.amount), because(&moved.reason))
        }
        Change::DrawerClosed(closed) => format!(
            "Drawer closed: {} expected, {} counted.{}",
            money(closed.expected),
            money(closed.counted),
            because(&closed.note)
        ),
        Change::GiftCardAdjusted { amount, reason, .. } => {
            let way = if amount.is_negative() { "down" } else { "up" };
            format!(
                "Gift card put right, {way} by {}.{}",
                money(if amount.is_negative() { -*amount } else { *amount }),
                because(reason)
            )
        }
        Change::GiftCardBlocked { reason, .. } => format!("Gift card blocked.{}", because(reason)),
        Change::GiftCardUnblocked { reason, .. } => format!("Gift card unblocked.{}", because(reason)),
        Change::CalendarNoticed(told) => match told.noticed {
            Noticed::Resumed { on } => format!("The pause was over: it goes on since {}.", on.short(day)),
            Noticed::Ended { on, why, owed } => {
                let left = if owed.is_positive() {
                    format!(" {} was not collected.", money(owed))
                } else {
                    String::new()
                };
                format!("Ended on {}: {}.{left}", on.short(day), words::end_reason(why))
            }
        },
        Change::TaskClosed { note, .. } => format!("Task closed.{}", because(note)),
        Change::MailAsked(asked) => {
            let to = if asked.to.is_empty() { String::new() } else { format!(" to {}", asked.to) };
            format!("E-mail asked for{to}: {}.", mail(&asked.mail, day))
        }
        Change::MailDue(due) => format!("Reminder due: {}.", mail(&due.mail, day)),
        Change::MessageWritten(message) => {
            format!("Message written to {}: {}", counted(message.people, "person", "people"), message.subject)
        }
        Change::PaysChanged { pays: PaysBy::Card, .. } => "Goes over to payment by card.".to_owned(),
        Change::PaysChanged { pays: PaysBy::Counter, .. } => {
            "Goes over to payment at the counter.".to_owned()
        }
        Change::CustomerHeard(heard) => match (&heard.said.card, heard.said.deleted) {
            (_, true) => "Deleted in Stripe's dashboard.".to_owned(),
            (Some(card), false) => format!("Known to Stripe; card on file: {}.", card.words()),
            (None, false) => "Known to Stripe, without a card on file.".to_owned(),
        },
        Change::PlanHeard(heard) => match &heard.said {
            PlanSaid::Product(_) => "Known to Stripe.".to_owned(),
            PlanSaid::NoProduct => "Deleted in Stripe's dashboard.".to_owned(),
            PlanSaid::Price(price) if price.active => {
                format!("Stripe knows the price {}.", money(price.is.amount))
            }
            PlanSaid::Price(price) => {
                format!("The price {} is no longer sold at Stripe.", money(price.is.amount))
            }
        },
        Change::TaxRateHeard { said, .. } => format!("Stripe knows the tax rate of {} %.", said.rate),
        Change::SubscriptionHeard(heard) => {
            let state = match heard.said.state {
                SubscriptionState::Running => "it is billed",
                SubscriptionState::Waiting => "it waits for its first charge",
                SubscriptionState::PastDue => "a charge was not paid",
                SubscriptionState::Paused | SubscriptionState::CollectionPaused { .. } => "it is paused",
                SubscriptionState::Ended => "it has ended",
            };
            let next = heard.said.bills_next.map(|on| format!(", next on {}", on.short(day)));
            format!("Stripe says: {state}{}.", next.unwrap_or_default())
        }
        Change::ChargeFailed(failed) => {
            let decline = billing::answer::decline(&failed.reason);
            let next = match failed.next_try {
                NextTry::On(on) => format!(" Stripe tries again on {}.", on.short(day)),
                NextTry::Never => String::new(),
            };
            format!("{} was not paid: {}{next}", money(failed.total), decline.what)
        }
        Change::DisputeHeard(dispute) => format!("A charge of {} is disputed.", money(dispute.amount)),
        Change::CardPageAsked { by_email: true, .. } => {
            "A page for a card was asked for, to be sent by e-mail.".to_owned()
        }
        Change::BillingPageAsked { .. } => "Stripe’s page of their bills was asked for.".to_owned(),
        Change::CardPageAsked { by_email: false, .. } => "A page for a card was asked for.".to_owned(),
        Change::CardEntered { .. } => "A card was entered on Stripe's page.".to_owned(),
        Change::ChargeRetried { .. } => "The bank was asked again.".to_owned(),
        Change::CardChargeAsked(asked) => {
            format!("{} to be charged to the card on file.", money(asked.amount))
        }
        Change::CardChargeAnswered(answered) => match &answered.outcome {
            CardOutcome::Taken { .. } => format!("{} charged to the card on file.", money(answered.amount)),
            CardOutcome::Declined { reason } => {
                format!("{} not charged: {}", money(answered.amount), billing::answer::decline(reason).what)
            }
            CardOutcome::NotAsked => format!("{} not charged; nobody was asked.", money(answered.amount)),
        },
        Change::CardChargeReturned { amount, .. } => {
            format!("{} goes back to the card: nothing was sold for it.", money(*amount))
        }
        Change::CardChargeRefunded(back) => {
            format!("{} was given back to the card in Stripe's dashboard.", money(back.amount))
        }
        Change::EffectRefused(refused) => format!(
            "Stripe refused: {} ({}).",
            crate::stripe::plain_title(ground, &refused.owed),
            refused.why.replace('_', " ")
        ),
        Change::EffectRenewed { owed, .. } => {
            format!("Asked for anew: {}.", crate::stripe::plain_title(ground, owed))
        }
        Change::DataExported(export) => {
            let what = match export.what {
                ExportedWhat::Members => "Members",
                ExportedWhat::Customers => "People on file",
                ExportedWhat::Tickets => "Tickets",
                ExportedWhat::TicketLines => "Ticket lines",
                ExportedWhat::Credits => "Credits",
                ExportedWhat::Person => "Everything held about this person",
            };
            let format = match export.format {
                FileFormat::Csv => "CSV",
                FileFormat::Json => "JSON",
                FileFormat::Html => "a page",
            };
            format!("{what} taken out as {format}: {}.", counted(export.rows, "row", "rows"))
        }
        Change::DataImported(import) => {
            let what = match import.what {
                ImportedWhat::Customers => "People",
                ImportedWhat::Items => "Items",
                ImportedWhat::Members => "Members",
            };
            format!(
                "{what} imported from {}: {} added, {} changed, {} as they were.",
                import.file, import.created, import.changed, import.unchanged
            )
        }
    }
}

/// What a mail is about.
fn mail(mail: &Mail, day: Day) -> String {
    match mail {
        Mail::Welcome { .. } => "welcome".to_owned(),
        Mail::Paused { .. } => "the pause".to_owned(),
        Mail::Resumed { .. } => "the resume".to_owned(),
        Mail::Ending { .. } | Mail::GoesOn { .. } | Mail::Ended { .. } => "the cancellation".to_owned(),
        Mail::Receipt { .. } => "the receipt".to_owned(),
        Mail::ChargeReceipt { number, .. } => format!("receipt {number}"),
        Mail::Agreement { .. } => "what was agreed".to_owned(),
        Mail::Expiring { on, .. } => format!("credit that expires on {}", on.short(day)),
        Mail::Renews { on, .. } => format!("renewal on {}", on.short(day)),
        Mail::Late { on, .. } => format!("the renewal of {} that was not paid", on.short(day)),
        Mail::ChargeFailed { .. } => "the card that was refused".to_owned(),
        Mail::CardUpdated { .. } => "the new card".to_owned(),
        Mail::CardPage { .. } => "the page for a card".to_owned(),
        Mail::Message { .. } => "a message".to_owned(),
        Mail::Statement { on, .. } => format!("the statement of {}", on.short(day)),
    }
}

fn counted(count: u32, one: &str, many: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {many}") }
}

fn because(reason: &str) -> String {
    if reason.is_empty() { String::new() } else { format!(" Reason: {reason}") }
}
