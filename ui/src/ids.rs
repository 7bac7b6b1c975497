//! Identities that the window makes: request keys, drafts and their lines.

use domain::RequestKey;
use uuid::Uuid;

/// A new id that sorts by the time it was made.
pub fn fresh() -> Uuid {
    let mut random = [0_u8; 10];
    if let Some(crypto) = web_sys::window().and_then(|window| window.crypto().ok()) {
        // Only fails for more than 65,536 bytes.
        let _ = crypto.get_random_values_with_u8_array(&mut random);
    }
    let millis = js_sys::Date::now() as u64;
    uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
}

/// A key for one request that changes something.
pub fn request_key() -> RequestKey {
    RequestKey::new(fresh())
}
