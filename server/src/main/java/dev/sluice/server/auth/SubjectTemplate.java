package dev.sluice.server.auth;

import dev.sluice.core.access.Permission;
import dev.sluice.core.access.Permissions;
import dev.sluice.core.access.Verb;
import dev.sluice.core.channel.InvalidName;
import dev.sluice.core.channel.Pattern;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Permissions in which `{sub}` stands for the caller's name: within a pattern for a segment or a part of
/// one, or for an event's key.
///
/// The name comes from an issuer, who may let users choose it. One that would change the meaning of a
/// pattern, because it has a `/` or a `*`, begins with `$`, or makes a segment `..`, fits no pattern: such a
/// caller has none of the permissions that name it. A denial that names it then reaches all channels below the
/// place of the name, because nobody can tell which of them was meant.
final class SubjectTemplate {
    private static final String SUB = "{sub}";

    private SubjectTemplate() {}

    /// The permissions of one caller: those with its name in place of `{sub}`, and those without `{sub}`.
    ///
    /// @param subject null: anonymous, a caller for which nothing with `{sub}` counts
    static Permissions expand(Permissions template, @Nullable String subject) {
        Map<Verb, List<Permission>> expanded = new EnumMap<>(Verb.class);
        boolean isTemplate = false;
        for (Verb verb : Verb.values()) {
            List<Permission> all = new ArrayList<>();
            for (Permission each : template.granted(verb)) {
                isTemplate |= isTemplate(each);
                expand(each, subject).ifPresent(all::add);
            }
            expanded.put(verb, all);
        }
        return isTemplate ? Permissions.of(expanded) : template;
    }

    private static boolean isTemplate(Permission permission) {
        return permission.channels().value().contains(SUB)
                || (permission.key() != null && permission.key().contains(SUB));
    }

    /// As [#expand], for permissions that are denied.
    static Permissions expandDenial(Permissions template, @Nullable String subject) {
        if (subject == null || subject.isEmpty() || fits(subject)) return expand(template, subject);
        Map<Verb, List<Permission>> expanded = new EnumMap<>(Verb.class);
        for (Verb verb : Verb.values()) {
            expanded.put(
                    verb,
                    template.granted(verb).stream()
                            .map(each -> isTemplate(each) ? widened(each, subject) : each)
                            .toList());
        }
        return Permissions.of(expanded);
    }

    private static Permission widened(Permission denied, String subject) {
        String key = denied.key() == null ? null : denied.key().replace(SUB, subject);
        String text = denied.channels().value();
        int sub = text.indexOf(SUB);
        String below = sub < 0 ? text : text.substring(0, text.lastIndexOf('/', sub) + 1) + "**";
        return new Permission(Pattern.of(below), denied.type(), key);
    }

    /// Whether a name stays one literal segment.
    private static boolean fits(String subject) {
        return subject.indexOf('/') < 0
                && subject.indexOf('*') < 0
                && !subject.startsWith("$")
                && !subject.equals(".")
                && !subject.equals("..");
    }

    private static Optional<Permission> expand(Permission template, @Nullable String subject) {
        if (!isTemplate(template)) return Optional.of(template);
        if (subject == null || subject.isEmpty()) return Optional.empty();
        String key = template.key() == null ? null : template.key().replace(SUB, subject);
        return channels(template.channels(), subject).map(channels -> new Permission(channels, template.type(), key));
    }

    private static Optional<Pattern> channels(Pattern template, String subject) {
        String text = template.value();
        if (!text.contains(SUB)) return Optional.of(template);
        if (!fits(subject)) return Optional.empty();
        try {
            return Optional.of(Pattern.of(text.replace(SUB, subject)));
        } catch (InvalidName tooLong) { // Or '.' and '..'.
            return Optional.empty();
        }
    }
}
