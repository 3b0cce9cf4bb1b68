package dev.sluice.config;

import dev.sluice.config.setting.Fault;
import dev.sluice.config.setting.Setting;
import dev.sluice.config.setting.SettingType.Switch;
import dev.sluice.config.setting.SettingType.Text;
import dev.sluice.config.setting.SettingType.Whole;
import dev.sluice.config.setting.Source;
import dev.sluice.config.setting.Values;
import dev.sluice.server.ServerSettings;
import dev.sluice.server.net.Listener;
import dev.sluice.server.tls.CertificateSource;
import dev.sluice.server.tls.TlsSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The top of the file: the addresses where the hub listens, and its number of connections.
public final class ListenTable {
    private static final Pattern INTERFACE = Pattern.compile("[A-Za-z0-9._:%-]{1,255}");
    private static final Pattern LOOPBACK = Pattern.compile("localhost|127\\.[0-9.]+|(0*:)+0*1");

    public static final Setting<String> HOST = new Setting<>(
            "host",
            new Text(
                    "the name or address of an interface, such as \"127.0.0.1\"",
                    text -> INTERFACE.matcher(text).matches()),
            "127.0.0.1",
            "The interface to listen on. Any but loopback needs keys, grants or `insecure`. `[[listen]]`, for"
                    + " TLS or several addresses, replaces `host`, `port`, `admin_host` and `admin_port`.");

    public static final Setting<Long> PORT =
            new Setting<>("port", new Whole(0, 65_535), 8420L, "The port to listen on; 0 takes a free one.");

    public static final Setting<String> ADMIN_HOST = new Setting<>(
            "admin_host",
            new Text(
                    "the name or address of an interface, such as \"127.0.0.1\"",
                    text -> INTERFACE.matcher(text).matches()),
            "127.0.0.1",
            "The interface of `admin_port`. Any but loopback needs keys or grants, or `insecure`.");

    public static final Setting<Long> ADMIN_PORT = new Setting<>(
            "admin_port",
            new Whole(0, 65_535),
            0L,
            "A second port for `/livez`, `/readyz` and what operators ask for (`/connections`, `/traces`,"
                    + " `/deliveries`, `/drain`, `/reload`, `/metrics`), of which the last two are then only there;"
                    + " 0: none. Its connections count in `connections_max`.");

    public static final Setting<Boolean> TLS_DEV = new Setting<>(
            "tls_dev",
            new Switch(),
            false,
            "Whether `port` serves HTTPS with a certificate made for `localhost`, this machine's name and `host`, by an"
                    + " authority in the data folder (`tls-dev/`), with `--memory` in the user's cache. For"
                    + " development: clients trust its file `authority.pem`.");

    public static final Setting<Boolean> PROXY_PROTOCOL = new Setting<>(
            "proxy_protocol",
            new Switch(),
            false,
            "Whether each connection to `port` begins with a header of the PROXY protocol (v1 or v2), which says where"
                    + " its client is. Others, and those that are not from `trusted_proxies`, are closed. Probes use"
                    + " `admin_port`.");

    public static final Setting<Boolean> DEMOS = new Setting<>(
            "demos",
            new Switch(),
            true,
            "Whether the demos are at `/demos/`. By default only on a hub that only this machine can reach: on"
                    + " loopback, not `behind_proxy`, and without `allow_hosts`, keys and grants.");

    public static final Setting<Boolean> LAB = new Setting<>(
            "lab",
            new Switch(),
            true,
            "Whether the lab is at `/lab/`, a load generator. By default only where the demos are; elsewhere its page asks"
                    + " for the verb `admin`, where there are keys.");

    public static final Setting<Boolean> DOCTOR = new Setting<>(
            "doctor",
            new Switch(),
            true,
            "Whether everybody who can reach the hub may use `sluice doctor` and `/doctor/`. By default only"
                    + " where the demos are. Callers with the grant `admin` always may.");

    public static final Setting<String> DOCS = new Setting<>(
            "docs",
            new Text("the path of a folder", text -> text.indexOf('\0') < 0),
            "",
            "A folder whose files are at `/docs/`, for every client, such as the documentation site; empty: none.");

    public static final Setting<Long> EVENT_LOOPS = Setting.count(
            "event_loops",
            0,
            1_024,
            0,
            "Threads that serve connections; 0: one per processor, except one that is left to the log and the system.");

    public static final Setting<Long> CONNECTIONS_MAX = Setting.count(
            "connections_max",
            1,
            10_000_000,
            ServerSettings.DEFAULTS.connectionsMax(),
            "Concurrent connections; a further one is answered 503. Where the limit of open files of the process is"
                    + " too low for them and the log, there are fewer, and the hub logs that.");

    public static final Setting<Duration> TICK_TIME = Setting.time(
            "tick_time",
            Duration.ofMillis(10),
            Duration.ofSeconds(5),
            ServerSettings.DEFAULTS.tick(),
            "How often heartbeats and timeouts are checked.");

    public static final Setting<Duration> DRAIN_TIME = Setting.time(
            "drain_time",
            Duration.ZERO,
            Duration.ofHours(1),
            ServerSettings.DEFAULTS.drainTime(),
            "How long a stop takes to end all streams, one after the other; 0s: all at once. `/readyz` is 503"
                    + " from the beginning, and no stream ends in the first sixth, at most 10 s.");

    public static final Setting<Duration> STOP_TIME = Setting.time(
            "stop_time",
            Duration.ofMillis(1),
            Duration.ofMinutes(10),
            ServerSettings.DEFAULTS.stopTime(),
            "How long a stop waits for clients to receive their last bytes.");

    public static final List<Setting<?>> ALL = List.of(
            HOST,
            PORT,
            ADMIN_HOST,
            ADMIN_PORT,
            TLS_DEV,
            SecurityTable.INSECURE,
            SecurityTable.BEHIND_PROXY,
            SecurityTable.TRUSTED_PROXIES,
            SecurityTable.FORWARDED_HEADER,
            PROXY_PROTOCOL,
            SecurityTable.ORIGINS,
            SecurityTable.ALLOW_HOSTS,
            DEMOS,
            LAB,
            DOCTOR,
            DOCS,
            EVENT_LOOPS,
            CONNECTIONS_MAX,
            TICK_TIME,
            DRAIN_TIME,
            STOP_TIME);

    /// The settings that `[[listen]]` replaces.
    public static final List<Setting<?>> SHORT_FORM =
            List.of(HOST, PORT, ADMIN_HOST, ADMIN_PORT, TLS_DEV, PROXY_PROTOCOL);

    private ListenTable() {}

    /// @param entries     the entries that replace the settings here, if there are any
    /// @param development the certificate of `tls_dev`; null for none
    static List<Listener> listeners(
            Values values, List<ListenEntry> entries, Path folder, @Nullable CertificateSource development) {
        if (!entries.isEmpty()) {
            return entries.stream()
                    .map(entry -> entry.listener(folder, values.get(HttpTable.HANDSHAKE_TIME)))
                    .sorted(Comparator.comparing(Listener::role)) // The public listener is first.
                    .toList();
        }
        List<Listener> listeners = new ArrayList<>();
        listeners.add(new Listener(
                values.get(HOST),
                Math.toIntExact(values.get(PORT)),
                Listener.Role.PUBLIC,
                development == null ? null : new TlsSettings(development, null, values.get(HttpTable.HANDSHAKE_TIME)),
                values.get(PROXY_PROTOCOL)));
        int admin = Math.toIntExact(values.get(ADMIN_PORT));
        if (admin != 0) listeners.add(new Listener(values.get(ADMIN_HOST), admin, Listener.Role.ADMIN));
        return listeners;
    }

    /// Finds settings for proxies that contradict each other.
    private static List<Fault> contradictions(Values values, AccessTables access, Source source) {
        List<Fault> faults = new ArrayList<>();
        if (values.get(SecurityTable.TRUSTED_PROXIES).isEmpty()) {
            faults.add(
                    source.fault("'proxy_protocol' takes connections from 'trusted_proxies' only, and there are none:"
                            + " name the addresses of your proxies there."));
        }
        if (!values.get(SecurityTable.INSECURE) && !values.get(SecurityTable.BEHIND_PROXY) && !access.isConfigured()) {
            faults.add(
                    source.fault("With 'proxy_protocol' everybody who reaches the proxy may read, publish and delete:"
                            + " write [[key]] and [[grant]], or set 'behind_proxy' if that is meant."));
        }
        return faults;
    }

    /// Removes demos, lab and doctor by default from a hub that others can reach: they are for trying the hub out.
    static Values withDefaults(Values values, AccessTables access, List<ListenEntry> entries) {
        if (isForThisMachine(values, access, entries)) return values;
        Values fewer = values;
        for (var each : List.of(DEMOS, LAB, DOCTOR)) {
            if (!values.has(each)) fewer = fewer.with(each, false, new Source.Default());
        }
        return fewer;
    }

    private static boolean isForThisMachine(Values values, AccessTables access, List<ListenEntry> entries) {
        // Without `insecure`, other hosts are refused.
        boolean isLoopback = !values.get(SecurityTable.INSECURE)
                || hosts(values, entries)
                        .allMatch(host -> LOOPBACK.matcher(host).matches());
        // A name other than localhost is for other clients, behind a proxy that leaves no trace in requests.
        boolean isNamed = !values.get(SecurityTable.ALLOW_HOSTS).isEmpty();
        return isLoopback && !isNamed && !values.get(SecurityTable.BEHIND_PROXY) && !access.isConfigured();
    }

    private static Stream<String> hosts(Values values, List<ListenEntry> entries) {
        if (entries.isEmpty()) return Stream.of(values.get(HOST));
        return entries.stream()
                .filter(ListenEntry::isPublic)
                .map(entry -> entry.values().get(ListenEntry.HOST));
    }

    /// Finds settings that contradict each other, or the list of addresses.
    static List<Fault> contradictions(Values values, AccessTables access, List<ListenEntry> entries) {
        List<Fault> faults = new ArrayList<>(misplaced(values, entries));
        Stream.concat(Stream.of(values), entries.stream().map(ListenEntry::values))
                .filter(each -> each.get(PROXY_PROTOCOL))
                .findFirst()
                .map(each -> each.value(PROXY_PROTOCOL).source())
                .ifPresent(source -> faults.addAll(contradictions(values, access, source)));
        return faults;
    }

    private static List<Fault> misplaced(Values values, List<ListenEntry> entries) {
        if (entries.isEmpty()) return List.of();
        return SHORT_FORM.stream()
                .filter(values::has)
                .map(setting -> values.value(setting)
                        .source()
                        .fault("'%s' is for a hub without [[listen]], which has all its addresses: %s there."
                                .formatted(setting.key(), setting.equals(TLS_DEV) ? "name a certificate" : "move it")))
                .toList();
    }

    public static int eventLoops(Values values) {
        int loops = Math.toIntExact(values.get(EVENT_LOOPS));
        return loops > 0 ? loops : ServerSettings.DEFAULTS.loops();
    }
}
