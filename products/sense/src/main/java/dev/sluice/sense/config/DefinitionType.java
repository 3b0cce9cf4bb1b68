package dev.sluice.sense.config;

import java.util.Set;

/// A type of check or notifier, selected by `type`.
public sealed interface DefinitionType permits CheckType, NotifierType {
    String name();

    /// Returns true if only the file may define it, because it runs programs on this machine.
    boolean isFileOnly();

    /// Returns the keys whose values are never shown again.
    Set<String> secrets();
}
