package dev.sluice.core.delivery;

import dev.sluice.core.access.Grant;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.delivery.stream.EndReason;
import dev.sluice.core.delivery.stream.Rejection;
import dev.sluice.core.delivery.stream.SubscriptionSpec;
import dev.sluice.core.delivery.stream.Wire;
import dev.sluice.core.log.Gap;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A test client that subscribes with a [FakeSink] for a socket. Starts like a transport: a gap first, then
/// its cursor.
public final class Client implements SubscribeListener {
    static final long HEARTBEAT_MS = 15_000;

    public final FakeSink sink;
    private final Rig rig;
    private @Nullable Subscriber subscriber;
    private boolean isDisconnected;

    long heartbeatMs = HEARTBEAT_MS;

    /// Its permissions when it subscribes.
    Grant grant = Grant.EVERYTHING;

    /// Runs when the subscription starts.
    Runnable onStart = () -> {};

    /// The outcome of the subscribe request, in one word.
    @Nullable
    String outcome;

    @Nullable
    public Cursor startCursor;

    @Nullable
    Gap gap;

    Client(Rig rig, FakeSink sink) {
        this.rig = rig;
        this.sink = sink;
    }

    void open(Dispatcher loop, SubscriptionSpec subscription, Wire wire) {
        if (isDisconnected) return;
        Subscriber opened = loop.subscribe(grant, subscription, wire, this);
        if (subscriber == null) subscriber = opened;
    }

    public Subscriber subscriber() {
        if (subscriber == null) throw new AssertionError("the client has not subscribed yet");
        return subscriber;
    }

    /// Closes its connection, whatever the outcome.
    public void disconnect() {
        isDisconnected = true;
        if (subscriber != null) subscriber.close();
    }

    /// Accepts this many bytes per write until nothing more arrives.
    public Client drain(int bytesEach) {
        sink.accepting(bytesEach);
        for (int size = -1; size < sink.size(); ) {
            size = sink.size();
            subscriber().writable();
            rig.settle();
        }
        return this;
    }

    public Client drain() {
        sink.acceptingAll();
        subscriber().writable();
        rig.settle();
        return this;
    }

    /// Everything received; fails if incomplete bytes are left over.
    public List<WireOutput> received() {
        WireOutput.All all = WireOutput.parse(sink.bytes());
        if (all.leftover() > 0)
            throw new AssertionError(all.leftover() + " bytes of an incomplete output after " + all);
        return all.complete();
    }

    /// The data of all events.
    public List<String> data() {
        return received().stream()
                .filter(WireOutput.AnEvent.class::isInstance)
                .map(output -> ((WireOutput.AnEvent) output).data())
                .toList();
    }

    String text() {
        return new String(sink.bytes(), StandardCharsets.UTF_8);
    }

    @Override
    public void begins(Subscriber opened, Cursor at, @Nullable Gap missing) {
        setOutcome("begins");
        onStart.run();
        subscriber = opened;
        startCursor = at;
        gap = missing;
        opened.start(sink, new byte[0], heartbeatMs);
    }

    @Override
    public void ended(Cursor at) {
        setOutcome("ended");
        startCursor = at;
    }

    @Override
    public void refused(Rejection refusal) {
        setOutcome(
                switch (refusal) {
                    case Rejection.Missing(Gap missing) -> {
                        gap = missing;
                        yield "missing";
                    }
                    case Rejection.Unavailable _ -> "unavailable";
                    case Rejection.TooFar _ -> "too far";
                    case Rejection.Dismissed(EndReason.Dismissal reason) ->
                        reason.kind().name();
                });
    }

    private void setOutcome(String next) {
        if (outcome != null) throw new AssertionError("two outcomes: " + outcome + ", then " + next);
        outcome = next;
    }
}
