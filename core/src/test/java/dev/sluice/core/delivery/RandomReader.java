package dev.sluice.core.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.delivery.stream.SubscriptionSpec;
import dev.sluice.core.log.ColdLog;
import dev.sluice.core.log.Gap;
import dev.sluice.core.log.GapReason;
import dev.sluice.core.log.Start;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A client in a random run: disconnects in the middle of anything, reconnects on any event loop with its last
/// cursor, and must in the end have received everything.
final class RandomReader {
    private final Rig rig;
    private final History history;
    private final Random random;
    private final Selection selection;
    private final Set<String> types;
    private final boolean conflate;
    private final boolean coalesce;
    private final boolean gapFails;
    private final boolean snapshot;

    /// All output over all its connections; gaps passed to the transport count as output.
    private final List<WireOutput> received = new ArrayList<>();

    private @Nullable Cursor first;
    private @Nullable Cursor last;
    private @Nullable Cursor snapshotTo;

    /// Entries dropped before it first connected: they are not reported to a reader that starts at the oldest
    /// retained entry.
    private final Set<Cursor> droppedBefore = new HashSet<>();

    private @Nullable Client client;
    private int read;
    private boolean isOver;
    private boolean hasFailed;

    RandomReader(Rig rig, Random random, Selection selection, History history) {
        this.rig = rig;
        this.history = history;
        this.random = random;
        this.selection = selection;
        this.types = random.nextInt(4) == 0 ? Set.of("message", "tick") : Set.of();
        this.conflate = random.nextInt(4) == 0;
        this.coalesce = random.nextInt(4) == 0;
        this.gapFails = random.nextInt(6) == 0;
        this.snapshot = random.nextInt(6) == 0;
    }

    void step() {
        Client now = client;
        if (now == null) {
            if (!isOver && random.nextInt(3) == 0) connect();
            return;
        }
        switch (random.nextInt(8)) {
            case 0 -> disconnect();
            case 1 -> now.sink.accepting(_ -> random.nextInt(40));
            case 2 ->
                now.sink.accepting(_ -> {
                    now.subscriber().writable();
                    return 7;
                });
            case 3 -> now.sink.acceptingAll();
            case 4 -> {
                if (now.startCursor != null) now.subscriber().enqueue(RecordingWire.control("ack"));
            }
            default -> {
                if (now.startCursor != null) now.subscriber().writable();
            }
        }
    }

    private void connect() {
        SubscriptionSpec.From from;
        if (last != null) from = new SubscriptionSpec.From.Resume(last.text());
        else if (snapshot) from = new SubscriptionSpec.From.Snapshot();
        else from = new SubscriptionSpec.From.At(random.nextBoolean() ? new Start.Latest() : new Start.Earliest());
        // A reader that failed at a gap reconnects without `gapFails`: if a retained entry precedes the gap, no
        // cursor is both after the gap and before that entry.
        SubscriptionSpec subscription =
                new SubscriptionSpec(selection, types, from, conflate, coalesce, gapFails && !hasFailed);
        hasFailed = false;
        FakeSink sink = new FakeSink().accepting(_ -> random.nextInt(40));
        client = rig.open(
                random.nextInt(rig.loops.size()), subscription, new RecordingWire(1 + random.nextInt(2)), sink);
        if (last == null) client.onStart = this::onFirstStart;
        read = 0;
    }

    private void onFirstStart() {
        if (snapshot) snapshotTo = rig.log.head();
        droppedBefore.clear();
        droppedBefore.addAll(history.items.keySet());
        droppedBefore.removeAll(History.retained(rig, selection));
    }

    /// Disconnects: complete output counts, a partly sent event does not.
    private void disconnect() {
        readOutput(true);
        if (client != null) client.disconnect();
        client = null;
    }

    /// Reads the output so far.
    void readOutput(boolean mayBeIncomplete) {
        Client now = client;
        if (now == null || now.outcome == null) return;
        if (read == 0) {
            read = 1;
            readOutcome(now);
        }
        WireOutput.All all = WireOutput.parse(now.sink.bytes());
        boolean isCut = Boolean.FALSE.equals(now.sink.ended());
        if (!mayBeIncomplete && !isCut)
            assertThat(all.leftover()).describedAs("incomplete output").isZero();
        for (; read <= all.complete().size(); read++) process(all.complete().get(read - 1));
        if (now.sink.ended() != null) client = null;
    }

    private void readOutcome(Client now) {
        switch (now.outcome) {
            case "begins" -> {
                if (now.gap != null) received.add(output(now.gap));
                last = now.startCursor;
            }
            case "missing" -> {
                hasFailed = true;
                client = null;
                return;
            }
            case "ended" -> {
                last = now.startCursor;
                isOver = true;
                client = null;
            }
            case "unavailable" -> { // The search took too long: try again.
                client = null;
                return;
            }
            default -> throw new AssertionError(now.outcome);
        }
        if (first == null) first = last;
    }

    private static WireOutput.AGap output(Gap gap) {
        return new WireOutput.AGap(gap.after(), gap.resume(), gap.reason());
    }

    private void process(WireOutput output) {
        received.add(output);
        switch (output) {
            case WireOutput.AnEvent event -> last = event.id();
            case WireOutput.AGap gap -> last = gap.resume();
            case WireOutput.AHeartbeat heartbeat -> last = heartbeat.at();
            case WireOutput.AChannelEnd channelEnd -> last = channelEnd.at();
            case WireOutput.AnEnd(String reason) -> {
                if (reason.equals("Complete")) isOver = true;
                if (reason.equals("Missing")) hasFailed = true;
            }
            case WireOutput.Control _ -> {}
        }
    }

    /// Reconnects as often as needed and receives everything.
    void finish() {
        for (int i = 0; i < 1_000; i++) {
            if (client == null && !isOver) connect();
            do rig.settle();
            while (rig.log instanceof ColdLog cold && cold.answer());
            boolean isStreaming = client != null && "begins".equals(client.outcome) && client.sink.ended() == null;
            if (isStreaming) client.drain();
            boolean isCaughtUp = isStreaming && client.subscriber().cursor().equals(rig.log.head());
            readOutput(!isCaughtUp);
            if (isOver || isCaughtUp) return;
        }
        throw new AssertionError("never reaches the head: at " + last + " of " + rig.log.head());
    }

    void check() {
        String description = "selection=" + selection.patterns() + " types=" + types + " conflate=" + conflate
                + " coalesce=" + coalesce + " gapFails=" + gapFails + " snapshotTo=" + snapshotTo + " first=" + first
                + "\nreceived=" + received;
        assertThat(first).isNotNull();
        Set<Cursor> ids = checkEvents(description);
        checkHeartbeats(description);
        Set<Cursor> retained = History.retained(rig, selection);
        for (History.Item item : history.after(first, selection)) {
            if (isOver && last.isBefore(item.id())) break; // Published after all its channels had ended.
            if (ids.contains(item.id()) || droppedBefore.contains(item.id()) || isFilteredOut(item)) continue;
            boolean isCoveredByGap = isGapReportedBefore(item.id(), !retained.contains(item.id()));
            assertThat(isCoveredByGap)
                    .describedAs("silently lost " + item + "\n" + description)
                    .isTrue();
        }
    }

    private boolean isFilteredOut(History.Item item) {
        if (item.data() == null) return false;
        if (!types.isEmpty() && !types.contains(item.type())) return true;
        if (conflate && history.isSuperseded(item)) return true;
        boolean inSnapshot = snapshotTo != null && !snapshotTo.isBefore(item.id());
        return inSnapshot && (item.key() == null || item.keyEnds() || history.isSuperseded(item));
    }

    /// Whether a gap was reported before anything later than this entry.
    private boolean isGapReportedBefore(Cursor id, boolean isDropped) {
        for (WireOutput output : received) {
            switch (output) {
                case WireOutput.AGap gap -> {
                    if (isDropped || gap.reason() == GapReason.SKIPPED) return true;
                }
                case WireOutput.AnEvent event -> {
                    if (id.isBefore(event.id())) return false;
                }
                case WireOutput.AChannelEnd channelEnd -> {
                    if (id.isBefore(channelEnd.at())) return false;
                }
                case WireOutput.AHeartbeat _, WireOutput.AnEnd _, WireOutput.Control _ -> {}
            }
        }
        return false;
    }

    /// Checks that events arrive in order, once, and as published.
    ///
    /// @return the ids of all of them
    private Set<Cursor> checkEvents(String description) {
        Set<Cursor> ids = new HashSet<>();
        Cursor before = first;
        for (WireOutput output : received) {
            switch (output) {
                case WireOutput.AnEvent event -> {
                    assertThat(event.id())
                            .describedAs("duplicate or out of order\n" + description)
                            .isGreaterThan(before);
                    checkEvent(event, before, ids, description);
                    before = event.id();
                }
                case WireOutput.AChannelEnd channelEnd -> {
                    assertThat(channelEnd.at())
                            .describedAs("duplicate or out of order\n" + description)
                            .isGreaterThan(before);
                    History.Item item = history.items.get(channelEnd.at());
                    assertThat(item.data()).isNull();
                    assertThat(channelEnd.channel()).isEqualTo(item.channel().value());
                    ids.add(channelEnd.at());
                    before = channelEnd.at();
                }
                case WireOutput.AGap _, WireOutput.AHeartbeat _, WireOutput.AnEnd _, WireOutput.Control _ -> {}
            }
        }
        return ids;
    }

    private void checkEvent(WireOutput.AnEvent event, Cursor before, Set<Cursor> ids, String description) {
        History.Item item = history.items.get(event.id());
        assertThat(item).describedAs("never published: " + event).isNotNull();
        assertThat(event.channel()).isEqualTo(item.channel().value());
        assertThat(selection.matches(item.channel())).isTrue();
        assertThat(types.isEmpty() || types.contains(item.type())).isTrue();
        ids.add(item.id());
        if (event.data().equals("(forgotten)")) {
            assertThat(history.forgotten).contains(item.id());
            return;
        }
        if (!coalesce) {
            assertThat(event.data()).describedAs(description).isEqualTo(item.data());
            return;
        }
        // A joined event contains its preceding parts.
        StringBuilder data = new StringBuilder(item.data());
        for (History.Item part :
                history.items.headMap(item.id(), false).descendingMap().values()) {
            if (data.length() >= event.data().length() || !before.isBefore(part.id())) break;
            if (!part.isSameKindAs(item) || part.data() == null) continue;
            data.insert(0, part.data());
            ids.add(part.id());
        }
        assertThat(event.data()).describedAs(description).isEqualTo(data.toString());
    }

    /// The cursor of a heartbeat never precedes what was written before it, nor passes what follows it.
    private void checkHeartbeats(String description) {
        Cursor before = first;
        for (WireOutput output : received) {
            Cursor at = switch (output) {
                case WireOutput.AnEvent event -> event.id();
                case WireOutput.AHeartbeat heartbeat -> heartbeat.at();
                case WireOutput.AChannelEnd channelEnd -> channelEnd.at();
                case WireOutput.AGap _, WireOutput.AnEnd _, WireOutput.Control _ -> before;
            };
            assertThat(at).describedAs(output + "\n" + description).isGreaterThanOrEqualTo(before);
            before = at;
        }
    }
}
