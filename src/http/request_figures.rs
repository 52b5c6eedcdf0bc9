//! The figures of requests, each found once and then only moved: looking one up by its labels costs more than answering
//! with a file.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use metrics::{Counter, Gauge, Histogram, counter, gauge, histogram};

/// Clones share them. Make them after counting has begun.
#[derive(Clone, Debug)]
pub struct RequestFigures(Arc<Figures>);

#[derive(Debug)]
struct Figures {
    in_flight: Gauge,
    /// By the route's template, of which there are few.
    routes: RwLock<HashMap<String, Vec<Series>>>,
}

#[derive(Clone, Debug)]
struct Series {
    method: &'static str,
    status: Option<u16>,
    answers: Counter,
    seconds: Histogram,
}

impl RequestFigures {
    /// Figures that count where counting has begun.
    pub fn new() -> Self {
        Self(Arc::new(Figures {
            in_flight: gauge!("timetap_http_requests_in_flight"),
            routes: RwLock::default(),
        }))
    }

    /// A request came.
    pub fn begin(&self) {
        self.0.in_flight.increment(1.0);
    }

    /// A request that had [begun](Self::begin) has ended.
    pub fn end(&self) {
        self.0.in_flight.decrement(1.0);
    }

    /// A request was answered with this status after so long; `None` where its client left first.
    pub fn count(&self, route: &str, method: &'static str, status: Option<u16>, took: Duration) {
        let known = self.0.routes.read().unwrap_or_else(PoisonError::into_inner);
        let series = known.get(route).and_then(|all| find(all, method, status));
        if let Some(series) = series {
            series.count(took);
            return;
        }
        drop(known);
        let series = Series::of(route, method, status);
        series.count(took);
        let mut known = self.0.routes.write().unwrap_or_else(PoisonError::into_inner);
        let all = known.entry(route.to_owned()).or_default();
        if find(all, method, status).is_none() {
            all.push(series);
        }
    }
}

fn find<'a>(all: &'a [Series], method: &str, status: Option<u16>) -> Option<&'a Series> {
    all.iter()
        .find(|series| series.status == status && series.method == method)
}

impl Series {
    fn of(route: &str, method: &'static str, status: Option<u16>) -> Self {
        let name = status.map_or_else(|| "gone".to_owned(), |status| status.to_string());
        let route = route.to_owned();
        Self {
            method,
            status,
            answers: counter!(
                "timetap_http_requests_total", "route" => route.clone(), "method" => method, "status" => name
            ),
            seconds: histogram!("timetap_http_request_duration_seconds", "route" => route, "method" => method),
        }
    }

    fn count(&self, took: Duration) {
        self.answers.increment(1);
        self.seconds.record(took);
    }
}

#[cfg(test)]
mod tests {
    use crate::observe::recorder::Recorder;

    use super::*;

    #[test]
    fn what_is_remembered_counts_as_what_is_looked_up() {
        let recorder = Recorder::new();
        metrics::with_local_recorder(&recorder, || {
            let figures = RequestFigures::new();
            figures.begin();
            figures.begin();
            figures.end();
            for (route, status) in [("/a", Some(200)), ("/a", Some(200)), ("/a", Some(304)), ("/b", None)] {
                figures.clone().count(route, "GET", status, Duration::from_millis(1));
            }
            figures.count("/a", "HEAD", Some(200), Duration::from_millis(1));
        });
        let text = recorder.render();
        for line in [
            "timetap_http_requests_in_flight{} 1.0",
            "timetap_http_requests_total{route=\"/a\",method=\"GET\",status=\"200\"} 2",
            "timetap_http_requests_total{route=\"/a\",method=\"GET\",status=\"304\"} 1",
            "timetap_http_requests_total{route=\"/a\",method=\"HEAD\",status=\"200\"} 1",
            "timetap_http_requests_total{route=\"/b\",method=\"GET\",status=\"gone\"} 1",
            "timetap_http_request_duration_seconds_count{route=\"/a\",method=\"GET\"} 3",
        ] {
            assert!(text.contains(&format!("{line}\n")), "{line}: {text}");
        }
    }
}
