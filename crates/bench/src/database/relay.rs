//! Stands before the sandbox and notes when the first byte of a request to make an event comes in.

use std::io;
use std::time::Instant;

use tokio::io::{AsyncReadExt, AsyncWriteExt, copy};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::task::JoinSet;

/// How requests to insert an event begin.
const INSERT: &[u8] = b"POST /calendar/v3/calendars/";

/// Listens before `address`, for as long as the returned tasks are kept; its own address, and when first bytes came.
pub async fn before(address: String) -> (String, mpsc::UnboundedReceiver<Instant>, JoinSet<()>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let own = format!("http://{}", listener.local_addr().unwrap());
    let (came, comes) = mpsc::unbounded_channel();
    let mut tasks = JoinSet::new();
    tasks.spawn(async move {
        let mut open = JoinSet::new();
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let (address, came) = (address.clone(), came.clone());
            open.spawn(async move {
                // Either side may close whenever it likes.
                let _ = relay(stream, &address, &came).await;
            });
        }
    });
    (own, comes, tasks)
}

async fn relay(client: TcpStream, address: &str, came: &mpsc::UnboundedSender<Instant>) -> io::Result<()> {
    let server = TcpStream::connect(address).await?;
    client.set_nodelay(true)?;
    server.set_nodelay(true)?;
    let ((mut from, mut back), (mut answers, mut to)) = (client.into_split(), server.into_split());
    let mut answering = JoinSet::new();
    answering.spawn(async move {
        let _ = copy(&mut answers, &mut back).await;
    });
    let mut piece = vec![0; 64 * 1024];
    loop {
        let length = from.read(&mut piece).await?;
        if length == 0 {
            return Ok(());
        }
        if piece[..length].starts_with(INSERT) {
            let _ = came.send(Instant::now());
        }
        to.write_all(&piece[..length]).await?;
    }
}
