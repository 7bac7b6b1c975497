//! Cards: <https://docs.stripe.com/api/payment_methods>. Numbers never come in here; `pm_card_visa` and its like stand
//! for the test cards.

use super::{Call, Done, take_with_metadata};
use crate::cards::{Outcome, TestCard, declined};
use crate::error::ApiError;
use crate::kind::Kind;
use crate::mode::Mode;
use crate::object::Fields;
use serde_json::{Value, json};

impl Mode {
    /// A card that is nobody's yet.
    pub fn new_card(&mut self, card: TestCard) -> String {
        let id = self.id(Kind::PaymentMethod);
        let fingerprint = self.secret(16);
        let method = json!({
            "id": id, "object": "payment_method", "allow_redisplay": "unspecified",
            "billing_details": {
                "address": {
                    "city": null, "country": null, "line1": null, "line2": null, "postal_code": null, "state": null,
                },
                "email": null, "name": null, "phone": null, "tax_id": null,
            },
            "card": {
                "brand": card.brand,
                "checks": {
                    "address_line1_check": null, "address_postal_code_check": null, "cvc_check": "pass",
                },
                "country": "US", "display_brand": card.brand, "exp_month": 12, "exp_year": 2034,
                "fingerprint": fingerprint, "funding": card.funding, "generated_from": null,
                "last4": card.last4(), "networks": { "available": [card.brand], "preferred": null },
                "regulated_status": "unregulated", "three_d_secure_usage": { "supported": true }, "wallet": null,
            },
            "created": self.now, "customer": null, "customer_account": null, "livemode": self.livemode,
            "metadata": {}, "type": "card",
        });
        self.cards.insert(id.clone(), card.at_charge());
        self.put(Kind::PaymentMethod, method);
        id
    }

    /// The card of an id, or a new one for a token; declined where saving it would be.
    pub fn card_for(&mut self, written: &str, param: &str) -> Result<(String, Outcome), ApiError> {
        match TestCard::find(written) {
            Some(card) if written.starts_with("pm_card_") => Ok((self.new_card(card), card.at_attach())),
            _ => {
                self.find_in(param, Kind::PaymentMethod, written)?;
                Ok((written.to_owned(), Outcome::Succeeds))
            }
        }
    }

    /// Makes a card the customer's own.
    pub fn save_card(&mut self, written: &str, customer: &str) -> Result<String, ApiError> {
        let (id, outcome) = self.card_for(written, "payment_method")?;
        if let Outcome::Declines(code) = outcome {
            return Err(declined(&code));
        }
        let owner = self.peek(Kind::PaymentMethod, &id);
        match owner.text("customer") {
            Some(owner) if owner == customer => return Ok(id),
            Some(_) => {
                return Err(ApiError::refused(
                    "The payment method you provided has already been attached to a customer.",
                )
                .code("payment_method_unexpected_state"));
            }
            None if self.cards.contains_key(&id) => {}
            None => {
                return Err(ApiError::refused(
                    "This PaymentMethod was previously used without being attached to a Customer or was detached from \
                     a Customer, and may not be used again.",
                ));
            }
        }
        self.change(Kind::PaymentMethod, &id, "payment_method.attached", |card| {
            card.put("customer", customer)
        });
        Ok(id)
    }

    /// Takes a card from its customer: for ever.
    pub fn let_go(&mut self, id: &str) -> Value {
        let Some(customer) = self.peek(Kind::PaymentMethod, id).text("customer").map(str::to_owned) else {
            return self.copy(Kind::PaymentMethod, id);
        };
        let shown = self.changed(Kind::PaymentMethod, id, "payment_method.detached", |card| {
            card.put("customer", Value::Null);
        });
        self.cards.remove(id);
        let is_default = |object: &Value, path: &str| object.text(path) == Some(id);
        if is_default(&self.peek(Kind::Customer, &customer), "invoice_settings.default_payment_method") {
            self.change(Kind::Customer, &customer, "customer.updated", |customer| {
                customer.put("invoice_settings.default_payment_method", Value::Null);
            });
        }
        let using: Vec<String> = self
            .shelf(Kind::Subscription)
            .of_customer(&customer)
            .filter(|subscription| is_default(subscription, "default_payment_method"))
            .map(|subscription| subscription.word("id"))
            .collect();
        for subscription in using {
            self.change(Kind::Subscription, &subscription, "customer.subscription.updated", |subscription| {
                subscription.put("default_payment_method", Value::Null);
            });
        }
        shown
    }

    /// 400 where a card is somebody else's, or nobody's.
    pub fn check_card_of(&self, id: &str, customer: &str, param: &str) -> Result<(), ApiError> {
        let card = self.find_in(param, Kind::PaymentMethod, id)?;
        if card.text("customer") == Some(customer) {
            return Ok(());
        }
        Err(ApiError::refused(format!(
            "The customer does not have a payment method with the ID {id}. The payment method must be attached to the \
             customer."
        ))
        .code("resource_missing")
        .param(param))
    }
}

pub fn attach(mode: &mut Mode, call: &Call) -> Done {
    let customer = call.needed("customer")?;
    mode.find_in("customer", Kind::Customer, customer)?;
    if TestCard::find(call.id()).is_none() {
        mode.find(Kind::PaymentMethod, call.id())?;
    }
    let id = mode.save_card(call.id(), customer)?;
    Ok(mode.copy(Kind::PaymentMethod, &id))
}

pub fn detach(mode: &mut Mode, call: &Call) -> Done {
    let card = mode.find(Kind::PaymentMethod, call.id())?;
    if card.at("customer").is_null() {
        return Err(ApiError::refused(
            "The payment method you provided is not attached to a customer so detachment is impossible.",
        ));
    }
    Ok(mode.let_go(call.id()))
}

pub fn update(mode: &mut Mode, call: &Call) -> Done {
    let card = mode.find(Kind::PaymentMethod, call.id())?;
    if card.at("customer").is_null() {
        return Err(ApiError::refused(
            "You must save this PaymentMethod to a customer before you can update it.",
        ));
    }
    Ok(mode.changed(Kind::PaymentMethod, call.id(), "payment_method.updated", |card| {
        take_with_metadata(card, &call.given, &["allow_redisplay"]);
        for name in ["exp_month", "exp_year"] {
            if let Some(value) = call.given.moment(&format!("card.{name}")) {
                card.put(&format!("card.{name}"), value);
            }
        }
        for name in ["email", "name", "phone", "address"] {
            let path = format!("billing_details.{name}");
            if call.given.has(&path) {
                card.put(&path, call.given.at(&path).clone());
            }
        }
    }))
}

pub fn list(mode: &mut Mode, call: &Call) -> Done {
    if !call.given.has("customer") {
        return Err(ApiError::missing_parameter("customer"));
    }
    let given = &call.given;
    mode.list(Kind::PaymentMethod, "/v1/payment_methods", given, |card| {
        crate::listing::same(card, given, &["customer", "type"])
    })
}

pub fn list_of_customer(mode: &mut Mode, call: &Call) -> Done {
    mode.find(Kind::Customer, call.id())?;
    let mut given = call.given.clone();
    given.put("customer", call.id());
    mode.list(Kind::PaymentMethod, &format!("/v1/customers/{}/payment_methods", call.id()), &given, |card| {
        crate::listing::same(card, &given, &["customer", "type"])
    })
}

pub fn read_of_customer(mode: &mut Mode, call: &Call) -> Done {
    mode.find(Kind::Customer, call.id())?;
    let id = call.ids.get(1).map_or("", String::as_str);
    let card = mode.find(Kind::PaymentMethod, id)?;
    if card.text("customer") == Some(call.id()) {
        Ok(card.clone())
    } else {
        Err(ApiError::no_such("PaymentMethod", id))
    }
}
