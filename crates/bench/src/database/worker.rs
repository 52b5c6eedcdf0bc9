//! The worker beside what is measured, as a server runs it.

use std::sync::Arc;

use timetap_usecases::TimeTap;
use timetap_usecases::jobs::run_worker;
use tokio::sync::oneshot;
use tokio::task::JoinSet;

/// Runs `work` beside a worker, which stops in order afterwards.
pub async fn beside<T>(app: &Arc<TimeTap>, work: impl Future<Output = T>) -> T {
    let (stop, stopped) = oneshot::channel::<()>();
    let mut worker = JoinSet::new();
    let app = Arc::clone(app);
    worker.spawn(async move {
        let stopped = async {
            // Gone is as good as told.
            let _ = stopped.await;
        };
        run_worker(app, stopped).await.unwrap();
    });
    let result = work.await;
    stop.send(()).unwrap();
    worker.join_all().await;
    result
}
