//! <https://docs.stripe.com/api/events>

use super::{Call, Done};
use crate::mode::Mode;

pub fn list(mode: &mut Mode, call: &Call) -> Done {
    mode.list_events(&call.given)
}

pub fn read(mode: &mut Mode, call: &Call) -> Done {
    mode.event(call.id())
}
