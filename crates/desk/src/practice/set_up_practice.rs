use super::pin::hash_pin;
use crate::check::Check;
use crate::op::{Op, SignedIn};
use crate::refusal::{Refusal, Result};
use domain::practice::{DeskAbout, Location, Practice, ReceiptText, Role, Staff, TaxClass, ten_percent};
use domain::record::Change;
use domain::{LocationId, Money, StaffId, TaxClassId};
use protocol::practice::SetUpPractice;

/// The last step of the guide: the practice, its first location, this desk and its owner, who is signed in.
pub(crate) async fn set_up_practice(op: &mut Op<'_>, request: SetUpPractice) -> Result<SignedIn> {
    if op.here.ground.practice.is_some() {
        return Err(Refusal::AlreadySetUp);
    }
    let mut check = Check::default();
    let name = check.name("name", "The practice's name", &request.name);
    let location_name = check.name("location_name", "The location's name", &request.location_name);
    let desk_name = check.name("desk_name", "The desk's name", &request.desk_name);
    let owner_name = check.name("owner_name", "Your name", &request.owner_name);
    check.pin("owner_pin", &request.owner_pin);
    let zone = request.time_zone.parse::<chrono_tz::Tz>();
    check.require("time_zone", zone.is_ok(), "That time zone is not known.");
    check.done()?;
    let zone = zone.unwrap_or(chrono_tz::UTC);
    op.here.today = domain::Day::new(op.here.now.utc().with_timezone(&zone).date_naive());

    let location: LocationId = op.fresh();
    let owner = Staff {
        id: op.fresh::<StaffId>(),
        name: owner_name,
        role: Role::Owner,
        pin_hash: hash_pin(&request.owner_pin, op.fresh())?,
        since: op.here.today,
        archived: false,
    };
    let unit = 10_i64.pow(request.currency.exponent());
    let practice = Practice {
        name,
        currency: request.currency,
        time_zone: request.time_zone,
        customer_word: request.customer_word,
        receipt: ReceiptText::default(),
        lock_after_minutes: 15,
        refund_limit: Money::from_minor(100 * unit),
        discount_limit: ten_percent(),
        credit_outlives_days: 0,
        logo: None,
        mail: None,
        stripe: None,
        demo: false,
    };
    let place = Location {
        id: location,
        name: location_name,
        address: String::new(),
        tax_mode: domain::plan::TaxMode::Exclusive,
        tax_rates: std::collections::BTreeMap::new(),
        archived: false,
    };
    let desk = DeskAbout { id: op.tx.head().desk, name: desk_name, code: "A".into(), location };
    let standard = TaxClass { id: op.fresh::<TaxClassId>(), name: "Standard".into(), archived: false };
    op.write(vec![
        Change::PracticeSaved(Box::new(practice)),
        Change::LocationSaved(place),
        Change::DeskSaved(desk),
        Change::TaxClassSaved(standard),
        Change::StaffSaved(owner.clone()),
    ])
    .await?;
    Ok(SignedIn { staff: owner, location })
}
