//! A manager's PIN for one action: shown when the door asks for it, wherever the action began.

use crate::app::Program;
use crate::bridge::{self, ApprovalWanted, NEEDS_OWNER};
use crate::components::{Dialog, Kind, Notice, Select, Severity, TextField};
use domain::StaffId;
use domain::practice::Role;
use protocol::Approval;
use protocol::practice::StaffView;
use yew::prelude::*;

/// Listens for wanted approvals; drawn once inside the frame.
#[component]
pub fn ApproveDialog() -> Html {
    let wanted = use_state(|| None::<ApprovalWanted>);
    // What was refused first says what the action needs, also after a wrong PIN.
    let reason = use_mut_ref(|| None::<ApprovalWanted>);
    {
        let (wanted, reason) = (wanted.setter(), reason.clone());
        use_effect_with((), move |()| {
            bridge::on_approval_wanted(Callback::from(move |asked: ApprovalWanted| {
                if !asked.again || reason.borrow().is_none() {
                    *reason.borrow_mut() = Some(asked.clone());
                }
                wanted.set(Some(asked));
            }));
        });
    }
    let onanswer = {
        let wanted = wanted.clone();
        Callback::from(move |approval: Option<Approval>| {
            let asked = (*wanted).clone();
            wanted.set(None);
            if let Some(asked) = asked {
                asked.reply(approval);
            }
        })
    };
    let Some(asked) = &*wanted else { return html!() };
    let first = reason.borrow().clone().unwrap_or_else(|| asked.clone());
    let role = if first.refusal.code == NEEDS_OWNER { Role::Owner } else { Role::Manager };
    let wrong = asked.again.then(|| asked.refusal.message.clone());
    html!(<Approve why={first.refusal.message.clone()} {role} {wrong} {onanswer} />)
}

#[derive(Properties, PartialEq)]
struct ApproveProps {
    why: AttrValue,
    role: Role,
    wrong: Option<String>,
    onanswer: Callback<Option<Approval>>,
}

/// Who may allow something that this role may do.
fn who_may(staff: &[StaffView], role: Role) -> Vec<&StaffView> {
    staff.iter().filter(|person| person.role >= role && !person.archived).collect()
}

#[component]
fn Approve(props: &ApproveProps) -> Html {
    let staff = use_context::<Program>().map(|program| program.door.staff).unwrap_or_default();
    let able = who_may(&staff, props.role);
    let chosen = use_state(|| able.first().map(|person| person.id));
    let pin = use_state(String::new);
    let onselect = {
        let chosen = chosen.clone();
        Callback::from(move |id: StaffId| chosen.set(Some(id)))
    };
    let onpin = {
        let pin = pin.clone();
        Callback::from(move |text: String| pin.set(text))
    };
    let onprimary = {
        let (chosen, pin, answer) = (chosen.clone(), pin.clone(), props.onanswer.clone());
        Callback::from(move |()| {
            if let Some(staff) = *chosen {
                answer.emit(Some(Approval { staff, pin: (*pin).clone() }));
            }
        })
    };
    let onclose = props.onanswer.reform(|()| None);
    let options: Vec<(StaffId, AttrValue)> =
        able.iter().map(|person| (person.id, person.name.clone().into())).collect();
    let short = pin.len() < 4;
    html! {
        <Dialog title={format!("{}'s PIN", props.role.words())} description={props.why.clone()} primary="Allow this once" {onprimary} {onclose}
            disabled={short || chosen.is_none()} width="26rem">
            <div class="pl-stack pl-dialog-form">
                if let Some(wrong) = &props.wrong {
                    <Notice severity={Severity::Danger} title={wrong.clone()} />
                }
                <Select<StaffId> label="Who allows it" {options} selected={*chosen} {onselect} />
                <TextField kind={Kind::Pin} label="PIN" value={(*pin).clone()} onchange={onpin} autofocus=true max_length={8} help="For this one action; the log names both of you." />
            </div>
        </Dialog>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn only_those_who_may_are_offered() {
        let person = |role, archived| StaffView {
            id: Uuid::from_u128(role as u128).into(),
            name: String::new(),
            role,
            archived,
        };
        let staff = [person(Role::FrontDesk, false), person(Role::Manager, false), person(Role::Owner, true)];
        assert_eq!(who_may(&staff, Role::Manager), [&staff[1]]);
        assert!(who_may(&staff, Role::Owner).is_empty());
    }
}
