//! The kinds of object the double keeps.

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    BalanceTransaction,
    Charge,
    CheckoutSession,
    Coupon,
    Customer,
    Discount,
    Dispute,
    Invoice,
    InvoiceItem,
    InvoicePayment,
    PaymentIntent,
    PaymentMethod,
    PortalConfiguration,
    PortalSession,
    Price,
    Product,
    Refund,
    SetupIntent,
    Subscription,
    TaxRate,
}

impl Kind {
    pub const ALL: [Self; 20] = [
        Self::BalanceTransaction,
        Self::Charge,
        Self::CheckoutSession,
        Self::Coupon,
        Self::Customer,
        Self::Discount,
        Self::Dispute,
        Self::Invoice,
        Self::InvoiceItem,
        Self::InvoicePayment,
        Self::PaymentIntent,
        Self::PaymentMethod,
        Self::PortalConfiguration,
        Self::PortalSession,
        Self::Price,
        Self::Product,
        Self::Refund,
        Self::SetupIntent,
        Self::Subscription,
        Self::TaxRate,
    ];

    /// What an id begins with.
    pub fn prefix(self) -> &'static str {
        match self {
            Self::BalanceTransaction => "txn",
            Self::Charge => "ch",
            Self::CheckoutSession => "cs",
            Self::Coupon => "",
            Self::Customer => "cus",
            Self::Discount => "di",
            Self::Dispute => "du",
            Self::Invoice => "in",
            Self::InvoiceItem => "ii",
            Self::InvoicePayment => "inpay",
            Self::PaymentIntent => "pi",
            Self::PaymentMethod => "pm",
            Self::PortalConfiguration => "bpc",
            Self::PortalSession => "bps",
            Self::Price => "price",
            Self::Product => "prod",
            Self::Refund => "re",
            Self::SetupIntent => "seti",
            Self::Subscription => "sub",
            Self::TaxRate => "txr",
        }
    }

    /// As the field `object` and refusals name it.
    pub fn object(self) -> &'static str {
        match self {
            Self::BalanceTransaction => "balance_transaction",
            Self::Charge => "charge",
            Self::CheckoutSession => "checkout.session",
            Self::Coupon => "coupon",
            Self::Customer => "customer",
            Self::Discount => "discount",
            Self::Dispute => "dispute",
            Self::Invoice => "invoice",
            Self::InvoiceItem => "invoiceitem",
            Self::InvoicePayment => "invoice_payment",
            Self::PaymentIntent => "payment_intent",
            Self::PaymentMethod => "payment_method",
            Self::PortalConfiguration => "billing_portal.configuration",
            Self::PortalSession => "billing_portal.session",
            Self::Price => "price",
            Self::Product => "product",
            Self::Refund => "refund",
            Self::SetupIntent => "setup_intent",
            Self::Subscription => "subscription",
            Self::TaxRate => "tax_rate",
        }
    }

    /// As `No such ...` says it.
    pub fn spoken(self) -> &'static str {
        match self {
            Self::PaymentMethod => "PaymentMethod",
            Self::TaxRate => "tax rate",
            Self::CheckoutSession => "checkout session",
            other => other.object(),
        }
    }

    /// Whether its objects can be found by search.
    pub fn is_searchable(self) -> bool {
        matches!(
            self,
            Self::Charge
                | Self::Customer
                | Self::Invoice
                | Self::PaymentIntent
                | Self::Price
                | Self::Product
                | Self::Subscription
        )
    }
}
