//! One thing done to many memberships: looked at first, then done some at a time.
//!
//! The window asks for the ids that a filter lets through, shows what the action comes to, and then sends exactly those that
//! it works for, [`TOGETHER`] at a time: each of these is one transaction under a key of its own, so what was done and what
//! was not is known at any moment, and a repeat does nothing twice.

use crate::enrollments::EffectiveFrom;
use crate::members::ListMembers;
use domain::{Day, EnrollmentId, Money, PlanId, RecordId};
use serde::{Deserialize, Serialize};

/// As many as one request takes.
pub const TOGETHER: usize = 500;

/// The memberships that the table's filters let through, in its order; its place and page size do not count.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ListMemberIds {
    pub filters: ListMembers,
    /// Of a person with several, the first alone: for what is said to people rather than done to memberships.
    #[serde(default)]
    pub once_per_person: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MemberIds {
    pub ids: Vec<EnrollmentId>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum ManyAction {
    Pause {
        /// The day they resume by themselves; `None`: open.
        #[serde(default)]
        until: Option<Day>,
    },
    /// To what each one's plan sells today.
    UpdateTerms {
        #[serde(default)]
        from: EffectiveFrom,
        /// The versions that were shown: where a plan sells another by now, its members are left out. Empty to look.
        #[serde(default)]
        shown: Vec<(PlanId, u32)>,
    },
    /// A message that [`WriteMessage`] wrote; none yet where it is only looked at.
    Mail {
        #[serde(default)]
        message: Option<RecordId>,
    },
}

/// What an action comes to for at most [`TOGETHER`] memberships; changes nothing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PreviewMany {
    pub ids: Vec<EnrollmentId>,
    pub action: ManyAction,
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct ManyPreview {
    /// Those it works for.
    pub works: Vec<EnrollmentId>,
    pub left_out: Vec<LeftOut>,
    /// What it changes, alike ones together.
    pub changes: Vec<ManyChange>,
    /// What each plan among them sells today, where terms are updated.
    #[serde(default)]
    pub versions: Vec<(PlanId, u32)>,
    /// How many of them get an e-mail about it by itself.
    pub mailed: u32,
}

/// Why some are left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOut {
    pub why: String,
    pub count: u32,
    /// The first of them by name.
    pub names: Vec<String>,
}

/// As many names as a reason shows.
pub const NAMES: usize = 5;

/// What becomes of memberships that go through the same change.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ManyChange {
    /// `Gold`, or `Gold, version 1 to 3`.
    pub what: String,
    pub count: u32,
    /// It holds from here on; for each on a day of its own between these.
    pub first: Day,
    pub last: Day,
    pub prices: Option<(Money, Money)>,
    #[serde(default)]
    pub old_benefits: Vec<String>,
    #[serde(default)]
    pub new_benefits: Vec<String>,
}

/// Does it to at most [`TOGETHER`] memberships, in one transaction; who cannot be any more is left out and named.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DoMany {
    pub ids: Vec<EnrollmentId>,
    pub action: ManyAction,
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct ManyDone {
    pub done: u32,
    pub left_out: Vec<LeftOut>,
}

/// Writes a message once, before it is sent to anybody.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WriteMessage {
    pub subject: String,
    pub text: String,
    /// To how many people it will go.
    pub people: u32,
    /// Whom it goes to where that is one alone.
    #[serde(default)]
    pub only: Option<EnrollmentId>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WrittenMessage {
    pub message: RecordId,
}

impl LeftOut {
    /// Adds somebody to the reasons.
    pub fn note(all: &mut Vec<Self>, why: &str, name: &str) {
        let at = all.iter().position(|known| known.why == why).unwrap_or_else(|| {
            all.push(Self { why: why.to_owned(), count: 0, names: Vec::new() });
            all.len() - 1
        });
        all[at].count += 1;
        if all[at].names.len() < NAMES {
            all[at].names.push(name.to_owned());
        }
    }

    /// Takes the reasons of another part in.
    pub fn merge(all: &mut Vec<Self>, more: Vec<Self>) {
        for one in more {
            match all.iter_mut().find(|known| known.why == one.why) {
                Some(known) => {
                    known.count += one.count;
                    let room = NAMES.saturating_sub(known.names.len());
                    known.names.extend(one.names.into_iter().take(room));
                }
                None => all.push(one),
            }
        }
    }
}

impl ManyPreview {
    /// Takes the preview of another part in.
    pub fn merge(&mut self, more: Self) {
        self.works.extend(more.works);
        LeftOut::merge(&mut self.left_out, more.left_out);
        self.mailed += more.mailed;
        for version in more.versions {
            if !self.versions.contains(&version) {
                self.versions.push(version);
            }
        }
        for change in more.changes {
            ManyChange::add(&mut self.changes, change);
        }
    }
}

impl ManyChange {
    /// Puts a change with those that are alike.
    pub fn add(all: &mut Vec<Self>, change: Self) {
        let alike = all.iter_mut().find(|known| {
            known.what == change.what
                && known.prices == change.prices
                && known.old_benefits == change.old_benefits
                && known.new_benefits == change.new_benefits
        });
        match alike {
            Some(known) => {
                known.count += change.count;
                known.first = known.first.min(change.first);
                known.last = known.last.max(change.last);
            }
            None => all.push(change),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_come_together() {
        let mut all = Vec::new();
        for name in ["Ana", "Ben", "Cleo", "Dee", "Eve", "Fay"] {
            LeftOut::note(&mut all, "It is paused.", name);
        }
        LeftOut::note(&mut all, "It ended.", "Gus");
        assert_eq!((all[0].count, all[0].names.len(), all.len()), (6, NAMES, 2));
        LeftOut::merge(
            &mut all,
            vec![LeftOut { why: "It ended.".into(), count: 3, names: vec!["Hal".into()] }],
        );
        assert_eq!(
            (all[1].count, all[1].names.as_slice()),
            (4, ["Gus".to_owned(), "Hal".to_owned()].as_slice())
        );

        let day = |day| Day::ymd(2026, 3, day).unwrap();
        let change = |from| ManyChange {
            what: "Gold".into(),
            count: 1,
            first: day(from),
            last: day(from),
            prices: None,
            old_benefits: Vec::new(),
            new_benefits: Vec::new(),
        };
        let mut preview = ManyPreview { changes: vec![change(12)], ..ManyPreview::default() };
        preview.merge(ManyPreview { changes: vec![change(3), change(20)], ..ManyPreview::default() });
        assert_eq!(preview.changes.len(), 1);
        assert_eq!(
            (preview.changes[0].count, preview.changes[0].first, preview.changes[0].last),
            (3, day(3), day(20))
        );
    }
}
