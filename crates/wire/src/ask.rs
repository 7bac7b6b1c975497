//! Questions that take more than one answer.

use crate::Client;
use billing::answer::{Answer, VerdictKind};
use billing::inbound::{NoSnapshot, Snapshot};
use billing::outbox::Found;
use billing::read::{Account, BadElement, Object, Page, read};
use billing::request::{Frozen, ListOf, LookUp, Looked, PERMISSIONS, Permission, Reading, Thing};

/// All pages of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Whole<T> {
    pub items: Vec<T>,
    /// What could not be read, to be told and otherwise passed over.
    pub bad: Vec<BadElement>,
}

/// What a key is good for, as far as reading shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyCheck {
    pub account: Option<Account>,
    /// What the owner still has to allow in Stripe's dashboard.
    pub missing: Vec<Permission>,
}

impl Client {
    /// Whether an effect was carried out, for [`billing::outbox::Row::looked_up`].
    pub async fn find(&self, frozen: &Frozen) -> Found {
        let look = LookUp::of(frozen);
        let Some(mut reading) = look.reading.clone() else { return Found::NotDone };
        loop {
            let body = match Answer::of(self.read(&reading).await) {
                Answer::Accepted { body, .. } => body,
                answer => return Found::NotKnown(answer),
            };
            match look.judge(&reading, &body) {
                Ok(Looked::Done { body }) => return Found::Done { body },
                Ok(Looked::Declined(verdict)) => return Found::Declined(verdict),
                Ok(Looked::NotDone) => return Found::NotDone,
                Ok(Looked::More(next)) => reading = next,
                Err(problem) => return Found::NotKnown(Answer::Unknown(problem.to_string())),
            }
        }
    }

    /// Every page of a list; of events, for [`billing::inbound::Cursor::take`].
    ///
    /// # Errors
    /// The first answer that brought no page: what came before it is not a whole.
    pub async fn every<T: Object>(&self, of: ListOf) -> Result<Whole<T>, Answer> {
        let mut whole = Whole { items: Vec::new(), bad: Vec::new() };
        let mut after = None;
        loop {
            let reading = Reading::List { of: of.clone(), after: after.clone() };
            let body = match Answer::of(self.read(&reading).await) {
                Answer::Accepted { body, .. } => body,
                answer => return Err(answer),
            };
            let page: Page<T> = Page::read(&body).map_err(|problem| Answer::Unknown(problem.to_string()))?;
            whole.items.extend(page.items);
            whole.bad.extend(page.bad);
            match page.next_after {
                // A server that begins anew would be asked for ever.
                Some(next) if after.as_ref() == Some(&next) => {
                    return Err(Answer::Unknown("the pages of a list repeat".to_owned()));
                }
                Some(next) => after = Some(next),
                None => return Ok(whole),
            }
        }
    }

    /// Whose account the key is of, and what it may not read.
    ///
    /// # Errors
    /// The key is not accepted, or there is no telling now.
    pub async fn check_key(&self) -> Result<KeyCheck, Answer> {
        let mut check = KeyCheck { account: None, missing: Vec::new() };
        for permission in PERMISSIONS {
            let Some(probe) = permission.probe() else { continue };
            match Answer::of(self.read(&probe).await) {
                Answer::Accepted { body, .. } if probe == Reading::One(Thing::Account) => {
                    // A key that works is not refused because its account is told in another way.
                    check.account = read(&body).ok();
                }
                Answer::Accepted { .. } => {}
                Answer::Refused(verdict) if verdict.kind == VerdictKind::NotPermitted => {
                    check.missing.push(permission);
                }
                answer => return Err(answer),
            }
        }
        Ok(check)
    }

    /// What one object is now.
    ///
    /// # Errors
    /// It was not told, or not in a way that can be read.
    pub async fn snapshot(&self, thing: &Thing) -> Result<Snapshot, NoSnapshot> {
        Snapshot::of(thing, Answer::of(self.read(&Reading::One(thing.clone())).await))
    }
}
