//! Locks the desk after idle minutes.

use crate::app::Program;
use crate::bridge;
use crate::session::use_session;
use gloo_events::EventListener;
use gloo_timers::callback::Interval;
use protocol::practice::StillHere;
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

const LOOK_EVERY_MS: u32 = 10_000;
/// Whoever fills in a long form asks for nothing meanwhile; the desk is told this often that they are there.
const TELL_EVERY_MS: f64 = 30_000.0;

/// Signs out once nobody has touched key or pointer for as long as the practice allows.
#[hook]
pub fn use_idle_lock() {
    let minutes = use_session().practice.lock_after_minutes;
    let lock = use_context::<Program>().map(|program| program.lock).unwrap_or_default();
    use_effect_with((minutes, lock), move |(minutes, lock)| {
        let touched = Rc::new(Cell::new(js_sys::Date::now()));
        let listeners: Vec<_> = web_sys::window()
            .map(|window| {
                ["keydown", "pointerdown", "pointermove", "wheel"]
                    .map(|event| {
                        let touched = touched.clone();
                        EventListener::new(&window, event, move |_| touched.set(js_sys::Date::now()))
                    })
                    .into_iter()
                    .collect()
            })
            .unwrap_or_default();
        let limit_ms = f64::from(*minutes) * 60_000.0;
        let lock = lock.clone();
        let told = Cell::new(js_sys::Date::now());
        let clock = Interval::new(LOOK_EVERY_MS, move || {
            if touched.get() > told.get() && js_sys::Date::now() - told.get() >= TELL_EVERY_MS {
                told.set(js_sys::Date::now());
                spawn_local(async {
                    // What comes of it is seen with the next request that matters.
                    let _ = bridge::call(StillHere {}).await;
                });
            }
            if js_sys::Date::now() - touched.get() >= limit_ms {
                touched.set(js_sys::Date::now());
                lock.emit(());
            }
        });
        move || drop((listeners, clock))
    });
}
