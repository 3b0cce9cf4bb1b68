package dev.sluice.config;

import dev.sluice.config.setting.Setting;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// The change from the configuration in force to the one that was read again: the part that a running hub can
/// apply, and the part that needs a restart.
public final class ConfigurationChange {
    /// The settings that a running hub can apply, in addition to the lists of rules, keys and grants, and the
    /// contents of files.
    public static final List<Setting<?>> RELOADED = Stream.of(
                    LimitsTable.ALL,
                    SecurityTable.RELOADED,
                    List.<Setting<?>>of(
                            ListenTable.CONNECTIONS_MAX,
                            AuthTable.REVOCATIONS_MAX,
                            AuthTable.TOKENS_MAX,
                            AuthTable.AUDIT_AGE,
                            AuthTable.AUDIT_EVENTS_MAX))
            .<Setting<?>>flatMap(List::stream)
            .toList();

    private final Configuration before;
    private final Configuration after;

    /// The settings that this change can apply.
    private final List<Setting<?>> reloaded;

    public ConfigurationChange(Configuration before, Configuration after) {
        this.before = before;
        this.after = after;
        this.reloaded = new ArrayList<>(RELOADED);
        if (keepsAccess()) reloaded.addAll(HookTable.ALL); // Only a hub with keys and grants has a hook.
    }

    /// The keys of the settings that differ and need a restart, in the order of the documentation.
    public List<String> needingRestart() {
        List<String> keys = new ArrayList<>();
        for (var setting : Settings.ALL) {
            boolean isSame = before.values().get(setting).equals(after.values().get(setting));
            if (!isSame && !reloaded.contains(setting)) keys.add(setting.key());
        }
        if (!listens(before).equals(listens(after))) keys.add("[[listen]]");
        if (!keepsAccess()) keys.add("[[key]], [[grant]]");
        return keys;
    }

    private static List<List<Object>> listens(Configuration configuration) {
        return configuration.listens().stream()
                .map(each -> ListenEntry.ALL.stream()
                        .<Object>map(setting -> each.values().get(setting))
                        .toList())
                .toList();
    }

    /// Returns true if both configurations have keys and grants, or neither has. A hub where every client may
    /// do everything has other routes.
    public boolean keepsAccess() {
        return before.access().isConfigured() == after.access().isConfigured();
    }

    /// The configuration after the change of a running hub: everything that it can't apply stays as before.
    ///
    /// @param withRules whether to apply the rules for channels, and those for the audit log
    public Configuration followed(boolean withRules) {
        return before.following(
                after,
                reloaded.stream()
                        .filter(setting -> withRules || !AuthTable.RETENTION.contains(setting))
                        .toList(),
                withRules ? after.rules() : before.rules(),
                keepsAccess() ? after.access() : before.access());
    }
}
