//! What a mail says, worked out from what holds now; just before it is sent the first time.

use super::letter::Page;
use super::mail_of;
use crate::enrollments::charge_receipt;
use crate::op::Look;
use crate::refusal::{Refusal, Result};
use crate::{agreements, organizations, tickets, words};
use domain::enrollment::{EndReason, Ended, Enrollment, Status};
use domain::fold::State;
use domain::mail::Mail;
use domain::practice::Practice;
use domain::record::{Change, Entity};
use domain::stripe::NextTry;
use domain::{EffectId, EnrollmentId, Money, RecordId};
use protocol::agreements::{Agreement, GetAgreements};
use protocol::mail::Letter;
use protocol::organizations::StatementPaper;
use protocol::receipt::Receipt;
use protocol::tickets::GetTicket;
use store::query::{self, EffectRow};

/// What becomes of a mail when its turn comes.
pub(super) enum Composed {
    Goes(Box<Letter>),
    /// What it was to say no longer holds, and why.
    NotAnyMore(String),
}

pub(super) async fn compose(look: &mut Look<'_>, row: &EffectRow) -> Result<Composed> {
    let ground = look.here.ground.clone();
    let practice = ground.practice()?;
    let to = row.address.clone().unwrap_or_else(|| row.email.clone());
    if to.is_empty() {
        return Ok(Composed::NotAnyMore("There is no e-mail address on file any more.".to_owned()));
    }
    let mail = mail_of(&row.what)?;
    // To another address may be another reader; the name is the customer's own.
    let name = if row.address.is_none() { row.name.as_str() } else { "" };
    Ok(match page(look, &mail, practice, name).await? {
        Ok(page) => {
            let from = practice.mail.as_ref();
            Composed::Goes(Box::new(letter(practice, from, row.id, &page, name, to, look.here.now.millis())))
        }
        Err(why) => Composed::NotAnyMore(why),
    })
}

fn letter(
    practice: &Practice,
    from: Option<&domain::mail::MailSettings>,
    id: EffectId,
    page: &Page,
    name: &str,
    to: String,
    date_millis: i64,
) -> Letter {
    Letter {
        id,
        from_name: practice.name.clone(),
        from: from.map(|from| from.from.clone()).unwrap_or_default(),
        reply_to: from.map(|from| from.reply_to.clone()).unwrap_or_default(),
        to_name: name.to_owned(),
        to,
        subject: page.subject.clone(),
        text: page.text(practice),
        html: page.html(practice),
        date_millis,
    }
}

/// A letter that only says that letters arrive.
pub(super) fn test_letter(practice: &Practice, id: EffectId, to: String, date_millis: i64) -> Letter {
    let page = Page::new(format!("Test from {}", practice.name), "").words(
        "This is a test. Whoever reads it gets the e-mail of this practice: receipts, and news of memberships.",
    );
    letter(practice, practice.mail.as_ref(), id, &page, "", to, date_millis)
}

type Said = std::result::Result<Page, String>;

async fn page(look: &mut Look<'_>, mail: &Mail, practice: &Practice, name: &str) -> Result<Said> {
    let receipt_page = |receipt: Receipt| {
        Page::new(format!("Receipt {} from {}", receipt.number, practice.name), name)
            .words("Thank you. This is your receipt.")
            .receipt(receipt)
    };
    match mail {
        Mail::Receipt { ticket } => {
            let view = tickets::get_ticket(look, GetTicket { id: *ticket }).await?;
            Ok(Ok(receipt_page(Receipt::of(&view, practice))))
        }
        Mail::ChargeReceipt { enrollment, number } => {
            let here = look.here.clone();
            let charge = charge_receipt(look.conn, &here, *enrollment, &number.to_string()).await?;
            Ok(Ok(receipt_page(Receipt::of_charge(&charge, practice))))
        }
        Mail::Message { message } => {
            match store::record(look.conn, *message).await?.map(|found| found.change) {
                Some(Change::MessageWritten(written)) => {
                    Ok(Ok(Page::new(written.subject, name).words(written.text)))
                }
                _ => Ok(Err("The message was erased on request.".to_owned())),
            }
        }
        Mail::Statement { organization, on, kind } => {
            let found = organizations::statement_paper(look, *organization, *on, *kind).await?;
            Ok(found
                .map(|paper| statement(&paper, name))
                .ok_or_else(|| "Nothing falls on that day any more.".to_owned()))
        }
        Mail::Agreement { enrollment, record } => agreement(look, *enrollment, *record, name).await,
        Mail::CardUpdated { customer } => {
            let ground = look.here.ground.clone();
            let today = look.here.today;
            let card = crate::stripe::card_of(look.conn, &ground, today, *customer).await?;
            Ok(card
                .map(|card| {
                    Page::new(format!("Your card at {}", practice.name), name)
                        .words(format!("{} is on file now, and is charged from now on.", card.words))
                        .words("If that was not you, tell us at once.")
                })
                .ok_or_else(|| "There is no card on file any more.".to_owned()))
        }
        Mail::CardPage { page, .. } => {
            let url = query::effect(look.conn, *page).await?.and_then(|row| row.address);
            Ok(url
                .map(|url| {
                    Page::new(format!("Your card for {}", practice.name), name)
                        .words("Enter the card that is to be charged, on this page of Stripe's. It is open for a day.")
                        .words(url)
                        .words("We never see the number of your card.")
                })
                .ok_or_else(|| "The page is not open any more.".to_owned()))
        }
        Mail::Late { .. }
        | Mail::ChargeFailed { .. }
        | Mail::Welcome { .. }
        | Mail::Paused { .. }
        | Mail::Resumed { .. }
        | Mail::Ending { .. }
        | Mail::GoesOn { .. }
        | Mail::Ended { .. }
        | Mail::Expiring { .. }
        | Mail::Renews { .. } => membership(look, mail, practice, name).await,
    }
}

async fn load(look: &mut Look<'_>, id: EnrollmentId) -> Result<Enrollment> {
    match query::entity(look.conn, Entity::Enrollment(id)).await? {
        Some(State::Enrollment(held)) => Ok(held.at(look.here.today)),
        _ => Err(Refusal::NotFound { what: "The membership" }),
    }
}

async fn membership(look: &mut Look<'_>, mail: &Mail, practice: &Practice, name: &str) -> Result<Said> {
    let Some(id) = mail.enrollment() else { return Err(Refusal::NotFound { what: "The membership" }) };
    let now = load(look, id).await?;
    let ground = look.here.ground.clone();
    let today = look.here.today;
    let plan = ground.plan_name(now.plan);
    let at = &practice.name;
    let next = now.next_charge(today);
    let next_charge = next.as_ref().map(|due| {
        ("Next charge".to_owned(), format!("{} on {}", ground.money(due.total), due.due_on.long()))
    });
    let runs = now.ended.is_none();
    let owed: Money = now.dues(today).iter().map(|due| due.total).sum();
    Ok(match mail {
        Mail::Welcome { .. } if !runs => Err("The membership ended before this was sent.".to_owned()),
        Mail::Welcome { .. } => {
            let mut facts = vec![
                ("Membership".to_owned(), plan.clone()),
                ("Starts".to_owned(), now.starts_on.long()),
                (
                    "Price".to_owned(),
                    format!("{} {}", ground.money(words::price_held(&now.terms, now.seats)), words::per(now.terms.frequency)),
                ),
            ];
            facts.extend(next_charge);
            Ok(Page::new(format!("Welcome to {plan}"), name)
                .words(format!("Thank you for joining {plan} at {at}."))
                .facts(facts)
                .list("What you get", words::benefits_held(&ground, &now.terms, now.seats))
                .list("What was agreed", agreed(look, id).await?.pop().map_or_else(Vec::new, |first| first.sentences)))
        }
        Mail::Paused { until, .. } => match (&now.paused, until) {
            (None, _) => Err("It was resumed before this was sent.".to_owned()),
            (Some(paused), until) => {
                let rest = if now.terms.pause.keeps_benefits {
                    "Nothing is charged meanwhile, and your benefits stay."
                } else {
                    "Nothing is charged meanwhile, and your benefits and credits rest."
                };
                let said = match until {
                    Some(day) => format!("Your {plan} membership at {at} is paused until {}. It goes on by itself on that day.", day.long()),
                    None => format!(
                        "Your {plan} membership at {at} is paused. Tell us when it is to go on; it does so by itself on {}, after the longest pause it allows.",
                        paused.resumes_on().long()
                    ),
                };
                Ok(Page::new(format!("{plan} is paused"), name).words(said).words(rest))
            }
        },
        Mail::Resumed { .. } if !runs || now.paused.is_some() => {
            Err("It was paused again, or ended, before this was sent.".to_owned())
        }
        Mail::Resumed { .. } => Ok(Page::new(format!("{plan} goes on"), name)
            .words(format!("Your {plan} membership at {at} goes on, with all its benefits."))
            .facts(next_charge.into_iter().collect())),
        Mail::Ending { .. } => match (&now.ending, &now.ended) {
            (Some(ending), None) if owed.is_positive() => Ok(Page::new(format!("{plan} will end"), name)
                .words(format!("Your {plan} membership at {at} ends after {}. {} is still open; please pay it at the counter, for your benefits rest while a charge is overdue.", ending.last_day.long(), ground.money(owed)))
                .words("If you change your mind, tell us before that day.")),
            (Some(ending), None) => Ok(Page::new(format!("{plan} will end"), name)
                .words(format!("Your {plan} membership at {at} ends after {}. Until then you have all its benefits, and nothing more is charged.", ending.last_day.long()))
                .words("If you change your mind, tell us before that day.")),
            (_, Some(ended)) => Ok(has_ended(&plan, at, name, *ended)),
            (None, None) => Err("The cancellation was taken back before this was sent.".to_owned()),
        },
        Mail::GoesOn { .. } if !runs || now.ending.is_some() => {
            Err("It was cancelled again before this was sent.".to_owned())
        }
        Mail::GoesOn { .. } => Ok(Page::new(format!("{plan} does not end"), name)
            .words(format!("The cancellation of your {plan} membership at {at} was taken back. It goes on as before."))
            .facts(next_charge.into_iter().collect())),
        Mail::Ended { .. } => match &now.ended {
            Some(ended) => Ok(has_ended(&plan, at, name, *ended)),
            None => Err("The membership runs.".to_owned()),
        },
        Mail::Expiring { on, .. } => {
            if !runs || now.paused.is_some() {
                return Ok(Err("It was paused, or ended, before this was sent.".to_owned()));
            }
            let lines: Vec<String> = now
                .accounts
                .iter()
                .filter_map(|account| {
                    let left: i64 = account
                        .redeemable()
                        .into_iter()
                        .filter(|lot| lot.expires == Some(*on) && lot.remaining > 0)
                        .map(|lot| lot.remaining)
                        .sum();
                    (left > 0).then(|| {
                        let amount = words::amount(&ground, account.grant.unit, left);
                        format!("{}: {amount}", words::benefit_name(&ground, &account.grant))
                    })
                })
                .collect();
            if lines.is_empty() {
                return Ok(Err("The credit was used before this was sent.".to_owned()));
            }
            Ok(Page::new(format!("Credit of {plan} expires on {}", on.long()), name)
                .words(format!("Some of your {plan} credit at {at} can be used through {}:", on.long()))
                .list("Expires then", lines))
        }
        Mail::Renews { on, amount, .. } => {
            if next.as_ref().is_none_or(|next| next.due_on != *on) {
                return Ok(Err("It renews on another day now, or not at all.".to_owned()));
            }
            let amount = next.map_or(*amount, |next| next.total);
            Ok(Page::new(format!("{plan} renews on {}", on.long()), name).words(format!(
                "Your {plan} membership at {at} renews for another year on {}, for {}.",
                on.long(),
                ground.money(amount)
            ))
            .words("If you do not want that, tell us before that day."))
        }
        Mail::ChargeFailed { period, .. } => {
            let Some(open) = now.open_invoices.get(period).filter(|_| runs) else {
                return Ok(Err("It was paid, or ended, before this was sent.".to_owned()));
            };
            let again = match open.next_try {
                NextTry::On(day) if day >= today => format!("It is tried again on {}.", day.long()),
                NextTry::On(_) | NextTry::Never => "Please tell us how you want to pay.".to_owned(),
            };
            let page = Page::new(format!("Your card for {plan} was refused"), name)
                .words(format!("{} for your {plan} membership at {at} could not be charged to your card. {again}", ground.money(open.total)));
            Ok(match &open.page {
                Some(url) => page.words("Pay it, with another card if you like, on this page of Stripe's:").words(url.clone()),
                None => page.words("Ask us for a link to enter another card."),
            })
        }
        Mail::Late { on, .. } => {
            let Status::PastDue { since, grace_until } = now.status(today) else {
                return Ok(Err("It was paid, or ended, before this was sent.".to_owned()));
            };
            if since != *on {
                return Ok(Err("That renewal was paid before this was sent.".to_owned()));
            }
            let rest = if today <= grace_until {
                format!("Your benefits stay through {}.", grace_until.long())
            } else {
                "Your benefits rest until it is paid.".to_owned()
            };
            Ok(Page::new(format!("{plan} was not paid"), name)
                .words(format!("The renewal of your {plan} membership at {at} was due on {} and is not paid yet. Please pay {} when you come next.", on.long(), ground.money(owed)))
                .words(rest))
        }
        Mail::Receipt { .. }
        | Mail::ChargeReceipt { .. }
        | Mail::Agreement { .. }
        | Mail::Message { .. }
        | Mail::CardUpdated { .. }
        | Mail::CardPage { .. }
        | Mail::Statement { .. } => Err("It is not about a membership.".to_owned()),
    })
}

fn statement(paper: &StatementPaper, name: &str) -> Page {
    let sums = paper.lines.iter().chain(&paper.tax).chain([&paper.total]);
    Page::new(format!("{} from {}", paper.title, paper.practice), name)
        .words(paper.to.join("\n"))
        .facts(sums.map(|sum| (sum.words.clone(), sum.amount.clone())).collect())
        .words(paper.note.clone())
        .list("People", paper.people.clone())
}

fn has_ended(plan: &str, at: &str, name: &str, ended: Ended) -> Page {
    let because = match ended.why {
        EndReason::PastDue | EndReason::FirstChargeFailed => ", because it was not paid",
        EndReason::MaximumCycles => ", with its last period",
        EndReason::CancelledNow | EndReason::AtPeriodEnd | EndReason::NeverStarted | EndReason::AtStripe => {
            ""
        }
    };
    Page::new(format!("{plan} has ended"), name)
        .words(format!(
            "Your {plan} membership at {at} ended on {}{because}. Nothing more is charged.",
            ended.on.long()
        ))
        .words("Thank you for having been with us. You are welcome back at any time.")
}

/// Everything a member agreed to, newest first.
async fn agreed(look: &mut Look<'_>, enrollment: EnrollmentId) -> Result<Vec<Agreement>> {
    Ok(agreements::get_agreements(look, GetAgreements { enrollment }).await?.agreements)
}

async fn agreement(look: &mut Look<'_>, id: EnrollmentId, record: RecordId, name: &str) -> Result<Said> {
    let all = agreed(look, id).await?;
    let Some(agreement) = all.into_iter().find(|one| one.record == record) else {
        return Ok(Err("The agreement is not here any more.".to_owned()));
    };
    let facts = agreement.facts().into_iter().map(|(what, says)| (what.to_owned(), says)).collect();
    Ok(Ok(Page::new(agreement.title(), name)
        .words("Here is what was agreed, word for word.")
        .facts(facts)
        .list("What was agreed", agreement.sentences)))
}
