//! Takes members out as a file: everybody whom the filters let through, or those that were chosen.

use super::many::counted;
use crate::components::{Dialog, Menu, MenuItem, Radios, Refusal, caret};
use crate::toast::use_toast;
use crate::{bridge, outside};
use domain::EnrollmentId;
use protocol::ErrorReply;
use protocol::members::{ExportFormat, ExportMembers, ListMembers};
use yew::prelude::*;

const CSV: &str = "CSV, for a spreadsheet";
const JSON: &str = "JSON, for another program";

/// Makes the file and asks where it goes; `None` where nobody wanted to keep it.
async fn take_out(request: ExportMembers) -> Result<Option<String>, ErrorReply> {
    // Through the way of changes, which asks for a manager's PIN where one is needed.
    outside::save_file(bridge::act(request).await?).await
}

#[derive(Properties, PartialEq)]
pub struct ExportMenuProps {
    pub filters: ListMembers,
    /// The filters let nobody through.
    pub none: bool,
}

#[component]
pub fn ExportMenu(props: &ExportMenuProps) -> Html {
    let toast = use_toast();
    let busy = use_state(|| false);
    let export = |format: ExportFormat| {
        let (filters, toast, busy) = (props.filters.clone(), toast.clone(), busy.clone());
        Callback::from(move |()| {
            let request =
                ExportMembers { filters: filters.clone(), only: Vec::new(), but: Vec::new(), format };
            let (toast, busy) = (toast.clone(), busy.clone());
            busy.set(true);
            wasm_bindgen_futures::spawn_local(async move {
                let saved = take_out(request).await;
                busy.set(false);
                toast.saved(saved);
            });
        })
    };
    let mut table = MenuItem::action(CSV, "file-csv", export(ExportFormat::Csv));
    table.about = "Name, contact, tier, status, dates and money".into();
    let mut list = MenuItem::action(JSON, "file-code", export(ExportFormat::Json));
    list.about = "The same, as a list of objects".into();
    html! {
        <Menu class="" items={vec![table, list]} disabled={props.none || *busy}
            toggle={caret(html!("Export"))} />
    }
}

#[derive(Properties, PartialEq)]
pub struct ExportChosenProps {
    pub filters: ListMembers,
    /// Of those the filters let through, these alone; empty: all.
    pub only: Vec<EnrollmentId>,
    /// Of those, all but these.
    pub but: Vec<EnrollmentId>,
    /// How many that is.
    pub count: usize,
    pub onclose: Callback<()>,
}

/// Says what goes out before it does.
#[component]
pub fn ExportChosen(props: &ExportChosenProps) -> Html {
    let toast = use_toast();
    let format = use_state(|| ExportFormat::Csv);
    let busy = use_state(|| false);
    let refusal = use_state(|| None::<ErrorReply>);
    let export = {
        let request = ExportMembers {
            filters: props.filters.clone(),
            only: props.only.clone(),
            but: props.but.clone(),
            format: *format,
        };
        let (toast, busy, refusal, onclose) =
            (toast.clone(), busy.clone(), refusal.clone(), props.onclose.clone());
        Callback::from(move |()| {
            let (request, toast, busy, refusal, onclose) =
                (request.clone(), toast.clone(), busy.clone(), refusal.clone(), onclose.clone());
            busy.set(true);
            wasm_bindgen_futures::spawn_local(async move {
                match take_out(request).await {
                    Ok(path) => {
                        toast.saved(Ok(path));
                        onclose.emit(());
                    }
                    Err(error) => {
                        busy.set(false);
                        refusal.set(Some(error));
                    }
                }
            });
        })
    };
    html! {
        <Dialog title="Export members" width="34rem" primary={format!("Export {}", counted(props.count))} disabled={props.count == 0 || *busy}
            onprimary={export} onclose={props.onclose.clone()}>
            <div class="pl-dialog-body">
                <Refusal error={(*refusal).clone()} title="Nothing went out" />
                <Radios<ExportFormat> label="As" options={vec![(ExportFormat::Csv, CSV.into()), (ExportFormat::Json, JSON.into())]} selected={*format}
                    onselect={let format = format.clone(); Callback::from(move |one| format.set(one))} />
                <div class="pl-words">
                    <h3 class="pl-eyebrow">{ "What happens" }</h3>
                    <div>{ format!("One file with a row for each of {}: name, contact, tier, status, dates and money.", counted(props.count)) }</div>
                    <div>{ "Nothing is changed here. The log says who took it out, and who allowed it." }</div>
                </div>
            </div>
        </Dialog>
    }
}
