//! What customers see.
