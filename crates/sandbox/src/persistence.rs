//! Keeps the state in a JSON file: read at the start, written atomically within a second of a change and at the stop.

use std::{
    io,
    path::{Path, PathBuf},
    time::Duration,
};

use crate::world::{Shared, World};

/// Why the state file could not be used.
#[derive(Debug, thiserror::Error)]
pub enum StateFileError {
    /// Reading or writing failed.
    #[error("The sandbox's state file {path} cannot be used: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The content is not a sandbox state.
    #[error("The sandbox's state file {path} cannot be read ({source}). Delete it to start afresh.")]
    Content {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: serde_json::Error,
    },
}

/// The state in the file, or `None` when there is no file yet.
pub(crate) async fn load_world(path: &Path) -> Result<Option<World>, StateFileError> {
    match tokio::fs::read(path).await {
        Ok(bytes) => serde_json::from_slice(&bytes)
            .map(Some)
            .map_err(|source| StateFileError::Content {
                path: path.to_owned(),
                source,
            }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(StateFileError::Io {
            path: path.to_owned(),
            source,
        }),
    }
}

/// Writes beside the file and renames over it, so that a crash leaves the old state or the new, never half of one.
pub(crate) async fn save_world(engine: &Shared, path: &Path) -> Result<(), StateFileError> {
    let at = |source| StateFileError::Io {
        path: path.to_owned(),
        source,
    };
    let bytes = serde_json::to_vec(&*engine.read()).map_err(|source| StateFileError::Content {
        path: path.to_owned(),
        source,
    })?;
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        tokio::fs::create_dir_all(folder).await.map_err(at)?;
    }
    let draft = path.with_extension("tmp");
    tokio::fs::write(&draft, bytes).await.map_err(at)?;
    tokio::fs::rename(&draft, path).await.map_err(at)
}

/// Saves after changes, at most twice a second, and a last time when the sandbox stops.
pub(crate) async fn keep_saved(engine: Shared, path: PathBuf) {
    loop {
        let stopping = tokio::select! {
            () = engine.dirty.notified() => false,
            () = engine.stop.cancelled() => true,
        };
        if !stopping {
            tokio::select! {
                () = tokio::time::sleep(Duration::from_millis(500)) => {}
                () = engine.stop.cancelled() => {}
            }
        }
        if let Err(error) = save_world(&engine, &path).await {
            tracing::error!(%error, "sandbox state not saved");
        }
        if stopping {
            return;
        }
    }
}
