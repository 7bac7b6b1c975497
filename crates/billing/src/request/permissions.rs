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
    pub access: Access,
    pub why: &'static str,
}

const fn reads(resource: &'static str, why: &'static str) -> Permission {
    Permission { resource, access: Access::Read, why }
}

const fn writes(resource: &'static str, why: &'static str) -> Permission {
    Permission { resource, access: Access::Write, why }
}

/// Everything the program asks, and nothing more: no payouts, no balance, no keys.
pub const PERMISSIONS: [Permission; 16] = [
    writes("Customers", "to keep each member as a customer"),
    writes("Checkout Sessions", "to open Stripe's page for a card"),
    writes("Customer portal", "to open Stripe's page for a member's own card and receipts"),
    reads("Setup Intents", "to learn which card was entered"),
    reads("Payment Methods", "to show brand, last digits and expiry of a card"),
    writes("Products", "to keep each plan as a product"),
    writes("Prices", "to keep each version of a plan's price"),
    writes("Coupons", "for opening discounts"),
    writes("Tax Rates", "for the taxes of the practice"),
    writes("Subscriptions", "to start, pause, resume, change and end memberships"),
    writes("Invoices", "to collect, void and mark as paid what a membership owes"),
    writes("PaymentIntents", "to charge a ticket to the card on file"),
    writes("Charges and Refunds", "to give money back"),
    reads("Disputes", "to show when a member disputes a charge"),
    reads("Events", "to learn what happened at Stripe"),
    reads("Accounts", "to show which account the key belongs to"),
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
