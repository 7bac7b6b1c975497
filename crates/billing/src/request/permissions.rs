//! What a restricted key of this program has to be allowed, and a question that shows whether it is.

use super::{ListOf, Reading, Thing};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    Read,
    /// Which includes reading.
    Write,
}

/// One row of Stripe's page for restricted keys, <https://docs.stripe.com/keys/restricted-api-keys>.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Permission {
    /// As the dashboard calls it.
    pub resource: &'static str,
    /// As refusals call it, between `rak_` and `_write`.
    pub code: &'static str,
    pub access: Access,
    pub why: &'static str,
}

const fn reads(resource: &'static str, code: &'static str, why: &'static str) -> Permission {
    Permission { resource, code, access: Access::Read, why }
}

const fn writes(resource: &'static str, code: &'static str, why: &'static str) -> Permission {
    Permission { resource, code, access: Access::Write, why }
}

/// Everything the program asks, and nothing more: no payouts, no balance, no keys.
pub const PERMISSIONS: [Permission; 16] = [
    writes("Customers", "customer", "to keep each member as a customer"),
    writes("Checkout Sessions", "checkout_session", "to open Stripe's page for a card"),
    writes(
        "Customer portal",
        "customer_portal",
        "to open Stripe's page for a member's own card and receipts",
    ),
    reads("Setup Intents", "setup_intent", "to learn which card was entered"),
    reads("Payment Methods", "payment_method", "to show brand, last digits and expiry of a card"),
    writes("Products", "product", "to keep each plan as a product"),
    writes("Prices", "plan", "to keep each version of a plan's price"),
    writes("Coupons", "coupon", "for opening discounts"),
    writes("Tax Rates", "tax_rate", "for the taxes of the practice"),
    writes("Subscriptions", "subscription", "to start, pause, resume, change and end memberships"),
    writes("Invoices", "invoice", "to collect, void and mark as paid what a membership owes"),
    writes("PaymentIntents", "payment_intent", "to charge a ticket to the card on file"),
    writes("Charges and Refunds", "charge", "to give money back"),
    reads("Disputes", "dispute", "to show when a member disputes a charge"),
    reads("Events", "event", "to learn what happened at Stripe"),
    reads("Accounts", "accounts_kyc_basic", "to show which account the key belongs to"),
];

impl Permission {
    /// A question that only reads, and that Stripe refuses with 403 where even reading is not allowed. Whether writing is
    /// can't be tried without writing: the first refusal names what is missing.
    pub fn probe(&self) -> Option<Reading> {
        let list = |of| Some(Reading::First(of));
        match self.resource {
            "Customers" => list(ListOf::Customers),
            "Products" => list(ListOf::Products),
            "Prices" => list(ListOf::Prices),
            "Coupons" => list(ListOf::Coupons),
            "Tax Rates" => list(ListOf::TaxRates),
            "Subscriptions" => list(ListOf::Subscriptions),
            "Disputes" => list(ListOf::Disputes),
            "Events" => list(ListOf::Events { from: crate::read::Seconds(0) }),
            "Accounts" => Some(Reading::One(Thing::Account)),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_in_words_and_each_probe_only_reads() {
        for permission in PERMISSIONS {
            assert!(
                permission.why.starts_with("to ") || permission.why.starts_with("for "),
                "{permission:?}"
            );
        }
        let probes: Vec<String> =
            PERMISSIONS.iter().filter_map(Permission::probe).map(|reading| reading.path()).collect();
        assert_eq!(probes.len(), 9);
        assert_eq!(probes[0], "/v1/customers?limit=1");
        assert_eq!(PERMISSIONS.iter().filter(|permission| permission.access == Access::Write).count(), 11);
    }
}
