package dev.sluice.config;

import dev.sluice.config.setting.Setting;
import dev.sluice.config.setting.SettingType;
import dev.sluice.config.setting.Values;
import dev.sluice.core.budget.Budget;
import dev.sluice.core.channel.Pattern;
import dev.sluice.core.log.HubChannels;
import dev.sluice.core.log.Retention;
import dev.sluice.core.log.RetentionRules;
import dev.sluice.server.auth.BearerToken;
import dev.sluice.server.auth.token.TokenRevocations;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/// `[auth]`: settings that accompany keys and grants.
public final class AuthTable {
    private static final java.util.regex.Pattern COOKIE_NAME =
            java.util.regex.Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}");

    /// The bytes of the audit log per event: an event has about 200, in addition to the overhead that counts
    /// for every event.
    private static final long AUDIT_EVENT_BYTES = 1_024;

    public static final Setting<String> COOKIE = new Setting<>(
            "auth.cookie",
            new SettingType.Text(
                    "the name of a cookie, of at most 64 characters",
                    text -> COOKIE_NAME.matcher(text).matches()),
            BearerToken.COOKIE,
            "The cookie that may have a page's token. Under another name than the default, an application of the same"
                    + " site sets it, and the hub has no `/login`.");

    public static final Setting<Long> REVOCATIONS_MAX = Setting.count(
            "auth.revocations_max",
            0,
            HubChannels.REVOCATIONS_MAX,
            TokenRevocations.COUNT_MAX,
            "Revocations in force, about 500 bytes of heap each. Each is, for the longest `lifetime_max` of the keys; one"
                    + " more is 503.");

    public static final Setting<Long> TOKENS_MAX = Setting.count(
            "auth.tokens_max",
            0,
            10_000_000,
            Budget.TOKENS.limit(),
            "Tokens that are remembered as verified, 4 KiB of heap each, long ones more; the signatures of others are"
                    + " verified with each request.");

    public static final Setting<Duration> AUDIT_AGE = Setting.time(
            "auth.audit_age",
            Duration.ofMinutes(1),
            Duration.ofDays(36_500),
            Duration.ofDays(90),
            "How long the channels `$audit` and `$audit/refusals` keep their events.");

    public static final Setting<Long> AUDIT_EVENTS_MAX = Setting.count(
            "auth.audit_events_max",
            1,
            100_000_000,
            100_000,
            "How many events each of these two channels keeps, of a KiB on average. They do not count in the limits of"
                    + " the whole log.");

    public static final List<Setting<?>> ALL =
            List.of(COOKIE, REVOCATIONS_MAX, TOKENS_MAX, AUDIT_AGE, AUDIT_EVENTS_MAX);

    /// The settings of the retention of the audit log.
    static final List<Setting<?>> RETENTION = List.of(AUDIT_AGE, AUDIT_EVENTS_MAX);

    private AuthTable() {}

    /// Returns these rules, with separate ones for the audit log.
    ///
    /// @param bytesMax the limit of each of its channels
    /// @param limited  adds the limits that a rule does not set
    static RetentionRules retention(
            Values values, long bytesMax, ChannelRules rules, UnaryOperator<Retention> limited) {
        long events = values.get(AUDIT_EVENTS_MAX);
        var audit = new Retention(values.get(AUDIT_AGE), events, Math.min(bytesMax, events * AUDIT_EVENT_BYTES));
        List<RetentionRules.Rule> all = new ArrayList<>();
        all.add(new RetentionRules.Rule(Pattern.of(HubChannels.AUDIT.value()), audit));
        all.add(new RetentionRules.Rule(Pattern.of(HubChannels.AUDIT + "/**"), audit));
        for (ChannelRule each : rules.all())
            all.add(new RetentionRules.Rule(each.pattern(), limited.apply(each.retention())));
        return new RetentionRules(all, limited.apply(Retention.ALL));
    }
}
