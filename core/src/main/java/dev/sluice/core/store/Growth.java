package dev.sluice.core.store;

import dev.sluice.core.log.Log;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// Who wants to know that the head has moved.
final class Growth {
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();

    /// An object of its own for each call, so that the same listener may listen twice and be let go once.
    private final class Listener implements Log.Listening {
        private final Runnable call;

        Listener(Runnable call) {
            this.call = call;
        }

        @Override
        public void close() {
            listeners.remove(this);
        }
    }

    Log.Listening listen(Runnable call) {
        Listener listener = new Listener(call);
        listeners.add(listener);
        return listener;
    }

    /// Calls all of them. One that throws breaks its promise: that is reported as what it is, an exception that
    /// nobody caught, and neither the append nor the other listeners suffer.
    void tell() {
        for (Listener listener : listeners) {
            try {
                listener.call.run();
            } catch (RuntimeException broken) {
                Thread thread = Thread.currentThread();
                thread.getUncaughtExceptionHandler().uncaughtException(thread, broken);
            }
        }
    }
}
