use crate::Failure;
use crate::folder::Folder;
use demo::Size;
use desk::{Clock, SystemClock};
use domain::{Day, Instant};
use serde_json::{Value, json};

/// Makes the demo where nothing is yet, with a key that anyone may use: nothing in it is a secret.
pub async fn make(folder: &Folder, members: u32, seed: u64, today: Option<Day>) -> Result<Value, Failure> {
    if folder.database().exists() {
        return Err(Failure::new(
            "already_set_up",
            "There is a practice in this folder. Nothing was changed.",
        ));
    }
    let until = match today {
        Some(day) => evening(day)?,
        None => SystemClock.now(),
    };
    let key = match folder.key() {
        Ok(key) => key,
        Err(failure) if failure.reply.code == "no_practice" => folder.make_demo_key()?,
        Err(failure) => return Err(failure),
    };
    let made = demo::make(&folder.database(), &key, Size { members, seed, until }).await?;
    let staff: Vec<Value> =
        made.staff.iter().map(|one| json!({ "name": one.name, "role": one.role, "pin": one.pin })).collect();
    let refused: Vec<Value> = made
        .refused
        .iter()
        .map(|one| json!({ "what": one.what, "code": one.code, "times": one.times }))
        .collect();
    Ok(json!({
        "database": folder.database(),
        "staff": staff,
        "customers": made.customers,
        "memberships": made.memberships,
        "tickets": made.tickets,
        "refused": refused,
    }))
}

/// Ten in the evening, UTC: the end of the afternoon where the demo is.
fn evening(day: Day) -> Result<Instant, Failure> {
    let far = || Failure::new("usage", format!("{day} is too far away for a demo."));
    if !(1990..=2200).contains(&day.year()) {
        return Err(far());
    }
    let at = day.date().and_hms_opt(22, 0, 0).ok_or_else(far)?;
    Ok(Instant::new(at.and_utc()))
}
