//! What people agreed to, and what they signed.

mod get_agreement_pdf;
mod get_agreements;
mod read_signed;
mod store_signed;

pub(crate) use get_agreement_pdf::get_agreement_pdf;
pub(crate) use get_agreements::{get_agreements, of_enrollment};
pub(crate) use read_signed::read_signed;
pub(crate) use store_signed::{prepare, store_signed};

use crate::op::Op;
use crate::refusal::{Refusal, Result};
use domain::CustomerId;
use domain::record::ConsentHow;
use store::query;

/// Keeps what somebody signed for as long as they are on file; refuses where it is not here, or is another's.
pub(crate) async fn keep_signed(op: &mut Op<'_>, customer: CustomerId, how: ConsentHow) -> Result<()> {
    let Some(picture) = how.picture() else { return Ok(()) };
    let customer = query::root_of(op.conn().await?, customer).await?;
    if query::name_signed(op.conn().await?, customer, picture).await? {
        return Ok(());
    }
    Err(Refusal::NotNow(
        "What was signed is not kept here any more. Have it signed again. No money moved.".into(),
    ))
}
