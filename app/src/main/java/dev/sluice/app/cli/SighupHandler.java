package dev.sluice.app.cli;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleProxies;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/// Handles SIGHUP, by which service managers ask a program to read its configuration again. The JDK's only
/// interface to signals is `sun.misc.Signal` of the module `jdk.unsupported`. It is called through method
/// handles, because a direct call causes a compiler warning that can't be suppressed.
public final class SighupHandler {
    private static final System.Logger LOG = System.getLogger(SighupHandler.class.getName());

    private SighupHandler() {}

    /// Makes the signal call the listener, on a separate thread, instead of ending the process. Has no effect
    /// if there is no such signal, or the JVM keeps it for itself (-Xrs).
    public static void handle(Runnable listener) {
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
    }
}
