//! Which address does what.

use crate::error::ApiError;
use crate::kind::Kind;
use crate::mode::Mode;
use crate::object::Fields;
use serde_json::Value;

pub mod account;
pub mod charges;
pub mod checkout_sessions;
pub mod coupons;
pub mod customers;
pub mod disputes;
pub mod events;
pub mod invoice_items;
pub mod invoices;
pub mod payment_intents;
pub mod payment_methods;
pub mod portal;
pub mod prices;
pub mod products;
pub mod refunds;
pub mod setup_intents;
pub mod subscription_items;
pub mod subscriptions;
pub mod tax_rates;

/// A request that was held against the types of its parameters.
#[derive(Debug, Clone, Default)]
pub struct Call {
    /// What stood in the path for each `*`.
    pub ids: Vec<String>,
    pub given: Value,
}

impl Call {
    pub fn id(&self) -> &str {
        self.ids.first().map_or("", String::as_str)
    }

    pub fn text(&self, name: &str) -> Option<&str> {
        self.given.text(name).filter(|text| !text.is_empty())
    }

    pub fn needed(&self, name: &str) -> Result<&str, ApiError> {
        self.text(name).ok_or_else(|| ApiError::missing_parameter(name))
    }
}

pub type Done = Result<Value, ApiError>;
type Handler = fn(&mut Mode, &Call) -> Done;

pub struct Route {
    pub method: &'static str,
    pub pattern: &'static str,
    pub handler: Handler,
}

const fn get(pattern: &'static str, handler: Handler) -> Route {
    Route { method: "GET", pattern, handler }
}

const fn post(pattern: &'static str, handler: Handler) -> Route {
    Route { method: "POST", pattern, handler }
}

const fn delete(pattern: &'static str, handler: Handler) -> Route {
    Route { method: "DELETE", pattern, handler }
}

static ROUTES: &[Route] = &[
    get("/v1/account", account::account),
    get("/v1/balance", account::balance),
    get("/v1/balance_transactions", account::list_transactions),
    get("/v1/balance_transactions/*", |mode, call| read(mode, call, Kind::BalanceTransaction)),
    get("/v1/billing_portal/configurations", portal::list_configurations),
    post("/v1/billing_portal/configurations", portal::create_configuration),
    get("/v1/billing_portal/configurations/*", |mode, call| read(mode, call, Kind::PortalConfiguration)),
    post("/v1/billing_portal/configurations/*", portal::update_configuration),
    post("/v1/billing_portal/sessions", portal::create_session),
    get("/v1/charges", charges::list),
    get("/v1/charges/search", |mode, call| search(mode, call, Kind::Charge, "/v1/charges/search")),
    get("/v1/charges/*", |mode, call| read(mode, call, Kind::Charge)),
    post("/v1/charges/*", charges::update),
    get("/v1/checkout/sessions", checkout_sessions::list),
    post("/v1/checkout/sessions", checkout_sessions::create),
    get("/v1/checkout/sessions/*", |mode, call| read(mode, call, Kind::CheckoutSession)),
    post("/v1/checkout/sessions/*/expire", checkout_sessions::expire),
    get("/v1/coupons", |mode, call| every(mode, call, Kind::Coupon, "/v1/coupons", &[])),
    post("/v1/coupons", coupons::create),
    get("/v1/coupons/*", |mode, call| read(mode, call, Kind::Coupon)),
    post("/v1/coupons/*", coupons::update),
    delete("/v1/coupons/*", |mode, call| remove(mode, call, Kind::Coupon, "coupon.deleted")),
    get("/v1/customers", |mode, call| every(mode, call, Kind::Customer, "/v1/customers", &["email"])),
    post("/v1/customers", customers::create),
    get("/v1/customers/search", |mode, call| search(mode, call, Kind::Customer, "/v1/customers/search")),
    get("/v1/customers/*", customers::read),
    post("/v1/customers/*", customers::update),
    delete("/v1/customers/*", customers::delete),
    delete("/v1/customers/*/discount", customers::delete_discount),
    get("/v1/customers/*/payment_methods", payment_methods::list_of_customer),
    get("/v1/customers/*/payment_methods/*", payment_methods::read_of_customer),
    get("/v1/disputes", disputes::list),
    get("/v1/disputes/*", |mode, call| read(mode, call, Kind::Dispute)),
    post("/v1/disputes/*", disputes::update),
    post("/v1/disputes/*/close", disputes::close),
    get("/v1/events", events::list),
    get("/v1/events/*", events::read),
    get("/v1/invoice_payments", invoices::list_payments),
    get("/v1/invoice_payments/*", |mode, call| read(mode, call, Kind::InvoicePayment)),
    get("/v1/invoiceitems", invoice_items::list),
    post("/v1/invoiceitems", invoice_items::create),
    get("/v1/invoiceitems/*", |mode, call| read(mode, call, Kind::InvoiceItem)),
    post("/v1/invoiceitems/*", invoice_items::update),
    delete("/v1/invoiceitems/*", invoice_items::delete),
    get("/v1/invoices", invoices::list),
    post("/v1/invoices", invoices::create),
    get("/v1/invoices/search", |mode, call| search(mode, call, Kind::Invoice, "/v1/invoices/search")),
    get("/v1/invoices/*", |mode, call| read(mode, call, Kind::Invoice)),
    post("/v1/invoices/*", invoices::update),
    delete("/v1/invoices/*", invoices::delete),
    post("/v1/invoices/*/finalize", invoices::finalize),
    get("/v1/invoices/*/lines", invoices::lines),
    post("/v1/invoices/*/mark_uncollectible", invoices::mark_uncollectible),
    post("/v1/invoices/*/pay", invoices::pay),
    post("/v1/invoices/*/send", invoices::send),
    post("/v1/invoices/*/void", invoices::void),
    get("/v1/payment_intents", payment_intents::list),
    post("/v1/payment_intents", payment_intents::create),
    get("/v1/payment_intents/search", |mode, call| {
        search(mode, call, Kind::PaymentIntent, "/v1/payment_intents/search")
    }),
    get("/v1/payment_intents/*", |mode, call| read(mode, call, Kind::PaymentIntent)),
    post("/v1/payment_intents/*", payment_intents::update),
    post("/v1/payment_intents/*/cancel", payment_intents::cancel),
    post("/v1/payment_intents/*/capture", payment_intents::capture),
    post("/v1/payment_intents/*/confirm", payment_intents::confirm),
    get("/v1/payment_methods", payment_methods::list),
    get("/v1/payment_methods/*", |mode, call| read(mode, call, Kind::PaymentMethod)),
    post("/v1/payment_methods/*", payment_methods::update),
    post("/v1/payment_methods/*/attach", payment_methods::attach),
    post("/v1/payment_methods/*/detach", payment_methods::detach),
    get("/v1/prices", prices::list),
    post("/v1/prices", prices::create),
    get("/v1/prices/search", |mode, call| search(mode, call, Kind::Price, "/v1/prices/search")),
    get("/v1/prices/*", |mode, call| read(mode, call, Kind::Price)),
    post("/v1/prices/*", prices::update),
    get("/v1/products", products::list),
    post("/v1/products", products::create),
    get("/v1/products/search", |mode, call| search(mode, call, Kind::Product, "/v1/products/search")),
    get("/v1/products/*", |mode, call| read(mode, call, Kind::Product)),
    post("/v1/products/*", products::update),
    delete("/v1/products/*", products::delete),
    get("/v1/refunds", |mode, call| {
        every(mode, call, Kind::Refund, "/v1/refunds", &["charge", "payment_intent"])
    }),
    post("/v1/refunds", refunds::create),
    get("/v1/refunds/*", |mode, call| read(mode, call, Kind::Refund)),
    post("/v1/refunds/*", refunds::update),
    post("/v1/refunds/*/cancel", refunds::cancel),
    get("/v1/setup_intents", |mode, call| {
        every(mode, call, Kind::SetupIntent, "/v1/setup_intents", &["customer", "payment_method"])
    }),
    post("/v1/setup_intents", setup_intents::create),
    get("/v1/setup_intents/*", |mode, call| read(mode, call, Kind::SetupIntent)),
    post("/v1/setup_intents/*", setup_intents::update),
    post("/v1/setup_intents/*/cancel", setup_intents::cancel),
    post("/v1/setup_intents/*/confirm", setup_intents::confirm),
    get("/v1/subscription_items", subscription_items::list),
    post("/v1/subscription_items", subscription_items::create),
    get("/v1/subscription_items/*", subscription_items::read),
    post("/v1/subscription_items/*", subscription_items::update),
    delete("/v1/subscription_items/*", subscription_items::delete),
    get("/v1/subscriptions", subscriptions::list),
    post("/v1/subscriptions", subscriptions::create::create),
    get("/v1/subscriptions/search", |mode, call| {
        search(mode, call, Kind::Subscription, "/v1/subscriptions/search")
    }),
    get("/v1/subscriptions/*", |mode, call| read(mode, call, Kind::Subscription)),
    post("/v1/subscriptions/*", subscriptions::update::update),
    delete("/v1/subscriptions/*", subscriptions::cancel::cancel),
    delete("/v1/subscriptions/*/discount", subscriptions::update::delete_discount),
    post("/v1/subscriptions/*/pause", subscriptions::pause::pause),
    post("/v1/subscriptions/*/resume", subscriptions::pause::resume),
    get("/v1/tax_rates", |mode, call| {
        every(mode, call, Kind::TaxRate, "/v1/tax_rates", &["active", "inclusive"])
    }),
    post("/v1/tax_rates", tax_rates::create),
    get("/v1/tax_rates/*", |mode, call| read(mode, call, Kind::TaxRate)),
    post("/v1/tax_rates/*", tax_rates::update),
];

/// The route of an address, with what stood for each `*`.
pub fn find(method: &str, path: &str) -> Option<(&'static Route, Vec<String>)> {
    ROUTES.iter().find_map(|route| {
        if route.method != method {
            return None;
        }
        let mut ids = Vec::new();
        let mut parts = path.split('/');
        for wanted in route.pattern.split('/') {
            match (wanted, parts.next()?) {
                ("*", "") => return None,
                ("*", id) => ids.push(id.to_owned()),
                (wanted, part) if wanted == part => {}
                _ => return None,
            }
        }
        parts.next().is_none().then_some((route, ids))
    })
}

fn read(mode: &mut Mode, call: &Call, kind: Kind) -> Done {
    let object = mode.find(kind, call.id())?;
    Ok(mode.render(kind, object))
}

fn every(mode: &mut Mode, call: &Call, kind: Kind, url: &str, fields: &[&str]) -> Done {
    mode.list(kind, url, &call.given, |object| crate::listing::same(object, &call.given, fields))
}

fn search(mode: &mut Mode, call: &Call, kind: Kind, url: &str) -> Done {
    mode.search(kind, url, &call.given)
}

fn remove(mode: &mut Mode, call: &Call, kind: Kind, event: &str) -> Done {
    mode.find(kind, call.id())?;
    Ok(mode.delete(kind, call.id(), event))
}

/// Copies what was given into fields of the same name; an empty text becomes null.
pub fn take(object: &mut Value, given: &Value, names: &[&str]) {
    for name in names {
        if given.has(name) {
            let value = given.at(name);
            object.put(name, if value.as_str() == Some("") { Value::Null } else { value.clone() });
        }
    }
}

/// Metadata and the plain fields.
pub fn take_with_metadata(object: &mut Value, given: &Value, names: &[&str]) {
    take(object, given, names);
    if given.has("metadata") {
        crate::object::merge_metadata(object, given.at("metadata"));
    }
}
