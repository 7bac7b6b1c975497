use super::of_enrollment;
use crate::op::Look;
use crate::pdf;
use crate::refusal::{Refusal, Result};
use paper::Picture;
use protocol::agreements::GetAgreementPdf;
use protocol::receipt::FileMade;
use store::query;

/// One agreement as a file, with what was signed.
pub(crate) async fn get_agreement_pdf(look: &mut Look<'_>, request: GetAgreementPdf) -> Result<FileMade> {
    let agreements = of_enrollment(look, request.enrollment).await?;
    let found = agreements.into_iter().find(|agreement| agreement.record == request.record);
    let agreement = found.ok_or(Refusal::NotFound { what: "The agreement" })?;
    let signed = match agreement.how.picture() {
        Some(picture) => query::signed(look.conn, picture).await?,
        None => None,
    };
    let name = format!("{}.pdf", agreement.title());
    pdf::file(name, move || {
        let picture = signed.map(|signed| Picture::of(&signed.media_type, signed.bytes));
        paper::agreement(&agreement, picture)
    })
    .await
}
