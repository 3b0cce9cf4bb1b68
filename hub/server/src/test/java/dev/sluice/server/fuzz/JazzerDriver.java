package dev.sluice.server.fuzz;

/// The entry point of Jazzer's driver, which calls it in a process of its own: it instruments all classes, and
/// keeps the process for one target.
public final class JazzerDriver {
    private static FuzzTarget target;

    private JazzerDriver() {}

    /// @param arguments the name of a target
    public static void fuzzerInitialize(String[] arguments) {
        target = ServerTargets.ALL.stream()
                .filter(each -> each.name().equals(arguments[0]))
                .findFirst()
                .orElseThrow();
    }

    public static void fuzzerTestOneInput(byte[] input) throws Exception {
        target.check().read(input);
    }
}
