//! A practice that was set up once, whose database is copied for each of many shops.
//!
//! PINs are slow to check on purpose, and setting up a practice takes longer than most of what a history does. Here the PINs
//! are kept under the cheapest Argon2id there is; checking them is the same.

use crate::shop::{DANA, DATABASE, ROSA, Shop};
use argon2::password_hash::{PasswordHasher, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use desk::Clock;
use domain::fold::State;
use domain::practice::Staff;
use domain::record::{Actor, Change, Entity};
use domain::{LocationId, StaffId};
use std::fs;
use std::path::Path;
use std::sync::OnceLock;

pub(crate) struct Template {
    /// Name and content of the database's files.
    files: Vec<(String, Vec<u8>)>,
    pub dana: StaffId,
    pub location: LocationId,
}

impl Template {
    /// Made by whoever needs it first.
    pub fn get() -> &'static Self {
        static MADE: OnceLock<Template> = OnceLock::new();
        MADE.get_or_init(|| {
            // Beside the runtime of whoever asks, which is not to be entered twice.
            let made = std::thread::spawn(|| {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
                runtime.expect("a runtime").block_on(Self::make())
            });
            made.join().expect("a practice to copy")
        })
    }

    async fn make() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let shop = Shop::opens_in(folder.path()).await;
        let (dana, location) = (shop.front.staff(DANA).await, shop.location);
        for person in [DANA, ROSA] {
            let staff = shop.front.staff(person).await;
            let mut through = shop.front.desk.store().readers().acquire().await.expect("a connection");
            let known = store::query::entity(&mut through, Entity::Staff(staff)).await.expect("a state");
            let Some(State::Staff(known)) = known else { panic!("{} works here", person.name) };
            let cheap = Staff { pin_hash: cheap_hash(person.pin), ..known };
            let mut tx = shop.front.desk.store().begin().await.expect("a transaction");
            let record = store::Draft {
                id: domain::RecordId(desk::Ids::fresh(&*shop.ids, shop.clock().now())),
                actor: Actor { staff: None, approved_by: None },
                change: Change::StaffSaved(cheap),
            };
            tx.append(vec![record], shop.clock().now(), shop.today()).await.expect("a record");
            tx.commit().await.expect("a commit");
        }
        shop.closes().await;
        let files = fs::read_dir(folder.path()).expect("a folder").map(|entry| {
            let entry = entry.expect("a file");
            let name = entry.file_name().into_string().expect("a name");
            (name, fs::read(entry.path()).expect("its content"))
        });
        let files: Vec<(String, Vec<u8>)> = files.filter(|(name, _)| name.starts_with(DATABASE)).collect();
        Self { files, dana, location }
    }

    pub fn copy_to(&self, folder: &Path) {
        for (name, content) in &self.files {
            fs::write(folder.join(name), content).expect("a copy");
        }
    }
}

fn cheap_hash(pin: &str) -> String {
    let salt = SaltString::encode_b64(&[7; 16]).expect("a salt");
    let params = Params::new(Params::MIN_M_COST, 1, 1, None).expect("the cheapest");
    let hash = Argon2::new(Algorithm::Argon2id, Version::V0x13, params).hash_password(pin.as_bytes(), &salt);
    hash.expect("a hash").to_string()
}
