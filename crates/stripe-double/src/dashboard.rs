//! What people do in Stripe's Dashboard, or what happens at the bank: changes that come from outside.

use crate::cards::{Outcome, TestCard};
use crate::endpoints::{Call, Done, customers, products, subscriptions};
use crate::error::ApiError;
use crate::kind::Kind;
use crate::mode::{Cause, Mode};
use crate::object::Fields;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// One thing that is done by hand.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Action {
    /// Subscription: pause it as `POST /v1/subscriptions/{id}/pause` does, without a credit.
    Pause {
        subscription: String,
    },
    Resume {
        subscription: String,
    },
    /// Subscription: `pause_collection` with this behavior; nothing ends it.
    PauseCollection {
        subscription: String,
        behavior: Option<String>,
    },
    Cancel {
        subscription: String,
        at_period_end: bool,
    },
    /// Subscription: its customer cancels it in the portal. In flexible billing mode that sets `cancel_at` and leaves
    /// `cancel_at_period_end` false: <https://docs.stripe.com/billing/subscriptions/billing-mode/compare>.
    CancelInPortal {
        subscription: String,
    },
    /// Takes back a cancellation at the end of the period, of either kind.
    KeepOn {
        subscription: String,
    },
    /// Subscription: another price for its first item, as many of it as before, without proration.
    ChangePrice {
        subscription: String,
        price: String,
    },
    /// Subscription: so many of its first item, without proration.
    ChangeQuantity {
        subscription: String,
        quantity: i64,
    },
    /// Customer: a new default card by the number of a test card.
    ReplaceCard {
        customer: String,
        number: String,
    },
    /// Payment method: taken from its customer.
    RemoveCard {
        card: String,
    },
    /// Payment method: what it answers from now on.
    SetCard {
        card: String,
        outcome: Outcome,
    },
    Refund {
        charge: String,
        amount: Option<i64>,
    },
    OpenDispute {
        charge: String,
        reason: Option<String>,
    },
    CloseDispute {
        dispute: String,
        won: bool,
    },
    DeleteCustomer {
        customer: String,
    },
    RenameCustomer {
        customer: String,
        name: String,
    },
    /// Product: its name, and whether it is still sold.
    EditProduct {
        product: String,
        name: String,
        active: bool,
    },
    /// Invoice: charged to the card that is due for it.
    PayInvoice {
        invoice: String,
    },
    /// Invoice: marked as paid with other money.
    MarkPaid {
        invoice: String,
    },
    /// Invoice: given up.
    MarkUncollectible {
        invoice: String,
    },
    VoidInvoice {
        invoice: String,
    },
    /// Checkout session: a customer enters this card on its page.
    EnterCard {
        session: String,
        number: String,
    },
    /// Payment intent: the customer answers their bank.
    Authenticate {
        payment_intent: String,
        passed: bool,
    },
    /// A schedule is attached, which forbids pausing.
    AttachSchedule {
        subscription: String,
    },
}

impl Action {
    /// Whether somebody of the practice does it in the Dashboard.
    fn is_clicked(&self) -> bool {
        !matches!(
            self,
            Self::CancelInPortal { .. }
                | Self::SetCard { .. }
                | Self::OpenDispute { .. }
                | Self::CloseDispute { .. }
                | Self::EnterCard { .. }
                | Self::Authenticate { .. }
        )
    }
}

impl Mode {
    /// Does it, and answers with the object it was about. What people click has a request behind it, under no key of
    /// anybody's; what a bank or a customer does has none.
    pub fn act(&mut self, action: &Action) -> Done {
        if action.is_clicked() {
            let request = format!("req_{}", self.secret(14));
            self.request = Cause { request: Some(request), idempotency_key: None };
        }
        let done = self.do_by_hand(action);
        self.request = Cause::default();
        done
    }

    fn do_by_hand(&mut self, action: &Action) -> Done {
        let call = |id: &str, given: Value| Call { ids: vec![id.to_owned()], given };
        let update =
            |mode: &mut Self, id: &str, given: Value| subscriptions::update::update(mode, &call(id, given));
        match action {
            Action::Pause { subscription } => {
                let given = json!({ "bill_for": { "unused_time_from": { "type": "none" } } });
                subscriptions::pause::pause(self, &call(subscription, given))
            }
            Action::Resume { subscription } => {
                let given =
                    json!({ "billing_cycle_anchor": { "type": "unchanged" }, "proration_behavior": "none" });
                subscriptions::pause::resume(self, &call(subscription, given))
            }
            Action::PauseCollection { subscription, behavior } => {
                let pause = behavior.as_ref().map_or(json!(""), |behavior| json!({ "behavior": behavior }));
                update(self, subscription, json!({ "pause_collection": pause }))
            }
            Action::Cancel { subscription, at_period_end: true } => {
                update(self, subscription, json!({ "cancel_at_period_end": true }))
            }
            Action::Cancel { subscription, at_period_end: false } => {
                subscriptions::cancel::cancel(self, &call(subscription, json!({})))
            }
            Action::CancelInPortal { subscription } => {
                let flexible = self.find(Kind::Subscription, subscription)?.text("billing_mode.type")
                    == Some("flexible");
                let given = if flexible {
                    json!({ "cancel_at": "max_period_end" })
                } else {
                    json!({ "cancel_at_period_end": true })
                };
                update(self, subscription, given)
            }
            Action::KeepOn { subscription } => {
                let by_flag = self.find(Kind::Subscription, subscription)?.flag("cancel_at_period_end");
                let given = if by_flag {
                    json!({ "cancel_at_period_end": false })
                } else {
                    json!({ "cancel_at": "" })
                };
                update(self, subscription, given)
            }
            Action::ChangePrice { subscription, price } => {
                let found = self.find(Kind::Subscription, subscription)?;
                let item = json!({
                    "id": found.word("items.data.0.id"), "price": price,
                    "quantity": found.integer("items.data.0.quantity"),
                });
                update(self, subscription, json!({ "items": [item], "proration_behavior": "none" }))
            }
            Action::ChangeQuantity { subscription, quantity } => {
                let item = self.find(Kind::Subscription, subscription)?.word("items.data.0.id");
                let item = json!({ "id": item, "quantity": quantity });
                update(self, subscription, json!({ "items": [item], "proration_behavior": "none" }))
            }
            Action::ReplaceCard { customer, number } => self.replace_card(customer, number),
            Action::RemoveCard { card } => {
                self.find(Kind::PaymentMethod, card)?;
                Ok(self.let_go(card))
            }
            Action::SetCard { card, outcome } => {
                let shown = self.find(Kind::PaymentMethod, card)?.clone();
                self.cards.insert(card.clone(), outcome.clone());
                Ok(shown)
            }
            Action::Refund { charge, amount } => {
                self.find(Kind::Charge, charge)?;
                self.refund(charge, *amount, Some("requested_by_customer"), &json!({}))
            }
            Action::OpenDispute { charge, reason } => {
                self.find(Kind::Charge, charge)?;
                let dispute = self.open_dispute(charge, reason.as_deref().unwrap_or("fraudulent"));
                Ok(self.copy(Kind::Dispute, &dispute))
            }
            Action::CloseDispute { dispute, won } => self.close_dispute(dispute, *won),
            Action::DeleteCustomer { customer } => customers::delete(self, &call(customer, json!({}))),
            Action::MarkPaid { invoice } => {
                crate::endpoints::invoices::pay(self, &call(invoice, json!({ "paid_out_of_band": true })))
            }
            Action::RenameCustomer { customer, name } => {
                customers::update(self, &call(customer, json!({ "name": name })))
            }
            Action::EditProduct { product, name, active } => {
                products::update(self, &call(product, json!({ "name": name, "active": active })))
            }
            Action::PayInvoice { invoice } => {
                crate::endpoints::invoices::pay(self, &call(invoice, json!({})))
            }
            Action::MarkUncollectible { invoice } => {
                crate::endpoints::invoices::mark_uncollectible(self, &call(invoice, json!({})))
            }
            Action::VoidInvoice { invoice } => {
                crate::endpoints::invoices::void(self, &call(invoice, json!({})))
            }
            Action::EnterCard { session, number } => self.complete_session(session, test_card(number)?.token),
            Action::Authenticate { payment_intent, passed } => self.authenticate(payment_intent, *passed),
            Action::AttachSchedule { subscription } => {
                if self.find(Kind::Subscription, subscription)?.text("status") == Some("paused") {
                    return Err(ApiError::refused("You cannot attach a schedule to a paused subscription."));
                }
                let schedule = format!("sub_sched_1{}", self.secret(23));
                let event = "customer.subscription.updated";
                Ok(self.changed(Kind::Subscription, subscription, event, |subscription| {
                    subscription.put("schedule", schedule);
                }))
            }
        }
    }

    /// A new card that replaces the default one wherever that was named.
    pub fn replace_card(&mut self, customer: &str, number: &str) -> Done {
        let before = self.find(Kind::Customer, customer)?.clone();
        let card = self.save_card(test_card(number)?.token, customer)?;
        let old = before.text("invoice_settings.default_payment_method").map(str::to_owned);
        let named: Vec<String> = self
            .shelf(Kind::Subscription)
            .of_customer(customer)
            .filter(|one| !one.at("default_payment_method").is_null() && one.at("ended_at").is_null())
            .map(|one| one.word("id"))
            .collect();
        for subscription in named {
            self.change(Kind::Subscription, &subscription, "customer.subscription.updated", |subscription| {
                subscription.put("default_payment_method", card.clone());
            });
        }
        self.change(Kind::Customer, customer, "customer.updated", |customer| {
            customer.put("invoice_settings.default_payment_method", card.clone());
        });
        if let Some(old) = old {
            self.let_go(&old);
        }
        Ok(self.copy(Kind::PaymentMethod, &card))
    }
}

pub fn test_card(number: &str) -> Result<TestCard, ApiError> {
    TestCard::find(number).ok_or_else(|| crate::cards::declined("incorrect_number"))
}
