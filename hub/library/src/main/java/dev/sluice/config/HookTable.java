package dev.sluice.config;

import dev.sluice.config.setting.Fault;
import dev.sluice.config.setting.Setting;
import dev.sluice.config.setting.SettingType.Several;
import dev.sluice.config.setting.SettingType.Text;
import dev.sluice.config.setting.Values;
import dev.sluice.server.auth.hook.HookSettings;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// `[hook]`: the application decides what callers may do, where keys and grants do not permit it.
public final class HookTable {
    private static final int NAMES_MAX = 32;
    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]{1,255}");

    public static final Setting<String> URL = new Setting<>(
            "hook.url",
            new Text(
                    "an address such as \"http://127.0.0.1:3000/sluice\", without a password, or \"\" for none",
                    HookTable::isUrl),
            "",
            "The application's address. A `POST` asks it what a caller may do that opens a session or"
                    + " WebSocket, or reads what neither grants nor its token permit.");

    public static final Setting<Duration> TIMEOUT = Setting.time(
            "hook.timeout",
            Duration.ofMillis(100),
            Duration.ofSeconds(30),
            Duration.ofSeconds(5),
            "How long an answer of the application may take, with the wait of `hook.waiting_max`.");

    public static final Setting<Duration> CACHE_MAX = Setting.time(
            "hook.cache_max",
            Duration.ZERO,
            Duration.ofDays(1),
            Duration.ofMinutes(1),
            "How long an answer counts for the same question.");

    public static final Setting<Duration> GRACE = Setting.time(
            "hook.grace",
            Duration.ZERO,
            Duration.ofDays(1),
            Duration.ofMinutes(10),
            "How much longer an answer counts for a client that resumes while the application does not answer.");

    public static final Setting<Long> CONCURRENT_MAX =
            Setting.count("hook.concurrent_max", 1, 10_000, 64, "Questions to the application at a time.");

    public static final Setting<Long> WAITING_MAX = Setting.count(
            "hook.waiting_max",
            0,
            100_000,
            1_000,
            "Questions that wait for a place among those; a further request is answered 503.");

    public static final Setting<List<String>> HEADERS = new Setting<>(
            "hook.headers",
            new Several<>(
                    new Text("the name of a header", text -> TOKEN.matcher(text).matches()), NAMES_MAX),
            List.of(),
            "Headers of the request that the application is told.");

    public static final Setting<List<String>> COOKIES = new Setting<>(
            "hook.cookies",
            new Several<>(
                    new Text("the name of a cookie", text -> TOKEN.matcher(text).matches()), NAMES_MAX),
            List.of(),
            "Cookies of the request that the application is told, such as that of its own login. Like the hub's cookie"
                    + " they count for pages of the hub's origin and of `origins` only.");

    public static final List<Setting<?>> ALL =
            List.of(URL, TIMEOUT, CACHE_MAX, GRACE, CONCURRENT_MAX, WAITING_MAX, HEADERS, COOKIES);

    private HookTable() {}

    /// The settings of the hook; empty if there is none.
    public static Optional<HookSettings> settings(Configuration configuration) {
        if (configuration.get(URL).isEmpty()) return Optional.empty();
        return Optional.of(new HookSettings(
                URI.create(configuration.get(URL)),
                configuration.get(TIMEOUT),
                configuration.get(CACHE_MAX),
                configuration.get(GRACE),
                Math.toIntExact(configuration.get(CONCURRENT_MAX)),
                Math.toIntExact(configuration.get(WAITING_MAX)),
                configuration.get(HEADERS),
                configuration.get(COOKIES)));
    }

    /// Rejects a hook without keys: an open hub has no callers to decide about, and the backend that
    /// publishes needs a key in any case.
    static List<Fault> contradictions(Values values, AccessTables access) {
        if (access.isConfigured() || values.get(URL).isEmpty()) return List.of();
        return List.of(values.value(URL)
                .source()
                .fault("'hook.url' adds to what [[key]] and [[grant]] permit, and there is neither: everybody may do"
                        + " everything. Add a [[key]], such as that of the backend that publishes."));
    }

    private static boolean isUrl(String text) {
        if (text.isEmpty()) return true;
        try {
            URI uri = URI.create(text);
            boolean isHttp = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            return isHttp && uri.getHost() != null && uri.getRawUserInfo() == null && uri.getRawFragment() == null;
        } catch (IllegalArgumentException invalid) {
            return false;
        }
    }
}
