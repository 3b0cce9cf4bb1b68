package dev.sluice.core.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.delivery.stream.SubscriptionSpec;
import dev.sluice.core.event.Event;
import dev.sluice.core.history.ReaderChecker;
import dev.sluice.core.history.RecordingLog;
import dev.sluice.core.log.ColdLog;
import dev.sluice.core.log.Gap;
import dev.sluice.core.log.GapReason;
import dev.sluice.core.log.Start;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A client in a random run: disconnects in the middle of anything, reconnects on any event loop with its last
/// cursor, and must in the end have received everything.
final class RandomReader {
    private final Rig rig;
    private final RecordingLog recording;
    private final Random random;
    private final Selection selection;
    private final Set<String> types;
    private final boolean conflate;
    private final boolean coalesce;
    private final boolean gapFails;

    /// What it received over all its connections, to be checked.
    private final List<Consumer<ReaderChecker>> received = new ArrayList<>();

    private final List<WireOutput> outputs = new ArrayList<>();
    private final SubscriptionSpec.From start;
    private @Nullable Cursor last;

    private @Nullable Client client;
    private int read;
    private boolean isOver;
    private boolean hasFailed;

    RandomReader(Rig rig, Random random, Selection selection, RecordingLog recording) {
        this.rig = rig;
        this.recording = recording;
        this.random = random;
        this.selection = selection;
        this.types = random.nextInt(4) == 0 ? Set.of("message", "tick") : Set.of();
        this.conflate = random.nextInt(4) == 0;
        this.coalesce = random.nextInt(4) == 0;
        this.gapFails = random.nextInt(6) == 0;
        boolean isSnapshot = random.nextInt(6) == 0;
        this.start = isSnapshot
                ? new SubscriptionSpec.From.Snapshot()
                : new SubscriptionSpec.From.At(random.nextBoolean() ? new Start.Latest() : new Start.Earliest());
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
        SubscriptionSpec.From from = last == null ? start : new SubscriptionSpec.From.Resume(last.text());
        long before = recording.moment();
        Cursor head = rig.log.head();
        received.add(checker -> checker.connected(from, true, false, before, head));
        // A reader that failed at a gap reconnects without `gapFails`: if a retained entry precedes the gap, no
        // cursor is both after the gap and before that entry.
        SubscriptionSpec subscription = subscription(from);
        hasFailed = false;
        FakeSink sink = new FakeSink().accepting(_ -> random.nextInt(40));
        client = rig.open(
                random.nextInt(rig.loops.size()), subscription, new RecordingWire(1 + random.nextInt(2)), sink);
        if (last == null) client.onStart = this::onFirstStart;
        read = 0;
    }

    private SubscriptionSpec subscription(SubscriptionSpec.From from) {
        return new SubscriptionSpec(selection, types, from, conflate, coalesce, gapFails && !hasFailed);
    }

    private void onFirstStart() {
        if (!(start instanceof SubscriptionSpec.From.Snapshot)) return;
        Cursor head = rig.log.head();
        received.add(checker -> checker.snapshotTo(head));
    }

    private void record(WireOutput output) {
        outputs.add(output);
        record(checker -> check(checker, output));
    }

    private void record(Consumer<ReaderChecker> check) {
        long moment = recording.moment();
        received.add(checker -> {
            checker.moment(moment);
            check.accept(checker);
        });
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
                if (now.gap != null) record(output(now.gap));
                last = now.startCursor;
                Cursor begin = now.startCursor;
                record(checker -> checker.cursor(begin));
            }
            case "missing" -> {
                hasFailed = true;
                client = null;
                return;
            }
            case "ended" -> {
                last = now.startCursor;
                Cursor begin = now.startCursor;
                record(checker -> checker.cursor(begin));
                record(ReaderChecker::ended);
                isOver = true;
                client = null;
            }
            case "unavailable" -> { // The search took too long: try again.
                client = null;
                return;
            }
            default -> throw new AssertionError(now.outcome);
        }
    }

    private static WireOutput.AGap output(Gap gap) {
        return new WireOutput.AGap(gap.after(), gap.resume(), gap.reason());
    }

    private void process(WireOutput output) {
        record(output);
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
            if (isCaughtUp) record(checker -> checker.cursor(recording.head()));
            if (isOver || isCaughtUp) return;
        }
        throw new AssertionError("never reaches the head: at " + last + " of " + rig.log.head());
    }

    /// Checks everything it received.
    void check() {
        ReaderChecker checker = new ReaderChecker(recording.history(), subscription(start));
        try {
            for (Consumer<ReaderChecker> each : received) each.accept(checker);
        } catch (AssertionError wrong) {
            throw new AssertionError(
                    wrong.getMessage() + ", after " + checker.at() + "\n" + subscription(start) + "\nreceived="
                            + outputs,
                    wrong);
        }
    }

    private static void check(ReaderChecker checker, WireOutput output) {
        switch (output) {
            case WireOutput.AnEvent(Cursor id, String _, String data) -> {
                boolean isForgotten = data.equals("(forgotten)");
                List<Event> parts = checker.event(id, data, isForgotten);
                if (!isForgotten) ReaderChecker.checkText(parts, data);
            }
            case WireOutput.AGap(String after, Cursor resume, GapReason reason) ->
                checker.gap(Cursor.parse(after).orElseThrow(), resume, reason);
            case WireOutput.AHeartbeat(Cursor at, long _) -> checker.cursor(at);
            case WireOutput.AChannelEnd(String channel, Cursor at) -> checker.closed(channel, at);
            case WireOutput.AnEnd(String reason) -> {
                if (reason.equals("Complete")) checker.ended();
            }
            case WireOutput.Control _ -> {}
        }
    }
}
