//! Small made-up things for the tests of the counter.

use domain::checkout::Entitlement;
use domain::item::{Item, ItemKind, ItemSet};
use domain::plan::{
    CancelPolicy, Discount, Family, Frequency, PastDuePolicy, PausePolicy, Plan, PlanAbout, Scope, TaxMode,
    Terms, Version,
};
use domain::{CategoryId, Day, Money, Rate, Standing};
use protocol::enrollments::StatusView;
use protocol::tickets::{AtCheckout, Catalog, CatalogItem, CatalogPlan, StripMembership};
use uuid::Uuid;

pub fn id<T: From<Uuid>>(n: u128) -> T {
    Uuid::from_u128(n).into()
}

pub fn day() -> Day {
    Day::ymd(2026, 3, 12).unwrap()
}

pub fn item(n: u128, kind: ItemKind, name: &str, price_minor: i64) -> CatalogItem {
    let item = Item {
        id: id(n),
        kind,
        name: name.into(),
        code: Some(format!("C{n}")),
        category: None,
        price: Money::from_minor(price_minor),
        tax_class: None,
        minutes: None,
        max_minutes: None,
        favourite: false,
        archived: false,
    };
    CatalogItem { item, tax_rate: Rate::ZERO, tax_mode: TaxMode::Exclusive, members_only: vec![] }
}

pub fn in_category(mut sold: CatalogItem, category: u128) -> CatalogItem {
    sold.item.category = Some(id::<CategoryId>(category));
    sold
}

pub fn catalog(items: Vec<CatalogItem>) -> Catalog {
    Catalog {
        location: id(1),
        today: day(),
        items,
        categories: vec![],
        plans: vec![],
        others: Default::default(),
    }
}

pub fn person(n: u128, name: &str) -> AtCheckout {
    AtCheckout {
        customer: id(n),
        name: name.into(),
        email: String::new(),
        memberships: vec![],
        entitlements: vec![],
        owed: Money::ZERO,
        card: None,
    }
}

/// An enrollment in good standing that promises nothing yet.
pub fn gold(n: u128) -> Entitlement {
    Entitlement {
        enrollment: id(n),
        plan: id(n + 1),
        plan_name: "Gold".into(),
        person: None,
        standing: Standing::Good,
        scope: Scope::All,
        access: None,
        discounts: vec![],
        included: vec![],
        credits: vec![],
        provisional: false,
        sold_on: None,
    }
}

/// A membership that runs, as the strip over the ticket shows it.
pub fn membership(n: u128, plan: &str) -> StripMembership {
    StripMembership {
        enrollment: id(n),
        plan: id(n + 1),
        plan_name: plan.into(),
        status: StatusView::Active,
        credit: Money::ZERO,
        minutes: 0,
        bookings: 0,
        next_refresh: None,
        family: 0,
        covered_by: None,
        owed: Money::ZERO,
        on_trust: false,
    }
}

/// A plan that is sold here and promises one discount.
pub fn on_sale(n: u128, name: &str, discount: Discount) -> CatalogPlan {
    let terms = Terms {
        price: Money::from_minor(9_900),
        tax_rate: Rate::ZERO,
        tax_mode: TaxMode::Exclusive,
        frequency: Frequency::Monthly,
        setup_fee: Money::ZERO,
        minimum_cycles: 0,
        maximum_cycles: 0,
        discounts: vec![discount],
        credits: vec![],
        included: vec![],
        access: ItemSet::default(),
        family: Family::None,
        pause: PausePolicy::default(),
        cancel: CancelPolicy::default(),
        past_due: PastDuePolicy::default(),
    };
    let about = PlanAbout {
        name: name.into(),
        description: String::new(),
        image: None,
        image_alt: String::new(),
        scope: Scope::All,
        order: 0,
    };
    let versions = vec![Version { number: 1, made_by: id(n + 2), since: day(), note: String::new(), terms }];
    let plan = Plan { id: id(n), about, archived: false, versions, at_stripe: None };
    let as_member = Entitlement::of_new_member(&plan, id(n + 1), day(), None);
    CatalogPlan { plan, as_member }
}
