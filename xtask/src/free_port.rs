//! A port nobody listens on at the moment.

use std::net::{Ipv4Addr, TcpListener};

use crate::failure::Failure;

/// `N` different ports that are free on 127.0.0.1. Nothing reserves them: who starts a server there must be ready to
/// see it fail.
pub fn free_ports<const N: usize>() -> Result<[u16; N], Failure> {
    let mut ports = [0; N];
    // Held until all are found, so that they differ.
    let mut held = Vec::with_capacity(N);
    for port in &mut ports {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(Failure::while_doing("Finding a port"))?;
        *port = listener
            .local_addr()
            .map_err(Failure::while_doing("Finding a port"))?
            .port();
        held.push(listener);
    }
    Ok(ports)
}
