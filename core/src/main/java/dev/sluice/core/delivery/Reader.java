package dev.sluice.core.delivery;

import org.jspecify.annotations.Nullable;

/// Somebody on an event loop who wants to know when channels grow. All calls come on that loop.
public abstract sealed class Reader extends ReaderSet.Member permits Subscriber, Poll, Session {
    /// Whether it waits for its turn already: a burst queues a reader once.
    boolean queued;

    /// Whether its channels may hold what it has not looked at: they grew since it last came to the head.
    boolean hasNews = true;

    /// Where it stands in the sets of its channels and patterns, in their order. Null: it has one, and stands there
    /// itself.
    ReaderSet.Place @Nullable [] places;

    Reader() {}

    @Override
    final Reader reader() {
        return this;
    }

    /// Wants a turn: of its own, or one of the session's whose connection it shares.
    void ready(Dispatcher loop) {
        loop.ready(this);
    }

    /// Reads and writes for a bounded while.
    ///
    /// @return whether it could go on at once
    abstract boolean turn();

    /// The server stops: says so, or gives the answer there is.
    abstract void stop();

    /// Its turn failed by a mistake of ours: it is let go, so that it does not hang for ever.
    abstract void failed();
}
