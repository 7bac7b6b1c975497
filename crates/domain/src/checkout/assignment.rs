//! The one small search behind every stage that has to be best and not merely first.
//!
//! Sources (lots, in order of redemption) give whole amounts to sinks (units, minutes, line totals) that accept
//! them. An alternating path moves what was given earlier out of the way, so an early choice never blocks a later
//! one. A quantity of 9,999 is one sink with that capacity, never 9,999 sinks.

const NONE: usize = usize::MAX;

/// More than any ticket can ask of a source that is not counted.
pub(super) const UNLIMITED: i64 = i64::MAX / 4;

/// Who gives how much to whom.
#[derive(Debug, Clone)]
pub(super) struct Assignment {
    sources: usize,
    sinks: usize,
    /// What each source has left.
    spare: Vec<i64>,
    /// By source, then sink.
    accepts: Vec<bool>,
    flow: Vec<i64>,
    queue: Vec<usize>,
    /// How the search came to a source: the sink, or the source, before it.
    source_from: Vec<usize>,
    /// How the search came to a sink: the source before it.
    sink_from: Vec<usize>,
}

impl Assignment {
    /// `capacities` in order of redemption; `accepts(source, sink)` says who may give to whom.
    pub fn new(capacities: Vec<i64>, sinks: usize, accepts: impl Fn(usize, usize) -> bool) -> Self {
        let sources = capacities.len();
        let mut table = Vec::with_capacity(sources * sinks);
        for source in 0..sources {
            for sink in 0..sinks {
                table.push(accepts(source, sink));
            }
        }
        Self {
            sources,
            sinks,
            spare: capacities,
            accepts: table,
            flow: vec![0; sources * sinks],
            queue: Vec::with_capacity(sources + sinks),
            source_from: vec![NONE; sources],
            sink_from: vec![NONE; sinks],
        }
    }

    /// What `source` gives to `sink`.
    pub fn given(&self, source: usize, sink: usize) -> i64 {
        self.flow[source * self.sinks + sink]
    }

    /// Lets `source` stand for `amount` of `sink` to begin with, beside what it has left.
    pub fn leave(&mut self, source: usize, sink: usize, amount: i64) {
        *self.flow_mut(source, sink) += amount;
    }

    /// Gives `sink` up to `want` more without taking anything from what other sinks already have, and says how much.
    ///
    /// Called once per sink, dearest first, it finds the greatest worth: what sinks can have together is a
    /// polymatroid, where the greedy order is exact.
    pub fn fill(&mut self, sink: usize, want: i64) -> i64 {
        let mut got = 0;
        while got < want {
            let Some(source) = self.path_to_spare(sink) else { break };
            let mut amount = (want - got).min(self.spare[source]);
            let mut at = self.source_from[source];
            while at != sink {
                let giver = self.sink_from[at];
                amount = amount.min(self.given(giver, at));
                at = self.source_from[giver];
            }
            self.spare[source] -= amount;
            let mut at = self.source_from[source];
            *self.flow_mut(source, at) += amount;
            while at != sink {
                let giver = self.sink_from[at];
                *self.flow_mut(giver, at) -= amount;
                at = self.source_from[giver];
                *self.flow_mut(giver, at) += amount;
            }
            got += amount;
        }
        got
    }

    /// Shifts what the sinks have, leaving each its sum, so that the first source gives all it can (and at most
    /// `most`), then the second, and so on.
    pub fn prefer_earlier_sources(&mut self, most: i64) {
        let mut moved = 0;
        for first in 0..self.sources {
            while self.spare[first] > 0 && moved < most {
                let Some(last) = self.path_to_later_source(first) else { break };
                let mut amount = self.spare[first].min(most - moved);
                let mut at = last;
                while at != first {
                    amount = amount.min(self.given(at, self.sink_from[at]));
                    at = self.source_from[at];
                }
                let mut at = last;
                while at != first {
                    let (taker, sink) = (self.source_from[at], self.sink_from[at]);
                    *self.flow_mut(at, sink) -= amount;
                    *self.flow_mut(taker, sink) += amount;
                    at = taker;
                }
                self.spare[first] -= amount;
                self.spare[last] += amount;
                moved += amount;
            }
        }
    }

    /// Shifts who gives to whom, leaving each source and sink its sum, so that the first source gives as much as
    /// it can to the first sink, then to the second, and so on; then the second source.
    pub fn fill_earlier_sinks(&mut self) {
        for source in 0..self.sources {
            for sink in 0..self.sinks {
                if !self.accepts(source, sink) {
                    continue;
                }
                while (sink + 1..self.sinks).any(|later| self.given(source, later) > 0) {
                    let Some(last) = self.path_to_later_sink(source, sink) else { break };
                    let mut amount = self.given(source, last);
                    let mut at = last;
                    while at != sink {
                        let giver = self.sink_from[at];
                        at = self.source_from[giver];
                        amount = amount.min(self.given(giver, at));
                    }
                    *self.flow_mut(source, last) -= amount;
                    let mut at = last;
                    while at != sink {
                        let giver = self.sink_from[at];
                        *self.flow_mut(giver, at) += amount;
                        at = self.source_from[giver];
                        *self.flow_mut(giver, at) -= amount;
                    }
                    *self.flow_mut(source, sink) += amount;
                }
            }
        }
    }

    fn accepts(&self, source: usize, sink: usize) -> bool {
        self.accepts[source * self.sinks + sink]
    }

    fn flow_mut(&mut self, source: usize, sink: usize) -> &mut i64 {
        &mut self.flow[source * self.sinks + sink]
    }

    /// The nearest source with something left, over sinks that could be given to by another instead.
    fn path_to_spare(&mut self, sink: usize) -> Option<usize> {
        self.source_from.fill(NONE);
        self.sink_from.fill(NONE);
        self.queue.clear();
        self.queue.push(sink);
        let mut next = 0;
        while next < self.queue.len() {
            let at = self.queue[next];
            next += 1;
            for source in 0..self.sources {
                if self.source_from[source] != NONE || !self.accepts(source, at) {
                    continue;
                }
                self.source_from[source] = at;
                if self.spare[source] > 0 {
                    return Some(source);
                }
                for other in 0..self.sinks {
                    if other != sink && self.sink_from[other] == NONE && self.given(source, other) > 0 {
                        self.sink_from[other] = source;
                        self.queue.push(other);
                    }
                }
            }
        }
        None
    }

    /// The nearest source after `first` that can give less because `first` gives more; those before keep their sums.
    ///
    /// `source_from` holds the source that takes over, `sink_from` (indexed by source here) the sink it takes over.
    fn path_to_later_source(&mut self, first: usize) -> Option<usize> {
        self.source_from.fill(NONE);
        if self.sink_from.len() < self.sources {
            self.sink_from.resize(self.sources, NONE);
        }
        self.queue.clear();
        self.queue.push(first);
        let mut next = 0;
        while next < self.queue.len() {
            let at = self.queue[next];
            next += 1;
            for sink in 0..self.sinks {
                if !self.accepts(at, sink) {
                    continue;
                }
                for other in 0..self.sources {
                    if other == first || self.source_from[other] != NONE || self.given(other, sink) == 0 {
                        continue;
                    }
                    self.source_from[other] = at;
                    self.sink_from[other] = sink;
                    if other > first {
                        return Some(other);
                    }
                    self.queue.push(other);
                }
            }
        }
        None
    }

    /// The nearest sink after `sink` where `source` can give less because it gives more to `sink`, the difference
    /// going round over sources after it.
    fn path_to_later_sink(&mut self, source: usize, sink: usize) -> Option<usize> {
        self.source_from.fill(NONE);
        self.sink_from.fill(NONE);
        self.queue.clear();
        self.queue.push(sink);
        let mut next = 0;
        while next < self.queue.len() {
            let at = self.queue[next];
            next += 1;
            for giver in source + 1..self.sources {
                if self.source_from[giver] != NONE || self.given(giver, at) == 0 {
                    continue;
                }
                self.source_from[giver] = at;
                for other in 0..self.sinks {
                    if other == sink || self.sink_from[other] != NONE || !self.accepts(giver, other) {
                        continue;
                    }
                    self.sink_from[other] = giver;
                    if other > sink && self.given(source, other) > 0 {
                        return Some(other);
                    }
                    self.queue.push(other);
                }
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_early_choice_moves_out_of_the_way() {
        // The first source could serve both, the second only the first sink.
        let mut assignment = Assignment::new(vec![1, 1], 2, |source, sink| source == 0 || sink == 0);
        assert_eq!(assignment.fill(0, 1), 1);
        assert_eq!(assignment.fill(1, 1), 1);
        assert_eq!((assignment.given(0, 1), assignment.given(1, 0)), (1, 1));
    }

    #[test]
    fn earlier_sources_take_over_and_fill_earlier_sinks() {
        let mut assignment = Assignment::new(vec![5, 5, 0], 2, |_, _| true);
        assignment.leave(2, 0, 4);
        assignment.leave(2, 1, 4);
        assignment.prefer_earlier_sources(i64::MAX);
        assignment.fill_earlier_sinks();
        assert_eq!((assignment.given(0, 0), assignment.given(0, 1)), (4, 1));
        assert_eq!((assignment.given(1, 0), assignment.given(1, 1)), (0, 3));
        assert_eq!((assignment.given(2, 0), assignment.given(2, 1)), (0, 0));
    }

    #[test]
    fn preferring_stops_at_the_most_allowed() {
        let mut assignment = Assignment::new(vec![5, 5, 0], 1, |_, _| true);
        assignment.leave(2, 0, 9);
        assignment.prefer_earlier_sources(7);
        assert_eq!([0, 1, 2].map(|source| assignment.given(source, 0)), [5, 2, 2]);
    }
}
