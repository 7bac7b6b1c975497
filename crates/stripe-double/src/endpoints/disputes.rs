//! Disputes: <https://docs.stripe.com/api/disputes>. Customers open them, see `dashboard`.

use super::{Call, Done, take_with_metadata};
use crate::calendar::DAY;
use crate::error::ApiError;
use crate::kind::Kind;
use crate::mode::Mode;
use crate::object::Fields;
use serde_json::{Value, json};

const EVIDENCE: &[&str] = &[
    "access_activity_log",
    "billing_address",
    "cancellation_policy",
    "cancellation_policy_disclosure",
    "cancellation_rebuttal",
    "customer_communication",
    "customer_email_address",
    "customer_name",
    "customer_purchase_ip",
    "customer_signature",
    "duplicate_charge_documentation",
    "duplicate_charge_explanation",
    "duplicate_charge_id",
    "product_description",
    "receipt",
    "refund_policy",
    "refund_policy_disclosure",
    "refund_refusal_explanation",
    "service_date",
    "service_documentation",
    "shipping_address",
    "shipping_carrier",
    "shipping_date",
    "shipping_documentation",
    "shipping_tracking_number",
    "uncategorized_file",
    "uncategorized_text",
];

/// What the bank takes for it, in minor units.
const FEE: i64 = 1_500;

impl Mode {
    /// The customer asks their bank for the money back: it is taken at once.
    pub fn open_dispute(&mut self, charge: &str, reason: &str) -> String {
        let id = self.id(Kind::Dispute);
        let object = self.peek(Kind::Charge, charge);
        let (amount, currency) = (object.integer("amount_captured"), object.word("currency"));
        let transaction = self.moved(&id, "adjustment", -amount, &currency, FEE);
        let mut evidence = json!({ "enhanced_evidence": {} });
        for name in EVIDENCE {
            evidence.put(name, Value::Null);
        }
        let network = object.word("payment_method_details.card.network");
        let dispute = json!({
            "id": id, "object": "dispute", "amount": amount,
            "balance_transactions": [self.copy(Kind::BalanceTransaction, &transaction)], "charge": charge,
            "created": self.now, "currency": currency, "enhanced_eligibility_types": [], "evidence": evidence,
            "evidence_details": {
                "due_by": self.now + 9 * DAY, "enhanced_eligibility": {}, "has_evidence": false,
                "past_due": false, "submission_count": 0,
            },
            "is_charge_refundable": false, "livemode": self.livemode, "metadata": {},
            "payment_intent": object["payment_intent"],
            "payment_method_details": {
                "card": {
                    "brand": network, "case_type": "chargeback", "network": network, "network_reason_code": "10.4",
                },
                "type": "card",
            },
            "reason": reason, "status": "needs_response",
        });
        self.create(Kind::Dispute, dispute, "charge.dispute.created");
        self.announce(Kind::Dispute, &id, "charge.dispute.funds_withdrawn");
        self.change(Kind::Charge, charge, "charge.updated", |charge| charge.put("disputed", true));
        id
    }

    /// The bank's verdict.
    pub fn close_dispute(&mut self, dispute: &str, won: bool) -> Done {
        let object = self.find(Kind::Dispute, dispute)?.clone();
        if is_closed(&object) {
            return Err(ApiError::refused("This dispute is already closed."));
        }
        if won {
            let (amount, currency) = (object.integer("amount"), object.word("currency"));
            let transaction = self.moved(dispute, "adjustment", amount, &currency, -FEE);
            let transaction = self.copy(Kind::BalanceTransaction, &transaction);
            self.change(Kind::Dispute, dispute, "charge.dispute.funds_reinstated", |dispute| {
                dispute.put("status", "won");
                let mut rows = dispute.list("balance_transactions").to_vec();
                rows.push(transaction);
                dispute.put("balance_transactions", rows);
            });
        } else {
            self.change(Kind::Dispute, dispute, "", |dispute| dispute.put("status", "lost"));
        }
        self.announce(Kind::Dispute, dispute, "charge.dispute.closed");
        Ok(self.copy(Kind::Dispute, dispute))
    }

    /// A charge whose money the bank holds or has kept can't be refunded.
    pub fn has_lost_or_open_dispute(&self, charge: &str) -> bool {
        let mut disputes = self.shelf(Kind::Dispute).all();
        disputes
            .any(|dispute| dispute.text("charge") == Some(charge) && dispute.text("status") != Some("won"))
    }
}

fn is_closed(dispute: &Value) -> bool {
    matches!(dispute.text("status"), Some("won" | "lost" | "warning_closed"))
}

pub fn list(mode: &mut Mode, call: &Call) -> Done {
    let given = &call.given;
    mode.list(Kind::Dispute, "/v1/disputes", given, |dispute| {
        crate::listing::same(dispute, given, &["charge", "payment_intent"])
    })
}

pub fn update(mode: &mut Mode, call: &Call) -> Done {
    mode.find(Kind::Dispute, call.id())?;
    let given = &call.given;
    Ok(mode.changed(Kind::Dispute, call.id(), "charge.dispute.updated", |dispute| {
        take_with_metadata(dispute, given, &[]);
        for (name, value) in given.at("evidence").as_object().into_iter().flatten() {
            dispute.put(&format!("evidence.{name}"), value.clone());
            dispute.put("evidence_details.has_evidence", true);
        }
        if given.flag("submit") {
            dispute.put("status", "under_review");
            let count = dispute.integer("evidence_details.submission_count") + 1;
            dispute.put("evidence_details.submission_count", count);
        }
    }))
}

/// Giving in.
pub fn close(mode: &mut Mode, call: &Call) -> Done {
    mode.find(Kind::Dispute, call.id())?;
    mode.close_dispute(call.id(), false)
}
