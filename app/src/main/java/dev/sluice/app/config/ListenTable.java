package dev.sluice.app.config;

import dev.sluice.app.config.Kind.Several;
import dev.sluice.app.config.Kind.Switch;
import dev.sluice.app.config.Kind.Text;
import dev.sluice.app.config.Kind.Whole;
import dev.sluice.server.ServerSettings;
import dev.sluice.server.http.Security;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/// The top of the file: where the hub listens, and who may reach it there.
public final class ListenTable {
    private static final int NAMES_MAX = 1_000;
    private static final Pattern INTERFACE = Pattern.compile("[A-Za-z0-9._:%-]{1,255}");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,255}|\\[[0-9A-Fa-f:.]{2,45}]|\\*");

    private static final Pattern LOOPBACK = Pattern.compile("localhost|127\\.[0-9.]+|(0*:)+0*1");

    public static final Setting<String> HOST = new Setting<>(
            "host",
            new Text(
                    "the name or address of an interface, such as \"127.0.0.1\"",
                    text -> INTERFACE.matcher(text).matches()),
            "127.0.0.1",
            "The interface to listen on. Any but loopback needs `insecure`.");

    public static final Setting<Long> PORT =
            new Setting<>("port", new Whole(0, 65_535), 8420L, "The port to listen on; 0 takes a free one.");

    public static final Setting<Boolean> INSECURE = new Setting<>(
            "insecure",
            new Switch(),
            false,
            "Whether everybody who can reach the hub may read, publish and delete, on any interface. Then it answers under"
                    + " its addresses and this machine's name too.");

    public static final Setting<Boolean> BEHIND_PROXY = new Setting<>(
            "behind_proxy",
            new Switch(),
            false,
            "Whether requests that a proxy passed on are served, also without `insecure`. Then everybody who can reach the"
                    + " proxy may read, publish and delete, as far as the proxy lets them.");

    public static final Setting<List<String>> ORIGINS = new Setting<>(
            "origins",
            new Several<>(
                    new Text("an origin such as \"https://shop.example\", or \"*\" for all", ListenTable::isOrigin),
                    NAMES_MAX),
            List.of(),
            "Origins besides its own whose pages may use the hub; `*` for all, then without cookies.");

    public static final Setting<List<String>> ALLOW_HOSTS = new Setting<>(
            "allow_hosts",
            new Several<>(
                    new Text(
                            "a host's name without port, such as \"hub.example\", or \"*\" for all",
                            text -> NAME.matcher(text).matches()),
                    NAMES_MAX),
            List.of(),
            "Names besides `localhost` under which requests may come (their `Host`), without port. With `*`, a web page"
                    + " elsewhere whose name resolves to this hub can use it.");

    public static final Setting<Boolean> DEMOS = new Setting<>(
            "demos",
            new Switch(),
            true,
            "Whether the demos are at `/demos/`. Where nothing is said, only on a hub that is for this machine alone: on"
                    + " loopback, and not `behind_proxy`.");

    static final Setting<Long> EVENT_LOOPS = Setting.count(
            "event_loops",
            0,
            1_024,
            0,
            "Threads that serve connections; 0 takes one for each processor but one, which the log and the system need.");

    static final Setting<Long> CONNECTIONS_MAX = Setting.count(
            "connections_max",
            1,
            10_000_000,
            ServerSettings.DEFAULTS.connectionsMax(),
            "Connections at a time; one more is answered 503. Where the system lets the process open too few files for so"
                    + " many and the log, there are fewer, and the hub says so.");

    static final Setting<Duration> TICK_TIME = Setting.time(
            "tick_time",
            Duration.ofMillis(10),
            Duration.ofSeconds(5),
            ServerSettings.DEFAULTS.tick(),
            "How often heartbeats and other times are looked at.");

    static final Setting<Duration> STOP_TIME = Setting.time(
            "stop_time",
            Duration.ofMillis(1),
            Duration.ofMinutes(10),
            ServerSettings.DEFAULTS.stopTime(),
            "How long a stop waits for clients to take their last bytes.");

    static final List<Setting<?>> ALL = List.of(
            HOST,
            PORT,
            INSECURE,
            BEHIND_PROXY,
            ORIGINS,
            ALLOW_HOSTS,
            DEMOS,
            EVENT_LOOPS,
            CONNECTIONS_MAX,
            TICK_TIME,
            STOP_TIME);

    private ListenTable() {}

    static Security security(Values values) {
        return new Security(
                values.get(INSECURE),
                values.get(BEHIND_PROXY),
                Set.copyOf(values.get(ALLOW_HOSTS)),
                Set.copyOf(values.get(ORIGINS)));
    }

    /// The demos are for whoever tries the hub on their own machine: others don't get them unasked.
    static Values settled(Values values) {
        if (values.has(DEMOS) || isForThisMachine(values)) return values;
        return values.with(DEMOS, false, new Source.Default());
    }

    private static boolean isForThisMachine(Values values) {
        // Without `insecure` no other host is listened on.
        boolean isLoopback =
                !values.get(INSECURE) || LOOPBACK.matcher(values.get(HOST)).matches();
        return isLoopback && !values.get(BEHIND_PROXY);
    }

    static int eventLoops(Values values) {
        int loops = Math.toIntExact(values.get(EVENT_LOOPS));
        return loops > 0 ? loops : ServerSettings.DEFAULTS.loops();
    }

    private static boolean isOrigin(String text) {
        try {
            return !new Security(false, false, Set.of(), Set.of(text)).origins().isEmpty();
        } catch (IllegalArgumentException noOrigin) {
            return false; // The server has the rule; a copy of it here would go its own way.
        }
    }
}
