//! Checkout in setup mode: a page of the double where a card is entered.
//!
//! <https://docs.stripe.com/api/checkout/sessions>

use super::{Call, Done};
use crate::calendar::{DAY, MINUTE};
use crate::currency;
use crate::due::Due;
use crate::error::ApiError;
use crate::kind::Kind;
use crate::mode::Mode;
use crate::object::Fields;
use serde_json::{Value, json};

pub fn create(mode: &mut Mode, call: &Call) -> Done {
    let given = &call.given;
    if call.needed("mode")? != "setup" {
        return Err(ApiError::refused("This double of Stripe has Checkout in setup mode only.").param("mode"));
    }
    if given.has("line_items") {
        return Err(ApiError::invalid("line_items", "You can not pass `line_items` in `setup` mode."));
    }
    let hosted = matches!(given.text("ui_mode"), None | Some("hosted" | "hosted_page"));
    if !hosted {
        return Err(ApiError::refused("This double of Stripe has hosted pages only.").param("ui_mode"));
    }
    let success_url = call.needed("success_url")?;
    for name in ["success_url", "cancel_url"] {
        if let Some(url) = call.text(name)
            && !(url.starts_with("https://") || url.starts_with("http://"))
        {
            return Err(ApiError::invalid(name, "Not a valid URL").code("url_invalid"));
        }
    }
    let currency = match call.text("currency") {
        Some(currency) => Some(currency::check(currency, "currency")?),
        None if given.has("payment_method_types") => None,
        None => return Err(ApiError::missing_parameter("currency")),
    };
    let customer = call.text("customer");
    let details = match customer {
        Some(customer) => {
            let customer = mode.find_in("customer", Kind::Customer, customer)?;
            json!({
                "address": customer["address"], "business_name": null, "email": customer["email"],
                "individual_name": null, "name": customer["name"], "phone": customer["phone"],
                "tax_exempt": customer["tax_exempt"], "tax_ids": null,
            })
        }
        None => Value::Null,
    };
    let expires = given.moment("expires_at").unwrap_or(mode.now + DAY);
    if expires < mode.now + 30 * MINUTE || expires > mode.now + DAY {
        return Err(ApiError::invalid(
            "expires_at",
            "The `expires_at` timestamp must be at least 30 minutes and less than 24 hours from Checkout Session \
             creation.",
        ));
    }
    let metadata = |path: &str| {
        let given = given.at(path);
        if given.is_object() { given.clone() } else { json!({}) }
    };
    let setup = mode.new_setup(customer, "off_session", &metadata("setup_intent_data.metadata"));
    let id = mode.id(Kind::CheckoutSession);
    let session = json!({
        "id": id, "object": "checkout.session", "adaptive_pricing": null, "after_expiration": null,
        "allowed_payment_method_types": null,
        "allow_promotion_codes": null, "amount_subtotal": null, "amount_total": null,
        "automatic_tax": { "enabled": false, "liability": null, "provider": null, "status": null },
        "billing_address_collection": given["billing_address_collection"], "cancel_url": given["cancel_url"],
        "client_reference_id": given["client_reference_id"], "client_secret": null,
        "collected_information": null, "consent": null, "consent_collection": null, "created": mode.now,
        "currency": currency, "currency_conversion": null, "custom_fields": [],
        "custom_text": {
            "after_submit": null, "shipping_address": null, "submit": null, "terms_of_service_acceptance": null,
        },
        "customer": customer, "customer_account": null,
        "customer_creation": if customer.is_some() { Value::Null } else { given["customer_creation"].clone() },
        "customer_details": details, "customer_email": given["customer_email"], "discounts": null,
        "expires_at": expires, "integration_identifier": null, "invoice": null, "invoice_creation": null,
        "livemode": mode.livemode, "locale": given["locale"], "managed_payments": null,
        "metadata": metadata("metadata"), "mode": "setup", "origin_context": null, "payment_intent": null,
        "payment_link": null, "payment_method_collection": "always",
        "payment_method_configuration_details": null,
        "payment_method_options": { "card": { "request_three_d_secure": "automatic" } },
        "payment_method_types": ["card"], "payment_status": "no_payment_required", "permissions": null,
        "phone_number_collection": { "enabled": false }, "recovered_from": null,
        "saved_payment_method_options": null, "setup_intent": setup, "shipping_address_collection": null,
        "shipping_cost": null, "shipping_options": [], "status": "open", "submit_type": null,
        "subscription": null, "success_url": success_url, "total_details": null, "ui_mode": "hosted_page",
        "url": format!("{}/c/pay/{id}", mode.base_url), "wallet_options": null,
    });
    mode.at(expires, Due::ExpireCheckoutSession(id));
    Ok(mode.created(Kind::CheckoutSession, session, ""))
}

pub fn expire(mode: &mut Mode, call: &Call) -> Done {
    let session = mode.find(Kind::CheckoutSession, call.id())?;
    if session.text("status") != Some("open") {
        return Err(ApiError::refused(format!(
            "Only Checkout Sessions with a status in [\"open\"] can be expired. This Checkout Session has a status of {}",
            session.word("status")
        )));
    }
    Ok(mode.expire_session(call.id()))
}

pub fn list(mode: &mut Mode, call: &Call) -> Done {
    let given = &call.given;
    mode.list(Kind::CheckoutSession, "/v1/checkout/sessions", given, |session| {
        crate::listing::same(session, given, &["customer", "payment_intent", "status", "subscription"])
    })
}

impl Mode {
    pub fn expire_session(&mut self, id: &str) -> Value {
        self.changed(Kind::CheckoutSession, id, "checkout.session.expired", |session| {
            if session.text("status") == Some("open") {
                session.put("status", "expired");
                session.put("url", Value::Null);
            }
        })
    }

    /// Somebody enters a card on the page; a decline leaves the page open.
    pub fn complete_session(&mut self, id: &str, card: &str) -> Done {
        let session = self.find(Kind::CheckoutSession, id)?.clone();
        if session.text("status") != Some("open") {
            return Err(ApiError::refused("This page is no longer open."));
        }
        let setup = session.word("setup_intent");
        if session.at("customer").is_null() && session.text("customer_creation") == Some("always") {
            let call = Call { ids: Vec::new(), given: json!({}) };
            let customer = super::customers::create(self, &call)?.word("id");
            for (kind, id) in [(Kind::SetupIntent, setup.as_str()), (Kind::CheckoutSession, id)] {
                self.change(kind, id, "", |object| object.put("customer", customer.clone()));
            }
        }
        self.set_up(&setup, card)?;
        Ok(self.changed(Kind::CheckoutSession, id, "checkout.session.completed", |session| {
            session.put("status", "complete");
            session.put("url", Value::Null);
        }))
    }
}
