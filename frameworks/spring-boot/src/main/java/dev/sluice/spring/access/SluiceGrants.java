package dev.sluice.spring.access;

import java.security.Principal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The channels that a user may subscribe to and publish to: names and patterns, in which `*` matches one
/// segment and a final `**` one or more, but no segment that begins with `$`. `{user}` stands for the user's name. A
/// name that would change the
/// meaning of a pattern, for example with a `/` or a `*`, fits no pattern, and neither does an anonymous user.
/// Immutable. Throws [IllegalArgumentException] for a pattern with another `*`.
public record SluiceGrants(List<String> subscribe, List<String> publish) {
    private static final String USER = "{user}";

    public SluiceGrants {
        subscribe = List.copyOf(subscribe);
        publish = List.copyOf(publish);
        subscribe.forEach(SluiceGrants::check);
        publish.forEach(SluiceGrants::check);
    }

    private static void check(String pattern) {
        var segments = pattern.split("/", -1);
        for (int i = 0; i < segments.length; i++) {
            var segment = segments[i];
            boolean isWild = segment.equals("*") || (segment.equals("**") && i == segments.length - 1);
            if (!isWild && segment.contains("*")) {
                throw new IllegalArgumentException(
                        "'*' must be a whole segment, and '**' the last one, unlike in '" + pattern + "'");
            }
        }
    }

    /// Permits nothing.
    public static SluiceGrants none() {
        return new SluiceGrants(List.of(), List.of());
    }

    /// Also permits subscribing to these channels.
    public SluiceGrants subscribe(String... patterns) {
        return new SluiceGrants(joined(subscribe, patterns), publish);
    }

    /// Also permits publishing to these channels.
    public SluiceGrants publish(String... patterns) {
        return new SluiceGrants(subscribe, joined(publish, patterns));
    }

    private static List<String> joined(List<String> first, String... more) {
        var all = new ArrayList<>(first);
        all.addAll(Arrays.asList(more));
        return all;
    }

    /// Returns the grants with the user's name in place of `{user}`.
    public SluiceGrants of(@Nullable Principal user) {
        var name = user == null ? "" : String.valueOf(user.getName());
        return new SluiceGrants(expanded(subscribe, name), expanded(publish, name));
    }

    private static List<String> expanded(List<String> patterns, String name) {
        return patterns.stream()
                .filter(pattern -> !pattern.contains(USER) || isPlain(name))
                .map(pattern -> pattern.replace(USER, name))
                .filter(pattern -> Arrays.stream(pattern.split("/", -1)).noneMatch(SluiceGrants::isDots))
                .toList();
    }

    /// Returns true if a name means itself within a pattern.
    private static boolean isPlain(String name) {
        return !name.isEmpty() && !name.startsWith("$") && name.chars().noneMatch(each -> each == '/' || each == '*');
    }

    private static boolean isDots(String segment) {
        return segment.equals(".") || segment.equals("..");
    }

    /// Returns true if all channels of this name or pattern may be subscribed to. `{user}` must have been
    /// replaced.
    public boolean permitSubscribe(String selected) {
        return subscribe.stream().anyMatch(pattern -> covers(pattern, selected));
    }

    /// Returns true if no wildcard matches a segment, as in the hub.
    private static boolean isReserved(String segment) {
        return segment.startsWith("$");
    }

    private static boolean covers(String pattern, String selected) {
        var allowed = pattern.split("/", -1);
        var asked = selected.split("/", -1);
        for (int i = 0; i < allowed.length; i++) {
            if (i == asked.length) return false;
            if (allowed[i].equals("**")) {
                return Arrays.stream(asked, i, asked.length).noneMatch(SluiceGrants::isReserved);
            }
            boolean isWild = allowed[i].equals("*") && !asked[i].equals("**") && !isReserved(asked[i]);
            if (!isWild && !allowed[i].equals(asked[i])) return false;
        }
        return allowed.length == asked.length;
    }
}
