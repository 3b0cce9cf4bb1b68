package dev.sluice.server.auth;

import dev.sluice.core.access.Permission;
import dev.sluice.core.access.Permissions;
import dev.sluice.core.access.Verb;
import dev.sluice.core.channel.InvalidNameException;
import dev.sluice.core.channel.Pattern;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Permissions in which `{sub}` stands for the caller's name: within a pattern for a segment or a part of
/// one, or for an event's key.
///
/// The name comes from an issuer, who may let users choose it. A name that would change the meaning of a pattern
/// (it has a `/` or a `*`, begins with `$`, or makes a segment `..`) fits no pattern, and neither does a name
/// that makes the pattern too long. A caller with such a name has none of the permissions with `{sub}`. A denial
/// with `{sub}` then covers all channels below the place of the name, because the hub cannot know which of them
/// was meant.
final class SubjectTemplate {
    private static final String SUB = "{sub}";

    private SubjectTemplate() {}

    /// The permissions of one caller: those with its name in place of `{sub}`, and those without `{sub}`.
    ///
    /// @param subject null for an anonymous caller, which has no permission with `{sub}`
    static Permissions expand(Permissions template, @Nullable String subject) {
        return expand(template, each -> expand(each, subject));
    }

    /// Expands denials. Unlike with [#expand], one that cannot be expanded denies everything that it could mean.
    static Permissions expandDenial(Permissions template, @Nullable String subject) {
        return expand(template, each -> expand(each, subject).or(() -> Optional.of(widened(each, subject))));
    }

    private static Permissions expand(Permissions template, Function<Permission, Optional<Permission>> expansion) {
        if (Arrays.stream(Verb.values())
                .flatMap(verb -> template.granted(verb).stream())
                .noneMatch(SubjectTemplate::isTemplate)) return template;
        Map<Verb, List<Permission>> expanded = new EnumMap<>(Verb.class);
        for (Verb verb : Verb.values()) {
            expanded.put(
                    verb,
                    template.granted(verb).stream()
                            .flatMap(each -> expansion.apply(each).stream())
                            .toList());
        }
        return Permissions.of(expanded);
    }

    private static boolean isTemplate(Permission permission) {
        return permission.channels().value().contains(SUB)
                || (permission.key() != null && permission.key().contains(SUB));
    }

    private static Permission widened(Permission denied, @Nullable String subject) {
        String key = subject == null || subject.isEmpty() || denied.key() == null
                ? null
                : denied.key().replace(SUB, subject);
        String text = denied.channels().value();
        int sub = text.indexOf(SUB);
        String below = sub < 0 ? text : text.substring(0, text.lastIndexOf('/', sub) + 1) + "**";
        return new Permission(Pattern.of(below), denied.type(), key, denied.channelsMax());
    }

    /// Returns true if a name is one literal segment.
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
        return channels(template.channels(), subject)
                .map(channels -> new Permission(channels, template.type(), key, template.channelsMax()));
    }

    private static Optional<Pattern> channels(Pattern template, String subject) {
        String text = template.value();
        if (!text.contains(SUB)) return Optional.of(template);
        if (!fits(subject)) return Optional.empty();
        try {
            return Optional.of(Pattern.of(text.replace(SUB, subject)));
        } catch (InvalidNameException tooLong) { // Or '.' and '..'.
            return Optional.empty();
        }
    }
}
