//! What happens by itself: orders expire, notifications are repeated.

use std::{sync::Arc, time::Duration};

use crate::run::service::Service;
use tokio::time::sleep;

/// A wait is no longer than this, in case the clock's source jumps.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// Does what falls due, each in a task of its own, until the simulator stops.
pub(crate) async fn run(service: Arc<Service>) {
    loop {
        let turn = service.turn.lock().await;
        while let Some((_, due)) = service.take_due(service.clock.now()) {
            tokio::spawn(service.fire(due));
        }
        drop(turn);
        let wait = service.next_due().map_or(LONGEST_WAIT, |time| service.clock.wait(time).min(LONGEST_WAIT));
        tokio::select! {
            () = service.stopped() => return,
            () = service.planned.notified() => {}
            // At least a moment, so that a clock that stands still does not keep the processor busy.
            () = sleep(wait.max(Duration::from_millis(1))) => {}
        }
    }
}
