package dev.sluice.embed.reload;

import dev.sluice.config.ChannelRule;
import dev.sluice.config.Configuration;
import dev.sluice.config.GrantEntry;
import dev.sluice.config.HeapBudget;
import dev.sluice.config.KeyEntry;
import dev.sluice.config.Settings;
import dev.sluice.config.setting.Setting;
import dev.sluice.config.setting.Values;
import dev.sluice.core.access.Permission;
import dev.sluice.core.access.Permissions;
import dev.sluice.core.access.Verb;
import dev.sluice.core.budget.Budget;
import dev.sluice.server.json.Json;
import dev.sluice.server.net.Listener;
import dev.sluice.server.reload.ReloadJson;
import dev.sluice.server.reload.ReloadReport;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The configuration in force with the source of each value, as the JSON of `GET /settings`. It has the names
/// and permissions of keys, but not the places of their secrets.
public final class SettingsReport {
    private SettingsReport() {}

    /// @param last the outcome of the last reload; null if there was none
    public static byte[] of(Configuration configuration, boolean isReloadable, @Nullable ReloadReport last) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put(
                "settings",
                Settings.ALL.stream()
                        .map(each -> line(each, configuration.values()))
                        .toList());
        all.put("heapBytes", Budget.heapBytes());
        all.put("reservedBytes", Budget.availableBytes(Budget.heapBytes()));
        all.put("budgets", HeapBudget.report(configuration.values()));
        all.put(
                "keys",
                configuration.access().keys().stream().map(SettingsReport::key).toList());
        all.put(
                "grants",
                configuration.access().grants().stream()
                        .map(SettingsReport::grant)
                        .toList());
        all.put(
                "rules",
                configuration.rules().all().stream().map(SettingsReport::rule).toList());
        all.put("reloadable", isReloadable ? where(configuration) : "never");
        if (last != null) all.put("reload", ReloadJson.of(last));
        return Json.write(all);
    }

    /// The listener that accepts a reload. A public one accepts it only with a key.
    private static String where(Configuration configuration) {
        boolean hasAdmin =
                configuration.server().listeners().stream().anyMatch(each -> each.role() == Listener.Role.ADMIN);
        if (hasAdmin) return "admin";
        return configuration.access().isConfigured() ? "here" : "never";
    }

    private static Map<String, Object> rule(ChannelRule rule) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("match", rule.pattern().value());
        line.put("source", rule.values().value(ChannelRule.MATCH).source().text());
        Map<String, String> set = new LinkedHashMap<>();
        for (Setting<?> each : ChannelRule.ALL) {
            if (!each.equals(ChannelRule.MATCH) && rule.values().has(each))
                set.put(each.key(), text(each, rule.values()));
        }
        line.put("sets", set);
        return line;
    }

    private static <T> String text(Setting<T> setting, Values values) {
        return setting.kind().write(values.get(setting));
    }

    private static <T> Map<String, Object> line(Setting<T> setting, Values values) {
        Values.Value<T> value = values.value(setting);
        return Map.of(
                "key", setting.key(),
                "value", setting.kind().write(value.value()),
                "source", value.source().text());
    }

    private static Map<String, Object> key(KeyEntry key) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("kid", key.kid());
        line.put("kind", kind(key));
        line.put("roles", key.values().get(KeyEntry.ROLES));
        line.put("permits", permissions(key.isStatic() || key.isPassword() ? key.permissions() : key.ceiling()));
        line.put("source", key.values().value(KeyEntry.KID).source().text());
        return line;
    }

    private static String kind(KeyEntry key) {
        if (key.isStatic()) return "static";
        if (key.isPassword()) return "password";
        return key.isForCertificates() ? "certificates" : "tokens";
    }

    private static Map<String, Object> grant(GrantEntry grant) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("to", grant.to());
        line.put("deny", grant.isDenial());
        line.put("permits", permissions(grant.permissions()));
        line.put("source", grant.values().value(GrantEntry.TO).source().text());
        return line;
    }

    private static Map<String, List<String>> permissions(Permissions permissions) {
        Map<String, List<String>> byVerb = new LinkedHashMap<>();
        for (Verb verb : Verb.values()) {
            List<Permission> granted = permissions.granted(verb);
            if (!granted.isEmpty())
                byVerb.put(
                        verb.text(),
                        granted.stream().map(each -> each.channels().value()).toList());
        }
        return byVerb;
    }
}
