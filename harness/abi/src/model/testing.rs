//! Short ways to write types in tests.
