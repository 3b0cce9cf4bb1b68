package dev.sluice.storage.repair;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.event.End;
import dev.sluice.core.event.Entry;
import dev.sluice.core.event.Event;
import dev.sluice.core.index.DiskRange;
import dev.sluice.core.index.Epochs;
import dev.sluice.core.index.RetainedRange;
import dev.sluice.core.index.Size;
import dev.sluice.core.log.ChannelState;
import dev.sluice.storage.engine.Engine;
import dev.sluice.storage.engine.RecordIterator;
import dev.sluice.storage.folder.LogUnavailableException;
import dev.sluice.storage.folder.TornTail;
import dev.sluice.storage.record.ChannelRecord;
import dev.sluice.storage.record.EntryRecord;
import dev.sluice.storage.record.EpochHistory;
import dev.sluice.storage.record.Extent;
import dev.sluice.storage.record.ExtentIterator;
import dev.sluice.storage.record.HubRecord;
import dev.sluice.storage.record.Layout;
import java.util.ArrayList;
import java.util.List;
import org.rocksdb.RocksDBException;

/// Reads all of a log and reports inconsistencies.
final class ConsistencyCheck {
    private final Engine engine;
    private final Epochs epochs;
    private final HubRecord hub;
    private final boolean wasClosed;
    private final List<ChannelState> channels = new ArrayList<>();
    private final List<String> faults = new ArrayList<>();
    private long entries;

    ConsistencyCheck(Engine engine) {
        this.engine = engine;
        hub = HubRecord.of(engine);
        wasClosed = engine.get(engine.control, Layout.OPEN) == null;
        epochs = EpochHistory.read(engine.get(engine.control, Layout.EPOCHS));
    }

    Inspection run(long bytes, List<TornTail> torn) {
        try {
            engine.db.verifyChecksum();
        } catch (RocksDBException broken) {
            fault("A file is broken: " + broken.getMessage());
        }
        try (RecordIterator records = engine.records(engine.channels);
                ExtentIterator extents = new ExtentIterator(engine)) {
            while (records.next()) check(Layout.fixed(records.key(), 0), ChannelRecord.read(records.value()), extents);
            checkOrder(extents);
        } catch (LogUnavailableException broken) {
            fault("Part of the log can't be read: " + broken.getMessage());
        }
        List<Inspection.InspectedEpoch> lives = epochs.lives().stream()
                .map(life -> new Inspection.InspectedEpoch(life.epoch(), life.from()))
                .toList();
        return new Inspection(bytes, wasClosed, lives, epochs.cursor(hub.head()), hub.timeMs(), channels, torn, faults);
    }

    private void fault(String description) {
        if (faults.size() < Inspection.FAULTS_MAX) faults.add(description);
    }

    private void check(long number, ChannelRecord record, ExtentIterator extents) {
        // Deleted; the next start removes its entries.
        if (engine.get(engine.control, Layout.clear(number)) != null) return;
        ChannelName name = record.name();
        DiskRange kept = null;
        long events = 0;
        long dataBytes = 0;
        RetainedRange held = new RetainedRange(record.held().upTo(), 0, 0);
        Extent extent = null;
        try (RecordIterator found = engine.records(engine.events, Layout.key(number))) {
            while (found.next()) {
                Cursor id = epochs.cursor(Layout.fixed(found.key(), 8));
                Entry entry = EntryRecord.read(id, name, found.value());
                kept = kept == null ? DiskRange.of(entry) : kept.with(entry);
                dataBytes += Size.data(entry);
                held = held.counting(entry, 1);
                entries++;
                events += switch (entry) {
                    case Event event -> 1;
                    case End end -> 0;
                };
                if (extent == null || !extent.has(id.position())) extent = extents.atOrAfter(id.position());
                if (extent == null || !extent.has(id.position()) || extent.channel() != number) {
                    fault("'" + name.value() + "': " + id.text() + " is missing in the order of all channels");
                }
            }
        }
        DiskRange recorded = record.kept();
        boolean fits = recorded == null
                ? kept == null
                : kept != null
                        && recorded.first() == kept.first()
                        && recorded.upTo() == kept.upTo()
                        && record.held().equals(held)
                        && record.events() == events
                        && record.dataBytes() == dataBytes;
        if (!fits) {
            fault("'" + name.value() + "' keeps " + events + " events of " + dataBytes + " bytes, its record says "
                    + record.events() + " of " + record.dataBytes());
        }
        if (kept != null) channels.add(state(name, kept, events, dataBytes));
    }

    private ChannelState state(ChannelName name, DiskRange kept, long events, long dataBytes) {
        return new ChannelState(
                name,
                kept.latest() == 0 ? null : epochs.cursor(kept.latest()),
                kept.latest() == 0 ? null : epochs.cursor(kept.first()),
                kept.end() == 0 ? null : epochs.cursor(kept.end()),
                events,
                dataBytes,
                kept.timeMs());
    }

    /// Each entry was found in the order of all channels, so an equal count means that it has no further records.
    private void checkOrder(ExtentIterator extents) {
        boolean isClearing;
        try (RecordIterator left = engine.records(engine.control, Layout.CLEAR)) {
            isClearing = left.next();
        }
        long count = 0;
        for (Extent each = extents.atOrAfter(0); each != null; each = extents.next()) count += each.count();
        if (!isClearing && count != entries) {
            fault("The order of all channels has " + count + " positions for " + entries + " entries");
        }
    }
}
