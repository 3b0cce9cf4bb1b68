package dev.sluice.config;

import dev.sluice.config.setting.Fault;
import dev.sluice.config.setting.Values;
import java.util.ArrayList;
import java.util.List;

/// All keys and grants of a configuration. Everything that they do not permit is denied; without any, every
/// client may do everything.
public record AccessTables(List<KeyEntry> keys, List<GrantEntry> grants) {
    public static final AccessTables NONE = new AccessTables(List.of(), List.of());

    public AccessTables {
        keys = List.copyOf(keys);
        grants = List.copyOf(grants);
    }

    public boolean isConfigured() {
        return !keys.isEmpty() || !grants.isEmpty();
    }

    /// Finds grants that match no caller.
    public List<Fault> unreachable() {
        return grants.stream()
                .filter(grant -> !isReachable(grant, keys))
                .map(grant -> grant.values()
                        .value(GrantEntry.TO)
                        .source()
                        .fault("'%s' is nobody: no key lets a caller be that.".formatted(grant.to())))
                .toList();
    }

    /// Warns of grants that restrict no one, because a wider one permits the same.
    public List<String> warnings() {
        return PointlessGrants.warnings(grants);
    }

    /// Returns true if some caller can match the grant.
    public static boolean isReachable(GrantEntry grant, List<KeyEntry> keys) {
        var to = grant.to();
        if (to.equals(GrantEntry.ANYONE)) return true;
        if (to.equals(GrantEntry.AUTHENTICATED)) return !keys.isEmpty();
        return keys.stream().anyMatch(key -> isFor(to, key));
    }

    private static boolean isFor(String to, KeyEntry key) {
        if (!key.isNamed() && !key.isForCertificates()) return true; // Tokens may have any name and role.
        boolean isForName =
                key.isNamed() ? to.equals(GrantEntry.SUBJECT + key.kid()) : to.startsWith(GrantEntry.SUBJECT);
        return isForName
                || key.values().get(KeyEntry.ROLES).stream().anyMatch(role -> to.equals(GrantEntry.ROLE + role));
    }

    /// Finds settings that contradict the keys and grants.
    List<Fault> contradictions(Values values, List<ListenEntry> listens) {
        List<Fault> faults = new ArrayList<>(contradictions(values));
        boolean asksForCertificates = listens.stream()
                .anyMatch(listen -> listen.isPublic() && listen.values().has(ListenEntry.CLIENT_CA_FILE));
        if (asksForCertificates) return faults;
        keys.stream()
                .filter(KeyEntry::isForCertificates)
                .map(key -> key.values()
                        .value(KeyEntry.CLIENT_CERTIFICATE)
                        .source()
                        .fault(
                                "'client_certificate' is for a [[listen]] that asks clients for certificates, and there is"
                                        + " none: name their authorities there, as 'client_ca_file'."))
                .forEach(faults::add);
        return faults;
    }

    private List<Fault> contradictions(Values values) {
        if (!isConfigured() || !values.get(SecurityTable.INSECURE)) return List.of();
        return List.of(values.value(SecurityTable.INSECURE)
                .source()
                .fault("'insecure' lets everybody do everything, and [[key]] and [[grant]] say who may do what: remove"
                        + " it. With them, the hub may listen on any interface."));
    }
}
