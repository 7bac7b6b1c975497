//! People, items and members from another system's file: choose it, say what its columns are, try it, import it.

mod columns;
mod file;
mod state;
mod trial;

use crate::bridge;
use crate::components::{Button, EmptyState, Look, PageHead, ProgressStepper, Refusal, Step as StepShown};
use crate::pages::memberships::words::plural;
use crate::route::{Route, SettingsTab};
use crate::session::use_session;
use domain::record::ImportedWhat;
use protocol::ErrorReply;
use protocol::data::{CheckImport, ImportFile, ImportSource, Imported, ReadImport};
use state::{Import, Step, Turn};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;
use yew_nested_router::prelude::use_router;

/// What a kind of import is called.
pub fn title(what: ImportedWhat) -> &'static str {
    match what {
        ImportedWhat::Customers => "Import people",
        ImportedWhat::Items => "Import items",
        ImportedWhat::Members => "Import members",
    }
}

/// `3 members`.
fn counted(what: ImportedWhat, count: u32) -> String {
    let (one, many) = match what {
        ImportedWhat::Customers => ("person", "people"),
        ImportedWhat::Items => ("item", "items"),
        ImportedWhat::Members => ("member", "members"),
    };
    plural(count.into(), one, many)
}

#[derive(Properties, PartialEq)]
pub struct ImportPageProps {
    pub what: ImportedWhat,
}

#[component]
pub fn ImportPage(props: &ImportPageProps) -> Html {
    let router = use_router::<Route>();
    let import = use_reducer(Import::default);
    let busy = use_state(|| false);
    let refusal = use_state(|| None::<ErrorReply>);
    let what = props.what;
    let go = {
        let router = router.clone();
        move |route: Route| {
            let router = router.clone();
            Callback::from(move |()| {
                if let Some(router) = &router {
                    router.push(route.clone());
                }
            })
        }
    };
    let read = {
        let (import, busy, refusal) = (import.dispatcher(), busy.clone(), refusal.clone());
        Callback::from(move |source: ImportSource| {
            let (import, busy, refusal) = (import.clone(), busy.clone(), refusal.clone());
            busy.set(true);
            refusal.set(None);
            spawn_local(async move {
                match bridge::call(ReadImport { source: source.clone() }).await {
                    Ok(read) => import.dispatch(Turn::Read(source, read)),
                    Err(error) => refusal.set(Some(error)),
                }
                busy.set(false);
            });
        })
    };
    let check = {
        let (import, busy, refusal) = (import.clone(), busy.clone(), refusal.clone());
        Callback::from(move |()| {
            let Some(source) = import.source.as_deref().cloned() else { return };
            let request = CheckImport { source, options: import.options.clone() };
            let (import, busy, refusal) = (import.dispatcher(), busy.clone(), refusal.clone());
            busy.set(true);
            refusal.set(None);
            spawn_local(async move {
                match bridge::call(request).await {
                    Ok(checked) => import.dispatch(Turn::Checked(checked)),
                    Err(error) => refusal.set(Some(error)),
                }
                busy.set(false);
            });
        })
    };
    let bring_in = {
        let (import, busy, refusal) = (import.clone(), busy.clone(), refusal.clone());
        Callback::from(move |()| {
            let Some(source) = import.source.as_deref().cloned() else { return };
            let request = ImportFile { source, options: import.options.clone() };
            let (import, busy, refusal) = (import.dispatcher(), busy.clone(), refusal.clone());
            busy.set(true);
            refusal.set(None);
            spawn_local(async move {
                match bridge::act(request).await {
                    Ok(done) => import.dispatch(Turn::Done(done)),
                    Err(error) => refusal.set(Some(error)),
                }
                busy.set(false);
            });
        })
    };
    let back = {
        let (import, refusal) = (import.dispatcher(), refusal.clone());
        Callback::from(move |()| {
            refusal.set(None);
            import.dispatch(Turn::Back);
        })
    };
    let file_name = import.source.as_ref().map(|source| source.name.clone());
    let steps = vec![
        StepShown {
            title: "Choose the file".into(),
            about: file_name.unwrap_or_else(|| "CSV, up to 10 MB".into()).into(),
        },
        StepShown {
            title: "Say what the columns are".into(),
            about: import
                .read
                .as_ref()
                .map_or_else(String::new, |read| plural(read.rows.into(), "row", "rows"))
                .into(),
        },
        StepShown { title: "Try it, then import".into(), about: "Nothing is changed by the trial".into() },
    ];
    let failed = match import.step {
        Step::File => "The file was not read",
        Step::Columns => "The file was not tried",
        Step::Trial | Step::Done => "Nothing was imported",
    };
    let panel = match import.step {
        Step::File => html! { <file::ChooseFile {what} busy={*busy} onchoose={read.clone()} /> },
        Step::Columns => {
            html! { <columns::Columns import={(*import).clone()} turn={import.dispatcher()} onread={read.clone()} /> }
        }
        Step::Trial => html! { <trial::Trial {what} checked={import.checked.clone()} /> },
        Step::Done => {
            html! { <Done {what} done={import.done.clone()} again={let import = import.dispatcher(); Callback::from(move |()| import.dispatch(Turn::Again))} /> }
        }
    };
    let ready =
        import.checked.as_ref().filter(|checked| checked.bad == 0 && checked.created + checked.changed > 0);
    let primary = match import.step {
        Step::Columns => html! {
            <Button look={Look::Primary} text={if *busy { "Trying" } else { "Try it" }} disabled={*busy || !import.missing(what).is_empty()} onclick={check} />
        },
        Step::Trial => html! {
            <Button look={Look::Primary} disabled={*busy || ready.is_none()} onclick={bring_in}
                text={if *busy { "Importing".to_owned() } else { format!("Import {}", counted(what, import.checked.as_ref().map_or(0, |checked| checked.created + checked.changed))) }} />
        },
        Step::File | Step::Done => html!(),
    };
    html! {
        <>
            <PageHead title={title(what)} onback={go(Route::Settings(SettingsTab::Data))} />
            <div class="pl-profile pl-import">
                <nav aria-label="Steps"><ProgressStepper label={title(what)} {steps} current={import.step.at()} /></nav>
                <div class="pl-profile-panel pl-import-panel" tabindex="0" role="group" aria-label={title(what)}>
                    <Refusal error={(*refusal).clone()} title={failed} />
                    { panel }
                </div>
            </div>
            if matches!(import.step, Step::Columns | Step::Trial) {
                <div class="pl-savebar">
                    <Button look={Look::Secondary} text={if import.step == Step::Columns { "Another file" } else { "Change the columns" }} disabled={*busy} onclick={back} />
                    { primary }
                    if import.step == Step::Columns {
                        if let Some(missing) = import.missing(what).first() {
                            <span class="pl-subtle">{ format!("Choose the column of: {missing}.") }</span>
                        }
                    }
                </div>
            }
        </>
    }
}

#[derive(Properties, PartialEq)]
struct DoneProps {
    what: ImportedWhat,
    done: Option<Imported>,
    again: Callback<()>,
}

#[component]
fn Done(props: &DoneProps) -> Html {
    let session = use_session();
    let router = use_router::<Route>();
    let Some(done) = &props.done else { return html!() };
    let look = {
        let what = props.what;
        Callback::from(move |()| {
            if let Some(router) = &router {
                router.push(match what {
                    ImportedWhat::Customers | ImportedWhat::Members => Route::Members,
                    ImportedWhat::Items => Route::Items { item: None },
                });
            }
        })
    };
    let actions = html! {
        <>
            if props.what != ImportedWhat::Customers {
                <Button look={Look::Primary} text={if props.what == ImportedWhat::Items { "Show the items" } else { "Show the members" }} onclick={look} />
            }
            <Button look={Look::Link} text="Import another file" onclick={props.again.clone()} />
        </>
    };
    let title = if done.created + done.changed == 0 {
        "Everything was here already".to_owned()
    } else {
        format!("{} imported", counted(props.what, done.created + done.changed))
    };
    html! {
        <EmptyState {title} icon="check-circle" {actions}>
            { sentence(done) }
            if done.credit.is_positive() { { format!(" {} of credit came along.", session.money(done.credit)) } }
        </EmptyState>
    }
}

/// `3 added, 1 changed, 12 as they were.`
fn sentence(done: &Imported) -> String {
    let mut said =
        format!("{} added, {} changed, {} as they were", done.created, done.changed, done.unchanged);
    if done.skipped > 0 {
        said.push_str(&format!(", {} left out", done.skipped));
    }
    said + "."
}
