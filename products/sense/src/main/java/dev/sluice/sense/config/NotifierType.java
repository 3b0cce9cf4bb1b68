package dev.sluice.sense.config;

import dev.sluice.sense.notify.Notifier;
import java.util.Set;
import java.util.function.Function;

/// A type of notifier, as `type` names it.
///
/// @param isFileOnly whether only the file may define it, because it runs programs on this machine
/// @param secrets    keys whose values are never shown again
/// @param reader     makes the notifier of its own keys
public record NotifierType(String name, boolean isFileOnly, Set<String> secrets, Function<Fields, Notifier> reader)
        implements DefinitionType {}
