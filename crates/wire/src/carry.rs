//! Carrying what the desk has for Stripe, and bringing back what Stripe said.

use crate::Client;
use billing::answer::{Reply, TransportError};
use desk::stripe::{Errand, Errands, Request};
use desk::{Desk, Refusal};
use domain::EffectId;
use futures_util::stream::{FuturesUnordered, StreamExt};
use std::collections::BTreeSet;

/// So many at once: one customer's go in their order, others' need not wait for them.
const AT_ONCE: usize = 4;

/// What one pass came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Carried {
    /// Sent, whatever was said to them.
    pub effects: BTreeSet<EffectId>,
    pub questions: u32,
}

/// Carries errands until none may go now, or `goes_on` says no; what is under way is brought to its end all the same.
/// [`Desk::errands_begin`] was called before, once for the open desk, and nobody else carries for it meanwhile.
///
/// # Errors
/// The desk could not say what is next, or take in what came back.
pub async fn carry(
    desk: &Desk,
    client: &Client,
    which: Errands,
    goes_on: impl Fn() -> bool,
) -> Result<Carried, Refusal> {
    let mut carried = Carried::default();
    let mut under_way = FuturesUnordered::new();
    // What is read may decide what is asked next.
    let mut reading = false;
    let mut failed = None;
    loop {
        while failed.is_none() && !reading && under_way.len() < AT_ONCE && goes_on() {
            match desk.next_of(which).await {
                Ok(Some(errand)) => {
                    match errand.effect() {
                        Some(effect) => drop(carried.effects.insert(effect)),
                        None => {
                            carried.questions += 1;
                            reading = true;
                        }
                    }
                    under_way.push(ask(client, errand));
                }
                Ok(None) => break,
                Err(refusal) => failed = Some(refusal),
            }
        }
        let Some((errand, came)) = under_way.next().await else { break };
        reading &= errand.effect().is_some();
        if let Err(refusal) = desk.errand_done(errand, came).await {
            failed.get_or_insert(refusal);
        }
    }
    match failed {
        Some(refusal) => Err(refusal),
        None => Ok(carried),
    }
}

async fn ask(client: &Client, errand: Errand) -> (Errand, Result<Reply, TransportError>) {
    let came = match errand.request() {
        Request::Send(frozen) => client.send(frozen).await,
        Request::Read(reading) => client.read(reading).await,
    };
    (errand, came)
}
