//! What the process itself uses, as the kernel sees it.

use std::fs;

/// The memory that is really there, in bytes; `None` where the system does not say (`/proc` is Linux's).
pub fn resident_bytes() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let kilobytes = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?
        .trim()
        .strip_suffix("kB")?
        .trim();
    kilobytes.parse::<u64>().ok().map(|kilobytes| kilobytes * 1024)
}

/// Open files and sockets; `None` where the system does not say.
pub fn open_files() -> Option<usize> {
    fs::read_dir("/proc/self/fd").ok().map(Iterator::count)
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn the_figures_are_those_of_a_living_process() {
        let before = resident_bytes().unwrap();
        let ballast = vec![1_u8; 64 * 1024 * 1024];
        let after = resident_bytes().unwrap();
        assert!(before > 1024 * 1024, "{before}");
        assert!(
            after >= before + 32 * 1024 * 1024,
            "{before} → {after} ({})",
            ballast.len()
        );
        assert!(open_files().unwrap() >= 3);
    }
}
