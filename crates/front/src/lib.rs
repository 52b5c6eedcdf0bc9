//! The WebAssembly entry: wakes the islands of a page that the server has rendered.

/// Called by the page's own loader script.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    // Without this mention the linker would drop the islands.
    use timetap_app as _;
    leptos::mount::hydrate_islands();
}
