package dev.sluice.app.cli;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleProxies;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import org.jspecify.annotations.Nullable;

/// Handles SIGHUP, by which service managers ask a program to read its configuration again. The JDK's only
/// interface to signals is `sun.misc.Signal` of the module `jdk.unsupported`. It is called through method
/// handles, because a direct call causes a compiler warning that can't be suppressed.
public final class SighupHandler {
    private static final System.Logger LOG = System.getLogger(SighupHandler.class.getName());

    private @Nullable Runnable listener;
    private boolean isPending;

    SighupHandler() {}

    /// Makes the signal call a [listener][#listen], on a separate thread, instead of ending the process. Has no
    /// effect if there is no such signal, or the JVM keeps it for itself (-Xrs).
    public static SighupHandler install() {
        var installed = new SighupHandler();
        Runnable listener = installed::received;
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            MethodHandles.Lookup lookup = MethodHandles.publicLookup();
            MethodHandle run = lookup.findVirtual(Runnable.class, "run", MethodType.methodType(void.class))
                    .bindTo(listener);
            Object called =
                    MethodHandleProxies.asInterfaceInstance(handler, MethodHandles.dropArguments(run, 0, signal));
            Object hangUp = lookup.findConstructor(signal, MethodType.methodType(void.class, String.class))
                    .invoke("HUP");
            lookup.findStatic(signal, "handle", MethodType.methodType(handler, signal, handler))
                    .invoke(hangUp, called);
        } catch (Throwable unavailable) { // Method handles declare it.
            LOG.log(System.Logger.Level.DEBUG, "SIGHUP can't be handled", unavailable);
        }
        return installed;
    }

    /// Sets the listener, which may block. It is called on a separate thread, also if there was a signal while there
    /// was none.
    ///
    /// @param next null: the next listener is called for the signals from now on
    public void listen(@Nullable Runnable next) {
        synchronized (this) {
            listener = next;
            if (next == null || !isPending) return;
            isPending = false;
        }
        Thread.ofPlatform().name("hang-up").daemon().start(next);
    }

    /// Calls the listener outside of the lock: it collects the signals that come meanwhile, and nobody waits for it.
    void received() {
        Runnable called;
        synchronized (this) {
            called = listener;
            if (called == null) isPending = true;
        }
        if (called != null) called.run();
    }
}
