//! Taking money from a card: a payment intent, and a charge for every attempt.
//!
//! <https://docs.stripe.com/payments/paymentintents/lifecycle>

use crate::calendar::DAY;
use crate::cards::{Outcome, declined};
use crate::due::Due;
use crate::error::ApiError;
use crate::kind::Kind;
use crate::mode::Mode;
use crate::object::Fields;
use serde_json::{Value, json};

/// What is wanted of a payment intent.
pub struct Wanted<'a> {
    pub amount: i64,
    pub currency: &'a str,
    pub customer: Option<&'a str>,
    pub card: Option<&'a str>,
    pub description: Option<&'a str>,
    pub metadata: Value,
    pub manual_capture: bool,
}

impl Mode {
    /// A payment intent that has not been confirmed.
    pub fn new_intent(&mut self, wanted: &Wanted) -> String {
        let id = self.id(Kind::PaymentIntent);
        let secret = self.secret(25);
        let status = if wanted.card.is_some() { "requires_confirmation" } else { "requires_payment_method" };
        let intent = json!({
            "id": id, "object": "payment_intent", "allowed_payment_method_types": null, "amount": wanted.amount, "amount_capturable": 0,
            "amount_details": { "tip": {} }, "amount_received": 0, "application": null,
            "application_fee_amount": null, "automatic_payment_methods": null, "canceled_at": null,
            "cancellation_reason": null,
            "capture_method": if wanted.manual_capture { "manual" } else { "automatic" },
            "client_secret": format!("{id}_secret_{secret}"), "confirmation_method": "automatic",
            "created": self.now, "currency": wanted.currency, "customer": wanted.customer,
            "customer_account": null, "description": wanted.description, "excluded_payment_method_types": null,
            "last_payment_error": null, "latest_charge": null, "livemode": self.livemode,
            "metadata": wanted.metadata, "managed_payments": null, "next_action": null, "on_behalf_of": null,
            "payment_record": null, "payment_method": wanted.card, "payment_method_configuration_details": null,
            "payment_method_options": {
                "card": {
                    "installments": null, "mandate_options": null, "network": null,
                    "request_three_d_secure": "automatic",
                },
            },
            "payment_method_types": ["card"], "processing": null, "receipt_email": null, "review": null,
            "setup_future_usage": null, "shipping": null, "source": null, "statement_descriptor": null,
            "statement_descriptor_suffix": null, "status": status, "transfer_data": null, "transfer_group": null,
        });
        self.create(Kind::PaymentIntent, intent, "payment_intent.created");
        id
    }

    /// What a card would answer now.
    pub fn outcome_of(&self, card: &str) -> Outcome {
        self.cards.get(card).cloned().unwrap_or(Outcome::Declines("generic_decline".to_owned()))
    }

    /// Charges a card for a payment intent. A decline leaves a failed charge and is told in the error.
    pub fn attempt(&mut self, intent: &str, card: &str, off_session: bool) -> Result<String, ApiError> {
        let decline = match self.outcome_of(card) {
            Outcome::Declines(code) => Some(code),
            Outcome::Authenticates if off_session => Some("authentication_required".to_owned()),
            Outcome::Authenticates => {
                self.ask_customer(intent, card);
                return Ok(String::new());
            }
            _ => None,
        };
        let charge = self.new_charge(intent, card, decline.as_deref());
        match decline {
            Some(code) => Err(self.failed(intent, card, &charge, &code)),
            None => {
                self.succeeded(intent, card, &charge);
                Ok(charge)
            }
        }
    }

    fn ask_customer(&mut self, intent: &str, card: &str) {
        let url = format!("{}/a/{intent}", self.base_url);
        self.change(Kind::PaymentIntent, intent, "payment_intent.requires_action", |intent| {
            intent.put("status", "requires_action");
            intent.put("payment_method", card);
            intent.put(
                "next_action",
                json!({ "type": "redirect_to_url", "redirect_to_url": { "return_url": null, "url": url } }),
            );
        });
    }

    fn succeeded(&mut self, intent: &str, card: &str, charge: &str) {
        let manual = self.peek(Kind::PaymentIntent, intent).text("capture_method") == Some("manual");
        self.announce(Kind::Charge, charge, "charge.succeeded");
        let event =
            if manual { "payment_intent.amount_capturable_updated" } else { "payment_intent.succeeded" };
        self.change(Kind::PaymentIntent, intent, event, |intent| {
            let amount = intent.integer("amount");
            intent.put("status", if manual { "requires_capture" } else { "succeeded" });
            intent.put(if manual { "amount_capturable" } else { "amount_received" }, amount);
            intent.put("payment_method", card);
            intent.put("latest_charge", charge);
            intent.put("last_payment_error", Value::Null);
            intent.put("next_action", Value::Null);
        });
        if self.outcome_of(card) == Outcome::Disputes {
            self.open_dispute(charge, "fraudulent");
        }
    }

    fn failed(&mut self, intent: &str, card: &str, charge: &str, code: &str) -> ApiError {
        self.announce(Kind::Charge, charge, "charge.failed");
        let error = declined(code);
        let method = self.copy(Kind::PaymentMethod, card);
        let mut told = json!({
            "charge": charge, "code": error.code, "doc_url": format!(
                "https://stripe.com/docs/error-codes/{}", error.code.unwrap_or_default().replace('_', "-")
            ),
            "message": error.message, "payment_method": method, "type": "card_error",
        });
        if let Some(decline) = &error.decline_code {
            told["decline_code"] = json!(decline);
        }
        let shown = self.changed(Kind::PaymentIntent, intent, "payment_intent.payment_failed", |intent| {
            intent.put("status", "requires_payment_method");
            intent.put("payment_method", Value::Null);
            intent.put("latest_charge", charge);
            intent.put("last_payment_error", told);
        });
        error.about("charge", json!(charge)).about("payment_intent", shown).about("payment_method", method)
    }

    fn new_charge(&mut self, intent: &str, card: &str, decline: Option<&str>) -> String {
        let id = self.id(Kind::Charge);
        let intent = self.peek(Kind::PaymentIntent, intent);
        let method = self.peek(Kind::PaymentMethod, card);
        let (amount, currency) = (intent.integer("amount"), intent.word("currency"));
        let paid = decline.is_none();
        let captured = paid && intent.text("capture_method") != Some("manual");
        let transaction = captured.then(|| self.moved(&id, "charge", amount, &currency, fee(amount)));
        let error = decline.map(declined);
        let card = method.at("card");
        let secret = self.secret(24);
        let charge = json!({
            "id": id, "object": "charge", "amount": amount, "amount_captured": if captured { amount } else { 0 },
            "amount_refunded": 0, "application": null, "application_fee": null, "application_fee_amount": null,
            "balance_transaction": transaction, "billing_details": method["billing_details"],
            "calculated_statement_descriptor": "DOUBLE", "captured": captured, "created": self.now,
            "currency": currency, "customer": intent["customer"], "description": intent["description"],
            "disputed": false, "failure_balance_transaction": null,
            "failure_code": error.as_ref().and_then(|error| error.code),
            "failure_message": error.as_ref().map(|error| error.message.as_str()),
            "fraud_details": {}, "livemode": self.livemode, "metadata": intent["metadata"], "on_behalf_of": null,
            "outcome": outcome(decline), "paid": paid, "payment_intent": intent["id"],
            "payment_method": method["id"],
            "payment_method_details": {
                "card": {
                    "amount_authorized": if paid { json!(amount) } else { Value::Null },
                    "authorization_code": null, "brand": card["brand"], "checks": card["checks"],
                    "country": card["country"], "exp_month": card["exp_month"], "exp_year": card["exp_year"],
                    "extended_authorization": { "status": "disabled" }, "fingerprint": card["fingerprint"],
                    "funding": card["funding"], "incremental_authorization": { "status": "unavailable" },
                    "installments": null, "last4": card["last4"], "mandate": null,
                    "multicapture": { "status": "unavailable" }, "network": card["brand"],
                    "network_token": { "used": false }, "network_transaction_id": secret,
                    "overcapture": { "maximum_amount_capturable": amount, "status": "unavailable" },
                    "regulated_status": card["regulated_status"], "three_d_secure": null,
                    "transaction_link_id": null, "wallet": null,
                },
                "type": "card",
            },
            "radar_options": {}, "receipt_email": null, "receipt_number": null,
            "receipt_url": if paid { json!(format!("{}/r/{id}", self.base_url)) } else { Value::Null },
            "refunded": false, "review": null, "shipping": null, "source": null, "source_transfer": null,
            "statement_descriptor": null, "statement_descriptor_suffix": null,
            "status": if paid { "succeeded" } else { "failed" }, "transfer_data": null, "transfer_group": null,
        });
        self.put(Kind::Charge, charge);
        id
    }

    /// Gives back from a charge; never more than is left of it.
    pub fn refund(
        &mut self,
        charge: &str,
        amount: Option<i64>,
        reason: Option<&str>,
        metadata: &Value,
    ) -> Result<Value, ApiError> {
        let object = self.peek(Kind::Charge, charge);
        let (currency, left) =
            (object.word("currency"), object.integer("amount_captured") - object.integer("amount_refunded"));
        if !object.flag("paid") || object.integer("amount_captured") == 0 {
            return Err(ApiError::refused(format!(
                "Charge {charge} does not have a successful charge to refund."
            )));
        }
        if object.flag("disputed") && self.has_lost_or_open_dispute(charge) {
            return Err(ApiError::refused(format!(
                "Charge {charge} has been charged back; cannot issue a refund."
            ))
            .code("charge_disputed"));
        }
        if left == 0 {
            return Err(ApiError::refused(format!("Charge {charge} has already been refunded."))
                .code("charge_already_refunded"));
        }
        let amount = amount.unwrap_or(left);
        if amount < 1 {
            return Err(
                ApiError::invalid("amount", "Invalid positive integer").code("parameter_invalid_integer")
            );
        }
        if amount > left {
            return Err(ApiError::refused(format!(
                "Refund amount ({}) is greater than unrefunded amount on charge ({})",
                crate::currency::shown(amount, &currency),
                crate::currency::shown(left, &currency)
            ))
            .param("amount"));
        }
        let id = self.id(Kind::Refund);
        let transaction = self.moved(&id, "refund", -amount, &currency, 0);
        let late = match self.cards.get(&object.word("payment_method")) {
            Some(Outcome::RefundsLate { fails }) => Some(*fails),
            _ => None,
        };
        if let Some(fails) = late {
            self.at(self.now + DAY, Due::SettleRefund { refund: id.clone(), fails });
        }
        let reference = self.secret(10);
        let refund = json!({
            "id": id, "object": "refund", "amount": amount, "balance_transaction": transaction, "charge": charge,
            "created": self.now, "currency": currency, "customer": object["customer"], "customer_account": null,
            "destination_details": {
                "card": {
                    "reference": reference, "reference_status": "pending",
                    "reference_type": "acquirer_reference_number", "type": "refund",
                },
                "type": "card",
            },
            "metadata": metadata, "payment_intent": object["payment_intent"],
            "payment_method": object["payment_method"], "reason": reason, "receipt_number": null,
            "source_transfer_reversal": null,
            "status": if late.is_some() { "pending" } else { "succeeded" }, "transfer_reversal": null,
        });
        self.change(Kind::Charge, charge, "charge.refunded", |charge| {
            let refunded = charge.integer("amount_refunded") + amount;
            charge.put("amount_refunded", refunded);
            charge.put("refunded", refunded == charge.integer("amount_captured"));
        });
        Ok(self.created(Kind::Refund, refund, "refund.created"))
    }

    /// A refund that took its time.
    pub fn settle_refund(&mut self, refund: &str, fails: bool) {
        if self.peek(Kind::Refund, refund).text("status") != Some("pending") {
            return;
        }
        let status = if fails { "failed" } else { "succeeded" };
        self.change(Kind::Refund, refund, "refund.updated", |refund| {
            refund.put("status", status);
            if fails {
                refund.put("failure_reason", "expired_or_canceled_card");
            }
        });
        if fails {
            self.announce(Kind::Refund, refund, "refund.failed");
            self.give_back(refund, "refund_failure");
        }
    }

    /// A refund that did not reach the card: the money is the account's again.
    pub fn give_back(&mut self, refund: &str, kind: &str) {
        let object = self.peek(Kind::Refund, refund);
        let (amount, currency) = (object.integer("amount"), object.word("currency"));
        let transaction = self.moved(refund, kind, amount, &currency, 0);
        self.change(Kind::Refund, refund, "", |refund| {
            refund.put("failure_balance_transaction", transaction);
        });
        self.change(Kind::Charge, &object.word("charge"), "charge.updated", |charge| {
            let refunded = charge.integer("amount_refunded") - amount;
            charge.put("amount_refunded", refunded);
            charge.put("refunded", false);
        });
    }
}

/// 2.9 % and 30 of the smallest unit.
fn fee(amount: i64) -> i64 {
    (amount * 29 + 500) / 1_000 + 30
}

fn outcome(decline: Option<&str>) -> Value {
    match decline {
        None => json!({
            "advice_code": null, "network_advice_code": null, "network_decline_code": null,
            "network_status": "approved_by_network", "reason": null, "risk_level": "normal", "risk_score": 12,
            "seller_message": "Payment complete.", "type": "authorized",
        }),
        Some(code) => json!({
            "advice_code": if crate::cards::is_hard(code) { "do_not_try_again" } else { "try_again_later" },
            "network_advice_code": null, "network_decline_code": null,
            "network_status": "declined_by_network", "reason": code, "risk_level": "normal", "risk_score": 12,
            "seller_message": "The bank returned the decline code `".to_owned() + code + "`.",
            "type": "issuer_declined",
        }),
    }
}
