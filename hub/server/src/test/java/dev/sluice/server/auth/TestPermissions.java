package dev.sluice.server.auth;

import dev.sluice.core.access.Permission;
import dev.sluice.core.access.Permissions;
import dev.sluice.core.access.Verb;
import dev.sluice.core.channel.Pattern;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// The permissions of callers in tests.
public final class TestPermissions {
    private TestPermissions() {}

    /// These verbs on the channels of one pattern.
    public static Permissions on(String pattern, Verb... verbs) {
        Map<Verb, List<Permission>> all = new EnumMap<>(Verb.class);
        for (Verb each : verbs) all.put(each, List.of(Permission.on(Pattern.of(pattern))));
        return Permissions.of(all);
    }
}
