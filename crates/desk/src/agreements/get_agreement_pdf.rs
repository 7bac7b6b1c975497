use super::of_enrollment;
use crate::op::Look;
use crate::refusal::{Refusal, Result};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
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
    let pdf = tokio::task::spawn_blocking(move || {
        let picture = signed.map(|signed| Picture::of(&signed.media_type, signed.bytes));
        paper::agreement(&agreement, picture)
    })
    .await
    .map_err(|problem| Refusal::NoFile(problem.to_string()))?
    .map_err(|problem| Refusal::NoFile(problem.to_string()))?;
    Ok(FileMade { name, base64: BASE64_STANDARD.encode(pdf) })
}
