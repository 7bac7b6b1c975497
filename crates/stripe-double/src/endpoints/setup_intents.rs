//! Setup intents: <https://docs.stripe.com/api/setup_intents>.

use super::{Call, Done, take_with_metadata};
use crate::cards::{Outcome, declined};
use crate::error::ApiError;
use crate::kind::Kind;
use crate::mode::Mode;
use crate::object::Fields;
use serde_json::{Value, json};

impl Mode {
    pub fn new_setup(&mut self, customer: Option<&str>, usage: &str, metadata: &Value) -> String {
        let id = self.id(Kind::SetupIntent);
        let secret = self.secret(30);
        let setup = json!({
            "id": id, "object": "setup_intent", "allowed_payment_method_types": null, "application": null, "automatic_payment_methods": null,
            "cancellation_reason": null, "client_secret": format!("{id}_secret_{secret}"), "created": self.now,
            "customer": customer, "customer_account": null, "description": null,
            "excluded_payment_method_types": null, "flow_directions": null, "last_setup_error": null,
            "latest_attempt": null, "livemode": self.livemode, "mandate": null, "metadata": metadata,
            "next_action": null, "on_behalf_of": null, "payment_method": null,
            "payment_method_configuration_details": null,
            "payment_method_options": { "card": {
                "mandate_options": null, "network": null, "request_three_d_secure": "automatic",
            } },
            "payment_method_types": ["card"], "single_use_mandate": null, "status": "requires_payment_method",
            "usage": usage,
        });
        self.create(Kind::SetupIntent, setup, "setup_intent.created");
        id
    }

    /// Saves a card through a setup intent; 402 where the bank declines.
    pub fn set_up(&mut self, setup: &str, written: &str) -> Result<String, ApiError> {
        let customer = self.peek(Kind::SetupIntent, setup).text("customer").map(str::to_owned);
        let (card, outcome) = self.card_for(written, "payment_method")?;
        if let Outcome::Declines(code) = outcome {
            let error = declined(&code);
            let method = self.copy(Kind::PaymentMethod, &card);
            let told = json!({
                "code": error.code, "decline_code": error.decline_code, "message": error.message,
                "payment_method": method, "type": "card_error",
            });
            let shown = self.changed(Kind::SetupIntent, setup, "setup_intent.setup_failed", |setup| {
                setup.put("last_setup_error", told);
                setup.put("status", "requires_payment_method");
            });
            return Err(error.about("setup_intent", shown).about("payment_method", method));
        }
        if let Some(customer) = customer {
            self.save_card(&card, &customer)?;
        }
        self.change(Kind::SetupIntent, setup, "setup_intent.succeeded", |setup| {
            setup.put("payment_method", card.clone());
            setup.put("last_setup_error", Value::Null);
            setup.put("status", "succeeded");
        });
        Ok(card)
    }
}

pub fn create(mode: &mut Mode, call: &Call) -> Done {
    let customer = call.text("customer");
    if let Some(customer) = customer {
        mode.find_in("customer", Kind::Customer, customer)?;
    }
    let metadata = call.given.get("metadata").filter(|given| given.is_object()).cloned().unwrap_or(json!({}));
    let id = mode.new_setup(customer, call.text("usage").unwrap_or("off_session"), &metadata);
    mode.change(Kind::SetupIntent, &id, "", |setup| super::take(setup, &call.given, &["description"]));
    if call.given.flag("confirm") {
        mode.set_up(&id, call.needed("payment_method")?)?;
    }
    Ok(mode.copy(Kind::SetupIntent, &id))
}

pub fn update(mode: &mut Mode, call: &Call) -> Done {
    mode.find(Kind::SetupIntent, call.id())?;
    Ok(mode.changed(Kind::SetupIntent, call.id(), "", |setup| {
        take_with_metadata(setup, &call.given, &["description"]);
    }))
}

fn expect_open(mode: &Mode, id: &str) -> Result<(), ApiError> {
    let setup = mode.find(Kind::SetupIntent, id)?;
    let status = setup.word("status");
    if matches!(status.as_str(), "succeeded" | "canceled") {
        return Err(ApiError::refused(format!(
            "You cannot use this SetupIntent because it has a status of {status}."
        ))
        .code("setup_intent_unexpected_state"));
    }
    Ok(())
}

pub fn confirm(mode: &mut Mode, call: &Call) -> Done {
    expect_open(mode, call.id())?;
    mode.set_up(call.id(), call.needed("payment_method")?)?;
    Ok(mode.copy(Kind::SetupIntent, call.id()))
}

pub fn cancel(mode: &mut Mode, call: &Call) -> Done {
    expect_open(mode, call.id())?;
    Ok(mode.changed(Kind::SetupIntent, call.id(), "setup_intent.canceled", |setup| {
        setup.put("status", "canceled");
        setup.put("cancellation_reason", call.given.at("cancellation_reason").clone());
    }))
}
