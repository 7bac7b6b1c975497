use super::load;
use crate::op::{Look, Op};
use crate::pdf;
use crate::refusal::{Refusal, Result};
use domain::customer::{Customer, Person};
use domain::gift_card::code_of;
use domain::record::Change;
use protocol::member_card::{GetMemberCardPdf, MakeMemberCard, MemberCard};
use protocol::receipt::FileMade;
use store::query;
use uuid::Uuid;

/// What stands on a person's card; whoever has no code gets one.
pub(crate) async fn make_member_card(op: &mut Op<'_>, request: MakeMemberCard) -> Result<MemberCard> {
    let id = query::root_of(op.conn().await?, request.customer).await?;
    let mut customer = load(op.conn().await?, id).await?;
    if customer.person.card_code.is_empty() {
        let person = Person { card_code: fresh_code(op).await?, ..customer.person };
        op.write(vec![Change::CustomerEdited { customer: id, person: person.clone() }]).await?;
        customer.person = person;
    }
    Ok(card(&customer, op.here.ground.practice()?.name.clone()))
}

/// The card as a file to be printed elsewhere.
pub(crate) async fn get_member_card_pdf(look: &mut Look<'_>, request: GetMemberCardPdf) -> Result<FileMade> {
    let practice = look.here.ground.practice()?.name.clone();
    let id = query::root_of(look.conn, request.customer).await?;
    let customer = load(look.conn, id).await?;
    if customer.person.card_code.is_empty() {
        return Err(Refusal::NotNow("There is no card yet. Make one first.".into()));
    }
    let card = card(&customer, practice);
    let name = format!("Member card {}.pdf", card.name);
    pdf::file(name, move || paper::member_card(&card)).await
}

fn card(customer: &Customer, practice: String) -> MemberCard {
    MemberCard {
        customer: customer.id,
        practice,
        name: customer.person.name.clone(),
        code: customer.person.card_code.clone(),
    }
}

/// A code that nobody has.
async fn fresh_code(op: &mut Op<'_>) -> Result<String> {
    loop {
        let id: Uuid = op.fresh();
        let code = code_of(id.as_u64_pair().1);
        if query::customer_by_card(op.conn().await?, &code).await?.is_none() {
            return Ok(code);
        }
    }
}
