//! Payment intents: <https://docs.stripe.com/api/payment_intents>.

use super::{Call, Done, take_with_metadata};
use crate::cards::{Outcome, declined};
use crate::charging::Wanted;
use crate::currency;
use crate::error::ApiError;
use crate::kind::Kind;
use crate::mode::Mode;
use crate::object::Fields;
use serde_json::{Value, json};

pub fn create(mode: &mut Mode, call: &Call) -> Done {
    let given = &call.given;
    let currency = currency::check(call.needed("currency")?, "currency")?;
    let amount = given.integer("amount");
    check_amount(amount, &currency)?;
    let confirm = given.flag("confirm");
    for name in ["off_session", "error_on_requires_action", "mandate"] {
        if given.has(name) && !confirm {
            return Err(ApiError::invalid(
                name,
                format!(
                    "The parameter `{name}` cannot be passed when creating a PaymentIntent unless `confirm` is set to true."
                ),
            ));
        }
    }
    let customer = call.text("customer");
    if let Some(customer) = customer {
        mode.find_in("customer", Kind::Customer, customer)?;
    }
    let card = match call.text("payment_method") {
        Some(written) => Some(owned_card(mode, written, customer)?),
        None => None,
    };
    let (card, saving) = match card {
        Some((card, saving)) => (Some(card), saving),
        None => (None, Outcome::Succeeds),
    };
    let wanted = Wanted {
        amount,
        currency: &currency,
        customer,
        card: card.as_deref(),
        description: call.text("description"),
        metadata: given.get("metadata").filter(|given| given.is_object()).cloned().unwrap_or(json!({})),
        manual_capture: given.text("capture_method") == Some("manual"),
    };
    let id = mode.new_intent(&wanted);
    mode.change(Kind::PaymentIntent, &id, "", |intent| {
        take_with_metadata(intent, given, PLAIN);
        if given.at("automatic_payment_methods").is_object() {
            let allow = given.text("automatic_payment_methods.allow_redirects").unwrap_or("always");
            let enabled = given.flag("automatic_payment_methods.enabled");
            intent.put("automatic_payment_methods", json!({ "allow_redirects": allow, "enabled": enabled }));
        }
    });
    if let Outcome::Declines(code) = saving {
        mode.cards.insert(card.clone().unwrap_or_default(), Outcome::Declines(code));
    }
    if confirm {
        let off_session = given.flag("off_session") || given.text("off_session").is_some();
        return confirm_with(mode, &id, None, off_session);
    }
    Ok(mode.copy(Kind::PaymentIntent, &id))
}

const PLAIN: &[&str] = &[
    "receipt_email",
    "setup_future_usage",
    "shipping",
    "statement_descriptor",
    "statement_descriptor_suffix",
    "transfer_group",
];

fn check_amount(amount: i64, currency: &str) -> Result<(), ApiError> {
    if amount < 1 {
        return Err(ApiError::invalid("amount", "This value must be greater than or equal to 1.")
            .code("parameter_invalid_integer"));
    }
    currency::check_amount(amount, currency, "amount")?;
    let least = currency::least(currency);
    if amount < least {
        return Err(ApiError::invalid(
            "amount",
            format!("Amount must be at least {} {currency}", currency::shown(least, currency)),
        )
        .code("amount_too_small"));
    }
    if amount > 99_999_999 {
        return Err(ApiError::invalid(
            "amount",
            format!("Amount must be no more than {}", currency::shown(99_999_999, currency)),
        )
        .code("amount_too_large"));
    }
    Ok(())
}

/// A card that belongs to the customer who is to pay; one that belongs to somebody can't be charged for nobody.
fn owned_card(mode: &mut Mode, written: &str, customer: Option<&str>) -> Result<(String, Outcome), ApiError> {
    let (id, outcome) = mode.card_for(written, "payment_method")?;
    let card = mode.peek(Kind::PaymentMethod, &id);
    match (card.text("customer"), customer) {
        (Some(owner), Some(customer)) if owner == customer => Ok((id, outcome)),
        (None, _) if mode.cards.contains_key(&id) => Ok((id, outcome)),
        (None, _) => Err(ApiError::refused(
            "The provided PaymentMethod was previously used with a PaymentIntent without Customer attachment, shared \
             with a connected account without Customer attachment, or was detached from a Customer. It may not be used \
             again. To use a PaymentMethod multiple times, you must attach it to a Customer first.",
        )),
        (Some(owner), None) => Err(ApiError::refused(format!(
            "The PaymentMethod {id} belongs to the Customer {owner}. Please include the Customer in the `customer` \
             parameter on the PaymentIntent."
        ))
        .param("payment_method")),
        (Some(_), Some(customer)) => Err(ApiError::refused(format!(
            "The PaymentMethod {id} does not belong to the Customer {customer}."
        ))
        .param("payment_method")),
    }
}

fn confirm_with(mode: &mut Mode, id: &str, card: Option<&str>, off_session: bool) -> Done {
    let intent = mode.peek(Kind::PaymentIntent, id);
    let Some(card) = card.map(str::to_owned).or_else(|| intent.text("payment_method").map(str::to_owned))
    else {
        return Err(ApiError::refused(
            "You cannot confirm this PaymentIntent because it's missing a payment method. You can either update the \
             PaymentIntent with a payment method and then confirm it again, or confirm it again directly with a payment \
             method or ConfirmationToken.",
        )
        .code("payment_intent_unexpected_state"));
    };
    mode.attempt(id, &card, off_session)?;
    mode.paid_by_intent(id);
    Ok(mode.copy(Kind::PaymentIntent, id))
}

pub fn confirm(mode: &mut Mode, call: &Call) -> Done {
    let intent = mode.find(Kind::PaymentIntent, call.id())?.clone();
    expect(&intent, &["requires_payment_method", "requires_confirmation", "requires_action"], "confirm")?;
    let card = match call.text("payment_method") {
        Some(written) => Some(owned_card(mode, written, intent.text("customer"))?.0),
        None => None,
    };
    let off_session = call.given.flag("off_session") || call.given.text("off_session").is_some();
    confirm_with(mode, call.id(), card.as_deref(), off_session)
}

pub fn update(mode: &mut Mode, call: &Call) -> Done {
    let intent = mode.find(Kind::PaymentIntent, call.id())?.clone();
    let given = &call.given;
    if given.has("amount") || given.has("payment_method") || given.has("currency") {
        expect(&intent, &["requires_payment_method", "requires_confirmation", "requires_action"], "update")?;
    }
    if given.has("amount") {
        check_amount(given.integer("amount"), &intent.word("currency"))?;
    }
    let card = match call.text("payment_method") {
        Some(written) => Some(owned_card(mode, written, intent.text("customer"))?.0),
        None => None,
    };
    Ok(mode.changed(Kind::PaymentIntent, call.id(), "", |intent| {
        take_with_metadata(intent, given, PLAIN);
        super::take(intent, given, &["amount", "description"]);
        if let Some(card) = card {
            intent.put("payment_method", card);
            intent.put("status", "requires_confirmation");
        }
    }))
}

pub fn cancel(mode: &mut Mode, call: &Call) -> Done {
    let intent = mode.find(Kind::PaymentIntent, call.id())?.clone();
    let open = [
        "requires_payment_method",
        "requires_capture",
        "requires_confirmation",
        "requires_action",
        "processing",
    ];
    expect(&intent, &open, "cancel")?;
    if mode.invoice_of_intent(call.id()).is_some() {
        return Err(ApiError::refused(
            "You cannot cancel this PaymentIntent because it was created by an invoice. To cancel the PaymentIntent, \
             void the invoice.",
        )
        .code("payment_intent_unexpected_state"));
    }
    let now = mode.now;
    Ok(mode.changed(Kind::PaymentIntent, call.id(), "payment_intent.canceled", |intent| {
        intent.put("status", "canceled");
        intent.put("canceled_at", now);
        intent.put("amount_capturable", 0);
        intent.put("cancellation_reason", call.given.at("cancellation_reason").clone());
    }))
}

pub fn capture(mode: &mut Mode, call: &Call) -> Done {
    let intent = mode.find(Kind::PaymentIntent, call.id())?.clone();
    expect(&intent, &["requires_capture"], "capture")?;
    let most = intent.integer("amount_capturable");
    let amount = call.given.moment("amount_to_capture").unwrap_or(most);
    if amount < 1 || amount > most {
        return Err(ApiError::refused(format!(
            "The amount you tried to capture ({amount}) is more than the remaining capturable amount ({most})."
        ))
        .param("amount_to_capture"));
    }
    let (charge, currency) = (intent.word("latest_charge"), intent.word("currency"));
    let transaction = mode.moved(&charge, "charge", amount, &currency, 0);
    mode.change(Kind::Charge, &charge, "charge.captured", |charge| {
        charge.put("captured", true);
        charge.put("amount_captured", amount);
        charge.put("balance_transaction", transaction);
    });
    Ok(mode.changed(Kind::PaymentIntent, call.id(), "payment_intent.succeeded", |intent| {
        intent.put("status", "succeeded");
        intent.put("amount_capturable", 0);
        intent.put("amount_received", amount);
    }))
}

fn expect(intent: &Value, states: &[&str], verb: &str) -> Result<(), ApiError> {
    let status = intent.word("status");
    if states.contains(&status.as_str()) {
        return Ok(());
    }
    let allowed = match states {
        [one] => (*one).to_owned(),
        [many @ .., last] => format!("{}, or {last}", many.join(", ")),
        [] => String::new(),
    };
    Err(ApiError::refused(format!(
        "This PaymentIntent's {verb} could not be done because it has a status of {status}. Only a PaymentIntent with \
         one of the following statuses may be used: {allowed}."
    ))
    .code("payment_intent_unexpected_state")
    .about("payment_intent", intent.clone()))
}

pub fn list(mode: &mut Mode, call: &Call) -> Done {
    let given = &call.given;
    mode.list(Kind::PaymentIntent, "/v1/payment_intents", given, |intent| {
        crate::listing::same(intent, given, &["customer"])
    })
}

impl Mode {
    /// The customer passed, or failed, the question of their bank.
    pub fn authenticate(&mut self, intent: &str, passed: bool) -> Done {
        let object = self.find(Kind::PaymentIntent, intent)?.clone();
        expect(&object, &["requires_action"], "authenticate")?;
        let card = object.word("payment_method");
        let usual = self.outcome_of(&card);
        let outcome =
            if passed { Outcome::Succeeds } else { Outcome::Declines("authentication_required".to_owned()) };
        self.cards.insert(card.clone(), outcome);
        let done = confirm_with(self, intent, None, false);
        self.cards.insert(card, usual);
        if passed { done } else { Err(done.err().unwrap_or_else(|| declined("authentication_required"))) }
    }
}
