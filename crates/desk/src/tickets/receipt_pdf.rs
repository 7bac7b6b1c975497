use super::view::{load, view};
use crate::op::Look;
use crate::pdf;
use crate::refusal::{Refusal, Result};
use domain::ImageHash;
use paper::Picture;
use protocol::receipt::{FileMade, GetReceiptPdf, Receipt};
use sqlx::sqlite::SqliteConnection;
use store::query;

/// The receipt as a file, with the words and sums that the screen shows.
pub(crate) async fn get_receipt_pdf(look: &mut Look<'_>, request: GetReceiptPdf) -> Result<FileMade> {
    let here = look.here.clone();
    let practice = here.ground.practice.as_ref().ok_or(Refusal::NotSetUp)?;
    let ticket = load(look.conn, request.ticket).await?;
    let receipt = Receipt::of(&view(look.conn, &here, &ticket).await?, practice);
    receipt_file(look.conn, receipt).await
}

/// Any receipt as a file, under the practice's picture.
pub(crate) async fn receipt_file(conn: &mut SqliteConnection, receipt: Receipt) -> Result<FileMade> {
    let name = format!("Receipt {}.pdf", receipt.number);
    let hash = receipt.logo.as_deref().and_then(|logo| logo.parse::<ImageHash>().ok());
    let logo = match hash {
        Some(hash) => query::image(conn, hash.bytes()).await?,
        None => None,
    };
    pdf::file(name, move || {
        paper::receipt(&receipt, logo.map(|logo| Picture::of(&logo.media_type, logo.bytes)))
    })
    .await
}
