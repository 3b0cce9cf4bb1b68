package dev.sluice.core.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.log.ColdLog;
import dev.sluice.core.log.Gap;
import dev.sluice.core.log.Start;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A client in a random run: breaks off in the middle of anything, comes back on any event loop with the last cursor it
/// got, and in the end has to have had everything.
final class Wanderer {
    private final Rig rig;
    private final History history;
    private final Random random;
    private final Selection selection;
    private final Set<String> types;
    private final boolean conflate;
    private final boolean coalesce;
    private final boolean gapFails;
    private final boolean snapshot;

    /// Everything that was said to it, over all its connections; gaps that a transport is given are told too.
    private final List<Said> had = new ArrayList<>();

    private @Nullable Cursor first;
    private @Nullable Cursor last;
    private @Nullable Cursor snapshotTo;

    /// What had been dropped before it came: nobody tells whoever asks for the oldest kept of that.
    private final Set<Cursor> goneBefore = new HashSet<>();

    private @Nullable Client client;
    private int read;
    private boolean isOver;
    private boolean hasFailed;

    Wanderer(Rig rig, Random random, Selection selection, History history) {
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
            if (!isOver && random.nextInt(3) == 0) come();
            return;
        }
        switch (random.nextInt(8)) {
            case 0 -> leave();
            case 1 -> now.sink.taking(_ -> random.nextInt(40));
            case 2 ->
                now.sink.taking(_ -> {
                    now.subscriber().writable();
                    return 7;
                });
            case 3 -> now.sink.takingAll();
            case 4 -> {
                if (now.began != null) now.subscriber().say(RecordingWire.words("ack"));
            }
            default -> {
                if (now.began != null) now.subscriber().writable();
            }
        }
    }

    private void come() {
        Subscription.From from;
        if (last != null) from = new Subscription.From.Resume(last.text());
        else if (snapshot) from = new Subscription.From.Snapshot();
        else from = new Subscription.From.At(random.nextBoolean() ? new Start.Latest() : new Start.Earliest());
        // Who failed comes back to be told and go on: where something kept lies in front of a hole, there is no place
        // behind it to begin at.
        Subscription asked = new Subscription(selection, types, from, conflate, coalesce, gapFails && !hasFailed);
        hasFailed = false;
        FakeSink sink = new FakeSink().taking(_ -> random.nextInt(40));
        client = rig.open(random.nextInt(rig.loops.size()), asked, new RecordingWire(1 + random.nextInt(2)), sink);
        if (last == null) client.whenBegun = this::beginsForTheFirstTime;
        read = 0;
    }

    private void beginsForTheFirstTime() {
        if (snapshot) snapshotTo = rig.log.head();
        goneBefore.clear();
        goneBefore.addAll(history.items.keySet());
        goneBefore.removeAll(History.kept(rig, selection));
    }

    /// The connection is gone: what is whole counts, a half event does not.
    private void leave() {
        hear(true);
        if (client != null) client.leave();
        client = null;
    }

    /// Reads what has come.
    void hear(boolean mayBeTorn) {
        Client now = client;
        if (now == null || now.opened == null) return;
        if (read == 0) {
            read = 1;
            begin(now);
        }
        Said.All all = Said.parse(now.sink.bytes());
        boolean isCut = Boolean.FALSE.equals(now.sink.ended());
        if (!mayBeTorn && !isCut)
            assertThat(all.left()).describedAs("what hangs over").isZero();
        for (; read <= all.whole().size(); read++) take(all.whole().get(read - 1));
        if (now.sink.ended() != null) client = null;
    }

    private void begin(Client now) {
        switch (now.opened) {
            case "begins" -> {
                if (now.gap != null) had.add(said(now.gap));
                last = now.began;
            }
            case "missing" -> {
                hasFailed = true;
                client = null;
                return;
            }
            case "ended" -> {
                last = now.began;
                isOver = true;
                client = null;
            }
            case "unavailable" -> { // It took too long to look: try again.
                client = null;
                return;
            }
            default -> throw new AssertionError(now.opened);
        }
        if (first == null) first = last;
    }

    private static Said.AGap said(Gap gap) {
        return new Said.AGap(gap.after(), gap.resume(), gap.reason());
    }

    private void take(Said said) {
        had.add(said);
        switch (said) {
            case Said.AnEvent event -> last = event.id();
            case Said.AGap gap -> last = gap.resume();
            case Said.ABeat beat -> last = beat.at();
            case Said.AClose close -> last = close.at();
            case Said.AnEnd(String why) -> {
                if (why.equals("Complete")) isOver = true;
                if (why.equals("Missing")) hasFailed = true;
            }
            case Said.Words _ -> {}
        }
    }

    /// Comes back as often as it takes, and gets everything.
    void finish() {
        for (int i = 0; i < 1_000; i++) {
            if (client == null && !isOver) come();
            do rig.settle();
            while (rig.log instanceof ColdLog cold && cold.answer());
            boolean isListening = client != null && "begins".equals(client.opened) && client.sink.ended() == null;
            if (isListening) client.drain();
            boolean isThere = isListening && client.subscriber().cursor().equals(rig.log.head());
            hear(!isThere);
            if (isOver || isThere) return;
        }
        throw new AssertionError("never comes to the head: at " + last + " of " + rig.log.head());
    }

    void check() {
        String tale = "selection=" + selection.patterns() + " types=" + types + " conflate=" + conflate + " coalesce="
                + coalesce + " gapFails=" + gapFails + " snapshotTo=" + snapshotTo + " first=" + first + "\nhad=" + had;
        assertThat(first).isNotNull();
        Set<Cursor> got = checkEvents(tale);
        checkBeats(tale);
        Set<Cursor> kept = History.kept(rig, selection);
        for (History.Item item : history.behind(first, selection)) {
            if (isOver && last.isBefore(item.id())) break; // What came when all had ended is for others.
            if (got.contains(item.id()) || goneBefore.contains(item.id()) || isLeftOut(item)) continue;
            boolean isExcused = isToldOfAGapBefore(item.id(), !kept.contains(item.id()));
            assertThat(isExcused)
                    .describedAs("silently lost " + item + "\n" + tale)
                    .isTrue();
        }
    }

    private boolean isLeftOut(History.Item item) {
        if (item.data() == null) return false;
        if (!types.isEmpty() && !types.contains(item.type())) return true;
        if (conflate && history.isSuperseded(item)) return true;
        boolean inSnapshot = snapshotTo != null && !snapshotTo.isBefore(item.id());
        return inSnapshot && (item.key() == null || item.keyEnds() || history.isSuperseded(item));
    }

    /// Whether a gap was told before anything that comes later than this.
    private boolean isToldOfAGapBefore(Cursor id, boolean isDropped) {
        for (Said said : had) {
            switch (said) {
                case Said.AGap gap -> {
                    if (isDropped || gap.reason() == Gap.Reason.SKIPPED) return true;
                }
                case Said.AnEvent event -> {
                    if (id.isBefore(event.id())) return false;
                }
                case Said.AClose close -> {
                    if (id.isBefore(close.at())) return false;
                }
                case Said.ABeat _, Said.AnEnd _, Said.Words _ -> {}
            }
        }
        return false;
    }

    /// In order, once, and what was published; the ids of all of them.
    private Set<Cursor> checkEvents(String tale) {
        Set<Cursor> got = new HashSet<>();
        Cursor before = first;
        for (Said said : had) {
            switch (said) {
                case Said.AnEvent event -> {
                    assertThat(event.id())
                            .describedAs("again or out of order\n" + tale)
                            .isGreaterThan(before);
                    checkEvent(event, before, got, tale);
                    before = event.id();
                }
                case Said.AClose close -> {
                    assertThat(close.at())
                            .describedAs("again or out of order\n" + tale)
                            .isGreaterThan(before);
                    History.Item item = history.items.get(close.at());
                    assertThat(item.data()).isNull();
                    assertThat(close.channel()).isEqualTo(item.channel().value());
                    got.add(close.at());
                    before = close.at();
                }
                case Said.AGap _, Said.ABeat _, Said.AnEnd _, Said.Words _ -> {}
            }
        }
        return got;
    }

    private void checkEvent(Said.AnEvent event, Cursor before, Set<Cursor> got, String tale) {
        History.Item item = history.items.get(event.id());
        assertThat(item).describedAs("never published: " + event).isNotNull();
        assertThat(event.channel()).isEqualTo(item.channel().value());
        assertThat(selection.matches(item.channel())).isTrue();
        assertThat(types.isEmpty() || types.contains(item.type())).isTrue();
        got.add(item.id());
        if (event.data().equals("(forgotten)")) {
            assertThat(history.forgotten).contains(item.id());
            return;
        }
        if (!coalesce) {
            assertThat(event.data()).describedAs(tale).isEqualTo(item.data());
            return;
        }
        // A joined one holds its neighbours: what is alike, up to it.
        StringBuilder data = new StringBuilder(item.data());
        for (History.Item part :
                history.items.headMap(item.id(), false).descendingMap().values()) {
            if (data.length() >= event.data().length() || !before.isBefore(part.id())) break;
            if (!part.isAlike(item) || part.data() == null) continue;
            data.insert(0, part.data());
            got.add(part.id());
        }
        assertThat(event.data()).describedAs(tale).isEqualTo(data.toString());
    }

    /// A heartbeat never says less than what was written, nor more.
    private void checkBeats(String tale) {
        Cursor before = first;
        for (Said said : had) {
            Cursor at = switch (said) {
                case Said.AnEvent event -> event.id();
                case Said.ABeat beat -> beat.at();
                case Said.AClose close -> close.at();
                case Said.AGap _, Said.AnEnd _, Said.Words _ -> before;
            };
            assertThat(at).describedAs(said + "\n" + tale).isGreaterThanOrEqualTo(before);
            before = at;
        }
    }
}
