//! One use case at work: who asks, when, and the one transaction it all happens in.

use crate::Ids;
use crate::ground::Ground;
use crate::refusal::{Refusal, Result};
use domain::fold::State;
use domain::practice::{Role, Staff};
use domain::record::{Actor, Change, Entity, ReceiptNumber};
use domain::{Day, DeskId, EffectId, Instant, LocationId, RecordId};
use sqlx::sqlite::SqliteConnection;
use std::collections::BTreeMap;
use std::sync::Arc;
use store::{Draft, Journaled, Transaction};
use uuid::Uuid;

/// So many changes go to the database together.
const TOGETHER: usize = 128;

/// Who is signed in, and where.
#[derive(Debug, Clone, PartialEq)]
pub struct SignedIn {
    pub staff: Staff,
    pub location: LocationId,
}

/// What every use case knows before it begins: read once, so that one request sees one time.
#[derive(Clone)]
pub struct Here {
    /// This desk, of all the practice's.
    pub desk: DeskId,
    pub ground: Arc<Ground>,
    pub signed_in: Option<SignedIn>,
    /// A second person whose PIN allows this one request.
    pub approved_by: Option<Staff>,
    pub now: Instant,
    pub today: Day,
}

impl Here {
    pub fn signed_in(&self) -> Result<&SignedIn> {
        self.signed_in.as_ref().ok_or(Refusal::NotSignedIn)
    }

    pub fn location(&self) -> Result<LocationId> {
        Ok(self.signed_in()?.location)
    }

    /// Refuses unless the person, or the one whose PIN allows this, has `role`.
    pub fn require(&self, role: Role, what: &str) -> Result<()> {
        let enough = self.signed_in()?.staff.role >= role
            || self.approved_by.as_ref().is_some_and(|approver| approver.role >= role);
        if enough { Ok(()) } else { Err(Refusal::NeedsRole { role, what: what.to_owned() }) }
    }

    /// Refuses unless somebody of `role` entered their PIN for this very request.
    pub fn require_pin(&self, role: Role, what: &str) -> Result<()> {
        self.signed_in()?;
        match &self.approved_by {
            Some(approver) if approver.role >= role => Ok(()),
            _ => Err(Refusal::NeedsPin { role, what: what.to_owned() }),
        }
    }

    pub fn actor(&self) -> Actor {
        Actor {
            staff: self.signed_in.as_ref().map(|signed_in| signed_in.staff.id),
            approved_by: self.approved_by.as_ref().map(|staff| staff.id),
        }
    }
}

/// A use case that writes.
pub struct Op<'a> {
    pub here: Here,
    pub(crate) tx: Transaction,
    pub(crate) ids: &'a dyn Ids,
    pub(crate) ground_changed: bool,
    /// Where a mail goes that is asked for somebody who is not on file: in no record.
    pub(crate) mail_to: Option<String>,
}

impl Op<'_> {
    /// The connection, behind everything written so far.
    pub async fn conn(&mut self) -> Result<&mut SqliteConnection> {
        Ok(self.tx.conn().await?)
    }

    /// A new id, ordered by time.
    pub fn fresh<T: From<Uuid>>(&self) -> T {
        T::from(self.ids.fresh(self.here.now))
    }

    /// Appends changes to the journal and folds them; returns the states they led to.
    pub async fn write(&mut self, changes: Vec<Change>) -> Result<BTreeMap<Entity, State>> {
        let actor = self.here.actor();
        let drafts = changes
            .into_iter()
            .map(|change| Draft { id: RecordId(self.ids.fresh(self.here.now)), actor, change })
            .collect();
        let journaled = self.tx.append(drafts, self.here.now, self.here.today).await?;
        if journaled.states.keys().any(|entity| Ground::holds(*entity)) {
            self.ground_changed = true;
            self.here.ground = Arc::new(Ground::load(self.tx.conn().await?).await?);
        }
        self.owes(&journaled).await?;
        Ok(journaled.states)
    }

    /// Appends one change that owes something to the outside; what it owes.
    pub async fn write_owing(&mut self, change: Change) -> Result<EffectId> {
        Ok(EffectId::of(self.write_one(change).await?, 0))
    }

    /// Appends one change; its record.
    pub async fn write_one(&mut self, change: Change) -> Result<RecordId> {
        let id = RecordId(self.ids.fresh(self.here.now));
        let draft = Draft { id, actor: self.here.actor(), change };
        let journaled = self.tx.append(vec![draft], self.here.now, self.here.today).await?;
        self.owes(&journaled).await?;
        Ok(id)
    }

    /// Appends many changes, some at a time: one script of all of them would be read anew for each of its statements.
    pub async fn write_many(&mut self, changes: Vec<Change>) -> Result<()> {
        let actor = self.here.actor();
        let mut drafts: Vec<Draft> = changes
            .into_iter()
            .map(|change| Draft { id: RecordId(self.ids.fresh(self.here.now)), actor, change })
            .collect();
        while !drafts.is_empty() {
            let rest = drafts.split_off(drafts.len().min(TOGETHER));
            let journaled = self.tx.append(drafts, self.here.now, self.here.today).await?;
            self.ground_changed |= journaled.states.keys().any(|entity| Ground::holds(*entity));
            self.owes(&journaled).await?;
            drafts = rest;
        }
        if self.ground_changed {
            self.here.ground = Arc::new(Ground::load(self.tx.conn().await?).await?);
        }
        Ok(())
    }

    /// Writes down what records owe to the outside: once, when they are written here.
    async fn owes(&mut self, journaled: &Journaled) -> Result<()> {
        self.owe(&journaled.records, &journaled.states).await?;
        self.owe_stripe(&journaled.records, &journaled.states).await
    }

    /// The next receipt number of this desk.
    pub fn receipt_number(&mut self) -> ReceiptNumber {
        let desk = self.tx.head().desk;
        let code = self.here.ground.desks.get(&desk).map_or_else(|| "D".to_owned(), |desk| desk.code.clone());
        ReceiptNumber { code, number: self.tx.next_receipt() }
    }

    pub async fn state(&mut self, entity: Entity) -> Result<Option<State>> {
        Ok(self.tx.state(entity).await?)
    }
}

/// A use case that only reads.
pub struct Look<'a> {
    pub here: Here,
    pub conn: &'a mut SqliteConnection,
}
