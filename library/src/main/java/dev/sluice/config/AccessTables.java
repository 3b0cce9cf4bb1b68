package dev.sluice.config;

import java.util.List;

/// All keys and grants of a configuration. Everything that they do not permit is denied; without any,
/// everybody may do everything.
public record AccessTables(List<KeyEntry> keys, List<GrantEntry> grants) {
    public static final AccessTables NONE = new AccessTables(List.of(), List.of());

    public AccessTables {
        keys = List.copyOf(keys);
        grants = List.copyOf(grants);
    }

    public boolean isConfigured() {
        return !keys.isEmpty() || !grants.isEmpty();
    }

    /// Whether there can be a caller that the grant is for.
    public static boolean isReachable(GrantEntry grant, List<KeyEntry> keys) {
        var to = grant.to();
        if (to.equals(GrantEntry.ANYONE)) return true;
        if (to.equals(GrantEntry.AUTHENTICATED)) return !keys.isEmpty();
        return keys.stream().anyMatch(key -> !key.isStatic() || isFor(to, key)); // Tokens may have any name and role.
    }

    private static boolean isFor(String to, KeyEntry key) {
        return to.equals(GrantEntry.SUBJECT + key.kid())
                || key.values().get(KeyEntry.ROLES).stream().anyMatch(role -> to.equals(GrantEntry.ROLE + role));
    }

    /// Finds settings that contradict the keys and grants.
    List<Fault> contradictions(Values values) {
        if (!isConfigured() || !values.get(SecurityTable.INSECURE)) return List.of();
        return List.of(values.value(SecurityTable.INSECURE)
                .source()
                .fault("'insecure' lets everybody do everything, and [[key]] and [[grant]] say who may do what: remove"
                        + " it. With them, the hub may listen on any interface."));
    }
}
