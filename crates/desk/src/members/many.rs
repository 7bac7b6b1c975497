//! One thing done to many memberships: what it comes to, and then some of them in one transaction.

use super::page;
use crate::check::{Check, TEXT};
use crate::enrollments::{refreshes, when};
use crate::ground::Ground;
use crate::op::{Here, Look, Op};
use crate::refusal::{Refusal, Result};
use crate::{views, words};
use domain::enrollment::Enrollment;
use domain::mail::{Mail, MailAsked, MessageWritten};
use domain::practice::Role;
use domain::record::Change;
use domain::{CustomerId, Day, EnrollmentId, Money, PlanId};
use protocol::enrollments::EffectiveFrom;
use protocol::many::{
    DoMany, LeftOut, ListMemberIds, ManyAction, ManyChange, ManyDone, ManyPreview, MemberIds, PreviewMany,
    TOGETHER, WriteMessage, WrittenMessage,
};
use std::collections::HashSet;
use store::query::{self, HeldBy};

/// Every membership that the filters let through.
pub(crate) async fn list_member_ids(look: &mut Look<'_>, request: ListMemberIds) -> Result<MemberIds> {
    let mut filters = protocol::members::ListMembers { after: None, limit: Some(500), ..request.filters };
    let mut ids = Vec::new();
    let mut people = HashSet::new();
    loop {
        let page = page(look, &filters, &[]).await?;
        for row in page.rows {
            if !request.once_per_person || people.insert(row.customer) {
                ids.push(row.enrollment);
            }
        }
        filters.after = page.next;
        if filters.after.is_none() {
            return Ok(MemberIds { ids });
        }
    }
}

/// What an action comes to, for whom, and who is left out and why.
pub(crate) async fn preview_many(look: &mut Look<'_>, request: PreviewMany) -> Result<ManyPreview> {
    let here = look.here.clone();
    checked(&here, &request.ids, &request.action)?;
    let mut preview = ManyPreview::default();
    let sends = here.ground.practice()?.mail.as_ref().map(|settings| settings.sends);
    for held in query::held_by_ids(look.conn, &request.ids).await? {
        match tried(&here, &held, &request.action) {
            Err(why) => LeftOut::note(&mut preview.left_out, &why, &held.name),
            Ok(Tried { change, shown, .. }) => {
                let writes = sends.is_some_and(|sends| domain::mail::owed(&change, &sends).is_some());
                let by_itself = !matches!(request.action, ManyAction::Mail { .. });
                preview.mailed += u32::from(by_itself && writes && !held.email.is_empty());
                if let ManyAction::UpdateTerms { .. } = request.action {
                    let plan = held.enrollment.at(here.today).plan;
                    let version = (plan, here.ground.plan(plan)?.current().number);
                    if !preview.versions.contains(&version) {
                        preview.versions.push(version);
                    }
                }
                preview.works.push(held.enrollment.id);
                ManyChange::add(&mut preview.changes, shown);
            }
        }
    }
    Ok(preview)
}

/// Does it to those it works for, all in one transaction.
pub(crate) async fn do_many(op: &mut Op<'_>, request: DoMany) -> Result<ManyDone> {
    let here = op.here.clone();
    checked(&here, &request.ids, &request.action)?;
    match request.action {
        ManyAction::Pause { .. } => {}
        ManyAction::UpdateTerms { .. } => here.require(Role::Manager, "Updating terms")?,
        ManyAction::Mail { message } => {
            here.require(Role::Manager, "Writing to many people")?;
            let written = match message {
                Some(message) => store::record(op.conn().await?, message).await?,
                None => None,
            };
            if !matches!(written.map(|record| record.change), Some(Change::MessageWritten(_))) {
                return Err(Refusal::NotFound { what: "The message" });
            }
        }
    }
    let mut done = ManyDone::default();
    let mut changes = Vec::new();
    for held in query::held_by_ids(op.conn().await?, &request.ids).await? {
        match tried(&here, &held, &request.action) {
            Err(why) => LeftOut::note(&mut done.left_out, &why, &held.name),
            Ok(Tried { change, after, .. }) => {
                done.done += 1;
                changes.push(change);
                changes.extend(after.iter().flat_map(|after| refreshes(after, here.today)));
            }
        }
    }
    op.write_many(changes).await?;
    Ok(done)
}

/// Writes the one text that many get.
pub(crate) async fn write_message(op: &mut Op<'_>, request: WriteMessage) -> Result<WrittenMessage> {
    crate::mail::set_up(op.here.ground.practice()?)?;
    let mut check = Check::default();
    let subject = check.name("subject", "The subject", &request.subject);
    let text = check.text("text", "The message", &request.text, TEXT);
    check.require("text", !text.is_empty(), "The message is empty.");
    check.done()?;
    let customer = match request.only {
        Some(id) => {
            let held = query::held_by_ids(op.conn().await?, &[id]).await?;
            held.first().filter(|held| !held.erased).map(|held| held.holder)
        }
        None => None,
    };
    let change = Change::MessageWritten(MessageWritten { customer, subject, text, people: request.people });
    Ok(WrittenMessage { message: op.write_one(change).await? })
}

fn checked(here: &Here, ids: &[EnrollmentId], action: &ManyAction) -> Result<()> {
    if ids.len() > TOGETHER {
        return Err(Refusal::invalid("ids", format!("At most {TOGETHER} at once; send them in parts.")));
    }
    match action {
        ManyAction::Pause { until: Some(until) } if *until <= here.today => {
            Err(Refusal::invalid("until", "The day they resume is after today."))
        }
        ManyAction::Mail { .. } => crate::mail::set_up(here.ground.practice()?),
        ManyAction::Pause { .. } | ManyAction::UpdateTerms { .. } => Ok(()),
    }
}

/// An action tried on a copy of one membership.
struct Tried {
    change: Change,
    /// The membership after it, where it changes.
    after: Option<Enrollment>,
    shown: ManyChange,
}

fn tried(here: &Here, held: &HeldBy, action: &ManyAction) -> Result<Tried, String> {
    let (ground, today) = (&*here.ground, here.today);
    let now = held.enrollment.at(today);
    let id = now.id;
    let plan = ground.plan_name(now.plan);
    let same = |what: String, from: Day| ManyChange {
        what,
        count: 1,
        first: from,
        last: from,
        prices: None,
        old_benefits: Vec::new(),
        new_benefits: Vec::new(),
    };
    match action {
        ManyAction::Pause { until } => {
            let mut after = held.enrollment.clone();
            after.pause(today, *until).map_err(|refusal| words::refused(&refusal))?;
            let change = Change::EnrollmentPaused { enrollment: id, until: *until };
            Ok(Tried { change, after: Some(after), shown: same(plan, today) })
        }
        ManyAction::UpdateTerms { from, shown } => updated(ground, today, &now, &plan, *from, shown),
        ManyAction::Mail { message } => {
            if held.erased {
                return Err("The person was erased on request.".to_owned());
            }
            if held.email.is_empty() {
                return Err("There is no e-mail address on file.".to_owned());
            }
            let message = message.unwrap_or(domain::RecordId(uuid::Uuid::nil()));
            let customer: Option<CustomerId> = Some(held.holder);
            let asked = MailAsked { customer, mail: Mail::Message { message }, to: String::new() };
            Ok(Tried { change: Change::MailAsked(asked), after: None, shown: same(plan, today) })
        }
    }
}

fn updated(
    ground: &Ground,
    today: Day,
    now: &Enrollment,
    plan: &str,
    from: EffectiveFrom,
    shown: &[(PlanId, u32)],
) -> Result<Tried, String> {
    let current = ground.plan(now.plan).map_err(|refusal| refusal.to_string())?.current();
    if !shown.is_empty() && !shown.contains(&(now.plan, current.number)) {
        return Err("Other terms are sold by now than were shown.".to_owned());
    }
    let mut after = now.clone();
    after
        .update_terms(today, current.number, current.terms.clone(), when(from))
        .map_err(|refusal| words::refused(&refusal))?;
    if let Some(already) = views::newest_terms(ground, now) {
        return Err(already);
    }
    let holds = match &after.pending_terms {
        Some(pending) => after.billing_date(pending.period),
        None => today,
    };
    let prices: Option<(Money, Money)> =
        Some((words::price_held(&now.terms, now.seats), words::price_held(&current.terms, now.seats)));
    Ok(Tried {
        change: Change::TermsUpdated {
            enrollment: now.id,
            version: current.number,
            terms: Box::new(current.terms.clone()),
            when: when(from),
            // What each one agreed to is recorded with them, one by one.
            consent: None,
        },
        shown: ManyChange {
            what: format!("{plan}, version {} to {}", now.version, current.number),
            count: 1,
            first: holds,
            last: holds,
            prices,
            old_benefits: words::benefits_held(ground, &now.terms, now.seats),
            new_benefits: words::benefits_held(ground, &current.terms, now.seats),
        },
        after: Some(after),
    })
}
