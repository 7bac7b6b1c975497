//! Who is signed in, where and on which day; given to every page inside the frame.

use domain::{Currency, Day, Money};
use protocol::practice::Session;
use std::{ops::Deref, rc::Rc};
use yew::prelude::*;

/// The session of the person at the desk, with what pages ask of it most.
#[derive(Clone, PartialEq)]
pub struct SignedIn(pub Rc<Session>);

impl Deref for SignedIn {
    type Target = Session;
    fn deref(&self) -> &Session {
        &self.0
    }
}

impl SignedIn {
    pub fn currency(&self) -> Currency {
        self.practice.currency
    }

    /// `$1,284.00`.
    pub fn money(&self, amount: Money) -> String {
        self.currency().format(amount)
    }

    /// What needs a person; late renewals are one thing to look after, however many they are, and so are first charges
    /// that nobody paid.
    pub fn to_do(&self) -> u32 {
        self.open_tasks + self.refused + u32::from(self.past_due > 0) + u32::from(self.unpaid > 0)
    }

    /// `15 Mar`, with the year when it is not this one.
    pub fn day(&self, day: Day) -> String {
        day.short(self.today)
    }

    /// `patient`, `client`: what the practice calls one customer, inside a sentence.
    pub fn customer(&self) -> String {
        self.practice.customer_word.one().to_lowercase()
    }
}

/// The session around this component; only for components inside the frame, which is only shown signed in.
#[hook]
pub fn use_session() -> SignedIn {
    use_context::<SignedIn>().expect("pages are only shown inside the frame, which provides the session")
}
