//! <https://docs.stripe.com/api/events>

use super::{Call, Done};
use crate::mode::Mode;

pub fn list(mode: &mut Mode, call: &Call) -> Done {
    let page = mode.list_events(&call.given)?;
    Ok(serde_json::from_str(&page).unwrap_or_default())
}

pub fn read(mode: &mut Mode, call: &Call) -> Done {
    mode.event(call.id())
}
