package dev.sluice.sense.config;

import dev.sluice.sense.notify.Notifier;
import java.util.Set;
import java.util.function.Function;

/// A type of notifier, selected by `type`.
///
/// @param isFileOnly whether only the file may define it, because it runs programs on this machine
/// @param secrets    keys whose values are never shown again
/// @param reader     creates the notifier from the keys of this type
public record NotifierType(String name, boolean isFileOnly, Set<String> secrets, Function<Fields, Notifier> reader)
        implements DefinitionType {}
