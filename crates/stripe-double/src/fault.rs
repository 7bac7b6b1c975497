//! What goes wrong on the way, or at Stripe.

use serde::{Deserialize, Serialize};

/// One thing that goes wrong, for the requests it names.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Fault {
    #[serde(flatten)]
    pub what: Mischief,
    /// `POST`; every method where it is empty.
    pub method: String,
    /// The path, with `*` for any part of it; every path where it is empty.
    pub path: String,
    /// How many such requests go well first.
    pub after: u32,
    /// How many it hits; 0 for all.
    pub times: u32,
    /// By chance, so many of a thousand; 0 for all.
    pub per_mille: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Mischief {
    /// The connection stays open and nothing comes.
    Hang {
        executed: bool,
    },
    /// The connection closes; nothing was done.
    DropBefore,
    /// The connection closes; it was done.
    DropAfter,
    /// It was done; the answer ends in its middle.
    CutAnswer,
    TooMany {
        retry_after_seconds: Option<u32>,
    },
    /// 429 `lock_timeout`: <https://docs.stripe.com/rate-limits#object-lock-timeouts>.
    LockTimeout,
    /// 500. Kept for its key where the work had begun; `executed` says whether it was done all the same.
    ServerError {
        executed: bool,
        kept: bool,
    },
    /// 502 in HTML, from something in between.
    BadGateway {
        executed: bool,
    },
    /// 200, and the page of a hotel.
    LoginPage,
    Unauthorized,
    /// Done after a while; in flight until then.
    Slow {
        milliseconds: u64,
    },
}

impl Default for Fault {
    fn default() -> Self {
        Self::every(Mischief::DropBefore)
    }
}

impl Fault {
    /// Every request, from now on.
    pub fn every(what: Mischief) -> Self {
        Self { what, method: String::new(), path: String::new(), after: 0, times: 0, per_mille: 0 }
    }

    /// The next request only.
    pub fn once(what: Mischief) -> Self {
        Self { times: 1, ..Self::every(what) }
    }

    pub fn on(mut self, method: &str, path: &str) -> Self {
        self.method = method.to_owned();
        self.path = path.to_owned();
        self
    }

    pub fn times(mut self, times: u32) -> Self {
        self.times = times;
        self
    }

    pub fn after(mut self, after: u32) -> Self {
        self.after = after;
        self
    }

    pub fn per_mille(mut self, per_mille: u32) -> Self {
        self.per_mille = per_mille;
        self
    }
}

#[derive(Default)]
pub struct Faults {
    set: Vec<Fault>,
}

impl Faults {
    pub fn add(&mut self, fault: Fault) {
        self.set.push(fault);
    }

    pub fn clear(&mut self) {
        self.set.clear();
    }

    /// What happens to this request.
    pub fn next(&mut self, method: &str, path: &str, chance: &mut fastrand::Rng) -> Option<Mischief> {
        let place = self.set.iter_mut().position(|fault| {
            if !fault.fits(method, path) {
                return false;
            }
            if fault.after > 0 {
                fault.after -= 1;
                return false;
            }
            fault.per_mille == 0 || chance.u32(0..1_000) < fault.per_mille
        })?;
        let what = self.set[place].what.clone();
        match self.set[place].times {
            0 => {}
            1 => {
                self.set.remove(place);
            }
            ref mut times => *times -= 1,
        }
        Some(what)
    }
}

impl Fault {
    fn fits(&self, method: &str, path: &str) -> bool {
        (self.method.is_empty() || self.method == method)
            && (self.path.is_empty() || matches(&self.path, path))
    }
}

fn matches(pattern: &str, path: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == path,
        Some((start, rest)) => path.strip_prefix(start).is_some_and(|after| {
            rest.is_empty()
                || after
                    .char_indices()
                    .map(|(at, _)| at)
                    .chain([after.len()])
                    .any(|at| matches(rest, &after[at..]))
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_part() {
        assert!(matches("/v1/subscriptions/*/pause", "/v1/subscriptions/sub_1/pause"));
        assert!(!matches("/v1/subscriptions/*/pause", "/v1/subscriptions/sub_1/resume"));
        assert!(matches("/v1/*", "/v1/customers"));
        assert!(!matches("/v1/customers", "/v1/customers/cus_1"));
    }

    #[test]
    fn a_fault_waits_hits_and_is_spent() {
        let mut faults = Faults::default();
        faults.add(Fault::once(Mischief::DropAfter).on("POST", "/v1/refunds").after(1).times(2));
        let mut chance = fastrand::Rng::with_seed(1);
        let mut next = |method: &str| faults.next(method, "/v1/refunds", &mut chance).is_some();
        assert_eq!(
            [next("GET"), next("POST"), next("POST"), next("POST"), next("POST")],
            [false, false, true, true, false]
        );
    }
}
