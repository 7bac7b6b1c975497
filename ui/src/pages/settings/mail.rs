//! Settings > E-mail: through which server, from which address, and what goes out by itself.

use super::practice::SectionProps;
use crate::bridge::{self, problem_with};
use crate::components::{
    Button, Kind, Look, Notice, NumberField, Refusal, Select, Severity, SwitchField, TextField, parse_count,
};
use crate::query::use_query;
use crate::saving::use_saving;
use crate::session::use_session;
use crate::toast::use_toast;
use domain::mail::{MailSecurity, MailSends, MailSettings};
use protocol::mail::{GetMailPassword, MailTested, SaveMail, SetMailPassword, TestMail};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

#[derive(Clone, PartialEq)]
struct Draft {
    settings: MailSettings,
    port: String,
    expiring: String,
    renewal: String,
    /// Empty: the one that is kept stays.
    password: String,
}

impl Draft {
    fn of(settings: Option<&MailSettings>) -> Self {
        let settings = settings.cloned().unwrap_or_else(|| MailSettings {
            server: String::new(),
            port: MailSecurity::default().usual_port(),
            security: MailSecurity::default(),
            user: String::new(),
            from: String::new(),
            reply_to: String::new(),
            sends: MailSends::default(),
        });
        let usual = MailSends::default();
        let days = |set: Option<u32>, usual: Option<u32>| {
            set.or(usual).map(|days| days.to_string()).unwrap_or_default()
        };
        Self {
            port: settings.port.to_string(),
            expiring: days(settings.sends.expiring_days, usual.expiring_days),
            renewal: days(settings.sends.renewal_days, usual.renewal_days),
            password: String::new(),
            settings,
        }
    }

    fn read(&self) -> Result<MailSettings, ()> {
        let port = parse_count(&self.port, 1, 65_535).map_err(|_| ())?;
        let days = |on: Option<u32>, text: &str| match on {
            Some(_) => parse_count(text, 1, 90).map(Some).map_err(|_| ()),
            None => Ok(None),
        };
        let sends = MailSends {
            expiring_days: days(self.settings.sends.expiring_days, &self.expiring)?,
            renewal_days: days(self.settings.sends.renewal_days, &self.renewal)?,
            ..self.settings.sends
        };
        Ok(MailSettings {
            port: u16::try_from(port).map_err(|_| ())?,
            sends,
            server: self.settings.server.trim().to_owned(),
            user: self.settings.user.trim().to_owned(),
            from: self.settings.from.trim().to_owned(),
            reply_to: self.settings.reply_to.trim().to_owned(),
            ..self.settings.clone()
        })
    }
}

#[component]
pub fn MailSection(props: &SectionProps) -> Html {
    let session = use_session();
    let toast = use_toast();
    let before = props.view.practice.mail.clone();
    let draft = use_state(|| Draft::of(before.as_ref()));
    let kept = use_query(GetMailPassword {});
    let has_password = kept.data.as_ref().is_some_and(|kept| kept.kept);
    let saving = {
        let (draft, toast) = (draft.clone(), toast.clone());
        use_saving::<SaveMail>(Callback::from(move |_| {
            let password = draft.password.clone();
            let (draft, toast) = (draft.clone(), toast.clone());
            spawn_local(async move {
                if !password.is_empty() {
                    if let Err(refusal) = bridge::act(SetMailPassword { password }).await {
                        toast.refused(&refusal);
                        return;
                    }
                    draft.set(Draft { password: String::new(), ..(*draft).clone() });
                }
                toast.done("Saved");
            });
        }))
    };
    let change = |apply: fn(&mut Draft, String)| {
        let draft = draft.clone();
        Callback::from(move |text: String| {
            let mut next = (*draft).clone();
            apply(&mut next, text);
            draft.set(next);
        })
    };
    let switch = |apply: fn(&mut MailSends, bool)| {
        let draft = draft.clone();
        Callback::from(move |on: bool| {
            let mut next = (*draft).clone();
            apply(&mut next.settings.sends, on);
            draft.set(next);
        })
    };
    let onsecurity = {
        let draft = draft.clone();
        Callback::from(move |security: MailSecurity| {
            let mut next = (*draft).clone();
            if next.port == next.settings.security.usual_port().to_string() {
                next.port = security.usual_port().to_string();
            }
            next.settings.security = security;
            draft.set(next);
        })
    };
    let read = draft.read();
    let changed = read.as_ref().ok() != before.as_ref() || !draft.password.is_empty();
    let onsubmit = {
        let (send, read) = (saving.send.clone(), read.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            if let Ok(settings) = &read {
                send.emit(SaveMail { settings: Some(settings.clone()) });
            }
        })
    };
    let off = {
        let (send, draft) = (saving.send.clone(), draft.clone());
        Callback::from(move |()| {
            draft.set(Draft::of(None));
            send.emit(SaveMail { settings: None });
        })
    };
    let problem = |field: &str| problem_with(saving.error.as_ref(), field);
    let number = |text: &str, most: u32| parse_count(text, 1, most).err().map(AttrValue::from);
    let of = &draft.settings;
    let sends = of.sends;
    let password_help = match (has_password, of.user.is_empty()) {
        (_, true) => "Only where the server asks for one",
        (true, false) => "One is kept; type to replace it",
        (false, false) => "Kept in the system's keychain, or sealed beside the data",
    };
    html! {
        <>
            <form class="pl-stack pl-settings-form" {onsubmit} novalidate=true>
                <h2 class="pl-section-title">{ "E-mail" }</h2>
                if session.practice.demo {
                    <Notice severity={Severity::Info} title="A made-up practice sends nothing">{ "What is asked to be sent stays in the queue. The test message below is really sent." }</Notice>
                }
                <Refusal error={saving.error.clone().filter(|error| error.code != "invalid")} />
                <div class="pl-fields">
                    <TextField label="Mail server" required=true value={of.server.clone()} onchange={change(|draft, text| draft.settings.server = text)} max_length={200}
                        placeholder="mail.example.com" help="SMTP, as your mail provider names it" error={problem("server")} />
                    <Select<MailSecurity> label="Encryption" selected={of.security} onselect={onsecurity}
                        options={MailSecurity::ALL.map(|security| (security, AttrValue::from(security.words()))).to_vec()} />
                    <NumberField label="Port" value={draft.port.clone()} onchange={change(|draft, text| draft.port = text)} error={number(&draft.port, 65_535).or_else(|| problem("port"))} />
                    <TextField label="User name" value={of.user.clone()} onchange={change(|draft, text| draft.settings.user = text)} max_length={200}
                        help="Often the whole address" error={problem("user")} />
                    <TextField kind={Kind::Secret} label="Password" value={draft.password.clone()} onchange={change(|draft, text| draft.password = text)} help={password_help} />
                </div>
                if of.security == MailSecurity::None {
                    <Notice severity={Severity::Warning} title="Everybody on the way can read along">{ "Names, amounts and the password go over the network in clear. Use it only for a server on this computer or in a network of your own." }</Notice>
                }
                <div class="pl-fields">
                    <TextField kind={Kind::Email} label="From" required=true value={of.from.clone()} onchange={change(|draft, text| draft.settings.from = text)} max_length={200}
                        help={format!("Under the name {}", session.practice.name)} error={problem("from")} />
                    <TextField kind={Kind::Email} label="Answers go to" value={of.reply_to.clone()} onchange={change(|draft, text| draft.settings.reply_to = text)} max_length={200}
                        help="Empty: to the address above" error={problem("reply_to")} />
                </div>
                <h3 class="pl-section-title">{ "Sent by itself" }</h3>
                <p class="pl-subtle">{ "To members with an e-mail address. What is asked for at the desk is sent in any case." }</p>
                <div class="pl-stack pl-snug">
                    <SwitchField label="Welcome, with what was agreed" on={sends.welcome} onchange={switch(|sends, on| sends.welcome = on)} />
                    <SwitchField label="Membership paused" on={sends.paused} onchange={switch(|sends, on| sends.paused = on)} />
                    <SwitchField label="Membership resumed" on={sends.resumed} onchange={switch(|sends, on| sends.resumed = on)} />
                    <SwitchField label="Membership cancelled, or not after all" on={sends.cancelled} onchange={switch(|sends, on| sends.cancelled = on)} />
                    <SwitchField label="A renewal at the counter is late" on={sends.late} onchange={switch(|sends, on| sends.late = on)} />
                    <SwitchField label="A card was refused, or replaced" on={sends.card} onchange={switch(|sends, on| sends.card = on)} />
                    <SwitchField label="Every receipt" on={sends.receipts} onchange={switch(|sends, on| sends.receipts = on)} />
                    <SwitchField label="Credit is about to expire" on={sends.expiring_days.is_some()} onchange={switch(|sends, on| sends.expiring_days = on.then_some(7))} />
                    <SwitchField label="A yearly membership is about to renew" on={sends.renewal_days.is_some()} onchange={switch(|sends, on| sends.renewal_days = on.then_some(30))} />
                </div>
                <div class="pl-fields">
                    if sends.expiring_days.is_some() {
                        <NumberField label="Credit: so long before" after="days" value={draft.expiring.clone()} onchange={change(|draft, text| draft.expiring = text)} error={number(&draft.expiring, 90)} />
                    }
                    if sends.renewal_days.is_some() {
                        <NumberField label="Renewal: so long before" after="days" value={draft.renewal.clone()} onchange={change(|draft, text| draft.renewal = text)} error={number(&draft.renewal, 90)} />
                    }
                </div>
                <div class="pl-row pl-flow">
                    <Button look={Look::Primary} text="Save" submit=true disabled={saving.busy || !changed || read.is_err()} />
                    if before.is_some() { <Button look={Look::Link} text="Send no e-mail" onclick={off} disabled={saving.busy} /> }
                </div>
            </form>
            if before.is_some() { <TestForm {changed} /> }
        </>
    }
}

#[derive(Properties, PartialEq)]
struct TestProps {
    /// Something above is not saved.
    changed: bool,
}

#[component]
fn TestForm(props: &TestProps) -> Html {
    let to = use_state(String::new);
    let said = use_state(|| None::<String>);
    let saving = {
        let said = said.clone();
        use_saving::<TestMail>(Callback::from(move |tested: MailTested| said.set(Some(tested.said))))
    };
    let onsubmit = {
        let (send, to, said) = (saving.send.clone(), to.clone(), said.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            said.set(None);
            send.emit(TestMail { to: to.trim().to_owned() });
        })
    };
    let onchange = {
        let to = to.clone();
        Callback::from(move |text: String| to.set(text))
    };
    html! {
        <form class="pl-stack pl-settings-form" {onsubmit} novalidate=true>
            <h3 class="pl-section-title">{ "Test message" }</h3>
            <Refusal error={saving.error.clone().filter(|error| error.code != "invalid")} title="The test did not go out" />
            if let Some(said) = &*said {
                <Notice severity={Severity::Success} title="The mail server took it">{ format!("It said: {said}. Look whether it arrived.") }</Notice>
            }
            <TextField kind={Kind::Email} label="Send it to" value={(*to).clone()} {onchange} max_length={200}
                help={if props.changed { "Save first: the test uses what is saved" } else { "It is sent at once, past the queue" }} error={problem_with(saving.error.as_ref(), "to")} />
            <div><Button text={if saving.busy { "Sending…" } else { "Send test" }} submit=true disabled={saving.busy || props.changed || to.trim().is_empty()} /></div>
        </form>
    }
}
