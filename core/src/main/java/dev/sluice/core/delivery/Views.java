package dev.sluice.core.delivery;

import org.jspecify.annotations.Nullable;

/// The last few views of one task of an event loop: a channel has readers of several transports, and they come in turn.
final class Views {
    /// Each holds a run's memory from its first use on.
    private static final int SLOTS = 4;

    private final @Nullable View[] views = new @Nullable View[SLOTS];
    private int next;

    /// The view that this reader shares, or an empty one for it to fill.
    View of(Reading reading, Subscription asked, Wire wire) {
        for (View view : views) if (view != null && view.isFor(reading, asked, wire)) return view;
        View view = views[next];
        if (view == null) {
            view = new View();
            views[next] = view;
        }
        next = (next + 1) % SLOTS;
        return view.begin(reading, asked, wire);
    }

    void forget() {
        for (View view : views) if (view != null) view.clear();
    }
}
