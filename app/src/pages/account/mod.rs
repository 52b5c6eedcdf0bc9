//! Signing up, signing in, and one's own account.
