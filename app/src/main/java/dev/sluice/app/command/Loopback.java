package dev.sluice.app.command;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.function.Supplier;

/// Requires a loopback address unless `--insecure` is set. The server checks that too; this message names the source
/// of the address.
final class Loopback {
    private Loopback() {}

    /// @param source of the host, such as `--host`
    static void require(String host, Supplier<String> source) {
        if (isLoopback(host)) return;
        throw new Failure(
                Exit.CONFIG,
                ("The host '%s' (%s) is not loopback, and there is no authentication yet:"
                                        + " everybody who reaches it could read and publish.")
                                .formatted(host, source.get())
                        + " Leave it out, or add --insecure to allow that.");
    }

    private static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException reason) {
            throw new Failure(
                    Exit.CONFIG, "The host '" + host + "' is unknown. Use an address of this machine.", reason);
        }
    }
}
