//! Coupons and the discounts made of them: <https://docs.stripe.com/api/coupons>.

use super::{Call, Done, take_with_metadata};
use crate::currency;
use crate::error::ApiError;
use crate::kind::Kind;
use crate::mode::Mode;
use crate::object::Fields;
use serde_json::{Value, json};

pub fn create(mode: &mut Mode, call: &Call) -> Done {
    let given = &call.given;
    if given.has("amount_off") == given.has("percent_off") {
        return Err(ApiError::invalid(
            "amount_off",
            "You must pass exactly one of amount_off or percent_off.",
        ));
    }
    let percent = given.at("percent_off").as_f64();
    if percent.is_some_and(|percent| percent <= 0.0 || percent > 100.0) {
        return Err(ApiError::invalid("percent_off", "Invalid percent_off: must be between 0 and 100."));
    }
    let currency = match (given.has("amount_off"), call.text("currency")) {
        (true, None) => return Err(ApiError::missing_parameter("currency")),
        (_, Some(currency)) => Some(currency::check(currency, "currency")?),
        (false, None) => None,
    };
    let duration = given.text("duration").unwrap_or("once");
    if (duration == "repeating") != given.has("duration_in_months") {
        return Err(ApiError::invalid(
            "duration_in_months",
            "You must pass duration_in_months if and only if duration is repeating.",
        ));
    }
    let id = match call.text("id") {
        Some(id) if mode.find(Kind::Coupon, id).is_ok() => {
            return Err(ApiError::refused("Coupon already exists.").code("resource_already_exists"));
        }
        Some(id) => id.to_owned(),
        None => mode.id(Kind::Coupon),
    };
    let mut coupon = json!({
        "id": id, "object": "coupon", "amount_off": given.at("amount_off"), "created": mode.now,
        "currency": currency, "duration": duration, "duration_in_months": given.at("duration_in_months"),
        "livemode": mode.livemode, "max_redemptions": given.at("max_redemptions"), "metadata": {}, "name": null,
        "percent_off": given.at("percent_off"), "redeem_by": given.at("redeem_by"), "times_redeemed": 0,
        "valid": true,
    });
    take_with_metadata(&mut coupon, given, &["name"]);
    Ok(mode.created(Kind::Coupon, coupon, "coupon.created"))
}

pub fn update(mode: &mut Mode, call: &Call) -> Done {
    mode.find(Kind::Coupon, call.id())?;
    Ok(mode.changed(Kind::Coupon, call.id(), "coupon.updated", |coupon| {
        take_with_metadata(coupon, &call.given, &["name"]);
    }))
}

impl Mode {
    /// Discounts for a list of `{coupon}` or `{discount}`; their ids.
    pub fn redeem(
        &mut self,
        given: &[Value],
        param: &str,
        customer: &str,
        subscription: Option<&str>,
    ) -> Result<Vec<String>, ApiError> {
        let mut ids = Vec::new();
        for (place, wanted) in given.iter().enumerate() {
            if let Some(discount) = wanted.text("discount") {
                ids.push(
                    self.find_in(&format!("{param}[{place}][discount]"), Kind::Discount, discount)?
                        .word("id"),
                );
                continue;
            }
            let name = format!("{param}[{place}][coupon]");
            let Some(coupon) = wanted.text("coupon") else { return Err(ApiError::missing_parameter(&name)) };
            let coupon = self.find_in(&name, Kind::Coupon, coupon)?.clone();
            let spent =
                coupon.moment("max_redemptions").is_some_and(|most| coupon.integer("times_redeemed") >= most)
                    || coupon.moment("redeem_by").is_some_and(|until| until < self.now);
            if spent {
                return Err(ApiError::refused(format!("Coupon {} is expired", coupon.word("id")))
                    .code("coupon_expired")
                    .param(name));
            }
            ids.push(self.discount(&coupon, customer, subscription));
        }
        Ok(ids)
    }

    fn discount(&mut self, coupon: &Value, customer: &str, subscription: Option<&str>) -> String {
        let id = self.id(Kind::Discount);
        let month = crate::calendar::Cycle { interval: crate::calendar::Interval::Month, count: 1 };
        let end = coupon.moment("duration_in_months").map(|months| month.boundary(self.now, months));
        let coupon_id = coupon.word("id");
        let discount = json!({
            "id": id, "object": "discount", "checkout_session": null, "customer": customer,
            "customer_account": null, "end": end, "invoice": null, "invoice_item": null, "promotion_code": null,
            "source": { "coupon": coupon_id, "type": "coupon" }, "start": self.now,
            "subscription": subscription, "subscription_item": null,
        });
        self.change(Kind::Coupon, &coupon_id, "", |coupon| {
            let times = coupon.integer("times_redeemed") + 1;
            coupon.put("times_redeemed", times);
            if coupon.moment("max_redemptions").is_some_and(|most| times >= most) {
                coupon.put("valid", false);
            }
        });
        self.create(Kind::Discount, discount, "customer.discount.created");
        id
    }
}
