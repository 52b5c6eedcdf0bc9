//! Serves one connection to its end.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::response::Response;
use http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

use super::Limits;
use super::unread_answer::UnreadAnswer;

/// The most that is kept of a head, or of an answer that is being sent, in bytes.
const BUFFER: usize = 64 * 1024;
/// So long after `closing` a connection is still listened to. What had arrived by then, and a busy machine had not come to
/// read, is answered and not cut off.
const HEAR_OUT: Duration = Duration::from_millis(250);

/// Answers the requests of one client over HTTP/1, until it closes, falls silent, or `closing` and the last answer is out.
pub(super) async fn serve_one(
    stream: std::net::TcpStream,
    peer: SocketAddr,
    router: Router,
    limits: Limits,
    closing: CancellationToken,
) {
    let stream = match tokio::net::TcpStream::from_std(stream) {
        Ok(stream) => TokioIo::new(UnreadAnswer::new(stream, limits.unread)),
        Err(error) => return tracing::error!(%error, "a connection cannot be served"),
    };
    let spoke = Arc::new(AtomicBool::new(false));
    let service = {
        let spoke = spoke.clone();
        service_fn(move |mut request: Request<Incoming>| {
            spoke.store(true, Ordering::Relaxed);
            request.extensions_mut().insert(ConnectInfo(peer));
            answer(router.clone(), request)
        })
    };
    let mut connection = pin!(
        http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(limits.next_head)
            .max_buf_size(BUFFER)
            .serve_connection(stream, service)
    );
    let silence = async {
        tokio::time::sleep(limits.first_head).await;
        if spoke.load(Ordering::Relaxed) {
            std::future::pending::<()>().await;
        }
    };
    // How a client breaks off, or what it says that is not HTTP and was told so, is nobody's trouble here.
    tokio::select! {
        _ = &mut connection => {}
        () = silence => {}
        () = closing.cancelled() => {
            if tokio::time::timeout(HEAR_OUT, &mut connection).await.is_err() {
                connection.as_mut().graceful_shutdown();
                let _ = connection.await;
            }
        }
    }
}

async fn answer(router: Router, request: Request<Incoming>) -> Result<Response, Infallible> {
    router.oneshot(request.map(Body::new)).await
}
