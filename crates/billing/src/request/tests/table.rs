use super::*;

/// Every request: method and path, the body before the marks, and whether the object keeps marks.
pub(super) fn table() -> Vec<(Ask, &'static str, &'static str, bool)> {
    let customer = Ask::CreateCustomer(CreateCustomer {
        name: "Ann Ö & Co".to_owned(),
        email: Some("ann+1@example.org".to_owned()),
        phone: None,
    });
    let updated = |email, phone| {
        Ask::UpdateCustomer(UpdateCustomer { customer: id("cus_1"), name: "Ann".to_owned(), email, phone })
    };
    let price = |every, tax_mode| {
        Ask::CreatePrice(CreatePrice {
            product: id("prod_1"),
            currency: usd(),
            amount: cents(5_000),
            every,
            tax_mode,
        })
    };
    let refund = |of| Ask::GiveRefund(GiveRefund { of, currency: usd(), amount: cents(6_774) });
    vec![
        (customer, "POST /v1/customers", "email=ann+1@example.org&name=Ann Ö & Co", true),
        (
            updated(Contact::Is("ann@example.org".to_owned()), Contact::AsBefore),
            "POST /v1/customers/cus_1",
            "name=Ann&email=ann@example.org",
            true,
        ),
        (
            updated(Contact::TakenAway, Contact::Is("+1 555 0100".to_owned())),
            "POST /v1/customers/cus_1",
            "name=Ann&email=&phone=+1 555 0100",
            true,
        ),
        (Ask::DeleteCustomer(id("cus_1")), "DELETE /v1/customers/cus_1", "", false),
        (
            Ask::SetDefaultPaymentMethod { customer: id("cus_1"), payment_method: id("pm_1") },
            "POST /v1/customers/cus_1",
            "invoice_settings[default_payment_method]=pm_1",
            true,
        ),
        (
            Ask::OpenPortal(OpenPortal {
                customer: id("cus_1"),
                return_url: "https://example.org/back".to_owned(),
                card_only: true,
            }),
            "POST /v1/billing_portal/sessions",
            "customer=cus_1&return_url=https://example.org/back&flow_data[type]=payment_method_update",
            false,
        ),
        (
            Ask::CreateProduct(CreateProduct {
                name: "Gold".to_owned(),
                description: "All of it".to_owned(),
            }),
            "POST /v1/products",
            "description=All of it&name=Gold",
            true,
        ),
        (
            Ask::UpdateProduct(UpdateProduct {
                product: id("gold-plan"),
                name: "Gold".to_owned(),
                description: String::new(),
                active: false,
            }),
            "POST /v1/products/gold-plan",
            "active=false&name=Gold&description=",
            true,
        ),
        (
            price(Some(Frequency::Monthly), TaxMode::Exclusive),
            "POST /v1/prices",
            "currency=usd&product=prod_1&recurring[interval]=month&recurring[interval_count]=1&tax_behavior=exclusive&unit_amount=5000",
            true,
        ),
        (
            price(Some(Frequency::SemiAnnual), TaxMode::Inclusive),
            "POST /v1/prices",
            "currency=usd&product=prod_1&recurring[interval]=month&recurring[interval_count]=6&tax_behavior=inclusive&unit_amount=5000",
            true,
        ),
        (
            price(Some(Frequency::Annual), TaxMode::Exclusive),
            "POST /v1/prices",
            "currency=usd&product=prod_1&recurring[interval]=year&recurring[interval_count]=1&tax_behavior=exclusive&unit_amount=5000",
            true,
        ),
        (
            price(None, TaxMode::Exclusive),
            "POST /v1/prices",
            "currency=usd&product=prod_1&tax_behavior=exclusive&unit_amount=5000",
            true,
        ),
        (Ask::DeactivatePrice(id("price_1")), "POST /v1/prices/price_1", "active=false", true),
        (
            Ask::CreateCoupon(CreateCoupon {
                currency: usd(),
                amount_off: cents(2_000),
                name: "Opening".to_owned(),
            }),
            "POST /v1/coupons",
            "amount_off=2000&currency=usd&duration=once&max_redemptions=1&name=Opening",
            true,
        ),
        (
            Ask::CreateTaxRate(CreateTaxRate {
                name: "Sales tax".to_owned(),
                rate: "8.875".parse().unwrap(),
                tax_mode: TaxMode::Exclusive,
            }),
            "POST /v1/tax_rates",
            "display_name=Sales tax&inclusive=false&percentage=8.875",
            true,
        ),
        (
            Ask::ChargeCard(ChargeCard {
                customer: id("cus_1"),
                payment_method: id("pm_1"),
                currency: usd(),
                amount: cents(1_250),
                description: "Receipt A-17".to_owned(),
            }),
            "POST /v1/payment_intents",
            "amount=1250&automatic_payment_methods[allow_redirects]=never&automatic_payment_methods[enabled]=true&confirm=true&currency=usd&customer=cus_1&description=Receipt A-17&off_session=true&payment_method=pm_1",
            true,
        ),
        (
            refund(Refunded::Charge(id("ch_1"))),
            "POST /v1/refunds",
            "amount=6774&charge=ch_1&reason=requested_by_customer",
            true,
        ),
        (
            refund(Refunded::PaymentIntent(id("pi_1"))),
            "POST /v1/refunds",
            "amount=6774&payment_intent=pi_1&reason=requested_by_customer",
            true,
        ),
        (
            Ask::AddInvoiceItem(AddInvoiceItem {
                customer: id("cus_1"),
                currency: usd(),
                amount: cents(-500),
                description: "Credit".to_owned(),
                goes_to: GoesTo::NextOf(id("sub_1")),
                period: None,
                tax_rates: Vec::new(),
            }),
            "POST /v1/invoiceitems",
            "amount=-500&currency=usd&customer=cus_1&description=Credit&subscription=sub_1",
            true,
        ),
        (
            Ask::AddInvoiceItem(AddInvoiceItem {
                customer: id("cus_1"),
                currency: usd(),
                amount: cents(5_000),
                description: "First period".to_owned(),
                goes_to: GoesTo::Invoice(id("in_1")),
                period: Some((at(1_790_000_000), at(1_792_592_000))),
                tax_rates: vec![id("txr_1")],
            }),
            "POST /v1/invoiceitems",
            "amount=5000&currency=usd&customer=cus_1&description=First period&invoice=in_1&period[end]=1792592000&period[start]=1790000000&tax_rates[0]=txr_1",
            true,
        ),
        (
            Ask::CreateInvoice(CreateInvoice {
                customer: id("cus_1"),
                currency: usd(),
                description: "Gold, first period".to_owned(),
                payment_method: None,
            }),
            "POST /v1/invoices",
            "auto_advance=false&collection_method=charge_automatically&currency=usd&customer=cus_1&description=Gold, first period&pending_invoice_items_behavior=exclude",
            true,
        ),
        (of_invoice(InvoiceAsk::Finalize), "POST /v1/invoices/in_1/finalize", "auto_advance=false", false),
        (
            of_invoice(InvoiceAsk::Pay(PayInvoice { payment_method: Some(id("pm_2")) })),
            "POST /v1/invoices/in_1/pay",
            "expand[0]=payments.data.payment.payment_intent&off_session=true&payment_method=pm_2",
            false,
        ),
        (
            of_invoice(InvoiceAsk::PaidOutOfBand),
            "POST /v1/invoices/in_1/pay",
            "expand[0]=payments.data.payment.payment_intent&paid_out_of_band=true",
            false,
        ),
        (of_invoice(InvoiceAsk::Void), "POST /v1/invoices/in_1/void", "", false),
        (
            of_subscription(SubscriptionAsk::Pause),
            "POST /v1/subscriptions/sub_1/pause",
            "bill_for[outstanding_usage_through][type]=none&bill_for[unused_time_from][type]=none&type=subscription",
            false,
        ),
        (
            of_subscription(SubscriptionAsk::Resume),
            "POST /v1/subscriptions/sub_1/resume",
            "billing_cycle_anchor[type]=unchanged&proration_behavior=none",
            false,
        ),
        (
            of_subscription(SubscriptionAsk::PauseCollection(PauseCollection {
                resumes_at: Some(at(1_790_000_000)),
            })),
            "POST /v1/subscriptions/sub_1",
            "pause_collection[behavior]=void&pause_collection[resumes_at]=1790000000",
            true,
        ),
        (
            of_subscription(SubscriptionAsk::ResumeCollection),
            "POST /v1/subscriptions/sub_1",
            "pause_collection=",
            true,
        ),
        (
            of_subscription(SubscriptionAsk::CancelAtPeriodEnd),
            "POST /v1/subscriptions/sub_1",
            "cancel_at_period_end=true",
            true,
        ),
        (
            of_subscription(SubscriptionAsk::TakeBackPeriodEnd),
            "POST /v1/subscriptions/sub_1",
            "cancel_at_period_end=false",
            true,
        ),
        (
            of_subscription(SubscriptionAsk::CancelAt(at(1_790_000_000))),
            "POST /v1/subscriptions/sub_1",
            "cancel_at=1790000000&proration_behavior=none",
            true,
        ),
        (of_subscription(SubscriptionAsk::TakeBackDate), "POST /v1/subscriptions/sub_1", "cancel_at=", true),
        (
            of_subscription(SubscriptionAsk::CancelNow),
            "DELETE /v1/subscriptions/sub_1?invoice_now=false&prorate=false",
            "",
            false,
        ),
        (
            of_subscription(SubscriptionAsk::ShiftBilling(ShiftBilling { to: at(1_790_000_000) })),
            "POST /v1/subscriptions/sub_1",
            "proration_behavior=none&trial_end=1790000000",
            true,
        ),
        (
            of_subscription(SubscriptionAsk::PaymentMethod(PaymentMethodOfSubscription {
                payment_method: id("pm_1"),
            })),
            "POST /v1/subscriptions/sub_1",
            "default_payment_method=pm_1",
            true,
        ),
        (
            of_subscription(SubscriptionAsk::ChangeItems(ChangeItems {
                items: vec![
                    ItemChange::Set { item: id("si_1"), to: item("price_9", 1) },
                    ItemChange::Remove(id("si_2")),
                    ItemChange::Add(item("price_8", 4)),
                ],
                proration: Proration::None,
                anchor: Anchor::Now,
            })),
            "POST /v1/subscriptions/sub_1",
            "billing_cycle_anchor[type]=now&items[0][id]=si_1&items[0][price]=price_9&items[0][quantity]=1&items[0][tax_rates][0]=txr_1&items[1][deleted]=true&items[1][id]=si_2&items[2][price]=price_8&items[2][quantity]=4&items[2][tax_rates][0]=txr_1&off_session=true&payment_behavior=allow_incomplete&proration_behavior=none",
            true,
        ),
        (
            of_subscription(SubscriptionAsk::ChangeItems(ChangeItems {
                items: vec![ItemChange::Set { item: id("si_1"), to: item("price_9", 1) }],
                proration: Proration::AlwaysInvoice,
                anchor: Anchor::Kept,
            })),
            "POST /v1/subscriptions/sub_1",
            "items[0][id]=si_1&items[0][price]=price_9&items[0][quantity]=1&items[0][tax_rates][0]=txr_1&off_session=true&payment_behavior=error_if_incomplete&proration_behavior=always_invoice",
            true,
        ),
        (
            Ask::CreateSubscription(CreateSubscription {
                due_now: vec![item("price_fee", 1)],
                opening_discount: Some(id("OPEN20")),
                ends_at: Some(at(1_800_000_000)),
                ..subscription()
            }),
            "POST /v1/subscriptions",
            "add_invoice_items[0][price]=price_fee&add_invoice_items[0][quantity]=1&add_invoice_items[0][tax_rates][0]=txr_1&billing_mode[type]=flexible&cancel_at=1800000000&collection_method=charge_automatically&currency=usd&customer=cus_1&default_payment_method=pm_1&discounts[0][coupon]=OPEN20&items[0][price]=price_1&items[0][quantity]=1&items[0][tax_rates][0]=txr_1&items[1][price]=price_2&items[1][quantity]=3&items[1][tax_rates][0]=txr_1&off_session=true&payment_behavior=error_if_incomplete&proration_behavior=none",
            true,
        ),
        (
            Ask::CreateSubscription(CreateSubscription {
                items: vec![item("price_1", 1)],
                starts: Starts::At(at(1_795_000_000)),
                payment_method: None,
                ..subscription()
            }),
            "POST /v1/subscriptions",
            "billing_mode[type]=flexible&collection_method=charge_automatically&currency=usd&customer=cus_1&items[0][price]=price_1&items[0][quantity]=1&items[0][tax_rates][0]=txr_1&off_session=true&payment_behavior=error_if_incomplete&proration_behavior=none&trial_end=1795000000",
            true,
        ),
    ]
}
