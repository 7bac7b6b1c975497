//! The account itself: <https://docs.stripe.com/api/accounts/object>.

use super::{Call, Done};
use crate::kind::Kind;
use crate::mode::Mode;
use crate::object::Fields;
use serde_json::json;

pub fn account(mode: &mut Mode, _: &Call) -> Done {
    Ok(json!({
        "id": mode.account,
        "object": "account",
        "business_profile": {
            "annual_revenue": null, "estimated_worker_count": null, "mcc": null,
            "minority_owned_business_designation": null, "name": "A practice, at a double of Stripe",
            "product_description": null, "support_address": null, "support_email": null, "support_phone": null,
            "support_url": null, "url": null,
        },
        "business_type": null,
        "capabilities": { "card_payments": "active", "transfers": "active" },
        "charges_enabled": true,
        "controller": { "type": "account" },
        "country": mode.settings.country,
        "created": mode.settings.start,
        "default_currency": mode.settings.default_currency,
        "details_submitted": true,
        "email": "practice@example.com",
        "external_accounts": {
            "object": "list", "data": [], "has_more": false,
            "url": format!("/v1/accounts/{}/external_accounts", mode.account),
        },
        "future_requirements": requirements(),
        "metadata": {},
        "payouts_enabled": true,
        "requirements": requirements(),
        "settings": {
            "bacs_debit_payments": { "display_name": null, "service_user_number": null },
            "branding": { "icon": null, "logo": null, "primary_color": null, "secondary_color": null },
            "card_issuing": { "tos_acceptance": { "date": null, "ip": null } },
            "card_payments": {
                "decline_on": { "avs_failure": false, "cvc_failure": false },
                "statement_descriptor_prefix": null, "statement_descriptor_prefix_kana": null,
                "statement_descriptor_prefix_kanji": null,
            },
            "dashboard": { "display_name": "A double of Stripe", "timezone": "Etc/UTC" },
            "invoices": { "default_account_tax_ids": null, "hosted_payment_method_save": "offer" },
            "payments": {
                "statement_descriptor": "DOUBLE", "statement_descriptor_kana": null,
                "statement_descriptor_kanji": null, "statement_descriptor_prefix_kana": null,
                "statement_descriptor_prefix_kanji": null,
            },
            "payouts": {
                "debit_negative_balances": true,
                "schedule": { "delay_days": 2, "interval": "daily" },
                "statement_descriptor": null,
            },
            "sepa_debit_payments": {},
        },
        "tos_acceptance": { "date": null, "ip": null, "user_agent": null },
        "type": "standard",
    }))
}

fn requirements() -> serde_json::Value {
    json!({
        "alternatives": [], "current_deadline": null, "currently_due": [], "disabled_reason": null, "errors": [],
        "eventually_due": [], "past_due": [], "pending_verification": [],
    })
}

pub fn balance(mode: &mut Mode, _: &Call) -> Done {
    let currency = mode.settings.default_currency.clone();
    let of_currency = |row: &&serde_json::Value| row.text("currency") == Some(&currency);
    let net: i64 =
        mode.shelf(Kind::BalanceTransaction).all().filter(of_currency).map(|row| row.integer("net")).sum();
    Ok(json!({
        "object": "balance",
        "available": [{ "amount": net, "currency": currency, "source_types": { "card": net } }],
        "livemode": mode.livemode,
        "pending": [{ "amount": 0, "currency": currency, "source_types": { "card": 0 } }],
        "refund_and_dispute_prefunding": null,
    }))
}

pub fn list_transactions(mode: &mut Mode, call: &Call) -> Done {
    mode.list(Kind::BalanceTransaction, "/v1/balance_transactions", &call.given, |row| {
        crate::listing::same(row, &call.given, &["type", "source", "currency"])
    })
}

impl Mode {
    /// Money that moved. `amount` is signed, in minor units.
    pub fn moved(&mut self, source: &str, kind: &str, amount: i64, currency: &str, fee: i64) -> String {
        let id = self.id(Kind::BalanceTransaction);
        let category = match kind {
            "adjustment" => "dispute",
            other => other,
        };
        let fees = if fee == 0 {
            json!([])
        } else {
            json!([{
                "amount": fee, "application": null, "currency": currency, "description": "Stripe processing fees",
                "type": "stripe_fee",
            }])
        };
        let row = json!({
            "id": id, "object": "balance_transaction", "amount": amount, "available_on": self.now,
            "balance_type": "payments", "created": self.now, "currency": currency, "description": null,
            "exchange_rate": null, "fee": fee, "fee_details": fees, "net": amount - fee,
            "reporting_category": category, "source": source, "status": "available", "type": kind,
        });
        self.put(Kind::BalanceTransaction, row);
        id
    }
}
