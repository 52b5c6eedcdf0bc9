//! An address where nobody answers the door: connections to it neither stand nor are refused.

use std::{io, net::SocketAddr, time::Duration};

use tokio::net::{TcpListener, TcpSocket, TcpStream};

/// More callers than any queue of this length holds.
const MOST_CALLERS: usize = 64;
/// A loopback connection that is not there after this long is in no queue.
const A_MOMENT: Duration = Duration::from_millis(200);

/// Holds the address until dropped. The queue of the system is full, so the first packet of a new connection is
/// dropped: the client runs into its own connect timeout, as with a host behind a firewall that swallows packets.
pub struct SilentAddress {
    addr: SocketAddr,
    _listener: TcpListener,
    _callers: Vec<TcpStream>,
}

impl SilentAddress {
    /// Takes a free port of the loopback and fills its queue.
    ///
    /// # Errors
    /// The port cannot be had, or the queue never fills.
    pub async fn take() -> io::Result<Self> {
        let socket = TcpSocket::new_v4()?;
        socket.bind(SocketAddr::from(([127, 0, 0, 1], 0)))?;
        let listener = socket.listen(1)?;
        let addr = listener.local_addr()?;
        let mut callers = Vec::new();
        for _ in 0..MOST_CALLERS {
            match tokio::time::timeout(A_MOMENT, TcpStream::connect(addr)).await {
                Ok(caller) => callers.push(caller?),
                Err(_) => {
                    return Ok(Self {
                        addr,
                        _listener: listener,
                        _callers: callers,
                    });
                }
            }
        }
        Err(io::Error::other("the queue of the listener never fills on this system"))
    }

    /// `http://` and the address.
    pub fn base_url(&self) -> String {
        format!("http://{}", self.addr)
    }
}
