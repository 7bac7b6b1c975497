//! What happened to a thing, newest first.

use crate::components::{Button, Look, Refusal, Skeleton};
use crate::pages_of::{Paged, use_pages};
use crate::session::{SignedIn, use_session};
use protocol::keeping::{GetLog, LogEntry, LogPage, Thing};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct LogProps {
    pub about: Thing,
}

impl Paged for GetLog {
    type Row = LogEntry;

    fn page(&self, after: Option<String>, limit: u32) -> Self {
        Self { after, limit: Some(limit), ..self.clone() }
    }

    fn open(reply: LogPage) -> (Vec<LogEntry>, Option<u32>, Option<String>) {
        (reply.entries, None, reply.next)
    }
}

/// Everything that happened to a thing; what is older than the first page comes when it is asked for.
#[component]
pub fn Log(props: &LogProps) -> Html {
    let session = use_session();
    let log = use_pages(GetLog { about: props.about, after: None, limit: None });
    let more = {
        let (reach, have) = (log.reach.clone(), log.rows.len());
        Callback::from(move |()| reach.emit(have + 1))
    };
    html! {
        <>
            <Refusal error={log.error.clone()} title="The log could not be read" onretry={log.reload.clone()} />
            if log.slow { <Skeleton width="90%" /><Skeleton width="70%" /> }
            if log.total.is_some() {
                <ul class="pl-list pl-log" aria-label="Log">
                    if log.rows.is_empty() { <li class="pl-subtle">{ "Nothing is recorded yet." }</li> }
                    { for log.rows.iter().map(|entry| html! { <li key={entry.record.to_string()}>{ log_line(entry, &session) }</li> }) }
                </ul>
            }
            if log.more { <div><Button look={Look::Link} text="Show older" onclick={more} /></div> }
        </>
    }
}

pub fn log_line(entry: &LogEntry, session: &SignedIn) -> Html {
    let by = match &entry.approved_by {
        Some(manager) => format!("{}, allowed by {manager}", entry.by),
        None => entry.by.clone(),
    };
    html! {
        <>
            <div class="pl-wrap"><bdi>{ &entry.text }</bdi></div>
            <div class="pl-small pl-subtle">{ format!("{} {} · {by} · {}", session.day(entry.on), entry.at, entry.desk) }</div>
            if let Some(why) = &entry.refused { <div class="pl-small pl-bad">{ format!("Had no effect: {why}") }</div> }
        </>
    }
}
