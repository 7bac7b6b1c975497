use super::view;
use crate::op::Look;
use crate::refusal::Result;
use protocol::drawers::{DrawerView, GetDrawer};

/// How this desk's drawer stands.
pub(crate) async fn get_drawer(look: &mut Look<'_>, _request: GetDrawer) -> Result<DrawerView> {
    let here = look.here.clone();
    view(look.conn, &here).await
}
