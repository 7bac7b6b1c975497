//! Another program that bills through the same account, under the account's secret key of test mode.

use crate::account::Account;

/// What it makes; every method answers the id of what it made.
///
/// # Panics
/// Where the double refuses what a test lets it ask.
pub struct AnotherProgram<'a>(pub &'a Account);

impl AnotherProgram<'_> {
    pub fn makes(&self, path: &str, form: &[(&str, &str)]) -> String {
        let said = self.0.posts(path, form).unwrap_or_else(|refusal| panic!("{path}: {refusal}"));
        said["id"].as_str().map_or_else(|| panic!("{path}: {said}"), str::to_owned)
    }

    /// A product.
    pub fn sells(&self, name: &str) -> String {
        self.makes("/v1/products", &[("name", name), ("description", "As it was")])
    }

    /// A price of a product: so many cents of the dollar every so many intervals.
    pub fn at(&self, product: &str, cents: &str, interval: &str, count: &str) -> String {
        let form = [
            ("product", product),
            ("currency", "usd"),
            ("unit_amount", cents),
            ("recurring[interval]", interval),
            ("recurring[interval_count]", count),
        ];
        self.makes("/v1/prices", &form)
    }

    /// A customer whose card is good; an empty name or address is none.
    pub fn has(&self, name: &str, email: &str) -> String {
        let card = "pm_card_visa";
        let form = [
            ("name", name),
            ("email", email),
            ("payment_method", card),
            ("invoice_settings[default_payment_method]", card),
        ];
        let form: Vec<(&str, &str)> = form.into_iter().filter(|(_, value)| !value.is_empty()).collect();
        self.makes("/v1/customers", &form)
    }

    /// A subscription.
    pub fn bills(&self, customer: &str, price: &str) -> String {
        self.bills_so(customer, price, &[])
    }

    /// The same with more that is asked of it.
    pub fn bills_so(&self, customer: &str, price: &str, more: &[(&str, &str)]) -> String {
        let form = [&[("customer", customer), ("items[0][price]", price)], more].concat();
        self.makes("/v1/subscriptions", &form)
    }
}
