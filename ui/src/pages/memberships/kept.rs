//! Filters that stay as they were left until the program ends, so that coming back to a list finds it unchanged.

use std::cell::RefCell;
use std::ops::Deref;
use std::thread::LocalKey;
use yew::prelude::*;

/// A value that outlives its component.
pub struct Kept<T: 'static> {
    state: UseStateHandle<T>,
    slot: &'static LocalKey<RefCell<Option<T>>>,
}

impl<T> Clone for Kept<T> {
    fn clone(&self) -> Self {
        Self { state: self.state.clone(), slot: self.slot }
    }
}

impl<T> Deref for Kept<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.state
    }
}

impl<T: Clone + Default + 'static> Kept<T> {
    /// Changes the newest value, also where this handle is from an older drawing.
    pub fn change(&self, change: impl FnOnce(&mut T)) {
        let mut value = self.slot.with_borrow(|kept| kept.clone()).unwrap_or_default();
        change(&mut value);
        self.slot.with_borrow_mut(|kept| *kept = Some(value.clone()));
        self.state.set(value);
    }
}

#[hook]
pub fn use_kept<T: Clone + Default + 'static>(slot: &'static LocalKey<RefCell<Option<T>>>) -> Kept<T> {
    let state = use_state(|| slot.with_borrow(|kept| kept.clone()).unwrap_or_default());
    Kept { state, slot }
}
