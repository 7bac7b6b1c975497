use super::connected;
use crate::enrollments;
use crate::op::Op;
use crate::refusal::Result;
use domain::enrollment::PaysBy;
use domain::record::Change;
use protocol::enrollments::EnrollmentView;
use protocol::stripe::ChangePays;

/// Over to the other way to pay: at once while nothing was charged, else from the next billing date on.
pub(crate) async fn change_pays(op: &mut Op<'_>, request: ChangePays) -> Result<EnrollmentView> {
    let pays = enrollments::pays_by(request.pays);
    if pays == PaysBy::Card {
        connected(&op.here.ground)?;
    }
    let mut tried = enrollments::load(op.conn().await?, request.id).await?;
    let today = op.here.today;
    tried.switch_pays(today, pays)?;
    enrollments::write(op, &tried, vec![Change::PaysChanged { enrollment: request.id, pays }]).await
}
