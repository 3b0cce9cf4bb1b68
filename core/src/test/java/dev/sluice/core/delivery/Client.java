package dev.sluice.core.delivery;

import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.log.Gap;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Who subscribes in tests, with a [FakeSink] for a socket. Starts as a transport does: a gap first, then its cursor.
final class Client implements Opened {
    static final long HEARTBEAT_MS = 15_000;

    final FakeSink sink;
    private final Rig rig;
    private @Nullable Subscriber subscriber;
    private boolean hasLeft;

    /// What to do at the moment at which its beginning is told.
    Runnable whenBegun = () -> {};

    /// What became of the wish to subscribe, in one word.
    @Nullable
    String opened;

    @Nullable
    Cursor began;

    @Nullable
    Gap gap;

    Client(Rig rig, FakeSink sink) {
        this.rig = rig;
        this.sink = sink;
    }

    void open(Dispatcher loop, Subscription asked, Wire wire) {
        if (hasLeft) return;
        Subscriber made = Subscriber.open(loop, asked, wire, this);
        if (subscriber == null) subscriber = made;
    }

    Subscriber subscriber() {
        if (subscriber == null) throw new AssertionError("it has not subscribed yet");
        return subscriber;
    }

    /// Its connection is gone, whatever has become of its wish.
    void leave() {
        hasLeft = true;
        if (subscriber != null) subscriber.close();
    }

    /// Takes so many bytes a write, until nothing more comes.
    Client drain(int bytesEach) {
        sink.taking(bytesEach);
        for (int size = -1; size < sink.size(); ) {
            size = sink.size();
            subscriber().writable();
            rig.settle();
        }
        return this;
    }

    Client drain() {
        sink.takingAll();
        subscriber().writable();
        rig.settle();
        return this;
    }

    /// Everything said, and nothing left over.
    List<Said> said() {
        Said.All all = Said.parse(sink.bytes());
        if (all.left() > 0)
            throw new AssertionError(all.left() + " bytes of something that is not whole, behind " + all);
        return all.whole();
    }

    /// The data of all events.
    List<String> data() {
        return said().stream()
                .filter(Said.AnEvent.class::isInstance)
                .map(said -> ((Said.AnEvent) said).data())
                .toList();
    }

    String text() {
        return new String(sink.bytes(), StandardCharsets.UTF_8);
    }

    @Override
    public void begins(Subscriber made, Cursor at, @Nullable Gap missing) {
        tell("begins");
        whenBegun.run();
        subscriber = made;
        began = at;
        gap = missing;
        made.start(sink, new byte[0], HEARTBEAT_MS);
    }

    @Override
    public void ended(Cursor at) {
        tell("ended");
        began = at;
    }

    @Override
    public void missing(Gap missing) {
        tell("missing");
        gap = missing;
    }

    @Override
    public void unavailable(String why) {
        tell("unavailable");
    }

    @Override
    public void tooFar(String why) {
        tell("too far");
    }

    private void tell(String what) {
        if (opened != null) throw new AssertionError("told twice: " + opened + ", then " + what);
        opened = what;
    }
}
