use crate::ground::Ground;
use crate::mail::frozen;
use crate::op::Look;
use crate::refusal::{Refusal, Result};
use crate::{agreements, customers, keeping, tickets, words};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use domain::customer::{Customer, Note, Person};
use domain::enrollment::Seats;
use domain::fold::State;
use domain::record::{Change, DataExported, Entity, ExportedWhat, FileFormat};
use domain::{CustomerId, Day, Money};
use maud::{DOCTYPE, Markup, PreEscaped, html};
use protocol::agreements::Agreement;
use protocol::customers::GetCustomer;
use protocol::data::{ExportPerson, PersonFormat};
use protocol::enrollments::{BalanceView, EnrollmentView, MovementView};
use protocol::keeping::{GetLog, LogEntry, Thing};
use protocol::receipt::FileMade;
use protocol::tickets::{GetTicket, ListTickets, TicketView};
use serde::Serialize;
use serde_json::Value;
use store::query::{self, ImageRow};

const PAGE: u32 = 100;

/// Everything held about one person, duplicates merged into them among it: one page to read, or one file for a program.
pub(crate) async fn export_person(
    look: &mut Look<'_>,
    request: ExportPerson,
) -> Result<(FileMade, DataExported)> {
    let held = Held::gather(look, request.customer).await?;
    let (bytes, format, ending) = match request.format {
        PersonFormat::Html => {
            (page(&look.here.ground, &held).into_string().into_bytes(), FileFormat::Html, "html")
        }
        PersonFormat::Json => {
            let json = serde_json::to_vec_pretty(&held);
            (json.map_err(|problem| Refusal::NoFile(problem.to_string()))?, FileFormat::Json, "json")
        }
    };
    let exported =
        DataExported { what: ExportedWhat::Person, format, rows: held.rows(), customer: Some(held.id) };
    // The name of a file outlives the file; it does not name the person.
    let name = format!("Everything held {}.{ending}", held.made_on);
    Ok((FileMade { name, base64: BASE64_STANDARD.encode(bytes) }, exported))
}

#[derive(Serialize)]
struct Held {
    practice: String,
    currency: &'static str,
    made_on: Day,
    id: CustomerId,
    since: Day,
    person: Person,
    notes: Vec<NoteTold>,
    /// Entries that were merged into this one, as they were.
    duplicates: Vec<Person>,
    memberships: Vec<MembershipTold>,
    /// Memberships of others that cover this person.
    covered_by: Vec<CoverTold>,
    tickets: Vec<TicketView>,
    on_hold: Vec<HoldTold>,
    /// What was written to them alone.
    messages: Vec<MessageTold>,
    /// What waits to be sent to them, and what was sent lately.
    mail: Vec<MailTold>,
    /// What they signed for a membership that somebody else holds by now.
    signed_elsewhere: Vec<String>,
    log: Vec<LogTold>,
}

#[derive(Serialize)]
struct HoldTold {
    on: Day,
    by: String,
    label: String,
    /// As the screen keeps it.
    ticket: Value,
}

#[derive(Serialize)]
struct MessageTold {
    on: Day,
    subject: String,
    text: String,
}

#[derive(Serialize)]
struct MailTold {
    on: Day,
    title: String,
    to: String,
    state: &'static str,
    /// `None` before it is written, and once it is through.
    text: Option<String>,
}

#[derive(Serialize)]
struct NoteTold {
    on: Day,
    by: String,
    text: String,
}

#[derive(Serialize)]
struct MembershipTold {
    /// Terms, charges, credits and each of their movements.
    membership: EnrollmentView,
    /// What the person agreed to, oldest first; none where it came from another system.
    agreements: Vec<AgreementTold>,
    log: Vec<LogTold>,
}

#[derive(Serialize)]
struct AgreementTold {
    #[serde(flatten)]
    agreement: Agreement,
    /// The signature or the paper, as an address that is the picture itself.
    signed: Option<String>,
}

#[derive(Serialize)]
struct CoverTold {
    holder: String,
    plan: String,
    since: Option<Day>,
    /// Of lots of their own.
    credits: Vec<BalanceView>,
    movements: Vec<MovementView>,
}

#[derive(Serialize)]
struct LogTold {
    on: Day,
    at: String,
    by: String,
    text: String,
}

impl From<LogEntry> for LogTold {
    fn from(entry: LogEntry) -> Self {
        Self { on: entry.on, at: entry.at, by: entry.by, text: entry.text }
    }
}

impl Held {
    async fn gather(look: &mut Look<'_>, customer: CustomerId) -> Result<Self> {
        let view = customers::get_customer(look, GetCustomer { id: customer }).await?;
        let root = view.customer.id;
        let ground = look.here.ground.clone();
        let mut notes = told(&ground, &view.customer.notes);
        let mut duplicates = Vec::new();
        let mut log = logged(look, Thing::Customer(root)).await?;
        for id in query::family_of(look.conn, root).await? {
            if id == root {
                continue;
            }
            let Some(State::Customer(merged)) = query::entity(look.conn, Entity::Customer(id)).await? else {
                continue;
            };
            let Customer { person, notes: more, .. } = *merged;
            duplicates.push(person);
            notes.extend(told(&ground, &more));
            log.extend(logged(look, Thing::Customer(id)).await?);
        }
        let mut memberships = Vec::new();
        for membership in view.enrollments {
            let agreements = agreed(look, &membership).await?;
            let log = logged(look, Thing::Enrollment(membership.id)).await?;
            memberships.push(MembershipTold { membership, agreements, log });
        }
        let covered_by = view.covered_by.into_iter().map(|cover| CoverTold {
            since: cover.dependents.iter().find(|one| one.customer == root).map(|one| one.since),
            holder: cover.customer_name,
            plan: cover.plan_name,
            credits: cover.balances.into_iter().filter(|one| one.person == Some(root)).collect(),
            movements: cover.movements.into_iter().filter(|one| one.person == Some(root)).collect(),
        });
        let ids = query::family_of(look.conn, root).await?;
        let shown: Vec<&str> = memberships
            .iter()
            .flat_map(|held: &MembershipTold| &held.agreements)
            .filter_map(|told| told.signed.as_deref())
            .collect();
        let mut signed_elsewhere = Vec::new();
        for id in &ids {
            let all = query::all_signed_by(look.conn, *id).await?;
            signed_elsewhere.extend(all.into_iter().map(|(_, picture)| address_of(picture)));
        }
        signed_elsewhere.retain(|address| !shown.contains(&address.as_str()));
        Ok(Self {
            practice: ground.practice()?.name.clone(),
            currency: ground.practice()?.currency.code(),
            made_on: look.here.today,
            id: root,
            since: view.customer.since,
            person: view.customer.person,
            notes,
            duplicates,
            memberships,
            covered_by: covered_by.collect(),
            tickets: bought(look, root).await?,
            on_hold: on_hold(look, &ids).await?,
            messages: messages(look, &ids).await?,
            mail: mail(look, &ids).await?,
            signed_elsewhere,
            log,
        })
    }

    fn rows(&self) -> u32 {
        let memberships: usize = self
            .memberships
            .iter()
            .map(|held| 1 + held.membership.movements.len() + held.membership.charges.len())
            .sum();
        let written = self.on_hold.len() + self.messages.len() + self.mail.len();
        (1 + self.notes.len() + self.duplicates.len() + memberships + self.tickets.len() + written) as u32
    }
}

fn told(ground: &Ground, notes: &[Note]) -> Vec<NoteTold> {
    let one =
        |note: &Note| NoteTold { on: note.on, by: ground.staff_name(Some(note.by)), text: note.text.clone() };
    notes.iter().map(one).collect()
}

async fn logged(look: &mut Look<'_>, about: Thing) -> Result<Vec<LogTold>> {
    let (mut told, mut after) = (Vec::new(), None);
    loop {
        let page = keeping::get_log(look, GetLog { about, after, limit: Some(PAGE) }).await?;
        told.extend(page.entries.into_iter().map(LogTold::from));
        after = page.next;
        if after.is_none() {
            return Ok(told);
        }
    }
}

async fn agreed(look: &mut Look<'_>, membership: &EnrollmentView) -> Result<Vec<AgreementTold>> {
    let mut told = Vec::new();
    for agreement in agreements::of_enrollment(look, membership.id).await? {
        let signed = match agreement.how.picture() {
            // What somebody else signed, who held it before, is theirs.
            Some(picture) if agreement.customer == membership.customer => {
                query::signed(look.conn, picture).await?
            }
            _ => None,
        };
        let signed = signed.map(address_of);
        told.push(AgreementTold { agreement, signed });
    }
    Ok(told)
}

/// A picture as an address that is the picture itself.
fn address_of(picture: ImageRow) -> String {
    format!("data:{};base64,{}", picture.media_type, BASE64_STANDARD.encode(picture.bytes))
}

async fn on_hold(look: &mut Look<'_>, ids: &[CustomerId]) -> Result<Vec<HoldTold>> {
    let ground = look.here.ground.clone();
    let mut told = Vec::new();
    for id in query::held_of(look.conn, ids).await? {
        if let Some(State::Ticket(ticket)) = query::entity(look.conn, Entity::Ticket(id)).await?
            && let Some(held) = ticket.held
        {
            let by = ground.staff_name(held.actor.staff);
            told.push(HoldTold { on: held.day, by, label: held.what.label, ticket: held.what.draft });
        }
    }
    Ok(told)
}

async fn messages(look: &mut Look<'_>, ids: &[CustomerId]) -> Result<Vec<MessageTold>> {
    let mut told = Vec::new();
    for id in ids {
        for record in store::records_about(look.conn, Entity::Customer(*id)).await? {
            if let Change::MessageWritten(message) = record.change {
                told.push(MessageTold { on: record.day, subject: message.subject, text: message.text });
            }
        }
    }
    Ok(told)
}

async fn mail(look: &mut Look<'_>, ids: &[CustomerId]) -> Result<Vec<MailTold>> {
    let ground = look.here.ground.clone();
    let rows = query::effects_of(look.conn, ids).await?;
    rows.into_iter()
        .map(|row| {
            let text = row.body.as_deref().map(frozen).transpose()?.map(|letter| letter.text);
            Ok(MailTold {
                on: ground.day_of(row.owed),
                to: row.address.unwrap_or(row.email),
                state: row.progress.state.name(),
                title: row.title,
                text,
            })
        })
        .collect()
}

async fn bought(look: &mut Look<'_>, customer: CustomerId) -> Result<Vec<TicketView>> {
    let mut bought = Vec::new();
    let mut after = None;
    loop {
        let asked = ListTickets { customer: Some(customer), from: None, to: None, after, limit: Some(PAGE) };
        let page = tickets::list_tickets(look, asked).await?;
        for row in page.rows {
            bought.push(tickets::get_ticket(look, GetTicket { id: row.id }).await?);
        }
        after = page.next;
        if after.is_none() {
            return Ok(bought);
        }
    }
}

// The page.

/// Stands by itself: no script, nothing fetched; what was signed is inside.
const STYLE: &str = "body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1f2421;background:#fff}\
h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2rem;border-bottom:1px solid #d2d8d4;padding-bottom:.25rem}h3{font-size:1rem}\
table{border-collapse:collapse;width:100%;margin:.5rem 0}th,td{text-align:left;padding:.25rem .75rem .25rem 0;vertical-align:top;border-bottom:1px solid #e6eae7}\
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}p.s{color:#5a645e}dl{display:grid;grid-template-columns:max-content 1fr;gap:.25rem 1rem}dd{margin:0;white-space:pre-wrap}\
img{max-width:100%;max-height:60rem;background:#fff;border:1px solid #d2d8d4}@media print{body{margin:0}}";

fn page(ground: &Ground, held: &Held) -> Markup {
    let title = format!("Everything held about {}", held.person.name);
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:";
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                h1 { (title) }
                p.s { "Kept by " (held.practice) ", made on " (held.made_on.long()) "." }
                h2 { "Person" }
                (details(&held.person, Some(held.since)))
                @for duplicate in &held.duplicates {
                    h3 { "A duplicate that was merged here" }
                    (details(duplicate, None))
                }
                h2 { "Notes" }
                @if held.notes.is_empty() { p.s { "None." } }
                @for note in &held.notes { p { (note.text) br; span.s { (note.on.long()) ", " (note.by) } } }
                h2 { "Memberships" }
                @if held.memberships.is_empty() { p.s { "None." } }
                @for membership in &held.memberships { (membership_part(ground, membership)) }
                @for cover in &held.covered_by {
                    p { "Covered by " (cover.plan) " of " (cover.holder) @if let Some(since) = cover.since { " since " (since.long()) } "." }
                    (movements_part(ground, &cover.movements))
                    (balances_part(ground, &cover.credits))
                }
                @for signed in &held.signed_elsewhere {
                    p { "Signed for a membership that somebody else holds by now:" }
                    img src=(signed) alt="What was signed";
                }
                h2 { "Purchases" }
                @if held.tickets.is_empty() { p.s { "None." } }
                @for ticket in &held.tickets { (ticket_part(ground, ticket)) }
                @for hold in &held.on_hold {
                    h3 { "A ticket on hold since " (hold.on.long()) ", by " (hold.by) }
                    p { (hold.label) }
                    p.s { (hold.ticket.to_string()) }
                }
                @if !held.messages.is_empty() || !held.mail.is_empty() {
                    h2 { "Messages and e-mail" }
                    @for message in &held.messages { h3 { (message.subject) ", " (message.on.long()) } p { (message.text) } }
                    table { @for mail in &held.mail {
                        tr { td { (mail.on.long()) } td { (mail.title) @if let Some(text) = &mail.text { br; (text) } } td { (mail.to) } td { (mail.state.replace('_', " ")) } }
                    } }
                }
                h2 { "Log" }
                (log_part(&held.log))
            }
        }
    }
}

fn details(person: &Person, since: Option<Day>) -> Markup {
    let birthday = person.birthday.map(Day::long).unwrap_or_default();
    let since = since.map(Day::long).unwrap_or_default();
    let office = person.organization.clone().unwrap_or_default();
    let rows = [
        ("Name", &person.name),
        ("E-mail", &person.email),
        ("Phone", &person.phone),
        ("Birthday", &birthday),
        ("Address", &person.address),
        ("Member card", &person.card_code),
        ("Number in another system", &person.external_id),
        ("Contact", &office.contact),
        ("Reference", &office.reference),
        ("On file since", &since),
    ];
    html! { dl { @for (what, value) in rows { @if !value.is_empty() { dt { (what) } dd { (value) } } } } }
}

fn membership_part(ground: &Ground, told: &MembershipTold) -> Markup {
    let held = &told.membership;
    let seats = held.seats.map(|seats| Seats { limit: seats.limit });
    html! {
        h3 { (held.plan_name) ", version " (held.version) ", since " (held.start.long()) }
        p { (ground.money(words::price_held(&held.terms, seats))) " " (words::per(held.terms.frequency)) "." }
        ul { @for line in words::benefits_held(ground, &held.terms, seats) { li { (line) } } }
        @for AgreementTold { agreement, signed } in &told.agreements {
            p.s { (agreement.title()) ": " (agreement.facts().into_iter().map(|(what, value)| format!("{what} {value}")).collect::<Vec<_>>().join("; ")) }
            ul { @for line in &agreement.sentences { li { (line) } } }
            @if let Some(signed) = signed { img src=(signed) alt="What was signed"; }
            @if let Some(words) = agreement.missing_picture() { p.s { (words) } }
        }
        @if !held.dependents.is_empty() {
            p { "Covers " (held.dependents.iter().map(|one| one.name.clone()).collect::<Vec<_>>().join(", ")) "." }
        }
        @if !held.charges.is_empty() {
            table {
                tr { th { "Charges" } th { "Receipt" } th { "Paid by" } th.n { "Amount" } }
                @for charge in &held.charges {
                    tr { td { (charge.on.long()) ", " (charge.words) } td { (charge.number) } td { (charge.tenders) } td.n { (ground.money(charge.amount)) } }
                }
            }
        }
        (movements_part(ground, &held.movements))
        (balances_part(ground, &held.balances))
        (log_part(&told.log))
    }
}

fn movements_part(ground: &Ground, movements: &[MovementView]) -> Markup {
    html! {
        @if !movements.is_empty() {
            table {
                tr { th { "Credits" } th { "What" } th.n { "Change" } th.n { "Balance" } }
                @for moved in movements {
                    tr {
                        td { (moved.on.long()) } td {
                            (moved.benefit_name) ", " (format!("{:?}", moved.kind).to_lowercase())
                            @if let Some(name) = &moved.person_name { ", " (name) }
                            @if let Some(number) = &moved.ticket_number { ", ticket " (number) }
                            @if let Some(reason) = &moved.reason { ": " (reason) }
                        }
                        td.n { (words::amount(ground, moved.unit, moved.amount)) } td.n { (words::amount(ground, moved.unit, moved.balance)) }
                    }
                }
            }
        }
    }
}

fn balances_part(ground: &Ground, balances: &[BalanceView]) -> Markup {
    html! {
        @for balance in balances {
            @if let Some(unit) = balance.unit {
                p { (balance.name) @if let Some(name) = &balance.person_name { ", " (name) } ": " (words::amount(ground, unit, balance.left)) " left." }
            }
        }
    }
}

fn ticket_part(ground: &Ground, ticket: &TicketView) -> Markup {
    let settled = &ticket.settled;
    let line_total = |at: usize| -> Money {
        settled
            .lines
            .get(at)
            .map_or(Money::ZERO, |line| line.units.iter().map(|run| run.total.times(run.count)).sum())
    };
    html! {
        h3 { "Ticket " (ticket.number) ", " (ticket.on.long()) " " (ticket.at) ", " (ticket.location_name) }
        table {
            @for (at, line) in settled.input.lines.iter().enumerate() {
                tr { td { (line.qty) " × " (line.name) @if !line.note.is_empty() { br; (line.note) } } td.n { (ground.money(line_total(at))) } }
            }
            @if !ticket.note.is_empty() { tr { td { "Note: " (ticket.note) } td {} } }
            tr { td { "Due" } td.n { (ground.money(settled.quote.totals.due)) } }
        }
        p.s { "Paid by " (words::tenders(ground, &settled.tenders)) ", served by " (ticket.staff) "." }
        @for refund in &ticket.refunds { p { "Refunded " (ground.money(refund.money)) " on " (refund.on.long()) ", " (refund.number) @if !refund.reason.is_empty() { ": " (refund.reason) } } }
        @if let Some(void) = &ticket.voided { p { "Voided on " (void.on.long()) @if !void.reason.is_empty() { ": " (void.reason) } } }
    }
}

fn log_part(log: &[LogTold]) -> Markup {
    html! {
        table { @for entry in log { tr { td { (entry.on.long()) " " (entry.at) } td { (entry.text) } td { (entry.by) } } } }
    }
}
