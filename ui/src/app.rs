//! What the window shows first: the guide, the unlock page, the lock screen, or the frame with its pages.

use crate::bridge::{self, call};
use crate::components::{Button, Look, Notice, Severity};
use crate::frame::{ApproveDialog, Frame};
use crate::pages::{LockPage, StartPage, UnlockPage};
use crate::session::SignedIn;
use patternfly_yew::prelude::ToastViewer;
use protocol::ErrorReply;
use protocol::practice::{Door, Session, SignOut, WhoAmI};
use protocol::start::{DemoStaff, OpenDemo, StartState, StartStatus, Started};
use std::rc::Rc;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

/// Where the program stands.
#[derive(Debug, Clone, PartialEq)]
pub enum Stage {
    /// The first answer is not there yet; nothing is drawn, it takes milliseconds.
    Asking,
    Broken(ErrorReply),
    /// No data yet, or data without a finished guide (`database`: it exists).
    Guide {
        started: Started,
        database: bool,
    },
    /// Data that no keychain opened.
    Locked(Started),
    /// Nobody is signed in.
    SignIn {
        started: Started,
        door: Door,
        demo: Vec<DemoStaff>,
    },
    In {
        started: Started,
        door: Door,
        session: Rc<Session>,
        demo: Vec<DemoStaff>,
    },
}

impl Stage {
    /// The stage that follows from what the door said.
    fn of(started: Started, door: Door, demo: Vec<DemoStaff>) -> Self {
        match (&door.practice, &door.session) {
            (None, _) => Self::Guide { started, database: true },
            (Some(_), None) => Self::SignIn { started, door, demo },
            (Some(_), Some(session)) => {
                let session = Rc::new(session.clone());
                Self::In { started, door, session, demo }
            }
        }
    }
}

/// What happens to the stage.
pub enum Turn {
    To(Stage),
    /// Somebody signed in, or the session is another now (place, open tasks, day).
    Session(Session),
    /// The door as it stands, asked again after a change.
    Door(Door),
}

impl Reducible for Stage {
    type Action = Turn;

    fn reduce(self: Rc<Self>, turn: Turn) -> Rc<Self> {
        match (turn, &*self) {
            (Turn::To(stage), _) => Rc::new(stage),
            (
                Turn::Session(session),
                Self::SignIn { started, door, demo } | Self::In { started, door, demo, .. },
            ) => {
                let mut door = door.clone();
                door.practice = Some(session.practice.clone());
                door.session = Some(session.clone());
                Rc::new(Self::In {
                    started: started.clone(),
                    door,
                    session: Rc::new(session),
                    demo: demo.clone(),
                })
            }
            (Turn::Door(door), Self::SignIn { started, demo, .. } | Self::In { started, demo, .. }) => {
                Rc::new(Self::of(started.clone(), door, demo.clone()))
            }
            (Turn::Session(session), Self::Guide { started, .. }) => {
                let door = Door {
                    practice: Some(session.practice.clone()),
                    staff: vec![session.staff.clone()],
                    session: Some(session),
                };
                Rc::new(Self::of(started.clone(), door, vec![]))
            }
            (Turn::Session(_) | Turn::Door(_), _) => self,
        }
    }
}

/// What pages say to the program as a whole.
#[derive(Clone, PartialEq)]
pub struct Program {
    pub started: Started,
    pub door: Door,
    /// Signs out and shows the lock screen.
    pub lock: Callback<()>,
    pub session: Callback<Session>,
}

#[component]
pub fn App() -> Html {
    let stage = use_reducer(|| Stage::Asking);
    let turn = {
        let dispatcher = stage.dispatcher();
        use_callback((), move |turn: Turn, ()| dispatcher.dispatch(turn))
    };
    {
        let turn = turn.clone();
        use_effect_with((), move |()| begin(turn));
    }
    use_door_kept_fresh(turn.clone());
    let lock = {
        let turn = turn.clone();
        use_callback((), move |(), ()| {
            let turn = turn.clone();
            spawn_local(async move {
                if let Ok(door) = bridge::act(SignOut {}).await {
                    turn.emit(Turn::Door(door));
                }
            });
        })
    };
    let onsession = {
        let turn = turn.clone();
        use_callback((), move |session: Session, ()| turn.emit(Turn::Session(session)))
    };
    let ondemo = {
        let turn = turn.clone();
        use_callback((), move |(), ()| {
            let turn = turn.clone();
            spawn_local(async move {
                match open_demo().await {
                    Ok(stage) | Err(stage) => turn.emit(Turn::To(stage)),
                }
            });
        })
    };
    let again = {
        let turn = turn.clone();
        Callback::from(move |()| begin(turn.clone()))
    };
    let inside = match &*stage {
        Stage::Asking => html!(),
        Stage::Broken(error) => {
            let actions = html!(<Button look={Look::Inline} text="Try again" onclick={again} />);
            html! {
                <main class="pl-alone"><Notice severity={Severity::Danger} title="Perennial could not start" {actions}>{ &error.message }</Notice></main>
            }
        }
        Stage::Guide { started, database } => {
            html!(<StartPage started={started.clone()} database={*database} ondone={onsession} {ondemo} />)
        }
        Stage::Locked(started) => {
            let onopen = {
                let turn = turn.clone();
                Callback::from(move |started: Started| go_on(started, turn.clone()))
            };
            html!(<UnlockPage started={started.clone()} {onopen} />)
        }
        Stage::SignIn { door, demo, .. } => {
            html!(<LockPage door={door.clone()} demo={demo.clone()} ondone={onsession} />)
        }
        Stage::In { started, door, session, .. } => {
            let program = Program { started: started.clone(), door: door.clone(), lock, session: onsession };
            html! {
                <ContextProvider<Program> context={program}>
                    <ContextProvider<SignedIn> context={SignedIn(session.clone())}>
                        <Frame />
                        <ApproveDialog />
                    </ContextProvider<SignedIn>>
                </ContextProvider<Program>>
            }
        }
    };
    html!(<ToastViewer>{ inside }</ToastViewer>)
}

/// Asks where the program stands.
fn begin(turn: Callback<Turn>) {
    spawn_local(async move {
        match call(StartStatus {}).await {
            Ok(started) => go_on(started, turn),
            Err(error) => turn.emit(Turn::To(Stage::Broken(error))),
        }
    });
}

/// From a known start to the page that belongs to it.
fn go_on(started: Started, turn: Callback<Turn>) {
    spawn_local(async move {
        let stage = match started.state {
            StartState::NeedsSetup => Stage::Guide { started, database: false },
            StartState::Locked => Stage::Locked(started),
            // The demo's staff and PINs come with opening it, also when it is open already.
            StartState::Ready if started.demo => match open_demo().await {
                Ok(stage) | Err(stage) => stage,
            },
            StartState::Ready => match call(WhoAmI {}).await {
                Ok(door) => Stage::of(started, door, vec![]),
                Err(error) => Stage::Broken(error),
            },
        };
        turn.emit(Turn::To(stage));
    });
}

async fn open_demo() -> Result<Stage, Stage> {
    let opened = bridge::act(OpenDemo {}).await.map_err(Stage::Broken)?;
    let door = call(WhoAmI {}).await.map_err(Stage::Broken)?;
    Ok(Stage::of(opened.started, door, opened.staff))
}

/// After every change, and when the door finds nobody signed in: how does it stand now?
#[hook]
fn use_door_kept_fresh(turn: Callback<Turn>) {
    use_effect_with((), move |()| {
        let ask = Callback::from(move |()| {
            let turn = turn.clone();
            spawn_local(async move {
                if let Ok(door) = call(WhoAmI {}).await {
                    turn.emit(Turn::Door(door));
                }
            });
        });
        bridge::on_signed_out(ask.clone());
        let focus = web_sys::window().map(|window| {
            let ask = ask.clone();
            gloo_events::EventListener::new(&window, "focus", move |_| ask.emit(()))
        });
        let listener = bridge::on_change(ask);
        move || drop((listener, focus))
    });
}
