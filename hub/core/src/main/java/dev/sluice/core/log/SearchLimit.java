package dev.sluice.core.log;

/// The limit for which a search is [refused][SearchRejectedException].
public enum SearchLimit {
    /// The search examined as many entries as one search may. It would fail again.
    TOO_LONG,

    /// Too many others wait already. It may succeed later.
    TOO_MANY
}
