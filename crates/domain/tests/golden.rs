//! Old payloads are read for ever: each kind of record has a file as it was first written, and it must still mean the same.
//!
//! `UPDATE_GOLDEN=1 cargo test -p domain --test golden` writes files for new kinds; an existing file is never rewritten.

use domain::checkout::*;
use domain::customer::{Note, Organization, Person};
use domain::drawer::{ByMethod, Method, Takings};
use domain::enrollment::{BroughtBalance, CalendarNoticed, EndReason, Noticed, PaysBy, Seats, When};
use domain::gift_card::{IssuedCard, TakenBackCard};
use domain::item::*;
use domain::mail::*;
use domain::plan::*;
use domain::practice::*;
use domain::record::*;
use domain::stripe::*;
use domain::*;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use uuid::Uuid;

const fn id(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

fn day() -> Day {
    Day::ymd(2026, 3, 12).unwrap()
}

fn terms() -> Terms {
    Terms {
        price: Money::from_minor(9_900),
        tax_rate: "8.875".parse().unwrap(),
        tax_mode: TaxMode::Inclusive,
        frequency: Frequency::SemiAnnual,
        setup_fee: Money::from_minor(-500),
        minimum_cycles: 3,
        maximum_cycles: 24,
        discounts: vec![
            Discount {
                id: id(1).into(),
                value: DiscountValue::Percent(Rate::percent(10)),
                items: ItemFilter::Except(ItemSet {
                    items: vec![id(2).into()],
                    categories: vec![id(3).into()],
                }),
            },
            Discount {
                id: id(4).into(),
                value: DiscountValue::Amount(Money::from_minor(700)),
                items: ItemFilter::All,
            },
        ],
        credits: vec![Credit {
            id: id(5).into(),
            unit: CreditUnit::Minutes,
            amount: 120,
            renewal: Renewal::Yearly,
            usage: Usage::FreeTime,
            expiry: Expiry::RolloverCap(240),
            items: ItemFilter::Only(ItemSet { items: vec![id(6).into()], categories: Vec::new() }),
            allowance: None,
        }],
        included: vec![Included {
            id: id(7).into(),
            items: ItemSet { items: vec![id(8).into()], categories: Vec::new() },
            quantity: Some(2),
            renewal: Renewal::Monthly,
            allowance: None,
        }],
        access: ItemSet { items: vec![id(9).into()], categories: Vec::new() },
        family: Family::Both { price: Money::from_minor(3_900), up_to: 3 },
        pause: PausePolicy { allowed: true, per_year: 1, max_days: 30, keeps_benefits: true },
        cancel: CancelPolicy { prorates: true },
        past_due: PastDuePolicy { grace_days: 5, afterwards: AfterGrace::Cancels },
    }
}

fn about() -> PlanAbout {
    PlanAbout {
        name: "Gold".into(),
        description: "The usual".into(),
        image: Some("00ff".into()),
        image_alt: String::new(),
        scope: Scope::Locations(vec![id(10).into()]),
        order: 2,
    }
}

fn settled() -> SettledTicket {
    settled_with(Vec::new())
}

fn settled_with(lowered: Vec<Lowered>) -> SettledTicket {
    let lot = LotId(id(21));
    let input = QuoteInput {
        location: id(10).into(),
        day: day(),
        customer_attached: true,
        lines: vec![LineInput {
            id: id(20).into(),
            item: id(2).into(),
            name: "Facial".into(),
            kind: LineKind::Service,
            category: None,
            list_price: Money::from_minor(12_000),
            price_override: None,
            tax_rate: Rate::percent(8),
            tax_mode: TaxMode::Exclusive,
            qty: 2,
            minutes: None,
            max_minutes: None,
            members_only: Vec::new(),
            manual_discount: None,
            plan: None,
            note: String::new(),
        }],
        entitlements: vec![Entitlement {
            enrollment: id(30).into(),
            plan: id(31).into(),
            plan_name: "Gold".into(),
            person: None,
            standing: Standing::Good,
            scope: Scope::All,
            access: None,
            discounts: vec![Discount {
                id: id(1).into(),
                value: DiscountValue::Percent(Rate::percent(10)),
                items: ItemFilter::All,
            }],
            included: Vec::new(),
            credits: vec![CreditLot {
                benefit: id(5).into(),
                lot,
                unit: CreditUnit::Money,
                remaining: 5_000,
                usage: Usage::Deduct,
                items: ItemFilter::All,
                granted: day(),
                expires: None,
                shared_pool: false,
                provisional: false,
            }],
            provisional: false,
            sold_on: None,
        }],
        declined: BTreeSet::new(),
        lowered,
        credit_limit: None,
        ticket_discount: None,
    };
    let quote = quote(&input).unwrap();
    let payment = Payment {
        expected_due: quote.totals.due,
        expected_credits: quote.totals.credits,
        tenders: vec![TenderOffer { kind: TenderKind::Cash, amount: Money::from_minor(30_000) }],
        tip: Money::from_minor(100),
        cash_step: 1,
    };
    settle(&input, &payment).unwrap()
}

fn number() -> ReceiptNumber {
    ReceiptNumber { code: "A".into(), number: 2087 }
}

fn cash() -> Vec<Tender> {
    let amount = Money::from_minor(9_900);
    vec![Tender {
        kind: TenderKind::Terminal { reference: "0042".into() },
        amount,
        received: amount,
        change: Money::ZERO,
    }]
}

fn takings() -> Takings {
    Takings {
        tickets: 3,
        sold: Money::from_minor(30_000),
        tax: Money::from_minor(2_200),
        tips: Money::from_minor(500),
        rounding: Money::from_minor(-2),
        credits: Money::from_minor(5_000),
        charges: 1,
        charged: Money::from_minor(9_900),
        voids: 1,
        refunds: 1,
        given_back: Money::from_minor(4_000),
        methods: vec![
            ByMethod {
                method: Method::Cash,
                taken: Money::from_minor(20_000),
                given_back: Money::from_minor(4_000),
            },
            ByMethod { method: Method::Terminal, taken: Money::from_minor(15_398), given_back: Money::ZERO },
        ],
        paid_in: Money::from_minor(1_000),
        paid_out: Money::from_minor(2_500),
    }
}

fn card() -> String {
    "8KHM3QPX9TRV".into()
}

fn account() -> StripeAccount {
    StripeAccount { id: "acct_1".parse().unwrap(), live: false }
}

fn at_stripe() -> CustomerAtStripe {
    let card = CardOnFile {
        id: "pm_1".parse().unwrap(),
        brand: "visa".into(),
        last4: "4242".into(),
        expires: Some((2031, 4)),
    };
    CustomerAtStripe { account: account(), id: "cus_1".parse().unwrap(), card: Some(card), deleted: false }
}

fn tax_rate() -> TaxRateAtStripe {
    TaxRateAtStripe { id: "txr_1".parse().unwrap(), rate: "8.875".parse().unwrap(), mode: TaxMode::Inclusive }
}

fn payment() -> Refundable {
    Refundable::Payment("pi_1".parse().unwrap())
}

fn subscription() -> SubscriptionSaid {
    SubscriptionSaid {
        account: account(),
        id: "sub_1".parse().unwrap(),
        customer: "cus_1".parse().unwrap(),
        state: SubscriptionState::CollectionPaused { resumes_on: Some(day()) },
        items: vec![SubscriptionItemSaid {
            id: "si_1".parse().unwrap(),
            price: "price_1".parse().unwrap(),
            quantity: 2,
            amount: Some(Money::from_minor(9_900)),
            months: Some(6),
        }],
        bills_next: Some(day()),
        cancels_on: Some(day()),
        can_pause: true,
        card: Some("pm_1".parse().unwrap()),
    }
}

fn one_of_each() -> Vec<Change> {
    let enrollment = EnrollmentId(id(30));
    let customer = CustomerId(id(40));
    let plan = PlanId(id(31));
    let ticket = TicketId(id(50));
    let person = Person {
        name: "يوسف الحمداني".into(),
        email: "y@example.com".into(),
        phone: "(555) 014-2298".into(),
        birthday: Day::ymd(1980, 2, 29),
        address: "1 Main Street".into(),
        card_code: "C-1".into(),
        external_id: String::new(),
        organization: None,
    };
    let sold = settled();
    let everything = RefundRequest::everything(&sold, &[]);
    let back = refund(&sold, &[], &everything).unwrap();
    vec![
        Change::PracticeSaved(Box::new(Practice {
            name: "Larkspur".into(),
            currency: Currency::USD,
            time_zone: "America/New_York".into(),
            customer_word: CustomerWord::Patient,
            receipt: ReceiptText { header: "Hello".into(), footer: "Bye".into() },
            lock_after_minutes: 15,
            refund_limit: Money::from_minor(10_000),
            discount_limit: ten_percent(),
            credit_outlives_days: 0,
            logo: None,
            mail: None,
            stripe: None,
            demo: false,
        })),
        Change::DeskSaved(DeskAbout {
            id: id(11).into(),
            name: "Front desk".into(),
            code: "A".into(),
            location: id(10).into(),
        }),
        Change::LocationSaved(Location {
            id: id(10).into(),
            name: "Main Street".into(),
            address: String::new(),
            tax_mode: TaxMode::Exclusive,
            tax_rates: BTreeMap::from([(TaxClassId(id(12)), "8.875".parse().unwrap())]),
            archived: false,
        }),
        Change::TaxClassSaved(TaxClass { id: id(12).into(), name: "Standard".into(), archived: false }),
        Change::CategorySaved(Category {
            id: id(3).into(),
            name: "Facials".into(),
            order: 1,
            archived: false,
        }),
        Change::StaffSaved(Staff {
            id: id(13).into(),
            name: "Dana Whitfield".into(),
            role: Role::Owner,
            pin_hash: "$argon2id$".into(),
            since: day(),
            archived: false,
        }),
        Change::ItemSaved(Item {
            id: id(2).into(),
            kind: ItemKind::Rental,
            name: "Sauna".into(),
            code: Some("S-1".into()),
            category: Some(id(3).into()),
            price: Money::from_minor(4_800),
            tax_class: Some(id(12).into()),
            minutes: Some(60),
            max_minutes: Some(120),
            favourite: true,
            archived: false,
        }),
        Change::PlanCreated { plan, about: about(), terms: Box::new(terms()), note: "First terms".into() },
        Change::PlanDescribed { plan, about: about() },
        Change::PlanVersioned { plan, terms: Box::new(terms()), note: "Raised".into() },
        Change::PlanArchived { plan },
        Change::PlanRestored { plan },
        Change::CustomerCreated { customer, person: person.clone() },
        Change::CustomerEdited { customer, person },
        Change::CustomerNoted {
            customer,
            note: Note { on: day(), by: id(13).into(), text: "Allergic".into() },
        },
        Change::CustomerMerged { customer, into: id(41).into() },
        Change::CustomerErased { customer, since: day() },
        Change::Enrolled(Box::new(Enrolled {
            enrollment,
            customer,
            plan,
            version: 3,
            terms: terms(),
            start: day(),
            pays: PaysBy::Counter,
            consent: Consent { how: ConsentHow::SignedPaper, shown: vec!["$99.00 today".into()] },
            seats: None,
            people: Vec::new(),
            credit_outlives_days: 0,
            provisional: false,
        })),
        Change::SeatsLimited { enrollment, limit: Some(12) },
        Change::SeatPaused { enrollment, customer },
        Change::SeatResumed { enrollment, customer },
        Change::MembershipImported(Box::new(MembershipImported {
            enrollment,
            customer,
            plan,
            version: 3,
            terms: terms(),
            start: day(),
            next_billing: day().next(),
            pays: PaysBy::Counter,
            balances: vec![BroughtBalance { benefit: id(5).into(), person: Some(customer), amount: 45 }],
            dependents: vec![id(41).into()],
            credit_outlives_days: 0,
        })),
        Change::ChargeCollected(ChargeCollected {
            enrollment,
            customer,
            period: 2,
            total: Money::from_minor(9_900),
            tax: Money::from_minor(807),
            tenders: cash(),
            number: number(),
            ticket: None,
            stripe: None,
            settles: None,
        }),
        Change::ChargeRefunded(ChargeRefunded {
            enrollment,
            customer,
            total: Money::from_minor(6_774),
            tax: Money::from_minor(552),
            tenders: cash(),
            number: number(),
            reason: "Moved away".into(),
            cut_short: None,
            ticket: None,
            parts: Vec::new(),
            heard: None,
        }),
        Change::EnrollmentPaused { enrollment, until: Some(day()) },
        Change::EnrollmentResumed { enrollment },
        Change::CancelScheduled { enrollment, reason: "Moving".into(), minimum_waived: true },
        Change::CancelUndone { enrollment },
        Change::EnrollmentCancelled { enrollment, reason: "Moving".into(), minimum_waived: false },
        Change::TermsUpdated {
            enrollment,
            version: 4,
            terms: Box::new(terms()),
            when: When::NextBilling,
            consent: None,
        },
        Change::PlanChanged(Box::new(PlanChanged {
            enrollment,
            plan,
            version: 2,
            terms: terms(),
            consent: Consent { how: ConsentHow::InPerson, shown: vec!["$32.26 today".into()] },
        })),
        Change::TermsKept { enrollment },
        Change::HolderChanged {
            enrollment,
            from: customer,
            to: id(41).into(),
            reason: "Moved away".into(),
            version: None,
            consent: None,
        },
        Change::GoodwillGiven {
            enrollment,
            benefit: id(5).into(),
            person: Some(customer),
            amount: 2_000,
            expires: Some(day()),
            reason: "The sauna was cold".into(),
        },
        Change::OverdraftSettled {
            enrollment,
            benefit: id(5).into(),
            lot: LotId(id(21)),
            by: OverdraftBy::NextRefresh,
            reason: "Agreed by phone".into(),
        },
        Change::TrustReturned { enrollment, ticket: id(60).into(), left: Money::from_minor(450) },
        Change::TrustSettled {
            enrollment,
            amount: Money::from_minor(1_200),
            ticket: Some(id(60).into()),
            reason: "Paid in cash".into(),
        },
        Change::DependentAdded { enrollment, customer },
        Change::DependentRemoved { enrollment, customer },
        Change::CreditRefreshed { enrollment, benefit: id(5).into(), person: Some(customer), n: 7 },
        Change::CreditAdjusted {
            enrollment,
            benefit: id(5).into(),
            person: None,
            amount: -30,
            reason: "Counted wrong".into(),
        },
        Change::LotExtended {
            enrollment,
            benefit: id(5).into(),
            lot: id(21).into(),
            expires: Some(day()),
            reason: "Goodwill".into(),
        },
        Change::TicketHeld(Box::new(TicketHeld {
            ticket,
            location: id(10).into(),
            customer: Some(customer),
            label: "Ana".into(),
            lines: 1,
            draft: serde_json::json!({ "lines": [] }),
        })),
        Change::HeldReleased { ticket },
        Change::TicketSettled(Box::new(TicketSettled {
            ticket,
            location: id(10).into(),
            customer: Some(customer),
            number: number(),
            settled: sold,
            gift_cards: Vec::new(),
            note: String::new(),
        })),
        Change::TicketVoided(Box::new(TicketVoided {
            ticket,
            customer: None,
            reason: "Mistake".into(),
            refund: back.clone(),
            gift_cards: Vec::new(),
        })),
        Change::TicketRefunded(Box::new(TicketRefunded {
            ticket,
            customer: Some(customer),
            number: number(),
            reason: "Returned".into(),
            refund: back,
            gift_cards: Vec::new(),
            goodwill: None,
        })),
        Change::DrawerOpened(DrawerOpened {
            drawer: id(70).into(),
            location: id(10).into(),
            counted: Money::from_minor(20_000),
            expected: Some(Money::from_minor(20_100)),
            note: "A coin short".into(),
        }),
        Change::CashMoved(CashMoved {
            drawer: id(70).into(),
            amount: Money::from_minor(-2_500),
            reason: "Window cleaner".into(),
        }),
        Change::DrawerClosed(Box::new(DrawerClosed {
            drawer: id(70).into(),
            location: id(10).into(),
            expected: Money::from_minor(34_500),
            counted: Money::from_minor(34_000),
            left: Money::from_minor(20_000),
            note: "Gave too much change".into(),
            takings: takings(),
        })),
        Change::GiftCardAdjusted {
            code: card(),
            amount: Money::from_minor(-500),
            reason: "Counted wrong".into(),
        },
        Change::GiftCardBlocked { code: card(), reason: "Lost".into() },
        Change::GiftCardUnblocked { code: card(), reason: "Found".into() },
        Change::CalendarNoticed(CalendarNoticed {
            enrollment: id(30).into(),
            customer: id(40).into(),
            noticed: Noticed::Ended { on: day(), why: EndReason::PastDue, owed: Money::from_minor(9_900) },
        }),
        Change::TaskClosed { task: id(60).into(), note: "Called her".into() },
        Change::DataExported(DataExported {
            what: ExportedWhat::Person,
            format: FileFormat::Html,
            rows: 12,
            customer: Some(customer),
        }),
        Change::MailAsked(MailAsked {
            customer: Some(id(40).into()),
            mail: Mail::ChargeReceipt {
                enrollment: id(30).into(),
                number: ReceiptNumber { code: "A".into(), number: 12 },
            },
            to: "ana@example.com".into(),
        }),
        Change::MailDue(MailDue {
            enrollment: id(30).into(),
            customer: id(40).into(),
            mail: Mail::Expiring { enrollment: id(30).into(), on: day() },
        }),
        Change::MessageWritten(MessageWritten {
            customer: Some(id(40).into()),
            subject: "Summer hours".into(),
            text: "We close at six in July.".into(),
            people: 1,
        }),
        Change::PaysChanged { enrollment: id(30).into(), pays: PaysBy::Card },
        Change::CustomerHeard(CustomerHeard { customer, said: at_stripe() }),
        Change::PlanHeard(PlanHeard {
            plan: id(31).into(),
            account: account(),
            said: PlanSaid::Price(PriceAtStripe {
                id: "price_1".parse().unwrap(),
                is: PriceIs {
                    amount: Money::from_minor(9_900),
                    every: Some(Frequency::SemiAnnual),
                    tax_mode: TaxMode::Inclusive,
                },
                active: true,
            }),
        }),
        Change::TaxRateHeard { account: account(), said: tax_rate() },
        Change::SubscriptionHeard(Box::new(SubscriptionHeard {
            enrollment: id(30).into(),
            customer,
            said: subscription(),
            settled: true,
        })),
        Change::ChargeFailed(ChargeFailed {
            enrollment: id(30).into(),
            customer,
            account: account(),
            invoice: Some("in_1".parse().unwrap()),
            period: 3,
            total: Money::from_minor(9_900),
            attempt: 2,
            reason: "insufficient_funds".into(),
            next_try: NextTry::On(day()),
            page: Some("https://invoice.stripe.com/i/1".into()),
        }),
        Change::DisputeHeard(DisputeHeard {
            dispute: "dp_1".parse().unwrap(),
            charge: Some("ch_1".parse().unwrap()),
            customer: Some(customer),
            amount: Money::from_minor(9_900),
            reason: "fraudulent".into(),
            state: DisputeState::Open { answer_by: Some(day()) },
        }),
        Change::CardPageAsked { customer, by_email: true },
        Change::BillingPageAsked { customer },
        Change::CardEntered {
            customer,
            account: account(),
            session: "cs_1".parse().unwrap(),
            card: "pm_1".parse().unwrap(),
        },
        Change::ChargeRetried { enrollment: id(30).into(), invoice: Some("in_1".parse().unwrap()) },
        Change::CardChargeAsked(CardChargeAsked {
            ticket: id(50).into(),
            customer,
            account: account(),
            card: "pm_1".parse().unwrap(),
            amount: Money::from_minor(5_000),
        }),
        Change::CardChargeAnswered(CardChargeAnswered {
            ticket: id(50).into(),
            customer,
            asked: id(61).into(),
            amount: Money::from_minor(5_000),
            outcome: CardOutcome::Taken { payment: payment() },
        }),
        Change::CardChargeReturned {
            ticket: id(50).into(),
            customer,
            asked: id(61).into(),
            of: payment(),
            amount: Money::from_minor(5_000),
        },
        Change::CardChargeRefunded(CardChargeRefunded {
            ticket: id(50).into(),
            customer,
            asked: id(61).into(),
            refund: "re_1".parse().unwrap(),
            amount: Money::from_minor(2_000),
        }),
        Change::EffectRefused(Box::new(EffectRefused {
            effect: id(62).into(),
            owed: Owed::Pause { enrollment: id(30).into() },
            customer: Some(customer),
            why: "resource_missing".into(),
            with: 2,
        })),
        Change::EffectRenewed {
            effect: id(62).into(),
            owed: Owed::Refund { of: payment(), amount: Money::from_minor(5_000) },
            customer: Some(customer),
        },
        Change::DataImported(DataImported {
            what: ImportedWhat::Members,
            file: "members.csv".into(),
            created: 3,
            changed: 2,
            unchanged: 1,
        }),
    ]
}

/// Fields that came to a kind after its file was written; what was written before is read without them.
fn grown() -> Vec<(&'static str, Change)> {
    let about = PlanAbout { image_alt: "Towels on a bench".into(), ..about() };
    let person = Person { name: "Ana Ruiz".into(), external_id: "C-1042".into(), ..Person::default() };
    let refunded = ChargeRefunded {
        enrollment: id(30).into(),
        customer: id(40).into(),
        total: Money::from_minor(3_000),
        tax: Money::ZERO,
        tenders: cash(),
        number: number(),
        reason: "Change of plan".into(),
        cut_short: Some(2),
        ticket: None,
        parts: Vec::new(),
        heard: None,
    };
    let ticket = TicketId(id(50));
    let issued = IssuedCard { line: id(20).into(), unit: 0, code: card(), amount: Money::from_minor(5_000) };
    let taken_back = TakenBackCard { code: card(), amount: Money::from_minor(3_000) };
    let sold = SettledTicket {
        tenders: vec![Tender {
            kind: TenderKind::GiftCard { code: "GIFT0001".into() },
            amount: Money::from_minor(9_900),
            received: Money::from_minor(9_900),
            change: Money::ZERO,
        }],
        ..settled()
    };
    let refund = RefundOutcome { kept: Money::from_minor(2_000), ..RefundOutcome::default() };
    let office = Person {
        name: "Harbor Law".into(),
        organization: Some(Organization { contact: "Mia Chen".into(), reference: "VAT 91".into() }),
        ..Person::default()
    };
    let paid = ChargeCollected {
        enrollment: id(30).into(),
        customer: id(40).into(),
        period: 2,
        total: Money::from_minor(9_900),
        tax: Money::ZERO,
        tenders: Vec::new(),
        number: number(),
        ticket: None,
        stripe: Some(PaidByStripe {
            account: account(),
            invoice: "in_1".parse().unwrap(),
            payment: Some(payment()),
        }),
        settles: None,
    };
    let settles = ChargeCollected {
        tenders: cash(),
        stripe: None,
        settles: Some("in_1".parse().unwrap()),
        ..paid.clone()
    };
    let to_card = ChargeRefunded {
        cut_short: None,
        parts: vec![RefundPart { of: payment(), amount: Money::from_minor(3_000) }],
        heard: Some("re_1".parse().unwrap()),
        ..refunded.clone()
    };
    let mut found = vec![
        ("charge_collected.v1+stripe", Change::ChargeCollected(paid)),
        ("charge_collected.v1+settles", Change::ChargeCollected(settles)),
        ("charge_refunded.v1+parts", Change::ChargeRefunded(to_card)),
        (
            "customer_created.v1+organization",
            Change::CustomerCreated { customer: CustomerId(id(40)), person: office },
        ),
        ("charge_refunded.v1+cut_short", Change::ChargeRefunded(refunded)),
        ("customer_created.v1+external_id", Change::CustomerCreated { customer: CustomerId(id(40)), person }),
        ("plan_described.v1+image_alt", Change::PlanDescribed { plan: PlanId(id(31)), about }),
        (
            "ticket_settled.v1+gift_cards",
            Change::TicketSettled(Box::new(TicketSettled {
                ticket,
                location: id(10).into(),
                customer: None,
                number: number(),
                settled: sold,
                gift_cards: vec![issued.clone()],
                note: String::new(),
            })),
        ),
        (
            "ticket_voided.v1+gift_cards",
            Change::TicketVoided(Box::new(TicketVoided {
                ticket,
                customer: None,
                reason: "Mistake".into(),
                refund: refund.clone(),
                gift_cards: vec![taken_back.clone()],
            })),
        ),
        (
            "ticket_refunded.v1+gift_cards",
            Change::TicketRefunded(Box::new(TicketRefunded {
                ticket,
                customer: None,
                number: number(),
                reason: "Returned".into(),
                refund,
                gift_cards: vec![taken_back],
                goodwill: Some(issued),
            })),
        ),
    ];
    for change in one_of_each() {
        match change {
            Change::Enrolled(enrolled) => {
                let how = ConsentHow::OnScreen { signature: ImageHash::new([0xab; 32]) };
                let consent = Consent { how, ..enrolled.consent.clone() };
                let signed = Enrolled { consent, ..*enrolled.clone() };
                found.push(("enrolled.v1+signature", Change::Enrolled(Box::new(signed))));
                let mut terms = terms();
                terms.credits[0].allowance = Some(2_500);
                terms.included[0].allowance = Some(1);
                let seats = Some(Seats { limit: Some(12) });
                let seated = Enrolled { terms, seats, people: vec![id(41).into()], ..*enrolled.clone() };
                found.push(("enrolled.v1+seats", Change::Enrolled(Box::new(seated))));
                let outlives = Enrolled { credit_outlives_days: 90, ..*enrolled };
                found.push(("enrolled.v1+credit_outlives_days", Change::Enrolled(Box::new(outlives))));
            }
            Change::TicketSettled(sale) => {
                let key = BenefitKey::benefit(id(30).into(), id(5).into());
                let less = settled_with(vec![Lowered { key, most: 2_000 }]);
                let less = TicketSettled { settled: less, ..*sale.clone() };
                found.push(("ticket_settled.v1+lowered", Change::TicketSettled(Box::new(less))));
                let noted = TicketSettled { note: "Came without an appointment".into(), ..*sale };
                found.push(("ticket_settled.v1+note", Change::TicketSettled(Box::new(noted))));
            }
            Change::TicketVoided(void) => {
                let told = TicketVoided { customer: Some(id(40).into()), ..*void };
                found.push(("ticket_voided.v1+customer", Change::TicketVoided(Box::new(told))));
            }
            Change::MembershipImported(import) => {
                let outlives = MembershipImported { credit_outlives_days: 90, ..*import };
                let name = "membership_imported.v1+credit_outlives_days";
                found.push((name, Change::MembershipImported(Box::new(outlives))));
            }
            Change::ChargeCollected(charge) => {
                let charge = ChargeCollected { tenders: Vec::new(), ticket: Some(ticket), ..charge };
                found.push(("charge_collected.v1+ticket", Change::ChargeCollected(charge)));
            }
            Change::ChargeRefunded(charge) => {
                let charge = ChargeRefunded { ticket: Some(ticket), ..charge };
                found.push(("charge_refunded.v1+ticket", Change::ChargeRefunded(charge)));
            }
            Change::TermsUpdated { enrollment, version, terms, when, .. } => {
                let how = ConsentHow::OnPaper { picture: ImageHash::new([0x0c; 32]) };
                let consent = Some(Box::new(Consent { how, shown: vec!["$99.00 from 12 March".into()] }));
                let change = Change::TermsUpdated { enrollment, version, terms, when, consent };
                found.push(("terms_updated.v1+consent", change));
            }
            Change::HolderChanged { enrollment, from, to, reason, .. } => {
                let shown = vec!["$99.00 every month".into()];
                let consent = Some(Box::new(Consent { how: ConsentHow::InPerson, shown }));
                let change =
                    Change::HolderChanged { enrollment, from, to, reason, version: Some(3), consent };
                found.push(("holder_changed.v1+consent", change));
            }
            Change::PracticeSaved(practice) => {
                let practice = Practice { discount_limit: Rate::percent(25), ..*practice };
                let logo = Some(ImageHash::new([0xab; 32]).to_string());
                let house = Practice { credit_outlives_days: 90, logo, ..practice.clone() };
                found.push(("practice_saved.v1+logo", Change::PracticeSaved(Box::new(house))));
                found.push((
                    "practice_saved.v1+discount_limit",
                    Change::PracticeSaved(Box::new(practice.clone())),
                ));
                let mail = MailSettings {
                    server: "mail.example.com".into(),
                    port: 587,
                    security: MailSecurity::StartTls,
                    user: "front".into(),
                    from: "hello@example.com".into(),
                    reply_to: "desk@example.com".into(),
                    sends: MailSends { receipts: true, renewal_days: None, ..MailSends::default() },
                };
                let stripe = StripeSettings {
                    account: account(),
                    name: "Larkspur".into(),
                    mark: "019ce28f".into(),
                    limits: OfflineLimits::usual(Currency::USD),
                    tax_rates: vec![tax_rate()],
                };
                let billed = Practice { stripe: Some(stripe), ..practice.clone() };
                found.push(("practice_saved.v1+stripe", Change::PracticeSaved(Box::new(billed))));
                let practice = Practice { mail: Some(mail), ..practice };
                found.push(("practice_saved.v1+mail", Change::PracticeSaved(Box::new(practice))));
            }
            _ => {}
        }
    }
    found
}

fn file(kind: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(format!("{kind}.json"))
}

#[test]
fn every_kind_is_read_as_it_was_written() {
    let first = one_of_each().into_iter().map(|change| (change.kind(), change));
    for (name, change) in first.chain(grown()) {
        let path = file(name);
        if std::env::var_os("UPDATE_GOLDEN").is_some() && !path.exists() {
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, serde_json::to_string_pretty(&change).unwrap() + "\n").unwrap();
        }
        let text =
            std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let read: Change = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(read, change, "{name}");
    }
}

#[test]
fn every_file_belongs_to_a_kind() {
    let mut kinds: BTreeSet<String> = one_of_each().iter().map(|change| change.kind().to_owned()).collect();
    assert_eq!(kinds.len(), one_of_each().len());
    for (name, change) in grown() {
        assert!(name.starts_with(change.kind()), "{name}");
        kinds.insert(name.to_owned());
    }
    let files = std::fs::read_dir(file("").parent().unwrap()).unwrap();
    for entry in files {
        let name = entry.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned();
        assert!(kinds.contains(&name), "{name} has no kind that is tested");
    }
}

/// What free words were taken out of a record is put back, and without them it is still a record.
#[test]
fn words_come_out_and_go_back() {
    let mut with_words = 0;
    for change in one_of_each() {
        let mut blank = change.clone();
        let Some(words) = blank.take_words() else {
            assert_eq!(blank, change, "{}", change.kind());
            continue;
        };
        with_words += 1;
        assert_ne!(blank, change, "{}", change.kind());
        assert_eq!(blank.kind(), change.kind());
        assert_eq!(blank.about(), change.about());
        let text = serde_json::to_string(&blank).unwrap();
        let mut read: Change = serde_json::from_str(&text).unwrap();
        read.put_words(words);
        assert_eq!(read, change, "{}", change.kind());
    }
    assert!(with_words >= 9, "{with_words} kinds carry words");
}
