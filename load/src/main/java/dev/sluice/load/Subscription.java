package dev.sluice.load;

import dev.sluice.wire.PayloadFinder;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// The events of one reader, found in what its connections receive, and checked. Used on its loop's thread only.
final class Subscription implements PayloadFinder.Taker {
    private final ReaderLoop loop;
    private final PublisherChannels lanes;
    private final int size;
    private final boolean resumes;
    private final ReaderLoop.Opening opening;
    private final SequenceChecker order;
    private @Nullable Finder finder; // Null until a connection's response has begun.
    private @Nullable SseFinder blocks; // The same if the reader resumes.
    private @Nullable String cursor;
    private boolean wasOpen;

    /// The time of the last reconnect, in microseconds, until an event published later is received; 0: caught up.
    private int resumedUs;

    Subscription(ReaderLoop loop, Plan plan, ReaderLoop.Opening opening) {
        this.loop = loop;
        this.lanes = plan.lanes();
        this.size = plan.size();
        this.resumes = plan.resumes();
        this.opening = opening;
        this.order = new SequenceChecker(lanes.perChannel() * (opening.subset() == 0 ? 1 : lanes.channels()));
    }

    String path() {
        return opening.path();
    }

    boolean isStalled() {
        return opening.isStalled();
    }

    /// True once a response has begun: a later loss is not a failure of the start.
    boolean wasOpen() {
        return wasOpen;
    }

    /// True while a connection's response goes on.
    boolean isOpen() {
        return finder != null;
    }

    /// A connection's response has begun.
    void begin() {
        if (resumes) blocks = new SseFinder(size, this, cursor);
        finder = resumes ? blocks : new PayloadFinder(size, this)::find;
        if (wasOpen) resumedUs = loop.resumed();
        wasOpen = true;
    }

    /// The connection is lost.
    ///
    /// @return the id of the last event; null before the first
    @Nullable
    String end() {
        if (blocks != null) cursor = blocks.cursor();
        finder = null;
        return cursor;
    }

    /// As [Finder#find]; finds nothing before the response has begun.
    int find(ByteBuffer buffer, int from) throws IOException {
        return finder == null ? from : finder.find(buffer, from);
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
