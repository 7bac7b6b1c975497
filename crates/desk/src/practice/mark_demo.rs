use crate::op::Op;
use crate::refusal::Result;
use domain::practice::Practice;
use domain::record::Change;

/// Marks the practice as made up, for ever; no request of a window leads here.
pub(crate) async fn mark_demo(op: &mut Op<'_>) -> Result<()> {
    let before = op.here.ground.practice()?.clone();
    op.write(vec![Change::PracticeSaved(Box::new(Practice { demo: true, ..before }))]).await?;
    Ok(())
}
