//! The customer portal: <https://docs.stripe.com/api/customer_portal/sessions>.

use super::{Call, Done, take_with_metadata};
use crate::error::ApiError;
use crate::kind::Kind;
use crate::mode::Mode;
use crate::object::Fields;
use serde_json::{Value, json};

pub fn create_session(mode: &mut Mode, call: &Call) -> Done {
    let customer = call.needed("customer")?;
    mode.find_in("customer", Kind::Customer, customer)?;
    let configuration = match call.text("configuration") {
        Some(id) => mode.find_in("configuration", Kind::PortalConfiguration, id)?.word("id"),
        None => default_configuration(mode),
    };
    let flow = call.given.at("flow_data");
    let flow = if flow.is_object() {
        json!({
            "after_completion": flow.get("after_completion").cloned().unwrap_or(json!({
                "hosted_confirmation": null, "redirect": null, "type": "portal_homepage",
            })),
            "subscription_cancel": flow["subscription_cancel"], "subscription_update": flow["subscription_update"],
            "subscription_update_confirm": flow["subscription_update_confirm"], "type": flow["type"],
        })
    } else {
        Value::Null
    };
    let id = mode.id(Kind::PortalSession);
    let secret = mode.secret(40);
    let session = json!({
        "id": id, "object": "billing_portal.session", "configuration": configuration, "created": mode.now,
        "customer": customer, "customer_account": null, "flow": flow, "livemode": mode.livemode,
        "locale": call.given["locale"], "on_behalf_of": null, "return_url": call.given["return_url"],
        "url": format!("{}/p/session/{secret}", mode.base_url),
    });
    Ok(mode.created(Kind::PortalSession, session, "billing_portal.session.created"))
}

fn default_configuration(mode: &mut Mode) -> String {
    let mut known = mode.shelf(Kind::PortalConfiguration).all();
    let found = known.find(|configuration| configuration.flag("is_default")).map(|one| one.word("id"));
    drop(known);
    found.unwrap_or_else(|| new_configuration(mode, &json!({}), true).word("id"))
}

fn new_configuration(mode: &mut Mode, given: &Value, is_default: bool) -> Value {
    let id = mode.id(Kind::PortalConfiguration);
    let mut configuration = json!({
        "id": id, "object": "billing_portal.configuration", "active": true, "application": null,
        "business_profile": { "headline": null, "privacy_policy_url": null, "terms_of_service_url": null },
        "created": mode.now, "default_return_url": null,
        "features": {
            "customer_update": { "allowed_updates": ["email"], "enabled": true },
            "invoice_history": { "enabled": true },
            "payment_method_update": { "enabled": true, "payment_method_configuration": null },
            "subscription_cancel": {
                "cancellation_reason": { "enabled": false, "options": [] }, "enabled": true,
                "mode": "at_period_end", "proration_behavior": "none",
            },
            "subscription_update": {
                "billing_cycle_anchor": null, "default_allowed_updates": [], "enabled": false,
                "proration_behavior": "none", "schedule_at_period_end": { "conditions": [] },
                "trial_update_behavior": "end_trial",
            },
        },
        "is_default": is_default, "livemode": mode.livemode, "login_page": { "enabled": false, "url": null },
        "metadata": {}, "name": null, "updated": mode.now,
    });
    lay(&mut configuration, given);
    mode.created(Kind::PortalConfiguration, configuration, "billing_portal.configuration.created")
}

fn lay(configuration: &mut Value, given: &Value) {
    take_with_metadata(configuration, given, &["active", "default_return_url", "name"]);
    for group in ["business_profile", "features", "login_page"] {
        overlay(&mut configuration[group], given.at(group));
    }
}

fn overlay(kept: &mut Value, given: &Value) {
    for (name, value) in given.as_object().into_iter().flatten() {
        if value.is_object() && kept[name].is_object() {
            overlay(&mut kept[name], value);
        } else {
            kept[name] = value.clone();
        }
    }
}

pub fn create_configuration(mode: &mut Mode, call: &Call) -> Done {
    if !call.given.at("features").is_object() {
        return Err(ApiError::missing_parameter("features"));
    }
    Ok(new_configuration(mode, &call.given, false))
}

pub fn update_configuration(mode: &mut Mode, call: &Call) -> Done {
    mode.find(Kind::PortalConfiguration, call.id())?;
    let event = "billing_portal.configuration.updated";
    Ok(mode.changed(Kind::PortalConfiguration, call.id(), event, |configuration| {
        lay(configuration, &call.given)
    }))
}

pub fn list_configurations(mode: &mut Mode, call: &Call) -> Done {
    let given = &call.given;
    mode.list(Kind::PortalConfiguration, "/v1/billing_portal/configurations", given, |configuration| {
        crate::listing::same(configuration, given, &["active", "is_default"])
    })
}
