//! Takes everybody whom the filters let through out as a file.

use crate::components::{Menu, MenuItem, caret};
use crate::toast::use_toast;
use crate::{bridge, outside};
use domain::EnrollmentId;
use protocol::members::{ExportFormat, ExportMembers, ListMembers};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct ExportMenuProps {
    pub filters: ListMembers,
    /// Of those, these alone; empty: all.
    #[prop_or_default]
    pub only: Vec<EnrollmentId>,
    /// The filters let nobody through.
    pub none: bool,
}

#[component]
pub fn ExportMenu(props: &ExportMenuProps) -> Html {
    let toast = use_toast();
    let busy = use_state(|| false);
    let export = |format: ExportFormat| {
        let (filters, only, toast, busy) =
            (props.filters.clone(), props.only.clone(), toast.clone(), busy.clone());
        Callback::from(move |()| {
            let (filters, only, toast, busy) = (filters.clone(), only.clone(), toast.clone(), busy.clone());
            busy.set(true);
            wasm_bindgen_futures::spawn_local(async move {
                // Through the way of changes, which asks for a manager's PIN where one is needed.
                let saved = match bridge::act(ExportMembers { filters, only, format }).await {
                    Ok(file) => outside::save_file(file).await,
                    Err(refusal) => Err(refusal),
                };
                busy.set(false);
                toast.saved(saved);
            });
        })
    };
    let mut table = MenuItem::action("CSV, for a spreadsheet", "file-csv", export(ExportFormat::Csv));
    table.about = "Name, contact, tier, status, dates and money".into();
    let mut list = MenuItem::action("JSON, for another program", "file-code", export(ExportFormat::Json));
    list.about = "The same, as a list of objects".into();
    html! {
        <Menu class="" items={vec![table, list]} disabled={props.none || *busy}
            toggle={caret(html!("Export"))} />
    }
}
