use crate::images::{self, Fits, Picture};
use crate::op::Op;
use crate::refusal::{Refusal, Result};
use domain::fold::State;
use domain::record::Entity;
use domain::{CustomerId, ImageHash, Instant};
use protocol::agreements::{SignedStored, StoreSigned};
use store::query;

/// How long something signed is kept that nobody agreed by yet: as long as a ticket may be on hold.
const UNNAMED_MILLIS: i64 = 30 * 24 * 60 * 60 * 1000;

/// What was signed, ready to be kept.
pub(crate) struct Prepared {
    customer: CustomerId,
    picture: Picture,
    instead_of: Option<ImageHash>,
}

/// Reads and scales the file, before any transaction.
pub(crate) async fn prepare(request: StoreSigned) -> Result<Prepared> {
    let picture = images::read(request.base64, Fits::PAGE).await?;
    Ok(Prepared { customer: request.customer, picture, instead_of: request.instead_of })
}

/// Keeps what [`prepare`] made as something of this person, in place of the signature it completes.
pub(crate) async fn store_signed(op: &mut Op<'_>, prepared: Prepared) -> Result<SignedStored> {
    let now = op.here.now;
    let conn = op.conn().await?;
    let customer = query::root_of(conn, prepared.customer).await?;
    match query::entity(conn, Entity::Customer(customer)).await? {
        Some(State::Customer(person)) if person.erased.is_some() => {
            return Err(Refusal::Erased { name: person.person.name });
        }
        Some(State::Customer(_)) => {}
        _ => return Err(Refusal::NotFound { what: "That person" }),
    }
    query::drop_unnamed_signed(conn, Instant::from_millis(now.millis() - UNNAMED_MILLIS)).await?;
    let row = prepared.picture.row();
    let stored = SignedStored { picture: ImageHash::new(row.hash), width: row.width, height: row.height };
    if let Some(before) = prepared.instead_of.filter(|before| *before != stored.picture) {
        query::drop_signed(conn, customer, before).await?;
    }
    query::keep_signed(conn, customer, &row, now).await?;
    Ok(stored)
}
