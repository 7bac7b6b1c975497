use crate::check::Check;
use crate::op::Op;
use crate::refusal::Result;
use domain::CustomerId;
use domain::record::Change;
use protocol::customers::{CreateCustomer, CustomerView};

/// Puts a person on file; two people may share a name or an e-mail address, but not a card.
pub(crate) async fn create_customer(op: &mut Op<'_>, request: CreateCustomer) -> Result<CustomerView> {
    let mut check = Check::default();
    let person = check.person(&request.person, op.here.today);
    super::edit_customer::check_card(op, &mut check, &person, None).await?;
    check.done()?;
    let customer: CustomerId = op.fresh();
    op.write(vec![Change::CustomerCreated { customer, person }]).await?;
    let here = op.here.clone();
    super::view(op.conn().await?, &here, customer).await
}
