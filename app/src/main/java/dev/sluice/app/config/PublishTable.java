package dev.sluice.app.config;

import static dev.sluice.app.config.Settings.GIB;
import static dev.sluice.app.config.Settings.KIB;
import static dev.sluice.app.config.Settings.MIB;
import static dev.sluice.app.config.Settings.TIB;

import dev.sluice.server.publish.PublishSettings;
import java.util.List;

/// `[publish]`: how much may be published at once.
final class PublishTable {
    private static final PublishSettings STANDARD = PublishSettings.DEFAULTS;
    private static final int COUNT_MAX = 1_000_000;

    static final Setting<Long> EVENT_MAX = Setting.size(
            "publish.event_max", 1, 512 * MIB, STANDARD.eventBytesMax(), "The data of one event; more is 413.");
    static final Setting<Long> ATOMIC_EVENTS_MAX = Setting.count(
            "publish.atomic_events_max",
            1,
            COUNT_MAX,
            STANDARD.atomicLinesMax(),
            "Events of a batch that is taken as a whole (`atomic=true`); more is 413.");
    static final Setting<Long> ATOMIC_MAX = Setting.size(
            "publish.atomic_max", KIB, GIB, STANDARD.atomicBytesMax(), "The body of such a batch; more is 413.");
    static final Setting<Long> UNDER_WAY_MAX = Setting.size(
            "publish.under_way_max",
            MIB,
            TIB,
            STANDARD.underWayBytesMax(),
            "All that has been sent and is not in the log yet, unfinished bodies, lines and messages too. When it runs"
                    + " short, the slowest of those give way (503, or close 1013); what then does not fit is 503.");
    static final Setting<Long> UNACKNOWLEDGED_EVENTS_MAX = Setting.count(
            "publish.unacknowledged_events_max",
            1,
            COUNT_MAX,
            STANDARD.unacknowledgedMax(),
            "Events of one upload that are not in the log yet; then it is held back.");
    static final Setting<Long> UNACKNOWLEDGED_MAX = Setting.size(
            "publish.unacknowledged_max",
            KIB,
            GIB,
            STANDARD.unacknowledgedBytes(),
            "Data of one upload, WebSocket or session that is not in the log yet; then it is held back.");

    static final List<Setting<?>> ALL = List.of(
            EVENT_MAX, ATOMIC_EVENTS_MAX, ATOMIC_MAX, UNDER_WAY_MAX, UNACKNOWLEDGED_EVENTS_MAX, UNACKNOWLEDGED_MAX);

    private PublishTable() {}

    static PublishSettings settings(Values values) {
        return new PublishSettings(
                Math.toIntExact(values.get(EVENT_MAX)),
                Math.toIntExact(values.get(ATOMIC_EVENTS_MAX)),
                Math.toIntExact(values.get(ATOMIC_MAX)),
                values.get(UNDER_WAY_MAX),
                Math.toIntExact(values.get(UNACKNOWLEDGED_EVENTS_MAX)),
                Math.toIntExact(values.get(UNACKNOWLEDGED_MAX)));
    }
}
