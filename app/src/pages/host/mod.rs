//! A host's workplace.
