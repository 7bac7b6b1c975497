//! Places, and what each adds as tax.

use super::practice::SectionProps;
use crate::bridge::problem_with;
use crate::components::{
    Button, Column, DataTable, Dialog, Kind, MenuItem, RateField, Refusal, RowMenu, StatusLabel, TableRow,
    TextField, ToggleGroup, Tone, parse_rate,
};
use crate::saving::use_saving;
use crate::toast::use_toast;
use domain::plan::TaxMode;
use domain::practice::{Location, TaxClass};
use domain::{Rate, TaxClassId};
use protocol::practice::SaveLocation;
use std::collections::BTreeMap;
use yew::prelude::*;

/// What the dialog is open for.
#[derive(Clone, PartialEq)]
enum Edited {
    New,
    Old(Location),
}

fn saved(location: &Location) -> SaveLocation {
    SaveLocation {
        id: Some(location.id),
        name: location.name.clone(),
        address: location.address.clone(),
        tax_mode: location.tax_mode,
        tax_rates: location.tax_rates.clone(),
        archived: location.archived,
    }
}

#[component]
pub fn LocationsSection(props: &SectionProps) -> Html {
    let edited = use_state(|| None::<Edited>);
    let toast = use_toast();
    let archiving = use_saving::<SaveLocation>(Callback::from(move |_| toast.done("Saved")));
    let edit = |what: Edited| {
        let edited = edited.clone();
        Callback::from(move |()| edited.set(Some(what.clone())))
    };
    let onopen = {
        let (edited, locations) = (edited.clone(), props.view.locations.clone());
        Callback::from(move |at: usize| edited.set(locations.get(at).cloned().map(Edited::Old)))
    };
    let onclose = {
        let edited = edited.clone();
        Callback::from(move |()| edited.set(None))
    };
    let rows = props.view.locations.iter().map(|location| {
        let toggle = { let (send, location) = (archiving.send.clone(), location.clone()); Callback::from(move |()| send.emit(SaveLocation { archived: !location.archived, ..saved(&location) })) };
        let items = vec![
            MenuItem::action("Edit", "pencil-alt", edit(Edited::Old(location.clone()))),
            if location.archived { MenuItem::action("Restore", "undo", toggle).apart() } else { MenuItem::action("Archive", "archive", toggle).apart() },
        ];
        TableRow::new(location.id.to_string(), vec![
            html!(<div class="pl-stack pl-tight"><span class="pl-name">{ &location.name }</span><span class="pl-small pl-subtle pl-clip">{ location.address.replace('\n', ", ") }</span></div>),
            html!({ tax_words(location, &props.view.tax_classes) }),
            if location.archived { html!(<StatusLabel tone={Tone::Outline} text="Archived" />) } else { html!(<StatusLabel tone={Tone::Green} icon="check-circle" text="Active" />) },
            html!(<RowMenu label={AttrValue::from(format!("Actions for {}", location.name))} {items} />),
        ])
    }).collect::<Vec<_>>();
    let columns = vec![
        Column::new("Location", ""),
        Column::new("Tax", "pl-w-rev"),
        Column::new("Status", "pl-w-st"),
        Column::menu(),
    ];
    html! {
        <section class="pl-stack">
            <div class="pl-row pl-row--between">
                <h2 class="pl-section-title">{ "Locations" }</h2>
                <Button icon="plus" text="Add location" onclick={edit(Edited::New)} />
            </div>
            <Refusal error={archiving.error.clone()} />
            <DataTable label="Locations" {columns} {rows} onopen={Some(onopen)} />
            if let Some(what) = &*edited {
                <LocationDialog location={match what { Edited::New => None, Edited::Old(location) => Some(location.clone()) }}
                    classes={props.view.tax_classes.clone()} {onclose} />
            }
        </section>
    }
}

fn tax_words(location: &Location, classes: &[TaxClass]) -> String {
    let rates: Vec<String> = classes
        .iter()
        .filter(|class| !class.archived)
        .filter_map(|class| Some(format!("{} {}%", class.name, location.tax_rates.get(&class.id)?)))
        .collect();
    match (rates.is_empty(), location.tax_mode) {
        (true, _) => "No tax".to_owned(),
        (false, TaxMode::Exclusive) => format!("{}, on top", rates.join(", ")),
        (false, TaxMode::Inclusive) => format!("{}, inside prices", rates.join(", ")),
    }
}

#[derive(Properties, PartialEq)]
struct LocationDialogProps {
    location: Option<Location>,
    classes: Vec<TaxClass>,
    onclose: Callback<()>,
}

/// The rates that were typed; an empty one is no tax, and archived classes keep theirs.
fn read_rates(typed: &BTreeMap<TaxClassId, String>) -> Result<BTreeMap<TaxClassId, Rate>, TaxClassId> {
    let mut rates = BTreeMap::new();
    for (class, text) in typed {
        if !text.trim().is_empty() {
            rates.insert(*class, parse_rate(text).map_err(|_| *class)?);
        }
    }
    Ok(rates)
}

#[component]
fn LocationDialog(props: &LocationDialogProps) -> Html {
    let toast = use_toast();
    let old = props.location.as_ref();
    let name = use_state(|| old.map(|location| location.name.clone()).unwrap_or_default());
    let address = use_state(|| old.map(|location| location.address.clone()).unwrap_or_default());
    let mode = use_state(|| old.map(|location| location.tax_mode).unwrap_or_default());
    let typed = use_state(|| {
        let rates = old.map(|location| &location.tax_rates);
        let text = |class: &TaxClassId| {
            rates.and_then(|rates| rates.get(class)).map(Rate::to_string).unwrap_or_default()
        };
        let all = props
            .classes
            .iter()
            .map(|class| class.id)
            .chain(rates.into_iter().flat_map(|rates| rates.keys().copied()));
        all.map(|class| (class, text(&class))).collect::<BTreeMap<_, _>>()
    });
    let saving = {
        let onclose = props.onclose.clone();
        use_saving::<SaveLocation>(Callback::from(move |_| {
            toast.done("Location saved");
            onclose.emit(());
        }))
    };
    let rates = read_rates(&typed);
    let onprimary = {
        let (name, address, mode, rates, send) =
            (name.clone(), address.clone(), mode.clone(), rates.clone(), saving.send.clone());
        let (id, archived) = (old.map(|location| location.id), old.is_some_and(|location| location.archived));
        Callback::from(move |()| {
            if let Ok(tax_rates) = rates.clone() {
                send.emit(SaveLocation {
                    id,
                    name: name.trim().into(),
                    address: address.trim().into(),
                    tax_mode: *mode,
                    tax_rates,
                    archived,
                });
            }
        })
    };
    let text = |state: &UseStateHandle<String>| {
        let state = state.clone();
        Callback::from(move |text: String| state.set(text))
    };
    let onmode = {
        let mode = mode.clone();
        Callback::from(move |chosen: TaxMode| mode.set(chosen))
    };
    html! {
        <Dialog title={old.map_or("Add a location".to_owned(), |location| format!("Edit {}", location.name))} primary="Save" {onprimary} onclose={props.onclose.clone()}
            disabled={saving.busy || name.trim().is_empty() || rates.is_err()} width="36rem">
            <div class="pl-stack pl-dialog-form">
                <Refusal error={saving.error.clone().filter(|error| error.code != "invalid")} />
                <TextField label="Name" required=true autofocus=true value={(*name).clone()} onchange={text(&name)} max_length={60} error={problem_with(saving.error.as_ref(), "name")} />
                <TextField kind={Kind::Long} label="Address" value={(*address).clone()} onchange={text(&address)} max_length={300} help="Stands on receipts." />
                <ToggleGroup<TaxMode> label="Prices" selected={*mode} onselect={onmode}
                    options={vec![(TaxMode::Exclusive, "Tax comes on top".into()), (TaxMode::Inclusive, "Tax is inside".into())]}
                    help="For what is sold here; earlier tickets keep theirs." />
                if props.classes.iter().all(|class| class.archived) {
                    <p class="pl-small pl-subtle">{ "No tax classes yet. Add them under Taxes, then give each its rate here." }</p>
                }
                <div class="pl-fields">
                    { for props.classes.iter().filter(|class| !class.archived).map(|class| {
                        let onchange = { let (typed, id) = (typed.clone(), class.id); Callback::from(move |text: String| { let mut next = (*typed).clone(); next.insert(id, text); typed.set(next); }) };
                        let wrong = rates.as_ref().err() == Some(&class.id);
                        html!(<RateField label={format!("Rate of {}", class.name)} value={typed.get(&class.id).cloned().unwrap_or_default()} {onchange}
                            help="Empty: no tax here" error={wrong.then(|| AttrValue::from("0 to 100, with at most 4 decimals"))} />)
                    }) }
                </div>
            </div>
        </Dialog>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn an_empty_rate_is_no_tax_and_a_wrong_one_is_named() {
        let (a, b) = (TaxClassId::new(Uuid::from_u128(1)), TaxClassId::new(Uuid::from_u128(2)));
        let rates = read_rates(&BTreeMap::from([(a, "8.875".into()), (b, " ".into())])).unwrap();
        assert_eq!(rates.keys().collect::<Vec<_>>(), [&a]);
        assert_eq!(read_rates(&BTreeMap::from([(a, "8".into()), (b, "x".into())])), Err(b));
    }
}
