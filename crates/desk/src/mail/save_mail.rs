use crate::check::{Check, NAME};
use crate::op::Op;
use crate::refusal::{Refusal, Result};
use domain::mail::{MailSends, MailSettings};
use domain::practice::Practice;
use domain::record::Change;
use protocol::mail::SaveMail;
use protocol::practice::PracticeView;

/// Sets how the practice sends e-mail, and what without being asked.
pub(crate) async fn save_mail(op: &mut Op<'_>, request: SaveMail) -> Result<PracticeView> {
    let mail = request.settings.map(checked).transpose()?;
    let before = op.here.ground.practice()?.clone();
    let practice = Practice { mail, ..before };
    op.write(vec![Change::PracticeSaved(Box::new(practice))]).await?;
    crate::practice::view(&op.here.ground)
}

fn checked(settings: MailSettings) -> Result<MailSettings> {
    let mut check = Check::default();
    let server = check.name("server", "The mail server", &settings.server);
    check.require(
        "server",
        !server.contains(|letter: char| letter.is_whitespace() || matches!(letter, '/' | '@')),
        "The mail server is a name such as mail.example.com, without https:// before it.",
    );
    check.require("port", settings.port > 0, "A port is from 1 to 65535.");
    let user = check.line("user", "The user name", &settings.user, NAME);
    let from = check.email("from", "The address it comes from", &settings.from);
    check.require("from", !from.is_empty(), "The address it comes from is missing.");
    let reply_to = check.email("reply_to", "The address for answers", &settings.reply_to);
    let days = |days: Option<u32>| days.is_none_or(|days| (1..=90).contains(&days));
    check.require(
        "sends.expiring_days",
        days(settings.sends.expiring_days),
        "A reminder goes out 1 to 90 days before.",
    );
    check.require(
        "sends.renewal_days",
        days(settings.sends.renewal_days),
        "A reminder goes out 1 to 90 days before.",
    );
    check.done()?;
    let sends: MailSends = settings.sends;
    Ok(MailSettings { server, user, from, reply_to, sends, ..settings })
}

/// An address that mail can go to.
pub(crate) fn checked_address(to: &str) -> Result<String> {
    let mut check = Check::default();
    let address = check.email("to", "The e-mail address", to);
    check.done()?;
    if address.is_empty() {
        return Err(Refusal::invalid("to", "Type the e-mail address it goes to."));
    }
    Ok(address)
}
