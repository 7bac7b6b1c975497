use crate::check::{Check, TEXT};
use crate::op::Op;
use crate::refusal::Result;
use domain::customer::Note;
use domain::record::Change;
use protocol::customers::{AddNote, CustomerView};
use store::query;

pub(crate) async fn add_note(op: &mut Op<'_>, request: AddNote) -> Result<CustomerView> {
    let customer = query::root_of(op.conn().await?, request.id).await?;
    super::load_for_change(op.conn().await?, customer).await?;
    let mut check = Check::default();
    let text = check.text("text", "The note", &request.text, TEXT);
    check.require("text", !text.is_empty(), "The note is empty.");
    check.done()?;
    let note = Note { on: op.here.today, by: op.here.signed_in()?.staff.id, text };
    op.write(vec![Change::CustomerNoted { customer, note }]).await?;
    let here = op.here.clone();
    super::view(op.conn().await?, &here, customer).await
}
