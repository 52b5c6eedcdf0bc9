//! What a browser loads: scripts and styles, compressed as the server sends them; and the size of the program.

use std::{fs, path::Path};

use super::{
    release_server,
    rows::{Floor, Rows},
};
use crate::{failure::Failure, workspace};

/// Fills in the stage's rows.
pub fn measure(rows: &mut Rows) -> Result<(), Failure> {
    release_server::build()?;
    let folder = release_server::site().join("pkg");
    let size = |ending: &str| size_of_newest(&folder, ending);
    let (wasm, js) = (size(".wasm.gz")?, size(".js.gz")?);
    rows.add("WebAssembly, gzipped", Floor::None, wasm / 1e3, "kB");
    rows.add("JavaScript, gzipped", Floor::None, js / 1e3, "kB");
    rows.add("both, gzipped", Floor::AtMost(145.0), (wasm + js) / 1e3, "kB");
    let brotli = size(".wasm.br")? + size(".js.br")?;
    rows.add("both, by brotli", Floor::None, brotli / 1e3, "kB");
    rows.add("styles, by brotli", Floor::None, size(".css.br")? / 1e3, "kB");
    let program = size_of(&workspace::server_binary(true))?;
    rows.add("the program", Floor::AtMost(30.0), program / 1e6, "MB");
    Ok(())
}

/// Builds before may have left files whose hashes are no longer named by any page.
fn size_of_newest(folder: &Path, ending: &str) -> Result<f64, Failure> {
    let doing = format!("Looking for *{ending} in {}", folder.display());
    let entries = fs::read_dir(folder).map_err(Failure::while_doing(&doing))?;
    let newest = entries
        .filter_map(Result::ok)
        .filter(|entry| entry.file_name().to_string_lossy().ends_with(ending))
        .max_by_key(|entry| entry.metadata().and_then(|file| file.modified()).ok());
    match newest {
        Some(entry) => size_of(&entry.path()),
        None => Err(Failure::new(format!("{doing}: there is none."))),
    }
}

fn size_of(file: &Path) -> Result<f64, Failure> {
    let found = fs::metadata(file).map_err(Failure::while_doing(format!("Reading {}", file.display())))?;
    u32::try_from(found.len())
        .map(f64::from)
        .map_err(|_| Failure::new(format!("{} is larger than anybody would load.", file.display())))
}
