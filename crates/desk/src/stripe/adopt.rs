//! What another program bills through the account goes on here, with its dates and its prices.
//!
//! Everything is read first, looked through, and then taken over in one transaction. Nothing is asked of Stripe but what is
//! there: a plan comes with its product and prices, a person with who they are there, a membership with the subscription
//! that bills it, so that nothing of them is owed. Their cards are read after that: a card heard of before the subscription
//! would begin a second one.

mod planned;
mod shown;
mod take_over;

use super::connected;
use crate::door::Desk;
use crate::op::Op;
use crate::refusal::{Refusal, Result};
use billing::read::{Customer, Object, Page, Price, Product, Subscription};
use billing::request::ListOf;
use domain::Instant;
use planned::Planned;
use protocol::adopting::{AdoptAccount, Adopted, Adoption, AdoptionChoices, AdoptionReading};
use std::sync::Arc;
use uuid::Uuid;

/// What was read of the account so far; not kept over a restart.
#[derive(Debug, Clone, Default)]
pub(super) struct AccountRead {
    /// Which look at the account it is of: a page that was asked for by an earlier one is not taken.
    look: u32,
    state: State,
    found: Arc<Found>,
}

#[derive(Debug, Clone, Default)]
enum State {
    #[default]
    NotBegun,
    Reading,
    Stopped(String),
    Done(Instant),
}

#[derive(Debug, Clone, Default)]
struct Found {
    products: Vec<Product>,
    prices: Vec<Price>,
    customers: Vec<Customer>,
    subscriptions: Vec<Subscription>,
}

impl AccountRead {
    /// Begins anew; the number of this look.
    pub fn begin(&mut self) -> u32 {
        *self = Self { look: self.look.wrapping_add(1), state: State::Reading, found: Arc::default() };
        self.look
    }

    pub fn is_of(&self, look: u32) -> bool {
        self.look == look
    }

    /// Takes a page of a kind; where the next one begins.
    ///
    /// # Errors
    /// A page that can't be read: then not everything would be there.
    pub fn take(&mut self, of: &ListOf, body: &[u8]) -> std::result::Result<Option<String>, String> {
        let found = Arc::make_mut(&mut self.found);
        match of {
            ListOf::Products => add(&mut found.products, body),
            ListOf::Prices => add(&mut found.prices, body),
            ListOf::Customers => add(&mut found.customers, body),
            _ => add(&mut found.subscriptions, body),
        }
    }

    pub fn stop(&mut self, said: String) {
        self.state = State::Stopped(said);
    }

    pub fn end(&mut self, now: Instant) {
        if matches!(self.state, State::Reading) {
            self.state = State::Done(now);
        }
    }
}

fn add<T: Object>(to: &mut Vec<T>, body: &[u8]) -> std::result::Result<Option<String>, String> {
    let page = Page::<T>::read(body)
        .map_err(|problem| format!("What Stripe answered could not be read: {problem}."))?;
    to.extend(page.items);
    Ok(page.next_after)
}

/// What is asked to be taken over, with what was read for it.
#[derive(Debug, Clone)]
pub(crate) struct Adopting {
    request: AdoptAccount,
    found: Arc<Found>,
}

impl Desk {
    /// How far the account is read, and what would be taken over.
    pub(crate) async fn adoption(&self, choices: AdoptionChoices) -> Result<Adoption> {
        let here = self.nobody();
        connected(&here.ground)?;
        let read = self.stripe_line.lock().await.account.clone();
        let found = &read.found;
        let reading = match read.state {
            State::NotBegun => AdoptionReading::NotBegun,
            State::Stopped(said) => AdoptionReading::Stopped { said },
            State::Reading => AdoptionReading::Reading {
                read: (found.products.len()
                    + found.prices.len()
                    + found.customers.len()
                    + found.subscriptions.len()) as u32,
            },
            State::Done(at) => AdoptionReading::Done { at: here.ground.wall_time(at) },
        };
        if !matches!(reading, AdoptionReading::Done { .. }) {
            return Ok(Adoption { reading, ..Adoption::default() });
        }
        let mut through = self.store().look().await?;
        // Nothing of it is kept, so any ids do.
        let mut next = 0_u128;
        let mut fresh = move || {
            next += 1;
            Uuid::from_u128(next)
        };
        let planned = Planned::of(through.conn(), &here, found, &choices, &mut fresh).await?;
        Ok(Adoption { reading, ..planned.shown() })
    }

    /// What was read, with what is asked to be made of it.
    ///
    /// # Errors
    /// Nothing was read, or not all of it.
    pub(crate) async fn account_to_adopt(&self, request: AdoptAccount) -> Result<Adopting> {
        let line = self.stripe_line.lock().await;
        match line.account.state {
            State::Done(_) => Ok(Adopting { request, found: line.account.found.clone() }),
            _ => Err(Refusal::NotNow(
                "The account was not read yet, or not to its end. Look at it again.".into(),
            )),
        }
    }
}

/// Takes everything over, in the transaction of the request.
pub(crate) async fn adopt_account(op: &mut Op<'_>, adopting: Adopting) -> Result<Adopted> {
    let Adopting { request, found } = adopting;
    let here = op.here.clone();
    let ids = op.ids;
    let mut fresh = || ids.fresh(here.now);
    let planned = Planned::of(op.conn().await?, &here, &found, &request.choices, &mut fresh).await?;
    if let Some(name) = planned.unclear().next() {
        return Err(Refusal::invalid("choices", format!("Choose who {name} is, then take them over.")));
    }
    let (memberships, newcomers) = planned.counts();
    if (memberships, newcomers) != (request.memberships, request.newcomers) {
        return Err(Refusal::NotNow(
            "What is there is not what was shown any more. Look through it again, then take it over.".into(),
        ));
    }
    planned.take_over(op).await
}
