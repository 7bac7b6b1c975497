//! A practice in New York with an owner, a front desk and one plan's worth of terms.

use crate::template::Template;
use crate::{Front, ManualClock, SeededIds};
use desk::{Clock, Desk, Ids};
use domain::plan::{
    CancelPolicy, Credit, CreditUnit, Discount, DiscountValue, Expiry, Family, Frequency, PastDuePolicy,
    PausePolicy, Renewal, TaxMode, Terms, Usage,
};
use domain::practice::{CustomerWord, DeskAbout, Role};
use domain::record::{Actor, Change};
use domain::{BenefitId, Currency, Day, DeskId, Instant, LocationId, Money, Rate};
use protocol::practice::{SaveStaff, SetUpPractice, WhoAmI};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use store::{DatabaseKey, Store};
use uuid::Uuid;

/// When a new practice opens: 12 March 2026, 11:00 in New York, in milliseconds.
pub const MORNING: i64 = 1_773_327_600_000;
const DAY_MS: i64 = 86_400_000;
/// The database's name in its folder.
pub const DATABASE: &str = "practice.db";

/// Somebody with a PIN.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Person {
    pub name: &'static str,
    pub pin: &'static str,
}

/// The owner.
pub const DANA: Person = Person { name: "Dana Whitfield", pin: "4711" };
/// At the front desk.
pub const ROSA: Person = Person { name: "Rosa Lindqvist", pin: "2468" };

/// One practice with one desk.
pub struct Shop {
    folder: Folder,
    clock: Arc<ManualClock>,
    pub(crate) ids: Arc<SeededIds>,
    pub front: Front,
    pub location: LocationId,
}

/// Where the database lies.
enum Folder {
    /// Gone with the shop.
    Own(tempfile::TempDir),
    Kept(PathBuf),
}

impl Folder {
    fn database(&self) -> PathBuf {
        match self {
            Self::Own(folder) => folder.path().join(DATABASE),
            Self::Kept(folder) => folder.join(DATABASE),
        }
    }
}

impl Shop {
    /// Opens a new practice; its owner Dana is signed in, Rosa works at the front desk.
    pub async fn opens() -> Self {
        Self::opens_in_currency("USD").await
    }

    /// The same where money is another.
    pub async fn opens_in_currency(code: &str) -> Self {
        let currency = Currency::from_code(code).expect("a currency");
        Self::opens_at(Folder::Own(tempfile::tempdir().expect("a folder")), currency, &key()).await
    }

    /// A practice that has been there for a while, at an instant after 12 March 2026: a copy, which takes a fraction of the
    /// time. Where the system keeps a folder in memory the database lies there: a program that dies loses nothing of it.
    pub async fn opens_as_copy(at: Instant) -> Self {
        let memory = Path::new("/dev/shm");
        let folder = tempfile::tempdir_in(memory).or_else(|_| tempfile::tempdir()).expect("a folder");
        let template = Template::get();
        template.copy_to(folder.path());
        let clock = Arc::new(ManualClock::at(at));
        let ids = Arc::new(SeededIds::from_seed(at.millis().unsigned_abs()));
        let store = Store::open(&folder.path().join(DATABASE), &key()).await.expect("the copy");
        let desk = Desk::open(store, clock.clone(), ids.clone()).await.expect("an open desk");
        let front = Front { desk, who: Mutex::new((template.dana, DANA.pin)) };
        front.signs_in_again().await;
        Self { folder: Folder::Own(folder), clock, ids, front, location: template.location }
    }

    /// Opens a new practice in a folder that stays when the shop is gone.
    pub async fn opens_in(folder: &Path) -> Self {
        Self::opens_at(Folder::Kept(folder.to_owned()), Currency::USD, &key()).await
    }

    /// The same with a database key of its own, so that the program can open it afterwards.
    pub async fn opens_under(folder: &Path, key: &[u8; 32]) -> Self {
        let key = DatabaseKey::from_bytes(key);
        Self::opens_at(Folder::Kept(folder.to_owned()), Currency::USD, &key).await
    }

    async fn opens_at(folder: Folder, currency: Currency, key: &DatabaseKey) -> Self {
        let clock = Arc::new(ManualClock::at(Instant::from_millis(MORNING)));
        let ids = Arc::new(SeededIds::from_seed(7));
        let desk_id = DeskId(Uuid::from_u128(1));
        let store = Store::create(&folder.database(), key, desk_id).await.expect("a new database");
        let desk = Desk::open(store, clock.clone(), ids.clone()).await.expect("an open desk");
        let request = SetUpPractice {
            name: "Larkspur".into(),
            currency,
            time_zone: "America/New_York".into(),
            customer_word: CustomerWord::Patient,
            location_name: "Main Street".into(),
            desk_name: "Front desk".into(),
            owner_name: DANA.name.into(),
            owner_pin: DANA.pin.into(),
        };
        let session = desk.ask(request, Some(desk.fresh_key())).await.expect("a practice");
        let location = session.location.id;
        let front = Front { desk, who: Mutex::new((session.staff.id, DANA.pin)) };
        let rosa = SaveStaff {
            id: None,
            name: ROSA.name.into(),
            role: Role::FrontDesk,
            pin: Some(ROSA.pin.into()),
            archived: false,
        };
        front.does(rosa).await;
        Self { folder, clock, ids, front, location }
    }

    /// Comes back, at an instant, to a practice that was opened in a folder that stays.
    pub async fn returns_to(folder: &Path, at: Instant) -> Self {
        let folder = Folder::Kept(folder.to_owned());
        let clock = Arc::new(ManualClock::at(at));
        let ids = Arc::new(SeededIds::from_seed(at.millis().unsigned_abs()));
        let store = Store::open(&folder.database(), &key()).await.expect("the database of before");
        let desk = Desk::open(store, clock.clone(), ids.clone()).await.expect("an open desk");
        let door = desk.ask(WhoAmI {}, None).await.expect("the door");
        let dana = door.staff.iter().find(|staff| staff.name == DANA.name).expect("Dana works here").id;
        let front = Front { desk, who: Mutex::new((dana, DANA.pin)) };
        front.signs_in_again().await;
        let location = front.does(WhoAmI {}).await.session.expect("Dana is signed in").location.id;
        Self { folder, clock, ids, front, location }
    }

    /// A second desk of the same practice, with a database of its own, that knows what this one knows; Dana stands there.
    pub async fn another_desk(&self) -> OtherDesk {
        let folder = tempfile::tempdir().expect("a folder");
        let id = DeskId(Uuid::from_u128(2));
        let store = Store::create(&folder.path().join(DATABASE), &key(), id).await.expect("a new database");
        crate::front::take_over(&store, self.front.desk.store()).await;
        let ids = Arc::new(SeededIds::from_seed(8));
        let about = DeskAbout { id, name: "Second desk".into(), code: "B".into(), location: self.location };
        let record = store::Draft {
            id: domain::RecordId(ids.fresh(self.clock.now())),
            actor: Actor { staff: None, approved_by: None },
            change: Change::DeskSaved(about),
        };
        let mut tx = store.begin().await.expect("a transaction");
        tx.append(vec![record], self.clock.now(), self.today()).await.expect("a desk");
        tx.commit().await.expect("a commit");
        let desk = Desk::open(store, self.clock.clone(), ids).await.expect("an open desk");
        let front = Front { desk, who: Mutex::new((self.front.staff(DANA).await, DANA.pin)) };
        front.signs_in_again().await;
        OtherDesk { front, _folder: folder }
    }

    /// Time passes, and whoever was signed in signs in again.
    pub async fn days_pass(&self, days: i64) {
        self.clock.passes(days * DAY_MS);
        self.front.signs_in_again().await;
    }

    /// Time passes and nobody comes.
    pub fn nobody_comes_for(&self, days: i64) {
        self.clock.passes(days * DAY_MS);
    }

    /// The program is closed and started again.
    pub async fn restarts(self) -> Self {
        let Self { folder, clock, ids, front, location } = self;
        let who = *front.who.lock().expect("one at a time");
        front.desk.close().await.expect("a closed database");
        let store = Store::open(&folder.database(), &key()).await.expect("the same database");
        let desk = Desk::open(store, clock.clone(), ids.clone()).await.expect("an open desk");
        let front = Front { desk, who: Mutex::new(who) };
        front.signs_in_again().await;
        Self { folder, clock, ids, front, location }
    }

    /// The program is closed, and the folder stays for another.
    pub async fn closes(self) {
        self.front.desk.close().await.expect("a closed database");
    }

    /// The practice's day.
    pub fn today(&self) -> Day {
        Day::new(self.clock.now().utc().with_timezone(&chrono_tz::America::New_York).date_naive())
    }

    pub fn clock(&self) -> &ManualClock {
        &self.clock
    }
}

/// A counter that stands elsewhere; its database is gone with it.
pub struct OtherDesk {
    front: Front,
    _folder: tempfile::TempDir,
}

impl std::ops::Deref for OtherDesk {
    type Target = Front;

    fn deref(&self) -> &Front {
        &self.front
    }
}

/// What every shop's database is encrypted with.
pub fn key() -> DatabaseKey {
    DatabaseKey::from_bytes(&[7; 32])
}

/// $100.00 a month before tax: $100.00 of credit a month, up to $150.00 carried over, and 10 % off everything.
pub fn gold() -> Terms {
    Terms {
        price: Money::from_minor(10_000),
        tax_rate: Rate::percent(8),
        tax_mode: TaxMode::Exclusive,
        frequency: Frequency::Monthly,
        setup_fee: Money::ZERO,
        minimum_cycles: 0,
        maximum_cycles: 0,
        discounts: vec![Discount {
            id: BenefitId(Uuid::from_u128(11)),
            value: DiscountValue::Percent(Rate::percent(10)),
            items: domain::item::ItemFilter::All,
        }],
        credits: vec![Credit {
            id: BenefitId(Uuid::from_u128(12)),
            unit: CreditUnit::Money,
            amount: 10_000,
            renewal: Renewal::Monthly,
            usage: Usage::Deduct,
            expiry: Expiry::RolloverCap(15_000),
            items: domain::item::ItemFilter::All,
            allowance: None,
        }],
        included: Vec::new(),
        access: domain::item::ItemSet::default(),
        family: Family::None,
        pause: PausePolicy::default(),
        cancel: CancelPolicy { prorates: true },
        past_due: PastDuePolicy::default(),
    }
}
