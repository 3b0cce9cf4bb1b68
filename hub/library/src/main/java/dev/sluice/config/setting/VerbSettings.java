package dev.sluice.config.setting;

import dev.sluice.core.access.Permission;
import dev.sluice.core.access.Permissions;
import dev.sluice.core.access.Verb;
import dev.sluice.core.channel.Pattern;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/// The permissions of a key or a grant: a list of channels for each verb on channels, and whether it permits
/// [Verb#ADMIN].
///
/// @param channels the setting of each verb, in the order of the documentation
public record VerbSettings(Map<Verb, Setting<List<String>>> channels, Setting<Boolean> admin) {
    /// A limit of a list; longer ones are better written as patterns.
    static final int PATTERNS_MAX = 1_000;

    private static final Pattern ALL_CHANNELS = Pattern.of("**");

    private static final Map<Verb, String> ABOUT = new EnumMap<>(Map.of(
            Verb.SUBSCRIBE,
            "Channels whose events and state may be read.",
            Verb.PUBLISH,
            "Channels to which events may be published.",
            Verb.PRESENCE,
            "Channels whose members may be read.",
            Verb.JOIN,
            "Channels of which the caller may be a member (`join=true`).",
            Verb.LIST,
            "Channels that the caller sees in lists of channels.",
            Verb.CLOSE,
            "Channels that may be ended (`close=true`).",
            Verb.DELETE,
            "Channels that may be deleted, and whose events may lose their data.",
            Verb.PUBLISH_AS,
            "Channels to which events may be published in the name of another user (`from=`), as far as `publish`"
                    + " permits publishing."));

    /// @param pattern the kind of each element of the lists
    public static VerbSettings of(SettingType<String> pattern) {
        var channels = new EnumMap<Verb, Setting<List<String>>>(Verb.class);
        ABOUT.forEach((verb, about) -> channels.put(
                verb, new Setting<>(verb.text(), new SettingType.Several<>(pattern, PATTERNS_MAX), List.of(), about)));
        return new VerbSettings(
                channels,
                new Setting<>(
                        "admin",
                        new SettingType.Switch(),
                        false,
                        "Whether the hub may be operated: revocations, the audit log, figures."));
    }

    public List<Setting<?>> all() {
        var all = new ArrayList<Setting<?>>(channels.values());
        all.add(admin);
        return all;
    }

    /// The permissions in the values.
    ///
    /// @param publish makes the permission for each pattern to which events may be published
    public Permissions permissions(Values values, Function<Pattern, Permission> publish) {
        var permitted = new EnumMap<Verb, List<Permission>>(Verb.class);
        channels.forEach((verb, setting) -> permitted.put(
                verb,
                values.get(setting).stream()
                        .map(Pattern::of)
                        .map(verb == Verb.PUBLISH ? publish : Permission::on)
                        .toList()));
        if (values.get(admin)) permitted.put(Verb.ADMIN, List.of(Permission.on(ALL_CHANNELS)));
        return Permissions.of(permitted);
    }

    /// The texts in all lists of the values.
    public List<String> patterns(Values values) {
        return channels.values().stream()
                .flatMap(setting -> values.get(setting).stream())
                .toList();
    }
}
