package dev.sluice.load;

import dev.sluice.load.http.Finder;
import dev.sluice.load.http.HttpConnection;
import dev.sluice.load.http.Request;
import dev.sluice.load.http.SseFinder;
import dev.sluice.load.http.Subscriber;
import dev.sluice.wire.PayloadFinder;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Finds the events of one reader in the bytes that its connections receive, and checks them. Used on its
/// loop's thread only.
final class Subscription implements Subscriber, PayloadFinder.Taker {
    private final ReaderLoop loop;
    private final Plan plan;
    private final PublisherChannels lanes;
    private final ReaderLoop.Opening opening;
    private final SequenceChecker order;
    private @Nullable Finder finder; // Null until a connection's response has begun.
    private @Nullable String cursor;
    private boolean wasOpen;

    /// The time of the last reconnect, in microseconds, until an event published later is received; 0 if
    /// caught up.
    private int resumedUs;

    Subscription(ReaderLoop loop, Plan plan, ReaderLoop.Opening opening) {
        this.loop = loop;
        this.plan = plan;
        this.lanes = plan.lanes();
        this.opening = opening;
        this.order = new SequenceChecker(lanes.perChannel() * (opening.subset() == 0 ? 1 : lanes.channels()));
    }

    /// True once a response has begun: a later loss is not a failure of the start.
    boolean wasOpen() {
        return wasOpen;
    }

    @Override
    public boolean isStalled() {
        return opening.isStalled();
    }

    /// A request that continues after the last received event, if there is one.
    @Override
    public Request request() {
        return plan.protocol().request(opening.path(), cursor);
    }

    @Override
    public void begin(HttpConnection connection) throws IOException {
        finder = plan.resumes() ? new SseFinder(plan.size(), this, cursor) : new PayloadFinder(plan.size(), this)::find;
        boolean isFirst = !wasOpen;
        wasOpen = true;
        if (!isFirst) resumedUs = loop.resumed();
        else if (!connection.isOpening()) loop.opened(connection);
        if (!isStalled()) loop.scheduleCut(connection);
    }

    @Override
    public int find(ByteBuffer buffer, int from) throws IOException {
        return finder == null ? from : finder.find(buffer, from);
    }

    @Override
    public void end() throws IOException {
        if (plan.resumes()) throw new EOFException("the stream has ended"); // It continues on another connection.
        finder = null;
        loop.countBroken(1);
    }

    @Override
    public void lost(HttpConnection connection, IOException reason) {
        if (finder != null) cursor = finder.cursor();
        finder = null;
        loop.lost(this, connection, reason);
    }

    @Override
    public void take(int lane, int sequence, int dueUs, boolean isWhole) {
        if (!isWhole || sequence < 0 || lane < 0 || lane >= lanes.count() || !isSubscribed(lanes.channel(lane))) {
            loop.countDamaged();
            return;
        }
        int slot = lanes.indexInChannel(lane) + (opening.subset() == 0 ? 0 : lanes.channel(lane) * lanes.perChannel());
        loop.count(order.take(slot, sequence), dueUs);
        if (resumedUs > 0 && dueUs >= resumedUs) {
            resumedUs = 0;
            loop.caughtUp();
        }
    }

    private boolean isSubscribed(int channel) {
        return opening.subset() == 0 ? channel == opening.channel() : (opening.subset() >> channel & 1) == 1;
    }
}
