use crate::check::Check;
use crate::op::Op;
use crate::refusal::Result;
use domain::CustomerId;
use domain::customer::Person;
use domain::record::Change;
use protocol::customers::{CustomerView, EditCustomer};
use store::query;

pub(crate) async fn edit_customer(op: &mut Op<'_>, request: EditCustomer) -> Result<CustomerView> {
    let id = query::root_of(op.conn().await?, request.id).await?;
    let before = super::load_for_change(op.conn().await?, id).await?;
    let mut check = Check::default();
    let person = check.person(&request.person, op.here.today);
    check.require(
        "person.organization",
        person.is_organization() == before.person.is_organization(),
        "A person does not become an organization, nor an organization a person. Make a new entry.",
    );
    check_card(op, &mut check, &person, Some(id)).await?;
    check.done()?;
    if before.person != person {
        op.write(vec![Change::CustomerEdited { customer: id, person }]).await?;
    }
    let here = op.here.clone();
    super::view(op.conn().await?, &here, id).await
}

/// A card names one person.
pub(super) async fn check_card(
    op: &mut Op<'_>,
    check: &mut Check,
    person: &Person,
    own: Option<CustomerId>,
) -> Result<()> {
    if person.card_code.is_empty() {
        return Ok(());
    }
    let other = query::customer_by_card(op.conn().await?, &person.card_code).await?;
    if let Some(other) = other.filter(|other| Some(other.id) != own) {
        check.wrong("person.card_code", format!("{} has this card already.", other.name));
    }
    Ok(())
}
