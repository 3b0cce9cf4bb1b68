package dev.sluice.sense.config;

import java.util.Set;

/// A kind of check or notifier, as `type` names it.
public sealed interface Kind permits CheckKind, NotifierKind {
    String type();

    /// Returns whether only the file may define it, because it runs programs on this machine.
    boolean isFileOnly();

    /// Returns the keys whose values are never shown again.
    Set<String> secrets();
}
