//! Tests of the engine as a whole: by example, against a second and plainer engine, and under hostile rules.

mod examples;
mod hostile;
mod oracle;
mod properties;
mod support;
mod zones_proof;
