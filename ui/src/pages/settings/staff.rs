//! Who works here, what each may do, and their PINs.

use super::practice::SectionProps;
use super::staff_log::StaffLogDialog;
use crate::bridge::problem_with;
use crate::components::{
    Avatar, Button, Column, DataTable, Dialog, Kind, MenuItem, RadioCard, RadioCards, Refusal, RowMenu,
    StatusLabel, TableRow, TextField, Tone,
};
use crate::saving::use_saving;
use crate::toast::use_toast;
use domain::practice::Role;
use protocol::practice::{SaveStaff, StaffView};
use yew::prelude::*;

#[derive(Clone, PartialEq)]
enum Edited {
    New,
    Old(StaffView),
}

#[component]
pub fn StaffSection(props: &SectionProps) -> Html {
    let edited = use_state(|| None::<Edited>);
    let reading = use_state(|| None::<StaffView>);
    let toast = use_toast();
    let archiving = use_saving::<SaveStaff>(Callback::from(move |_| toast.done("Saved")));
    let edit = |what: Edited| {
        let edited = edited.clone();
        Callback::from(move |()| edited.set(Some(what.clone())))
    };
    let onopen = {
        let (edited, staff) = (edited.clone(), props.view.staff.clone());
        Callback::from(move |at: usize| edited.set(staff.get(at).cloned().map(Edited::Old)))
    };
    let onclose = {
        let edited = edited.clone();
        Callback::from(move |()| edited.set(None))
    };
    let rows = props.view.staff.iter().map(|person| {
        let toggle = { let (send, person) = (archiving.send.clone(), person.clone()); Callback::from(move |()| send.emit(SaveStaff {
            id: Some(person.id), name: person.name.clone(), role: person.role, pin: None, archived: !person.archived,
        })) };
        let items = vec![
            MenuItem::action("Edit or set PIN", "pencil-alt", edit(Edited::Old(person.clone()))),
            MenuItem::action("What they did", "history", { let (reading, person) = (reading.clone(), person.clone()); Callback::from(move |()| reading.set(Some(person.clone()))) }),
            if person.archived { MenuItem::action("Restore", "undo", toggle).apart() } else { MenuItem::action("Archive", "archive", toggle).apart() },
        ];
        TableRow::new(person.id.to_string(), vec![
            html!(<div class="pl-person"><Avatar name={person.name.clone()} id={person.id.uuid()} /><div class="pl-name pl-clip"><bdi>{ &person.name }</bdi></div></div>),
            html!({ person.role.words() }),
            if person.archived { html!(<StatusLabel tone={Tone::Outline} text="Archived" />) } else { html!(<StatusLabel tone={Tone::Green} icon="check-circle" text="Active" />) },
            html!(<RowMenu label={AttrValue::from(format!("Actions for {}", person.name))} {items} />),
        ])
    }).collect::<Vec<_>>();
    let columns = vec![
        Column::new("Name", ""),
        Column::new("Role", "pl-w-price"),
        Column::new("Status", "pl-w-st"),
        Column::menu(),
    ];
    html! {
        <section class="pl-stack">
            <div class="pl-row pl-row--between">
                <h2 class="pl-section-title">{ "Staff" }</h2>
                <Button icon="plus" text="Add person" onclick={edit(Edited::New)} />
            </div>
            <Refusal error={archiving.error.clone()} />
            <DataTable label="Staff" {columns} {rows} onopen={Some(onopen)} />
            if let Some(person) = &*reading {
                <StaffLogDialog person={person.clone()} onclose={let reading = reading.clone(); Callback::from(move |()| reading.set(None))} />
            }
            if let Some(what) = &*edited {
                <StaffDialog person={match what { Edited::New => None, Edited::Old(person) => Some(person.clone()) }} {onclose} />
            }
        </section>
    }
}

#[derive(Properties, PartialEq)]
struct StaffDialogProps {
    person: Option<StaffView>,
    onclose: Callback<()>,
}

fn role_words(role: Role) -> &'static str {
    match role {
        Role::FrontDesk => "Sell, enroll, pause, resume, cancel at period end, look up",
        Role::Manager => {
            "Also memberships, items, refunds over the limit, cancel now, credits, staff, settings"
        }
        Role::Owner => "Everything",
    }
}

#[component]
fn StaffDialog(props: &StaffDialogProps) -> Html {
    let toast = use_toast();
    let old = props.person.as_ref();
    let name = use_state(|| old.map(|person| person.name.clone()).unwrap_or_default());
    let role = use_state(|| old.map_or(Role::FrontDesk, |person| person.role));
    let pin = use_state(String::new);
    let again = use_state(String::new);
    let saving = {
        let onclose = props.onclose.clone();
        use_saving::<SaveStaff>(Callback::from(move |_| {
            toast.done("Saved");
            onclose.emit(());
        }))
    };
    let wrong = pin_problem(&pin, &again, old.is_none());
    let onprimary = {
        let (name, role, pin, send) = (name.clone(), role.clone(), pin.clone(), saving.send.clone());
        let (id, archived) = (old.map(|person| person.id), old.is_some_and(|person| person.archived));
        Callback::from(move |()| {
            let pin = (!pin.is_empty()).then(|| (*pin).clone());
            send.emit(SaveStaff { id, name: name.trim().into(), role: *role, pin, archived });
        })
    };
    let text = |state: &UseStateHandle<String>| {
        let state = state.clone();
        Callback::from(move |text: String| state.set(text))
    };
    let digits = |state: &UseStateHandle<String>| {
        let state = state.clone();
        Callback::from(move |text: String| {
            state.set(text.chars().filter(char::is_ascii_digit).take(8).collect())
        })
    };
    let onrole = {
        let role = role.clone();
        Callback::from(move |chosen: Role| role.set(chosen))
    };
    let cards = Role::ALL.map(|role| RadioCard::new(role, role.words(), role_words(role))).to_vec();
    let typed = !pin.is_empty() || !again.is_empty();
    html! {
        <Dialog title={old.map_or("Add a person".to_owned(), |person| format!("Edit {}", person.name))} primary="Save" {onprimary} onclose={props.onclose.clone()}
            disabled={saving.busy || name.trim().is_empty() || wrong.is_some()} width="36rem">
            <div class="pl-stack pl-dialog-form">
                <Refusal error={saving.error.clone().filter(|error| error.code != "invalid")} />
                <TextField label="Name" required=true autofocus=true value={(*name).clone()} onchange={text(&name)} max_length={60} error={problem_with(saving.error.as_ref(), "name")} />
                <RadioCards<Role> label="Role" {cards} selected={*role} onselect={onrole} columns={1} />
                <div class="pl-fields">
                    <TextField kind={Kind::Pin} label={if old.is_none() { "PIN" } else { "New PIN" }} required={old.is_none()} value={(*pin).clone()} onchange={digits(&pin)}
                        help={if old.is_none() { "4 to 8 digits" } else { "4 to 8 digits; empty keeps the old one" }}
                        error={problem_with(saving.error.as_ref(), "pin").or_else(|| wrong.filter(|_| typed && !again.is_empty()).map(AttrValue::from))} />
                    <TextField kind={Kind::Pin} label="PIN again" value={(*again).clone()} onchange={digits(&again)} />
                </div>
            </div>
        </Dialog>
    }
}

/// What is wrong with the PIN as typed; an old one may be kept by typing none.
fn pin_problem(pin: &str, again: &str, needed: bool) -> Option<&'static str> {
    match (pin.len(), pin == again) {
        (0, true) => needed.then_some("A new person needs a PIN"),
        (4..=8, true) => None,
        (_, true) => Some("4 to 8 digits"),
        (_, false) => Some("The two are not the same"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_person_needs_a_pin_and_an_edit_may_keep_the_old() {
        assert!(pin_problem("", "", true).is_some());
        assert_eq!(pin_problem("", "", false), None);
        assert_eq!(pin_problem("4711", "4711", true), None);
        assert_eq!(pin_problem("4711", "471", false), Some("The two are not the same"));
        assert_eq!(pin_problem("471", "471", false), Some("4 to 8 digits"));
    }
}
