package dev.sluice.config;

import dev.sluice.config.setting.Names;
import dev.sluice.config.setting.Setting;
import dev.sluice.config.setting.SettingType;
import dev.sluice.config.setting.Values;
import dev.sluice.config.setting.VerbSettings;
import dev.sluice.core.access.Permission;
import dev.sluice.core.access.Permissions;
import dev.sluice.core.access.Verb;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// A grant: the permissions of some callers, or, with [#DENY], the actions that are denied to them whatever
/// else permits those.
public record GrantEntry(Values values) {
    public static final String ANYONE = "anyone";
    public static final String AUTHENTICATED = "authenticated";

    /// The prefix of a caller's name; the other one is the prefix of a role.
    public static final String SUBJECT = "sub:";

    public static final String ROLE = "role:";

    public static final Setting<String> TO = new Setting<>(
            "to",
            new SettingType.Text("\"anyone\", \"authenticated\", \"sub:NAME\" or \"role:NAME\"", GrantEntry::isWhom),
            AUTHENTICATED,
            "Whom it is for: everybody; everybody with a key or a token; the caller of this name (`sub`; a static key's"
                    + " name is its `kid`); or all who have this role.");

    public static final Setting<Boolean> DENY = new Setting<>(
            "deny",
            new SettingType.Switch(),
            false,
            "Whether this is denied, even if other grants, keys or tokens permit it.");

    public static final VerbSettings VERBS = VerbSettings.of(new SettingType.Text(
            "a channel's name or a pattern such as \"chat/**\", in which {sub} is the caller's name",
            text -> ChannelRule.isPattern(text) && Names.hasOnlySub(text)));

    public static final Setting<String> TYPE = new Setting<>(
            "type",
            new SettingType.Text("the type of an event", Names::isName),
            "",
            "The only type that may be published.");

    public static final Setting<String> KEY = new Setting<>(
            "key",
            new SettingType.Text(
                    "the key of an event, in which {sub} is the caller's name",
                    text -> Names.isName(text) && Names.hasOnlySub(text)),
            "",
            "The only key that may be published.");

    public static final Setting<Long> CHANNELS_MAX = Setting.count(
            "channels_max",
            0,
            1_000_000_000,
            0,
            "The most channels with events that each caller may have created: a publish that creates one more"
                    + " is 429. The highest limit of several grants counts. Each node counts what was created there"
                    + " since its start. 0: no limit but `limits.caller_share`.");

    public static final List<Setting<?>> ALL = Stream.of(
                    List.of(TO, DENY), VERBS.all(), List.of(TYPE, KEY, CHANNELS_MAX))
            .<Setting<?>>flatMap(List::stream)
            .toList();

    /// Creates the grant of a program.
    ///
    /// @param settings by the keys of [#ALL]
    /// @throws IllegalArgumentException if a key or value is invalid; the message is for the user
    public static GrantEntry of(String to, Map<String, ?> settings) {
        var values = Flags.of(ALL)
                .with(TO, "grant", to)
                .with("grant " + to, settings)
                .values();
        mistake(values).ifPresent(mistake -> {
            throw new IllegalArgumentException("grant " + to + " " + mistake);
        });
        return new GrantEntry(values);
    }

    /// The callers that the grant is for, as written.
    public String to() {
        return values.get(TO);
    }

    public boolean isDenial() {
        return values.get(DENY);
    }

    /// The permissions that it grants or denies, with `{sub}` as written.
    public Permissions permissions() {
        long channelsMax = values.get(CHANNELS_MAX);
        return VERBS.permissions(
                values,
                pattern -> new Permission(
                        pattern,
                        values.has(TYPE) ? values.get(TYPE) : null,
                        values.has(KEY) ? values.get(KEY) : null,
                        channelsMax == 0 ? Permission.UNBOUNDED : Math.toIntExact(channelsMax)));
    }

    /// The mistake in an entry of these values, as the rest of a sentence about it; empty if the entry is
    /// valid.
    public static Optional<String> mistake(Values values) {
        if (!values.has(TO)) {
            return Optional.of(
                    "needs 'to', whom it is for: %s.".formatted(TO.kind().takes()));
        }
        if (new GrantEntry(values).permissions().isEmpty()) {
            return Optional.of("names nothing: add a verb, such as subscribe = [\"news/**\"].");
        }
        if (values.get(DENY) && values.has(CHANNELS_MAX)) {
            return Optional.of("has 'channels_max', which limits what is permitted, but denies: remove it.");
        }
        var limit = Stream.of(TYPE, KEY, CHANNELS_MAX).filter(values::has).findFirst();
        if (limit.isPresent() && !new GrantEntry(values).permissions().permitsAny(Verb.PUBLISH)) {
            return Optional.of("has '%s', which limits what may be published, but no 'publish'."
                    .formatted(limit.get().key()));
        }
        boolean namesCaller = VERBS.patterns(values).stream().anyMatch(pattern -> pattern.contains(Names.SUB))
                || values.get(KEY).contains(Names.SUB);
        if (namesCaller && values.get(TO).equals(ANYONE)) {
            return Optional.of("names {sub}, and not anyone has a name: write to = \"authenticated\".");
        }
        return Optional.empty();
    }

    private static boolean isWhom(String text) {
        return text.equals(ANYONE)
                || text.equals(AUTHENTICATED)
                || (text.startsWith(SUBJECT) && Names.isName(text.substring(SUBJECT.length())))
                || (text.startsWith(ROLE) && Names.isName(text.substring(ROLE.length())));
    }
}
