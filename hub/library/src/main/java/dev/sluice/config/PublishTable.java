package dev.sluice.config;

import static dev.sluice.config.Settings.GIB;
import static dev.sluice.config.Settings.KIB;
import static dev.sluice.config.Settings.MIB;
import static dev.sluice.config.Settings.TIB;

import dev.sluice.config.setting.Setting;
import dev.sluice.config.setting.Values;
import dev.sluice.server.publish.PublishSettings;
import java.util.List;

/// `[publish]`: the limits for publishers.
public final class PublishTable {
    private static final PublishSettings STANDARD = PublishSettings.DEFAULTS;
    private static final int COUNT_MAX = 1_000_000;

    public static final Setting<Long> EVENT_MAX = Setting.size(
            "publish.event_max",
            1,
            512 * MIB,
            STANDARD.eventBytesMax(),
            "The data of one event; more is 413. 12MiB at most in a cluster.");
    public static final Setting<Long> ATOMIC_EVENTS_MAX = Setting.count(
            "publish.atomic_events_max",
            1,
            COUNT_MAX,
            STANDARD.atomicLinesMax(),
            "Events of an atomic batch (`atomic=true`); more is 413.");
    public static final Setting<Long> ATOMIC_MAX = Setting.size(
            "publish.atomic_max",
            KIB,
            GIB,
            STANDARD.atomicBytesMax(),
            "The body of such a batch; more is 413. 12MiB at most in a cluster.");
    public static final Setting<Long> IN_FLIGHT_MAX = Setting.size(
            "publish.in_flight_max",
            MIB,
            TIB,
            STANDARD.inFlightBytesMax(),
            "Bytes in flight: received but not in the log yet, including unfinished bodies, lines and messages;"
                    + " each event of an upload or batch counts 256 bytes more. When it runs short, the slowest of"
                    + " those are aborted (503, or close code 1013); what still does not fit is 503.");
    public static final Setting<Long> UNACKNOWLEDGED_EVENTS_MAX = Setting.count(
            "publish.unacknowledged_events_max",
            1,
            COUNT_MAX,
            STANDARD.unacknowledgedMax(),
            "Events of one upload that are not in the log yet; beyond it, backpressure slows the upload.");
    public static final Setting<Long> UNACKNOWLEDGED_MAX = Setting.size(
            "publish.unacknowledged_max",
            KIB,
            GIB,
            STANDARD.unacknowledgedBytes(),
            "Data of one upload, with 256 bytes more for each event, or of a WebSocket or session, that is not in the log"
                    + " yet; beyond it, backpressure slows the client.");

    public static final Setting<Long> LEASES_MAX = Setting.count(
            "publish.leases_max",
            1,
            10_000_000,
            STANDARD.leasesMax(),
            "Leases of channels (`lease=`), a KiB each; a further one is 503.");

    public static final List<Setting<?>> ALL = List.of(
            EVENT_MAX,
            ATOMIC_EVENTS_MAX,
            ATOMIC_MAX,
            IN_FLIGHT_MAX,
            UNACKNOWLEDGED_EVENTS_MAX,
            UNACKNOWLEDGED_MAX,
            LEASES_MAX);

    private PublishTable() {}

    public static PublishSettings settings(Values values) {
        return new PublishSettings(
                Math.toIntExact(values.get(EVENT_MAX)),
                Math.toIntExact(values.get(ATOMIC_EVENTS_MAX)),
                Math.toIntExact(values.get(ATOMIC_MAX)),
                values.get(IN_FLIGHT_MAX),
                Math.toIntExact(values.get(UNACKNOWLEDGED_EVENTS_MAX)),
                Math.toIntExact(values.get(UNACKNOWLEDGED_MAX)),
                Math.toIntExact(values.get(LEASES_MAX)));
    }
}
