use crate::ground::Ground;
use crate::op::{Here, Look, Op};
use crate::refusal::{Refusal, Result};
use crate::stripe;
use domain::customer::Customer;
use domain::fold::State;
use domain::record::{Change, Entity};
use domain::{CustomerId, Money, TicketId};
use protocol::data::{EraseCustomer, ErasePreview, Erased, PreviewErase};
use sqlx::sqlite::SqliteConnection;
use store::query;

/// What erasing somebody takes away, what stays, and what stands in the way.
pub(crate) async fn preview_erase(look: &mut Look<'_>, request: PreviewErase) -> Result<ErasePreview> {
    let here = look.here.clone();
    Ok(Erasure::of(look.conn, &here, request.customer).await?.preview(&here.ground))
}

/// Erases somebody on request, with every duplicate that was merged into them; money records stay under a pseudonym.
///
/// The records are not touched: the key that reads them is destroyed, here and on every desk that hears of it.
pub(crate) async fn erase_customer(op: &mut Op<'_>, request: EraseCustomer) -> Result<Erased> {
    let here = op.here.clone();
    let erasure = Erasure::of(op.conn().await?, &here, request.customer).await?;
    if let Some(why) = erasure.refused.first() {
        return Err(Refusal::NotNow(format!("{why} Nothing was erased.")));
    }
    let plain = |name: &str| name.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ");
    if plain(&request.name) != plain(&erasure.person.person.name) {
        return Err(Refusal::invalid("name", "This is not the name of the person. Nothing was erased."));
    }
    let at_stripe: Vec<_> = stripe::known_as(&here.ground, &erasure.family);
    let released = erasure.held.iter().map(|ticket| Change::HeldReleased { ticket: *ticket });
    let mut erased: Vec<Change> = erasure
        .family
        .iter()
        .map(|one| Change::CustomerErased { customer: one.id, since: one.since })
        .collect();
    let last = erased.pop();
    op.write(released.chain(erased).collect()).await?;
    if let Some(last) = last {
        let record = op.write_one(last).await?;
        op.owe_forgetting(record, at_stripe)?;
    }
    Ok(Erased { pseudonym: erasure.pseudonym() })
}

/// One person, everything kept of them, and why it cannot be erased now.
struct Erasure {
    person: Customer,
    /// The person and every duplicate merged into them.
    family: Vec<Customer>,
    held: Vec<TicketId>,
    /// Signatures and papers of theirs that records name.
    signed: u32,
    tickets: u32,
    charged: Money,
    memberships: u32,
    refused: Vec<String>,
}

impl Erasure {
    async fn of(conn: &mut SqliteConnection, here: &Here, customer: CustomerId) -> Result<Self> {
        let ground = &here.ground;
        let root = query::root_of(conn, customer).await?;
        let person = load(conn, root).await?;
        let ids = query::family_of(conn, root).await?;
        let mut family = Vec::new();
        for id in &ids {
            family.push(load(conn, *id).await?);
        }
        let mut refused = Vec::new();
        if let Some(on) = person.erased {
            refused.push(format!("This person was erased on {}.", on.long()));
        }
        let held = query::held_by(conn, root).await?.map(|held| held.enrollments).unwrap_or_default();
        let (mut owed, mut charged, mut memberships) = (Money::ZERO, Money::ZERO, 0);
        for (enrollment, covered) in held {
            let now = enrollment.at(here.today);
            let plan = ground.plan_name(now.plan);
            if covered {
                let holder = query::customers_named(conn, &[now.customer]).await?;
                let holder = holder.first().map_or("somebody", |holder| holder.name.as_str());
                refused.push(format!(
                    "{plan} of {holder} covers this person. Take them out of that family first."
                ));
                continue;
            }
            memberships += 1;
            charged += now.totals.captured - now.totals.refunded;
            owed += now.dues(here.today).iter().map(|due| due.total).sum();
            if now.ended.is_none() {
                refused
                    .push(format!("{plan} is running. Cancel it first, and wait for its end or end it now."));
            }
        }
        if owed.is_positive() {
            refused
                .push(format!("{} is owed. Collect it, or cancel what it is owed for.", ground.money(owed)));
        }
        if stripe::owes_for(conn, &ids).await? {
            refused.push("Something about them still waits for Stripe. Look at the queue, and try again when it is through.".to_owned());
        }
        let tickets = query::ticket_sums(conn, &ids).await?.tickets;
        let held = query::held_of(conn, &ids).await?;
        let signed = query::signed_by(conn, &ids).await?;
        Ok(Self { person, family, held, signed, tickets, charged, memberships, refused })
    }

    fn pseudonym(&self) -> String {
        Customer::erased(self.person.id, self.person.since, self.person.since).person.name
    }

    fn preview(&self, ground: &Ground) -> ErasePreview {
        let mut goes = Vec::new();
        let any = |has: fn(&Customer) -> bool| self.family.iter().any(has);
        let details: Vec<&str> = [
            ("name", true),
            ("e-mail address", any(|one| !one.person.email.is_empty())),
            ("phone number", any(|one| !one.person.phone.is_empty())),
            ("birthday", any(|one| one.person.birthday.is_some())),
            ("address", any(|one| !one.person.address.is_empty())),
            ("member card", any(|one| !one.person.card_code.is_empty())),
            ("number in another system", any(|one| !one.person.external_id.is_empty())),
        ]
        .into_iter()
        .filter_map(|(what, there)| there.then_some(what))
        .collect();
        goes.push(format!("Details: {}", details.join(", ")));
        let notes: usize = self.family.iter().map(|one| one.notes.len()).sum();
        let counted = |count: usize, one: &str, many: &str| match count {
            1 => format!("1 {one}"),
            count => format!("{count} {many}"),
        };
        if notes > 0 {
            goes.push(counted(notes, "note", "notes"));
        }
        if self.signed > 0 {
            goes.push(counted(
                self.signed as usize,
                "signature or signed paper",
                "signatures and signed papers",
            ));
        }
        if self.family.len() > 1 {
            goes.push(counted(self.family.len() - 1, "duplicate merged here", "duplicates merged here"));
        }
        if !self.held.is_empty() {
            goes.push(counted(self.held.len(), "ticket on hold", "tickets on hold"));
        }
        goes.push("What was written as a reason or note in tickets, refunds and memberships".to_owned());
        goes.push("What the search finds".to_owned());
        if any(|one| !one.at_stripe.is_empty()) {
            goes.push(
                "Who they are at Stripe, with the card on file, as soon as Stripe is reached".to_owned(),
            );
        }
        let name = self.pseudonym();
        let mut stays = vec![format!("An entry named {name}, since {}", self.person.since.long())];
        if self.tickets > 0 {
            stays.push(counted(
                self.tickets as usize,
                "ticket with its amounts",
                "tickets with their amounts",
            ));
        }
        if self.memberships > 0 {
            stays.push(format!(
                "{}, {} paid",
                counted(self.memberships as usize, "ended membership", "ended memberships"),
                ground.money(self.charged)
            ));
        }
        stays.push("When it was done and by whom".to_owned());
        stays.push(
            "The numbers of card slips and checks, and what was written about the cash drawer or a gift card: it names \
             nobody unless somebody wrote a name there"
                .to_owned(),
        );
        ErasePreview {
            name: self.person.person.name.clone(),
            pseudonym: name,
            goes,
            stays,
            refused: self.refused.clone(),
        }
    }
}

async fn load(conn: &mut SqliteConnection, id: CustomerId) -> Result<Customer> {
    match query::entity(conn, Entity::Customer(id)).await? {
        Some(State::Customer(customer)) => Ok(*customer),
        _ => Err(Refusal::NotFound { what: "That person" }),
    }
}
