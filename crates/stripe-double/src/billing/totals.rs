//! What an invoice comes to: discounts, then tax, then the customer's balance.
//!
//! <https://docs.stripe.com/billing/subscriptions/coupons>, <https://docs.stripe.com/billing/taxes/tax-rates>

use crate::kind::Kind;
use crate::mode::Mode;
use crate::object::Fields;
use serde_json::{Value, json};

/// Hundredths of a percent, so that 25.5 % is exact.
fn hundredths(percent: &Value) -> i128 {
    percent.as_f64().map_or(0, |percent| (percent * 10_000.0).round() as i128)
}

/// `part` of `whole` parts of an amount, rounded half up.
fn part(amount: i64, part: i128, whole: i128) -> i64 {
    let whole = whole.max(1);
    i64::try_from((2 * i128::from(amount) * part + whole).div_euclid(2 * whole)).unwrap_or(amount)
}

/// Splits an amount over weights so that the parts add up: largest remainder first.
fn split(amount: i64, weights: &[i64]) -> Vec<i64> {
    let whole: i128 = weights.iter().map(|weight| i128::from(*weight)).sum();
    if whole == 0 {
        return vec![0; weights.len()];
    }
    let exact = |weight: &i64| i128::from(amount) * i128::from(*weight);
    let mut parts: Vec<i64> =
        weights.iter().map(|weight| i64::try_from(exact(weight).div_euclid(whole)).unwrap_or(0)).collect();
    let mut order: Vec<usize> = (0..weights.len()).collect();
    order.sort_by_key(|place| std::cmp::Reverse(exact(&weights[*place]).rem_euclid(whole)));
    let left = amount - parts.iter().sum::<i64>();
    for place in order.into_iter().take(usize::try_from(left).unwrap_or(0)) {
        parts[place] += 1;
    }
    parts
}

impl Mode {
    /// What coupons take off lines: for each coupon, for each line.
    pub fn discounted(&self, lines: &[Value], coupons: &[Value]) -> Vec<Vec<i64>> {
        let mut left: Vec<i64> = lines
            .iter()
            .map(|line| if line.flag("discountable") { line.integer("amount").max(0) } else { 0 })
            .collect();
        let mut taken = Vec::new();
        for coupon in coupons {
            let base: i64 = left.iter().sum();
            let off = match coupon.moment("amount_off") {
                Some(off) => off.min(base),
                None => part(base, hundredths(coupon.at("percent_off")), 1_000_000),
            };
            let parts = split(off, &left);
            for (left, part) in left.iter_mut().zip(&parts) {
                *left -= part;
            }
            taken.push(parts);
        }
        taken
    }

    /// Works out every sum of an invoice from its lines.
    pub fn total(&self, invoice: &mut Value) {
        let discounts: Vec<Value> = invoice
            .list("discounts")
            .iter()
            .filter_map(Value::as_str)
            .map(|id| self.copy(Kind::Discount, id))
            .collect();
        let coupons: Vec<Value> =
            discounts.iter().map(|one| self.copy(Kind::Coupon, &one.word("source.coupon"))).collect();
        let mut lines = invoice.list("lines.data").to_vec();
        let taken = self.discounted(&lines, &coupons);
        let default_rates = invoice.list("default_tax_rates").to_vec();
        let mut total_discounts = Vec::new();
        for (discount, parts) in discounts.iter().zip(&taken) {
            total_discounts.push(json!({ "amount": parts.iter().sum::<i64>(), "discount": discount["id"] }));
        }
        let mut taxes: Vec<Value> = Vec::new();
        let (mut subtotal, mut total, mut without_tax) = (0, 0, 0);
        for (place, line) in lines.iter_mut().enumerate() {
            let amount = line.integer("amount");
            let amounts: Vec<Value> = discounts
                .iter()
                .zip(&taken)
                .filter(|(_, parts)| parts[place] != 0)
                .map(|(discount, parts)| json!({ "amount": parts[place], "discount": discount["id"] }))
                .collect();
            let off: i64 = taken.iter().map(|parts| parts[place]).sum();
            line.put("discount_amounts", amounts);
            let (lines_taxes, exclusive, inclusive) = self.tax(line, amount - off, &default_rates);
            subtotal += amount;
            total += amount - off + exclusive;
            without_tax += amount - off - inclusive;
            for tax in &lines_taxes {
                let same = |known: &&mut Value| known["tax_rate_details"] == tax["tax_rate_details"];
                match taxes.iter_mut().find(same) {
                    Some(known) => {
                        known["amount"] = json!(known.integer("amount") + tax.integer("amount"));
                        let base = known.integer("taxable_amount") + tax.integer("taxable_amount");
                        known["taxable_amount"] = json!(base);
                    }
                    None => taxes.push(tax.clone()),
                }
            }
            line.put("taxes", lines_taxes);
        }
        invoice.put("lines.data", lines);
        invoice.put("subtotal", subtotal);
        invoice.put(
            "subtotal_excluding_tax",
            without_tax + total_discounts.iter().map(|one| one.integer("amount")).sum::<i64>(),
        );
        invoice.put("total_discount_amounts", total_discounts);
        invoice.put("total_taxes", taxes);
        invoice.put("total", total);
        invoice.put("total_excluding_tax", without_tax);
        let balance = self.peek(Kind::Customer, &invoice.word("customer")).integer("balance");
        // A positive balance is owed, a negative one is credit.
        let due = if total < 0 { 0 } else { (total + balance).max(0) };
        invoice.put("starting_balance", balance);
        invoice.put("amount_due", due);
        invoice.put("amount_remaining", due - invoice.integer("amount_paid"));
    }

    /// The taxes of a line, and how much of them is on top and inside.
    fn tax(&self, line: &Value, base: i64, default_rates: &[Value]) -> (Vec<Value>, i64, i64) {
        let own =
            self.line_rates.get(&line.word("id")).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        let rates = if own.is_empty() { default_rates } else { own };
        let rates: Vec<Value> = rates
            .iter()
            .filter_map(|rate| rate.as_str().or(rate.text("id")))
            .map(|id| self.copy(Kind::TaxRate, id))
            .collect();
        let inside: i128 = rates
            .iter()
            .filter(|rate| rate.flag("inclusive"))
            .map(|rate| hundredths(rate.at("percentage")))
            .sum();
        let net = part(base, 1_000_000, 1_000_000 + inside);
        let (mut taxes, mut exclusive, mut inclusive) = (Vec::new(), 0, 0);
        for rate in &rates {
            let amount = part(net, hundredths(rate.at("percentage")), 1_000_000);
            let is_inside = rate.flag("inclusive");
            *(if is_inside { &mut inclusive } else { &mut exclusive }) += amount;
            taxes.push(json!({
                "amount": amount, "tax_behavior": if is_inside { "inclusive" } else { "exclusive" },
                "tax_rate_details": { "tax_rate": rate["id"] }, "taxability_reason": "standard_rated",
                "taxable_amount": net, "type": "tax_rate_details",
            }));
        }
        (taxes, exclusive, inclusive)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_add_up() {
        assert_eq!(split(100, &[1, 1, 1]), [34, 33, 33]);
        assert_eq!(split(5, &[0, 10, 0]), [0, 5, 0]);
        assert_eq!(part(999, hundredths(&json!(25.5)), 1_000_000), 255);
        assert_eq!(part(-1_000, 1, 3), -333);
    }
}
