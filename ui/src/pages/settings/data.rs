//! Data out and in as files, and the log of what went.

use crate::components::{Button, Column, DataTable, DateField, Look, Menu, MenuItem, TableRow, caret};
use crate::pages::import;
use crate::pages::log::Log;
use crate::route::Route;
use crate::session::use_session;
use crate::toast::use_toast;
use crate::{bridge, outside};
use domain::Day;
use domain::record::{ExportedWhat, ImportedWhat};
use protocol::ErrorReply;
use protocol::data::ExportData;
use protocol::keeping::Thing;
use protocol::members::{ExportFormat, ExportMembers, ListMembers, StatusFilter};
use protocol::receipt::FileMade;
use yew::prelude::*;
use yew_nested_router::prelude::use_router;

#[component]
pub fn DataSection() -> Html {
    let session = use_session();
    let toast = use_toast();
    let router = use_router::<Route>();
    let busy = use_state(|| false);
    let from = use_state(|| None::<Day>);
    let to = use_state(|| None::<Day>);
    let day = |state: &UseStateHandle<Option<Day>>| {
        let state = state.clone();
        Callback::from(move |day: Option<Day>| state.set(day))
    };
    let take_out = |what: ExportedWhat, format: ExportFormat| {
        let (toast, busy, from, to) = (toast.clone(), busy.clone(), *from, *to);
        Callback::from(move |()| {
            let (toast, busy) = (toast.clone(), busy.clone());
            busy.set(true);
            wasm_bindgen_futures::spawn_local(async move {
                let saved = match made(what, format, from, to).await {
                    Ok(file) => outside::save_file(file).await,
                    Err(refusal) => Err(refusal),
                };
                busy.set(false);
                toast.saved(saved);
            });
        })
    };
    let kinds = [
        (ExportedWhat::Customers, "People on file", "Name, contact, birthday, address, card"),
        (
            ExportedWhat::Members,
            "Members",
            "Tier, status, dates and money of each membership, cancelled ones too",
        ),
        (ExportedWhat::Credits, "Credits", "Each grant with what is left of it and when it expires"),
        (ExportedWhat::Tickets, "Tickets", "One row for each, with its totals"),
        (ExportedWhat::TicketLines, "Ticket lines", "One row for each line of each ticket"),
    ];
    let rows: Vec<TableRow> = kinds
        .into_iter()
        .map(|(what, title, about)| {
            let items = vec![
                MenuItem::action("CSV, for a spreadsheet", "file-csv", take_out(what, ExportFormat::Csv)),
                MenuItem::action("JSON, for another program", "file-code", take_out(what, ExportFormat::Json)),
            ];
            TableRow::new(
                title,
                vec![
                    html! { <div class="pl-wrap"><span class="pl-name">{ title }</span><div class="pl-small pl-subtle">{ about }</div></div> },
                    html! { <Menu class="" label={AttrValue::from(format!("Export {}", title.to_lowercase()))} {items} disabled={*busy} toggle={caret(html!("Export"))} /> },
                ],
            )
        })
        .collect();
    let bring_in = |what: ImportedWhat| {
        let router = router.clone();
        Callback::from(move |()| {
            if let Some(router) = &router {
                router.push(Route::Import(what));
            }
        })
    };
    html! {
        <>
            <section class="pl-stack">
                <h2 class="pl-section-title">{ "Take data out" }</h2>
                <p class="pl-subtle">{ "Files are not encrypted: keep them where only those see them who may. A manager allows it, and the log says who took out what." }</p>
                <div class="pl-import-days">
                    <DateField label="Tickets from" value={*from} to={session.today} onchange={day(&from)} />
                    <DateField label="Tickets to" value={*to} to={session.today} onchange={day(&to)} help="Empty: all of them." />
                </div>
                <DataTable label="Exports" columns={vec![Column::new("What", ""), Column::new("As a file", "pl-w-price")]} {rows} />
            </section>
            <section class="pl-stack">
                <h2 class="pl-section-title">{ "Bring data in" }</h2>
                <p class="pl-subtle">{ "From another system's CSV file. It is tried first; nothing changes until every row is right." }</p>
                <div class="pl-row pl-import-kinds">
                    { for [ImportedWhat::Customers, ImportedWhat::Items, ImportedWhat::Members].map(|what| html! {
                        <Button look={Look::Secondary} icon="file-import" text={import::title(what)} onclick={bring_in(what)} />
                    }) }
                </div>
            </section>
            <section class="pl-stack">
                <h2 class="pl-section-title">{ "Log" }</h2>
                <Log about={Thing::Practice} />
            </section>
        </>
    }
}

async fn made(
    what: ExportedWhat,
    format: ExportFormat,
    from: Option<Day>,
    to: Option<Day>,
) -> Result<FileMade, ErrorReply> {
    match what {
        ExportedWhat::Members => {
            bridge::act(ExportMembers {
                filters: ListMembers { status: Some(StatusFilter::All), ..ListMembers::default() },
                only: Vec::new(),
                but: Vec::new(),
                format,
            })
            .await
        }
        ExportedWhat::Tickets | ExportedWhat::TicketLines => {
            bridge::act(ExportData { what, format, from, to }).await
        }
        ExportedWhat::Customers | ExportedWhat::Credits | ExportedWhat::Person => {
            bridge::act(ExportData { what, format, from: None, to: None }).await
        }
    }
}
