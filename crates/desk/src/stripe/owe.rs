use super::{connected, named};
use crate::op::Op;
use crate::refusal::Result;
use domain::checkout::TenderKind;
use domain::effect::EffectState;
use domain::enrollment::{EndReason, Enrollment, Noticed, PaysBy};
use domain::fold::State;
use domain::record::{Change, Entity, Record};
use domain::stripe::{CardOutcome, Extra, Owed, PriceIs, StripeAccount, StripeCustomerId, SubscriptionState};
use domain::ticket::Ticket;
use domain::{CustomerId, EffectId, EnrollmentId, Money, PlanId, RecordId, TicketId};
use std::collections::BTreeMap;
use store::query::{self, EffectKind, NewAtStripe, NewEffect};
use uuid::Uuid;

/// Where effects for Stripe begin among those of one record; before them stand its mails.
const FIRST: u32 = 100;

/// What one record owes, and in whose line.
struct Due {
    owed: Vec<Owed>,
    customer: Option<CustomerId>,
}

impl Op<'_> {
    /// Writes down what records owe to Stripe, in their own transaction.
    pub(crate) async fn owe_stripe(
        &mut self,
        records: &[Record],
        states: &BTreeMap<Entity, State>,
    ) -> Result<()> {
        let practice = self.here.ground.practice.as_ref();
        let Some(account) =
            practice.and_then(|practice| practice.stripe.as_ref()).map(|it| it.account.clone())
        else {
            return Ok(());
        };
        for record in records {
            let due = self.due(&account, record, states).await?;
            for (nth, owed) in due.owed.into_iter().enumerate() {
                let id = EffectId::of(record.id, FIRST + nth as u32);
                self.owe_one(&account, id, record, owed, due.customer, Vec::new())?;
            }
        }
        Ok(())
    }

    fn owe_one(
        &mut self,
        account: &StripeAccount,
        id: EffectId,
        record: &Record,
        owed: Owed,
        customer: Option<CustomerId>,
        needs: Vec<EffectId>,
    ) -> Result<()> {
        self.owe_at(account, id, (record.id, record.on), owed, customer, needs)
    }

    pub(super) fn owe_at(
        &mut self,
        account: &StripeAccount,
        id: EffectId,
        because: (RecordId, domain::Instant),
        owed: Owed,
        customer: Option<CustomerId>,
        needs: Vec<EffectId>,
    ) -> Result<()> {
        let what = serde_json::to_string(&owed).map_err(|error| store::StoreError::Unreadable {
            what: "an effect".into(),
            why: error.to_string(),
        })?;
        let title = super::queue::plain_title(&self.here.ground, &owed);
        self.tx.owe(NewEffect {
            id,
            record: because.0,
            kind: EffectKind::Stripe,
            customer,
            what,
            title,
            address: None,
            on: because.1,
            stripe: Some(NewAtStripe {
                account: named(account),
                subject: owed.subject(),
                needs,
                brings: owed.brings(),
            }),
        });
        Ok(())
    }

    /// What has to be there before an effect of `record` can be worked out: owed once, whoever needs it first.
    pub(super) async fn owe_before(
        &mut self,
        account: &StripeAccount,
        because: (RecordId, domain::Instant),
        owed: Owed,
    ) -> Result<EffectId> {
        let subject = owed.subject().unwrap_or_default();
        let known = query::effect_known_as(self.conn().await?, &named(account), &subject).await?;
        // One that is done and is asked for again is gone at Stripe.
        if let Some(known) = known.filter(|known| known.progress.state != domain::effect::EffectState::Done) {
            return Ok(known.id);
        }
        // Where the same was refused or lost before, it is another effect with another key.
        let mut n = 0;
        loop {
            let name = format!("{subject} {n}");
            let id = EffectId(Uuid::new_v5(&because.0.0, name.as_bytes()));
            if query::effect(self.conn().await?, id).await?.is_none() {
                self.owe_at(account, id, because, owed, None, Vec::new())?;
                return Ok(id);
            }
            n += 1;
        }
    }

    /// Who was erased here is to be forgotten at Stripe too.
    pub(crate) fn owe_forgetting(&mut self, erased: RecordId, ids: Vec<StripeCustomerId>) -> Result<()> {
        let Ok(account) = connected(&self.here.ground).map(|stripe| stripe.account.clone()) else {
            return Ok(());
        };
        let on = self.here.now;
        for (nth, customer) in ids.into_iter().enumerate() {
            let id = EffectId::of(erased, FIRST + nth as u32);
            self.owe_at(&account, id, (erased, on), Owed::CustomerGone { customer }, None, Vec::new())?;
        }
        Ok(())
    }

    async fn due(
        &mut self,
        account: &StripeAccount,
        record: &Record,
        states: &BTreeMap<Entity, State>,
    ) -> Result<Due> {
        let nothing = || Due { owed: Vec::new(), customer: None };
        Ok(match &record.change {
            Change::PlanCreated { plan, terms, .. } | Change::PlanVersioned { plan, terms, .. } => {
                let mut owed = vec![Owed::Product { plan: *plan }];
                owed.extend(
                    domain::enrollment::billed(terms, 1)
                        .into_iter()
                        .map(|(price, _)| Owed::Price { plan: *plan, price }),
                );
                // A plan that was taken over comes with prices that go on being sold there.
                if matches!(record.change, Change::PlanVersioned { .. }) {
                    owed.extend(self.prices_of_before(account, *plan, &owed));
                }
                let mut owed = self.not_yet(account, owed).await?;
                // Where every price is there already, which a plan that was taken over shares with another, it can be sold.
                if !owed.iter().any(|one| matches!(one, Owed::Price { .. })) {
                    owed.retain(|one| !matches!(one, Owed::Product { .. }));
                }
                Due { owed, customer: None }
            }
            Change::PlanDescribed { plan, .. }
            | Change::PlanArchived { plan }
            | Change::PlanRestored { plan } => {
                let known = self.plan_is_known(account, *plan).await?;
                let owed = if known { vec![Owed::ProductWords { plan: *plan }] } else { Vec::new() };
                Due { owed, customer: None }
            }
            Change::CustomerEdited { customer, .. } => {
                let known = match states.get(&Entity::Customer(*customer)) {
                    Some(State::Customer(known)) => known.at_stripe(account).is_some(),
                    _ => false,
                };
                let owed = if known { vec![Owed::CustomerWords { customer: *customer }] } else { Vec::new() };
                Due { owed, customer: Some(*customer) }
            }
            Change::CustomerHeard(heard) if heard.said.card.is_some() => Due {
                owed: self.waited_for_a_card(account, heard.customer).await?,
                customer: Some(heard.customer),
            },
            Change::CardEntered { customer, card, .. } => Due {
                owed: vec![Owed::DefaultCard { customer: *customer, card: card.clone() }],
                customer: Some(*customer),
            },
            Change::CardPageAsked { customer, .. } => {
                Due { owed: vec![Owed::SetUpCard { customer: *customer }], customer: Some(*customer) }
            }
            Change::BillingPageAsked { customer } => {
                Due { owed: vec![Owed::OpenPortal { customer: *customer }], customer: Some(*customer) }
            }
            Change::CardChargeAsked(asked) => Due {
                owed: vec![Owed::ChargeCard {
                    ticket: asked.ticket,
                    customer: asked.customer,
                    card: asked.card.clone(),
                    amount: asked.amount,
                    asked: record.id,
                }],
                customer: Some(asked.customer),
            },
            Change::CardChargeReturned { customer, of, amount, .. } => Due {
                owed: vec![Owed::Refund { of: of.clone(), amount: *amount }],
                customer: Some(*customer),
            },
            Change::TicketVoided(void) => {
                let back = cards_of(&void.refund.give_backs);
                self.back_to_card(void.ticket, void.customer, back, states).await?
            }
            Change::TicketRefunded(refunded) => {
                let back = cards_of(&refunded.refund.give_backs);
                self.back_to_card(refunded.ticket, refunded.customer, back, states).await?
            }
            Change::ChargeRefunded(back) if back.heard.is_none() => Due {
                owed: back
                    .parts
                    .iter()
                    .map(|part| Owed::Refund { of: part.of.clone(), amount: part.amount })
                    .collect(),
                customer: Some(back.customer),
            },
            Change::EffectRenewed { owed, customer, .. } => {
                Due { owed: vec![owed.clone()], customer: *customer }
            }
            change => match enrollment_of(change) {
                Some(id) => {
                    let held = self.held(id, states).await?;
                    match held {
                        Some(held) => {
                            let customer = match change {
                                Change::HolderChanged { from, .. } => *from,
                                _ => held.customer,
                            };
                            Due { owed: of_enrollment(change, &held), customer: Some(customer) }
                        }
                        None => nothing(),
                    }
                }
                None => nothing(),
            },
        })
    }

    /// What somebody holds that is to be billed by card and never was, for want of one. A first charge that the bank refused
    /// is asked for by a person.
    async fn waited_for_a_card(
        &mut self,
        account: &StripeAccount,
        customer: CustomerId,
    ) -> Result<Vec<Owed>> {
        let today = self.here.today;
        let mut owed = Vec::new();
        for held in query::enrollments_of(self.conn().await?, customer).await? {
            let now = held.at(today);
            let pays = now.pending_pays.map_or(now.pays, |pending| pending.pays);
            let billed = now.subscription.as_ref().is_some_and(|said| said.state != SubscriptionState::Ended);
            if now.ended.is_some() || pays != PaysBy::Card || billed || !now.open_invoices.is_empty() {
                continue;
            }
            let one = Owed::Subscribe { enrollment: now.id };
            let subject = one.subject().unwrap_or_default();
            let known = query::effect_known_as(self.conn().await?, &named(account), &subject).await?;
            if known.is_none_or(|known| known.progress.state == EffectState::Done) {
                owed.push(one);
            }
        }
        Ok(owed)
    }

    /// Prices of earlier versions that nobody new can have.
    fn prices_of_before(&self, account: &StripeAccount, plan: PlanId, now: &[Owed]) -> Vec<Owed> {
        let known = self.here.ground.plans.get(&plan).and_then(|plan| plan.at_stripe(account));
        let sold = |price: PriceIs| now.contains(&Owed::Price { plan, price });
        let prices = known.iter().flat_map(|known| &known.prices);
        prices
            .filter(|price| price.is.every.is_some() && price.active != sold(price.is))
            .map(|price| Owed::PriceSold { plan, price: price.is, sold: sold(price.is) })
            .collect()
    }

    /// Those that are neither there nor owed.
    async fn not_yet(&mut self, account: &StripeAccount, owed: Vec<Owed>) -> Result<Vec<Owed>> {
        let mut fresh = Vec::with_capacity(owed.len());
        for one in owed {
            let there = match &one {
                Owed::Product { plan } => {
                    let known = self.here.ground.plans.get(plan).and_then(|plan| plan.at_stripe(account));
                    known.is_some_and(|known| known.product.is_some())
                }
                Owed::Price { plan, price } => {
                    let known = self.here.ground.plans.get(plan).and_then(|plan| plan.at_stripe(account));
                    known.is_some_and(|known| known.price(*price).is_some())
                }
                _ => false,
            };
            let open = match one.subject() {
                Some(subject) => {
                    query::effect_known_as(self.conn().await?, &named(account), &subject).await?.is_some()
                }
                None => false,
            };
            if !there && !open {
                fresh.push(one);
            }
        }
        Ok(fresh)
    }

    async fn plan_is_known(&mut self, account: &StripeAccount, plan: PlanId) -> Result<bool> {
        let known = self.here.ground.plans.get(&plan).and_then(|plan| plan.at_stripe(account));
        if known.is_some_and(|known| known.product.is_some()) {
            return Ok(true);
        }
        let subject = Owed::Product { plan }.subject().unwrap_or_default();
        Ok(query::effect_known_as(self.conn().await?, &named(account), &subject).await?.is_some())
    }

    async fn held(
        &mut self,
        id: EnrollmentId,
        states: &BTreeMap<Entity, State>,
    ) -> Result<Option<Box<Enrollment>>> {
        let entity = Entity::Enrollment(id);
        let state = match states.get(&entity) {
            Some(state) => Some(state.clone()),
            None => self.state(entity).await?,
        };
        Ok(match state {
            Some(State::Enrollment(held)) => Some(held),
            _ => None,
        })
    }

    async fn ticket(
        &mut self,
        id: TicketId,
        states: &BTreeMap<Entity, State>,
    ) -> Result<Option<Box<Ticket>>> {
        let entity = Entity::Ticket(id);
        let state = match states.get(&entity) {
            Some(state) => Some(state.clone()),
            None => self.state(entity).await?,
        };
        Ok(match state {
            Some(State::Ticket(ticket)) => Some(ticket),
            _ => None,
        })
    }

    /// What a ticket gives back to a card comes from what the card paid for it, latest first.
    async fn back_to_card(
        &mut self,
        id: TicketId,
        customer: Option<CustomerId>,
        amount: Money,
        states: &BTreeMap<Entity, State>,
    ) -> Result<Due> {
        let mut owed = Vec::new();
        if amount.is_positive()
            && let Some(ticket) = self.ticket(id, states).await?
        {
            // Earlier refunds took theirs from the latest too.
            for (charge, part) in ticket.sends_to_cards(amount) {
                if let Some(CardOutcome::Taken { payment }) = &charge.outcome {
                    owed.push(Owed::Refund { of: payment.clone(), amount: part });
                }
            }
        }
        Ok(Due { owed, customer })
    }
}

fn cards_of(backs: &[domain::checkout::GiveBack]) -> Money {
    backs.iter().filter(|back| back.kind == TenderKind::CardOnFile).map(|back| back.amount).sum()
}

/// The enrollment that a change is decided by.
fn enrollment_of(change: &Change) -> Option<EnrollmentId> {
    match change.about().first() {
        Some(Entity::Enrollment(id)) => Some(*id),
        _ => None,
    }
}

/// Another number of people from the next period on, and what their days in this one add to its charge.
fn of_family(held: &Enrollment, days: Money) -> Vec<Owed> {
    let enrollment = held.id;
    let mut owed = vec![Owed::Items { enrollment }];
    if !days.is_zero() {
        owed.push(Owed::NextInvoice { enrollment, amount: days, why: Extra::Joined });
    }
    owed
}

/// What a change of an enrollment owes, as it stands after it.
fn of_enrollment(change: &Change, held: &Enrollment) -> Vec<Owed> {
    let enrollment = held.id;
    let by_card = held.pays == PaysBy::Card;
    let ended_now = |held: &Enrollment| {
        let mut owed = vec![Owed::CancelNow { enrollment }];
        owed.extend(
            held.open_invoices
                .values()
                .filter_map(|open| open.invoice.clone())
                .map(|invoice| Owed::VoidInvoice { enrollment, invoice }),
        );
        owed
    };
    match change {
        Change::Enrolled(_) if by_card => vec![Owed::Subscribe { enrollment }],
        Change::PaysChanged { pays, .. } => match pays {
            PaysBy::Card => match held.subscription {
                // It had been told to end, and goes on.
                Some(_) if held.pays == PaysBy::Card => vec![Owed::KeepOn { enrollment }],
                _ => vec![Owed::Subscribe { enrollment }],
            },
            PaysBy::Counter => match held.pending_pays {
                Some(pending) => {
                    vec![Owed::CancelOn { enrollment, on: held.billing_date(pending.period) }]
                }
                None if held.pays == PaysBy::Counter => vec![Owed::CancelNow { enrollment }],
                None => Vec::new(),
            },
        },
        _ if !by_card => Vec::new(),
        Change::EnrollmentPaused { .. } => vec![Owed::Pause { enrollment }],
        Change::EnrollmentResumed { .. } => resumed(held),
        Change::CalendarNoticed(told) => match told.noticed {
            Noticed::Resumed { .. } => resumed(held),
            Noticed::Ended { why: EndReason::PastDue | EndReason::FirstChargeFailed, .. } => ended_now(held),
            Noticed::Ended { .. } => Vec::new(),
        },
        Change::CancelScheduled { .. } => match held.ending {
            Some(ending) => vec![Owed::CancelOn { enrollment, on: ending.last_day.next() }],
            None => ended_now(held),
        },
        Change::CancelUndone { .. } => vec![Owed::KeepOn { enrollment }],
        Change::EnrollmentCancelled { .. } => ended_now(held),
        Change::TermsUpdated { .. } | Change::TermsKept { .. } | Change::SeatsLimited { .. } => {
            vec![Owed::Items { enrollment }]
        }
        Change::DependentAdded { customer, .. } => of_family(held, held.days_joined(*customer)),
        Change::DependentRemoved { customer, .. } => of_family(held, -held.days_left(*customer)),
        Change::SeatPaused { .. } | Change::SeatResumed { .. } => vec![Owed::Items { enrollment }],
        Change::PlanChanged(_) => {
            let upgraded = held.pending_terms.is_none() && held.subscription.is_some();
            match upgraded {
                true => {
                    let carried = held.dues(held.as_of).first().map_or(Money::ZERO, |due| due.carried);
                    let mut owed = Vec::new();
                    if carried.is_positive() {
                        owed.push(Owed::NextInvoice { enrollment, amount: -carried, why: Extra::Carried });
                    }
                    owed.push(Owed::Upgrade { enrollment });
                    owed
                }
                false => vec![Owed::Items { enrollment }],
            }
        }
        Change::HolderChanged { .. } => match held.next_billing(held.as_of) {
            Some(on) => vec![Owed::CancelOn { enrollment, on }, Owed::Subscribe { enrollment }],
            None => Vec::new(),
        },
        // Paid at the counter what Stripe has an invoice for.
        Change::ChargeCollected(charge) => charge
            .settles
            .iter()
            .map(|invoice| Owed::PaidElsewhere { enrollment, invoice: invoice.clone() })
            .collect(),
        Change::ChargeRetried { invoice, .. } => match invoice {
            Some(invoice) => vec![Owed::PayInvoice { enrollment, invoice: invoice.clone() }],
            None => vec![Owed::Subscribe { enrollment }],
        },
        _ => Vec::new(),
    }
}

fn resumed(held: &Enrollment) -> Vec<Owed> {
    let enrollment = held.id;
    let mut owed = vec![Owed::Resume { enrollment }];
    owed.extend(held.next_billing(held.as_of).map(|to| Owed::Shift { enrollment, to }));
    owed
}
