use super::{queue, set_up};
use crate::agreements::get_agreements;
use crate::check::Check;
use crate::enrollments::{charge_of, load as load_enrollment};
use crate::op::{Look, Op};
use crate::organizations::statement_paper;
use crate::refusal::{Refusal, Result};
use crate::tickets;
use domain::mail::{Mail, MailAsked};
use domain::record::Change;
use protocol::agreements::GetAgreements;
use protocol::mail::{AskMail, EffectView, Wanted};
use store::query;

/// Queues one mail that somebody asked for: to the customer's own address, or to another for this once.
pub(crate) async fn ask_mail(op: &mut Op<'_>, request: AskMail) -> Result<EffectView> {
    set_up(op.here.ground.practice()?)?;
    let mut check = Check::default();
    let given = check.email("to", "The e-mail address", request.to.as_deref().unwrap_or_default());
    check.done()?;
    let (customer, mail) = match request.what {
        Wanted::Receipt { ticket } => {
            let sold = tickets::load(op.conn().await?, ticket).await?;
            (sold.sale.and_then(|sale| sale.what.customer), Mail::Receipt { ticket })
        }
        Wanted::ChargeReceipt { enrollment, number } => {
            let (customer, number) = charge_of(op.conn().await?, enrollment, &number).await?;
            (Some(customer), Mail::ChargeReceipt { enrollment, number })
        }
        Wanted::Agreement { enrollment, record } => {
            let held = load_enrollment(op.conn().await?, enrollment).await?;
            let here = op.here.clone();
            let mut look = Look { here, conn: op.conn().await? };
            let all = get_agreements(&mut look, GetAgreements { enrollment }).await?.agreements;
            if !all.iter().any(|one| one.record == record) {
                return Err(Refusal::NotFound { what: "The agreement" });
            }
            (Some(held.customer), Mail::Agreement { enrollment, record })
        }
        Wanted::Statement { organization, on, kind } => {
            let here = op.here.clone();
            let mut look = Look { here, conn: op.conn().await? };
            if statement_paper(&mut look, organization, on, kind).await?.is_none() {
                return Err(Refusal::NotFound { what: "That statement" });
            }
            (Some(organization), Mail::Statement { organization, on, kind })
        }
    };
    let own = match customer {
        Some(customer) => query::shown_as(op.conn().await?, customer).await?,
        None => None,
    };
    // Somebody who was erased is not on file: what is sent for them now is theirs no more.
    let on_file = match &own {
        Some(own) if !store::is_erased(op.conn().await?, own.id).await? => Some(own.id),
        _ => None,
    };
    let own_address = own.map(|own| own.email).unwrap_or_default();
    let to = if given == own_address { String::new() } else { given };
    if to.is_empty() && own_address.is_empty() {
        return Err(Refusal::invalid("to", "Type the e-mail address it goes to."));
    }
    // Of nobody on file an address is kept with the mail alone, which goes when it is through.
    let (recorded, beside) = match on_file {
        Some(_) => (to, None),
        None => (String::new(), Some(to)),
    };
    op.mail_to = beside;
    let owed = op.write_owing(Change::MailAsked(MailAsked { customer: on_file, mail, to: recorded })).await?;
    queue::view_of(op, owed).await
}
