//! Five plans that between them use every kind of benefit; one is archived and one has three versions.

use crate::Result;
use crate::practice::{MEMBERS_ONLY, Shop};
use crate::world::{World, dollars};
use domain::item::{ItemFilter, ItemSet};
use domain::plan::*;
use domain::{Money, PlanId, Rate};
use protocol::plans::{ArchivePlan, SavePlan};

pub struct Plans {
    pub silver: PlanId,
    pub gold: PlanId,
    pub recovery: PlanId,
    pub family: PlanId,
    /// Archived after the first months.
    pub founders: PlanId,
}

impl Plans {
    /// Whether it has a place for family.
    pub fn covers_family(&self, plan: PlanId) -> bool {
        plan == self.family || plan == self.recovery
    }
}

pub async fn put_on_sale(world: &mut World, shop: &Shop) -> Result<Plans> {
    let silver = silver(world, shop);
    let gold = gold(world, shop);
    let recovery = recovery(world, shop);
    let family = family(world, shop);
    let founders = founders(world, shop);
    let scope = Scope::Locations(vec![shop.locations[0]]);
    Ok(Plans {
        silver: save(world, 1, "Silver", "Ten percent off, and a facial every month.", Scope::All, silver)
            .await?,
        gold: save(
            world,
            2,
            "Gold",
            "Credit every month, twenty percent off care, and what only members may buy.",
            Scope::All,
            gold,
        )
        .await?,
        recovery: save(
            world,
            3,
            "Recovery Hours",
            "Two hours of sauna a month that roll over, for you and one more.",
            scope,
            recovery,
        )
        .await?,
        family: save(
            world,
            4,
            "Family Year",
            "A year for everyone at home: bookings to share, LED light without limit.",
            Scope::All,
            family,
        )
        .await?,
        founders: save(
            world,
            9,
            "Founders Circle",
            "For those who were there at the start.",
            Scope::All,
            founders,
        )
        .await?,
    })
}

/// A better price for Gold from the fourth month, better benefits from the eighth.
pub async fn renew_gold(world: &World, shop: &Shop, plans: &Plans, version: u32) -> Result<()> {
    let mut terms = gold(world, shop);
    let mut note = "New price";
    terms.price = dollars(109);
    if version > 2 {
        note = "Brow shape is part of it";
        terms.price = dollars(119);
        terms.included = vec![Included {
            id: world.fresh(),
            items: only(shop, &["Brow Shape and Tint"]),
            quantity: Some(1),
            renewal: Renewal::Monthly,
        }];
    }
    let request = SavePlan {
        id: Some(plans.gold),
        about: about(
            "Gold",
            "Credit every month, twenty percent off care, and what only members may buy.",
            Scope::All,
            2,
        ),
        terms,
        note: note.into(),
        based_on: Some(version - 1),
    };
    world.ask("a new version of Gold", request).await?;
    Ok(())
}

pub async fn archive_founders(world: &World, plans: &Plans) -> Result<()> {
    world.ask("archiving", ArchivePlan { id: plans.founders }).await?;
    Ok(())
}

async fn save(
    world: &World,
    order: i32,
    name: &str,
    description: &str,
    scope: Scope,
    terms: Terms,
) -> Result<PlanId> {
    let about = about(name, description, scope, order);
    let request = SavePlan { id: None, about, terms, note: String::new(), based_on: None };
    Ok(world.ask("plans", request).await?.plan.id)
}

fn about(name: &str, description: &str, scope: Scope, order: i32) -> PlanAbout {
    PlanAbout { name: name.into(), description: description.into(), image: None, scope, order }
}

/// A percentage with exceptions, and one of three facials.
fn silver(world: &World, shop: &Shop) -> Terms {
    Terms {
        minimum_cycles: 3,
        discounts: vec![Discount {
            id: world.fresh(),
            value: DiscountValue::Percent(Rate::percent(10)),
            items: ItemFilter::Except(ItemSet {
                items: vec![shop.item("Travel Set")],
                categories: vec![shop.shelf("Injectables")],
            }),
        }],
        included: vec![Included {
            id: world.fresh(),
            items: only(shop, &["Express Facial", "LED Light Therapy", "Teen Clear Skin Facial"]),
            quantity: Some(1),
            renewal: Renewal::Monthly,
        }],
        ..base(dollars(59), Frequency::Monthly)
    }
}

/// Money that rolls over up to a cap, an amount off, access, and a fee to begin with.
fn gold(world: &World, shop: &Shop) -> Terms {
    Terms {
        setup_fee: dollars(25),
        discounts: vec![
            Discount {
                id: world.fresh(),
                value: DiscountValue::Percent(Rate::percent(20)),
                items: ItemFilter::Only(ItemSet {
                    items: vec![],
                    categories: ["Facials", "Massage", "Body"].map(|name| shop.shelf(name)).to_vec(),
                }),
            },
            Discount {
                id: world.fresh(),
                value: DiscountValue::Amount(dollars(5)),
                items: ItemFilter::Only(ItemSet { items: vec![], categories: vec![shop.shelf("Skin care")] }),
            },
        ],
        credits: vec![Credit {
            id: world.fresh(),
            unit: CreditUnit::Money,
            amount: dollars(100).minor(),
            renewal: Renewal::Monthly,
            usage: Usage::Deduct,
            expiry: Expiry::RolloverCap(dollars(150).minor()),
            items: ItemFilter::Except(ItemSet { items: vec![], categories: vec![shop.shelf("Boutique")] }),
        }],
        access: only(shop, &MEMBERS_ONLY),
        cancel: CancelPolicy { prorates: true },
        ..base(dollars(99), Frequency::Monthly)
    }
}

/// Hours that do not count against the longest rental, at one house, billed by the quarter; shared by two.
fn recovery(world: &World, shop: &Shop) -> Terms {
    Terms {
        credits: vec![Credit {
            id: world.fresh(),
            unit: CreditUnit::Minutes,
            amount: 120,
            renewal: Renewal::Monthly,
            usage: Usage::FreeTime,
            expiry: Expiry::Rollover,
            items: ItemFilter::Only(ItemSet {
                items: vec![],
                categories: vec![shop.shelf("Wellness rooms")],
            }),
        }],
        discounts: vec![Discount {
            id: world.fresh(),
            value: DiscountValue::Percent(Rate::percent(15)),
            items: ItemFilter::Only(ItemSet {
                items: vec![],
                categories: vec![shop.shelf("Wellness rooms")],
            }),
        }],
        family: Family::Shared { up_to: 1 },
        pause: PausePolicy { per_year: 1, max_days: 60, ..PausePolicy::default() },
        cancel: CancelPolicy { prorates: true },
        ..base(dollars(165), Frequency::Quarterly)
    }
}

/// Bookings once a year, one service without limit, and a price for each further head.
fn family(world: &World, shop: &Shop) -> Terms {
    Terms {
        credits: vec![Credit {
            id: world.fresh(),
            unit: CreditUnit::Bookings,
            amount: 6,
            renewal: Renewal::Yearly,
            usage: Usage::Deduct,
            expiry: Expiry::PeriodEnd,
            items: ItemFilter::Only(ItemSet { items: vec![], categories: vec![shop.shelf("Massage")] }),
        }],
        included: vec![Included {
            id: world.fresh(),
            items: only(shop, &["LED Light Therapy"]),
            quantity: None,
            renewal: Renewal::Monthly,
        }],
        family: Family::AddOn { price: dollars(240), up_to: 4 },
        past_due: PastDuePolicy { grace_days: 14, afterwards: AfterGrace::Cancels },
        ..base(dollars(780), Frequency::Annual)
    }
}

/// The first plan there was: a small discount on everything, with an opening discount.
fn founders(world: &World, _shop: &Shop) -> Terms {
    Terms {
        setup_fee: dollars(-20),
        discounts: vec![Discount {
            id: world.fresh(),
            value: DiscountValue::Percent(Rate::percent(12)),
            items: ItemFilter::All,
        }],
        ..base(dollars(39), Frequency::Monthly)
    }
}

fn base(price: Money, frequency: Frequency) -> Terms {
    Terms {
        price,
        tax_rate: "4.5".parse().expect("a rate"),
        tax_mode: TaxMode::Exclusive,
        frequency,
        setup_fee: Money::ZERO,
        minimum_cycles: 0,
        maximum_cycles: 0,
        discounts: vec![],
        credits: vec![],
        included: vec![],
        access: ItemSet::default(),
        family: Family::None,
        pause: PausePolicy::default(),
        cancel: CancelPolicy::default(),
        past_due: PastDuePolicy::default(),
    }
}

fn only(shop: &Shop, names: &[&str]) -> ItemSet {
    ItemSet { items: names.iter().map(|name| shop.item(name)).collect(), categories: vec![] }
}
