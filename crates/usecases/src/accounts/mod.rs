//! Accounts: who people are, and how they prove it.
