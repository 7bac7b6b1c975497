//! What was typed into a tier's form and not saved, kept while someone is elsewhere in the program.
//!
//! A customer at the counter does not wait for a form: the navigation leads away at once, and what was typed is there
//! again on the way back. Only the newest is kept, and not beyond the program's end.

use super::Begin;
use crate::pages::memberships::draft::PlanDraft;
use std::cell::RefCell;

struct Unsaved {
    begin: Begin,
    /// What the form had opened with: where that has changed since, the old text no longer fits.
    was: PlanDraft,
    draft: PlanDraft,
}

thread_local! {
    static UNSAVED: RefCell<Option<Unsaved>> = const { RefCell::new(None) };
}

/// Remembers what is typed so far.
pub fn keep(begin: Begin, was: &PlanDraft, draft: &PlanDraft) {
    UNSAVED.set(Some(Unsaved { begin, was: was.clone(), draft: draft.clone() }));
}

/// Forgets what was typed into this form.
pub fn forget(begin: Begin) {
    UNSAVED.with_borrow_mut(|kept| {
        kept.take_if(|kept| kept.begin == begin);
    });
}

/// What was typed into this form before, where it still begins as it did then.
pub fn find(begin: Begin, was: &PlanDraft) -> Option<PlanDraft> {
    UNSAVED.with_borrow(|kept| {
        let kept = kept.as_ref().filter(|kept| kept.begin == begin)?;
        // The benefits of a copy have new names each time.
        let fits = matches!(begin, Begin::CopyOf(_)) || kept.was == *was;
        fits.then(|| kept.draft.clone())
    })
}
